package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"spaces/store"
)

type versionJSON struct {
	keyJSON
	Version  string     `json:"version_id,omitempty"`
	Folder   bool       `json:"folder,omitempty"`
	Latest   bool       `json:"latest"`
	Deleted  bool       `json:"deleted,omitempty"` // a delete marker
	Size     *int64     `json:"size,omitempty"`
	Modified *time.Time `json:"modified,omitempty"`
	ETag     string     `json:"etag,omitempty"`
}

// history lists the versions of a file, or of what is in a folder. What is deleted is there, too, so that no file has to be.
func (r *lister) history(ctx context.Context, st *store.Store, x operand) error {
	if !x.folder() {
		found, err := r.versionsOf(ctx, st, store.VersionsRequest{Space: x.ref.Space, Prefix: x.ref.Key}, x.ref.Key)
		if err != nil || found {
			return err
		}
		x.ref.Key += "/"
	}
	if err := r.heading(x); err != nil {
		return err
	}
	q := store.VersionsRequest{Space: x.ref.Space, Prefix: x.ref.Key, Delimiter: "/"}
	if r.recurse {
		q.Delimiter = ""
	}
	found, err := r.versionsOf(ctx, st, q, "")
	if err == nil && !found && x.ref.Key != "" {
		err = noSuch(x)
	}
	return err
}

// versionsOf prints the versions that a listing has, with a key only those of it, which come first.
func (r *lister) versionsOf(ctx context.Context, st *store.Store, q store.VersionsRequest, key string) (found bool, err error) {
	base := q.Prefix[:strings.LastIndexByte(q.Prefix, '/')+1]
	for {
		p, err := st.Versions(ctx, q)
		if err != nil {
			return found, err
		}
		for _, v := range p.Versions {
			if key != "" && v.Key != key {
				return found, nil
			}
			found = true
			if err := r.version(q.Space, v, base); err != nil {
				return found, err
			}
		}
		if err := r.flush(); err != nil || !p.More {
			return found, err
		}
		q.After = p.Next
	}
}

func (r *lister) version(space string, v store.Version, base string) error {
	if r.asJSON {
		j := versionJSON{keyJSON: jsonKey(store.Ref{Space: space, Key: v.Key}), Version: v.ID, Folder: v.Folder, Latest: v.Latest, Deleted: v.Marker,
			Modified: zero(v.Modified), ETag: v.ETag}
		if !v.Folder && !v.Marker {
			j.Size = &v.Size
		}
		return r.json(j)
	}
	size := r.size(v.Size)
	switch {
	case v.Folder:
		size = "-"
	case v.Marker:
		size = "deleted"
	}
	_, err := fmt.Fprintf(r.out, "%*s  %-*s  %-32s  %s\n", r.sizeWidth(), size, r.formats.TimeWidth(), r.time(v.Modified), r.name(v.ID), r.name(strings.TrimPrefix(v.Key, base)))
	return err
}
