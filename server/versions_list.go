package server

import (
	"net/http"

	"spaces/server/storage"
)

// versionListing is a page of ListObjectVersions.
type versionListing struct {
	c         *call
	q         storage.VersionsQuery
	encode    bool
	rows      []storage.ListedVersion
	truncated bool
}

func (c *call) newVersionListing() (l *versionListing, err error) {
	l = &versionListing{c: c, q: storage.VersionsQuery{Prefix: c.query.get("prefix"), Delimiter: c.query.get("delimiter"),
		AfterKey: c.query.get("key-marker"), AfterVersion: c.query.get("version-id-marker")}}
	if v := l.q.AfterVersion; v != "" {
		if l.q.AfterKey == "" {
			return nil, errInvalidArgument("version-id-marker", v, "A version-id marker cannot be specified without a key marker.")
		}
		if !storage.ValidVersion(v) {
			return nil, errInvalidArgument("version-id-marker", v, "Invalid version id specified")
		}
	}
	if l.q.Max, err = c.intParam("max-keys", maxKeys, 0, maxKeys); err != nil {
		return nil, err
	}
	l.encode, err = c.encoding()
	return l, err
}

func (c *call) listVersions() error {
	l, err := c.newVersionListing()
	if err != nil {
		return err
	}
	l.rows, l.truncated, err = c.s.engine.ListVersions(c.r.Context(), c.target.space, l.q)
	if err != nil {
		return err
	}
	x := newDocument("ListVersionsResult")
	l.head(x)
	for i := range l.rows {
		if v := &l.rows[i]; !v.Prefix {
			l.entry(x, v)
		}
	}
	for i := range l.rows {
		if v := &l.rows[i]; v.Prefix {
			x.commonPrefix(v.Key, l.encode)
		}
	}
	x.close("ListVersionsResult")
	return c.answer(http.StatusOK, x)
}

// head says what was asked for, and where the next page begins.
func (l *versionListing) head(x *xmlWriter) {
	x.text("Name", l.c.target.space)
	x.name("Prefix", l.q.Prefix, l.encode)
	x.name("KeyMarker", l.q.AfterKey, l.encode)
	x.text("VersionIdMarker", l.q.AfterVersion)
	if l.truncated {
		last := &l.rows[len(l.rows)-1]
		x.name("NextKeyMarker", last.Key, l.encode)
		if !last.Prefix {
			x.text("NextVersionIdMarker", last.Version)
		}
	}
	x.int("MaxKeys", int64(l.q.Max))
	if l.q.Delimiter != "" {
		x.name("Delimiter", l.q.Delimiter, l.encode)
	}
	if l.encode {
		x.text("EncodingType", "url")
	}
	x.bool("IsTruncated", l.truncated)
}

func (l *versionListing) entry(x *xmlWriter, v *storage.ListedVersion) {
	element := "Version"
	if v.Marker {
		element = "DeleteMarker"
	}
	x.open(element)
	x.name("Key", v.Key, l.encode)
	x.text("VersionId", v.Version)
	x.bool("IsLatest", v.Latest)
	x.time("LastModified", v.Modified)
	if !v.Marker {
		x.etag(v.ETag)
		if v.Sum.Algorithm != "" {
			x.text("ChecksumAlgorithm", v.Sum.Algorithm)
			x.text("ChecksumType", v.Sum.Type)
		}
		x.int("Size", v.Size)
	}
	x.owner("Owner", l.c.s.owner)
	if !v.Marker {
		x.text("StorageClass", className(v.Class))
	}
	x.close(element)
}
