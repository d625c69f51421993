package server

import (
	"errors"
	"net/http"

	"spaces/server/s3xml"
	"spaces/server/storage"
	"spaces/server/sweep"
)

// destroySpace takes a Space away with all that is in it, to be had back for
// sweep.KeepDestroyed: an extension of this server. It needs what deleting
// everything in it, and it, would need.
func (c *call) destroySpace() error {
	if err := c.mayEmpty(); err != nil {
		return err
	}
	gone, err := c.s.engine.DestroySpace(c.ctx, c.target.space, locks(&c.space))
	if err != nil {
		return missingSpace(err, c.target.space)
	}
	x := s3xml.NewDocument("DestroyBucketResult")
	writeDestroyed(x, &gone)
	x.Close("DestroyBucketResult")
	return c.out.document(http.StatusOK, x)
}

// mayEmpty asks whether everything in the Space may be deleted for good. Only a
// policy can decide otherwise on one key than on another.
func (c *call) mayEmpty() error {
	if len(c.space.Config[docPolicy]) == 0 {
		return c.mayDeleteAll(storage.ListedVersion{Key: "*", Version: storage.NullVersion, Latest: true})
	}
	q := storage.VersionsQuery{Max: maxKeys}
	for more := true; more; {
		var page []storage.ListedVersion
		var err error
		if page, more, err = c.s.engine.ListVersions(c.ctx, c.target.space, q); err != nil {
			return err
		}
		for _, v := range page {
			if err := c.mayDeleteAll(v); err != nil {
				return err
			}
			q.AfterKey, q.AfterVersion = v.Key, v.Version
		}
	}
	return nil
}

func (c *call) mayDeleteAll(v storage.ListedVersion) error {
	if v.Latest && !c.mayDelete(v.Key, "") || c.space.Versioning != storage.Unversioned && !c.mayDelete(v.Key, v.Version) {
		return refuse("AccessDenied")
	}
	return nil
}

// writeDestroyed writes what is told of a destroyed Space.
func writeDestroyed(x *s3xml.Writer, sp *storage.Space) {
	x.Text("ID", sp.Gone.ID)
	x.Text("Name", sp.Name)
	x.Time("Destroyed", sp.Gone.At)
	x.Time("Until", sp.Gone.At.Add(sweep.KeepDestroyed))
	x.Text("Objects", formatInt(sp.Objects))
	x.Text("Bytes", formatInt(sp.Bytes))
}

// listDestroyed lists the destroyed Spaces, the last one first. They belong to
// who may make Spaces of any name: a grant for the name of one may have been
// given for the Space that has it now.
func (c *call) listDestroyed() error {
	x := s3xml.NewDocument("ListDestroyedBucketsResult")
	for _, sp := range c.s.engine.DestroyedSpaces() {
		x.Open("Bucket")
		writeDestroyed(x, &sp)
		x.Close("Bucket")
	}
	x.Close("ListDestroyedBucketsResult")
	return c.out.document(http.StatusOK, x)
}

// undestroySpace gives a destroyed Space back, with another name where one is asked for.
func (c *call) undestroySpace() error {
	name := c.query.get("name")
	if name != "" && !storage.ValidSpaceName(name) {
		return refuse("InvalidBucketName").with("BucketName", s3xml.Printable(name))
	}
	sp, err := c.s.engine.RestoreSpace(c.query.get("undestroy"), name)
	if err != nil {
		if errors.Is(err, storage.ErrSpaceExists) {
			return refuse("BucketAlreadyOwnedByYou")
		}
		return notDestroyed(err)
	}
	x := s3xml.NewDocument("UndestroyBucketResult")
	x.Text("Name", sp.Name)
	x.Close("UndestroyBucketResult")
	return c.out.document(http.StatusOK, x)
}

// endDestroyed removes a destroyed Space now, unless its policy keeps it.
func (c *call) endDestroyed() error {
	id := c.query.get("destroyed")
	sp, err := c.s.engine.DestroyedSpace(id)
	if err != nil {
		return notDestroyed(err)
	}
	if !c.s.allows(c, &question{action: "s3:DeleteBucket", space: &sp}) {
		return refuse("AccessDenied")
	}
	if err := c.s.engine.EndSpace(id); err != nil {
		return notDestroyed(err)
	}
	return c.out.empty(http.StatusNoContent)
}

func notDestroyed(err error) error {
	if errors.Is(err, storage.ErrNotDestroyed) {
		return refusef("NoSuchBucket", "There is no destroyed Space of this id.")
	}
	return err
}
