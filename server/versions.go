package server

import (
	"errors"
	"net/http"
	"strings"

	"spaces/server/storage"
)

// Headers of versions.
const (
	hVersionID     = "X-Amz-Version-Id"
	hDeleteMarker  = "X-Amz-Delete-Marker"
	hSourceVersion = "X-Amz-Copy-Source-Version-Id"
	hBypass        = "X-Amz-Bypass-Governance-Retention"
)

// getVersioning answers an empty document where versioning was never set
// (GetBucketVersioning).
func (c *call) getVersioning() error {
	x := newDocument("VersioningConfiguration")
	if v := c.space.Versioning; v != storage.Unversioned {
		x.text("Status", string(v))
	}
	x.close("VersioningConfiguration")
	return c.answer(http.StatusOK, x)
}

// putVersioning enables or suspends. A delete with a second factor would be a
// promise that nobody keeps here: it is refused.
func (c *call) putVersioning() error {
	doc, err := c.readDocument("VersioningConfiguration")
	if err != nil {
		return err
	}
	status, mfa := "", ""
	err = doc.each(func(e *element) bool {
		return e.name == "Status" && e.leaf(&status) || (e.name == "MfaDelete" || e.name == "MFADelete") && e.leaf(&mfa)
	})
	switch {
	case err != nil:
		return err
	case mfa == "Enabled":
		return errNotImplemented("MFA delete")
	case mfa != "" && mfa != "Disabled", status != "" && status != string(storage.Enabled) && status != string(storage.Suspended):
		return refuse("MalformedXML")
	case status == "":
		return refuse("IllegalVersioningConfigurationException")
	}
	if err := c.setVersioning(storage.Versioning(status)); err != nil {
		return err
	}
	return c.empty(http.StatusOK)
}

// checkVersion says why an id cannot be that of a version.
func checkVersion(id string) error {
	switch {
	case id == "":
		return errInvalidArgument("versionId", id, "Version id cannot be the empty string")
	case !storage.ValidVersion(id):
		return errInvalidArgument("versionId", id, "Invalid version id specified")
	}
	return nil
}

// version is the id that the request names, "" for the current version. It was
// checked when the target was loaded.
func (c *call) version() string { return c.query.get("versionId") }

// isAbsent says that an error of the engine is about what is not there, or is
// a delete marker, and not about the engine.
func isAbsent(err error) bool {
	return errors.Is(err, storage.ErrNoKey) || errors.Is(err, storage.ErrNoVersion) || errors.Is(err, storage.ErrMarker)
}

// setVersion sets the id of a version, where the Space has any.
func (c *call) setVersion(sp *storage.Space, o *storage.Object) { c.setVersionID(hVersionID, sp, o) }

func (c *call) setVersionID(header string, sp *storage.Space, o *storage.Object) {
	if id := o.VersionID(); id != storage.NullVersion || sp.Versioning != storage.Unversioned {
		c.set(header, id)
	}
}

// setDeleted says what a delete did: a marker was made, or was what went.
func (c *call) setDeleted(d storage.Deleted) {
	if d.Marker {
		c.set(hDeleteMarker, "true")
	}
	if d.Version != "" {
		c.set(hVersionID, d.Version)
	}
}

// onMarker gives the error about a delete marker its headers (GetObject,
// "Delete markers"); a marker itself can be deleted, and nothing else.
func (e *Error) onMarker(m *storage.MarkerError) {
	e.header(hDeleteMarker, "true").header(hVersionID, m.Version)
	if errors.Is(m, storage.ErrMarker) {
		e.header("Allow", "DELETE").header("Last-Modified", httpTime(m.Modified))
		e.with("Method", "GET").with("ResourceType", "DeleteMarker")
	}
}

// updateObject changes the attributes of the version that the request names.
func (c *call) updateObject(change func(*storage.Object) error) error {
	o, err := c.s.engine.UpdateVersion(c.r.Context(), c.target.space, c.target.key, c.version(), change)
	if err != nil {
		return err
	}
	c.setVersion(&c.space, &o)
	return nil
}

// bypass says whether the request may remove what is kept for governance, and
// asks for it.
func (c *call) bypass(key string) bool {
	if !strings.EqualFold(c.r.Header.Get(hBypass), "true") {
		return false
	}
	q := question{action: "s3:BypassGovernanceRetention", space: &c.space, key: key}
	return c.s.allows(c, &q)
}
