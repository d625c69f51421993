package server

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"spaces/server/s3xml"
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
	x := s3xml.NewDocument("VersioningConfiguration")
	if v := c.space.Versioning; v != storage.Unversioned {
		x.Text("Status", string(v))
	}
	x.Close("VersioningConfiguration")
	return c.out.document(http.StatusOK, x)
}

// putVersioning enables or suspends. A delete with a second factor would be a
// promise that nobody keeps here: it is refused.
func (c *call) putVersioning() error {
	doc, err := c.readDocument("VersioningConfiguration")
	if err != nil {
		return err
	}
	status, mfa := "", ""
	err = doc.Each(func(e *s3xml.Element) bool {
		return e.Name == "Status" && e.Leaf(&status) || (e.Name == "MfaDelete" || e.Name == "MFADelete") && e.Leaf(&mfa)
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
	return c.out.empty(http.StatusOK)
}

// checkVersion says why an id cannot be that of a version, here or elsewhere:
// what has the form of one and names none is NoSuchVersion ("List of error
// codes").
func checkVersion(id string) error {
	switch {
	case id == "":
		return errInvalidArgument("versionId", id, "Version id cannot be the empty string")
	case !storage.ValidVersion(id) && !foreignVersion(id):
		return errInvalidArgument("versionId", id, "Invalid version id specified")
	}
	return nil
}

// shortestForeign and longestForeign are the lengths, in bytes, of the ids that
// other servers give: 26 is a ULID, 32 is Amazon's, 36 a UUID; 1,024 is the
// limit of S3 (user guide, "Version IDs").
const shortestForeign, longestForeign = 26, 1024

// foreignVersion says whether an id could be that of another server: data that
// moved here left its ids behind, and who still names one hears that it is not
// there.
func foreignVersion(id string) bool {
	if len(id) < shortestForeign || len(id) > longestForeign {
		return false
	}
	for i := range len(id) {
		c := id[i] | 0x20
		if (c < 'a' || c > 'z') && (id[i] < '0' || id[i] > '9') && id[i] != '-' && id[i] != '_' && id[i] != '.' {
			return false
		}
	}
	return true
}

// version is the id that the request names, "" for the current version. It was
// checked when the target was loaded.
func (c *call) version() string { return c.query.get("versionId") }

// checkVersionParam checks the id that the request names. An empty one names
// none, except where a version would be lost for good by it.
func (c *call) checkVersionParam() error {
	id, named := c.query.Lookup("versionId")
	if !named || id == "" && !c.op.loses {
		return nil
	}
	return checkVersion(id)
}

// isAbsent says that an error of the engine is about what is not there, or is
// a delete marker, and not about the engine.
func isAbsent(err error) bool {
	return errors.Is(err, storage.ErrNoKey) || errors.Is(err, storage.ErrNoVersion) || errors.Is(err, storage.ErrMarker)
}

// setVersion sets the id of a version, where the Space has any.
func (r *reply) setVersion(sp *storage.Space, o *storage.Object) {
	r.trace.of(o.Size)
	if id := o.VersionID(); id != storage.NullVersion || sp.Versioning != storage.Unversioned {
		r.set(hVersionID, id)
	}
}

// setNewVersion sets the id of the version that a write made. A null version is
// not told of (PutObject, "Examples": versioning suspended).
func (r *reply) setNewVersion(o *storage.Object) {
	r.trace.of(o.Size)
	if id := o.VersionID(); id != storage.NullVersion {
		r.set(hVersionID, id)
	}
}

// setSourceVersion sets the id of the version that a copy was made of. A null
// version is told only to who named it (CopyObject; recorded on Amazon).
func (c *call) setSourceVersion(o *storage.Object) {
	if id := o.VersionID(); id != storage.NullVersion || c.source.version != "" {
		c.out.set(hSourceVersion, id)
	}
}

// setDeleted says what a delete did: a marker was made, or was what went.
func (r *reply) setDeleted(d storage.Deleted) {
	if d.Marker {
		r.set(hDeleteMarker, "true")
	}
	if d.Version != "" {
		r.set(hVersionID, d.Version)
	}
}

// onMarker gives the error about a delete marker its headers (GetObject,
// "Delete markers"); a marker itself can be deleted, and nothing else.
func (e *Error) onMarker(m *storage.MarkerError) {
	e.header(hDeleteMarker, "true").header(hVersionID, m.Version)
	if e.Code == "MethodNotAllowed" {
		e.header("Allow", "DELETE").header("Last-Modified", httpTime(m.Modified))
	}
}

// absence is why there is no version to work on. Where the current version is a
// delete marker, its subresources are asked for, and it has none (user guide,
// "Working with delete markers"); attributes and ACL are read as the object is,
// which counts as deleted (GetObjectAttributes).
func (c *call) absence(err error) error {
	var m *storage.MarkerError
	if !errors.As(err, &m) || c.op.asObject || len(c.op.query) == 0 || len(c.op.takes) == 0 {
		return err
	}
	return engineError("MethodNotAllowed", err)
}

// about completes an error with what only the call knows: the key and the
// version that are not there, what the method was tried on, and where the Space
// is.
func (c *call) about(e *Error) {
	c.tellRegion()
	switch e.Code {
	case "NoSuchKey", "NoSuchVersion":
		key, version := c.target.key, c.version()
		if c.op != nil && c.op.source != "" && c.absent != nil {
			key, version = c.source.key, c.source.version
		}
		if key != "" && !e.has("Key") {
			e.with("Key", s3xml.Printable(key))
		}
		if e.Code == "NoSuchVersion" && version != "" {
			e.with("VersionId", s3xml.Printable(version))
		}
	case "MethodNotAllowed":
		resource := [...]string{service: "SERVICE", space: "BUCKET", object: "OBJECT"}[c.target.scope()]
		switch {
		case errors.Is(e, storage.ErrMarker) || errors.Is(e, storage.ErrNoKey):
			resource = "DeleteMarker"
		case c.query.mask&subresourceBits["uploadId"] != 0:
			resource = "UPLOAD"
		}
		e.with("Method", s3xml.Printable(c.in.Method)).with("ResourceType", resource)
	}
}

func (e *Error) has(element string) bool {
	return slices.ContainsFunc(e.fields, func(f field) bool { return f.name == element })
}

// updateObject changes the attributes of the version that the request names.
func (c *call) updateObject(change func(*storage.Object) error) error {
	o, err := c.s.engine.UpdateVersion(c.ctx, c.target.space, c.target.key, c.version(), c.again(change, c.question))
	if err != nil {
		return c.absence(err)
	}
	c.out.setVersion(&c.space, &o)
	return nil
}

// bypass says whether the request may remove what is kept for governance, and
// asks for it. Where nothing can be kept the header says nothing, as on Ceph:
// Amazon answers InvalidArgument, but what empties Spaces of any kind sends it with
// every delete (s3-tests, versitygw's tests), and could not here.
func (c *call) bypass(key string) bool {
	if !strings.EqualFold(c.in.Header.Get(hBypass), "true") {
		return false
	}
	q := question{action: "s3:BypassGovernanceRetention", space: &c.space, key: key}
	return c.s.allows(c, &q)
}
