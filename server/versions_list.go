package server

import (
	"net/http"
	"strconv"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// versionListing is a page of ListObjectVersions.
type versionListing struct {
	c         *call
	q         storage.VersionsQuery
	encode    bool
	marker    string // key-marker, as it was sent
	rows      []storage.ListedVersion
	truncated bool
}

// newVersionListing reads the query, in the order in which S3 looks at it.
func (c *call) newVersionListing() (l *versionListing, err error) {
	l = &versionListing{c: c, marker: c.query.get("key-marker"), q: storage.VersionsQuery{Hide: c.hidden(),
		Prefix: c.query.get("prefix"), Delimiter: c.query.get("delimiter"), AfterVersion: c.query.get("version-id-marker")}}
	l.q.AfterKey = rowAt(l.q.Prefix, l.q.Delimiter, l.marker)
	if n, err := strconv.ParseInt(c.query.get("max-keys"), 10, 32); err == nil && n < 0 {
		return nil, refusef("InvalidArgument", "max-keys cannot be negative").with("ArgumentName", "max-keys")
	}
	if l.q.Max, err = c.intParam("max-keys", maxKeys, 0, maxKeys); err != nil {
		return nil, err
	}
	if err := c.checkVersionMarker(l.marker); err != nil {
		return nil, err
	}
	if l.encode, err = c.encoding(); err != nil {
		return nil, err
	}
	return l, checkOptionalAttributes(c.in.Header)
}

// checkVersionMarker checks version-id-marker, which goes with a key-marker.
func (c *call) checkVersionMarker(key string) error {
	v, named := c.query.Lookup("version-id-marker")
	switch {
	case !named:
		return nil
	case key == "":
		return errInvalidArgument("version-id-marker", v, "A version-id marker cannot be specified without a key marker.")
	case v == "":
		return errInvalidArgument("version-id-marker", v, "A version-id marker cannot be empty.")
	case !storage.ValidVersion(v):
		return errInvalidArgument("version-id-marker", v, "Invalid version id specified")
	}
	return nil
}

func (c *call) listVersions() error {
	l, err := c.newVersionListing()
	if err != nil {
		return err
	}
	if err := c.seat.holdPage(c.ctx, l.find, func() { l.rows = nil }); err != nil {
		return err
	}
	x := c.newPage("ListVersionsResult")
	l.head(x)
	for i := range l.rows {
		if v := &l.rows[i]; !v.Prefix {
			l.entry(x, v)
		}
	}
	for i := range l.rows {
		if v := &l.rows[i]; v.Prefix {
			writeCommonPrefix(x, v.Key, l.encode)
		}
	}
	x.Close("ListVersionsResult")
	return c.out.document(http.StatusOK, x)
}

// find is that of a listing.
func (l *versionListing) find() (size int64, err error) {
	l.rows, l.truncated, err = l.c.s.engine.ListVersions(l.c.ctx, l.c.target.space, l.q)
	for i := range l.rows {
		size += rowOf(l.rows[i].Key)
	}
	return size, err
}

// head says what was asked for, and where the next page begins.
func (l *versionListing) head(x *s3xml.Writer) {
	x.Text("Name", l.c.target.space)
	x.Name("Prefix", l.q.Prefix, l.encode)
	x.Name("KeyMarker", l.marker, l.encode)
	x.Text("VersionIdMarker", l.q.AfterVersion)
	if l.truncated {
		last := &l.rows[len(l.rows)-1]
		x.Name("NextKeyMarker", last.Key, l.encode)
		if !last.Prefix {
			x.Text("NextVersionIdMarker", last.Place())
		}
	}
	x.Int("MaxKeys", int64(l.q.Max))
	if l.q.Delimiter != "" {
		x.Name("Delimiter", l.q.Delimiter, l.encode)
	}
	if l.encode {
		x.Text("EncodingType", "url")
	}
	x.Bool("IsTruncated", l.truncated)
}

func (l *versionListing) entry(x *s3xml.Writer, v *storage.ListedVersion) {
	element := "Version"
	if v.Marker {
		element = "DeleteMarker"
	}
	x.Open(element)
	x.Name("Key", v.Key, l.encode)
	x.Text("VersionId", v.Version)
	x.Bool("IsLatest", v.Latest)
	x.Time("LastModified", v.Modified)
	if !v.Marker {
		x.ETag(v.ETag)
		writeSumKind(x, v.Sum)
		x.Int("Size", v.Size)
	}
	writeOwner(x, "Owner", l.c.s.owner)
	if !v.Marker {
		x.Text("StorageClass", className(v.Class))
	}
	x.Close(element)
}
