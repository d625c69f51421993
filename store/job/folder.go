package job

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"spaces/store"
)

// folderType is the content type of the markers of folders, as other tools have it.
const folderType = "application/x-directory"

// makeFolder puts the marker of a folder. One that is there stays as it is, with what it holds.
func (j *job) makeFolder(ctx context.Context, _ pos, _ record, s Step, _ *tally) error {
	r := s.From
	err := j.putMarker(ctx, r.Space, r.Key, true)
	if errors.Is(err, store.Unsupported) {
		err = j.putMarker(ctx, r.Space, r.Key, false)
	}
	if errors.Is(err, store.Precondition) {
		j.rowThere(j.plan.to, r, store.Entry{Folder: true})
		return nil
	}
	return err
}

func (j *job) putMarker(ctx context.Context, space, key string, guard bool) error {
	to := store.Ref{Space: space, Key: key}
	return j.try(ctx, func(ctx context.Context) error {
		_, err := j.plan.to.Put(ctx, to, bytes.NewReader(nil), 0, store.Props{ContentType: folderType}, store.PutOptions{IfNoneMatch: guard})
		if err == nil {
			j.rowThere(j.plan.to, to, store.Entry{Folder: true})
		}
		return err
	})
}

// noSlash says that a source cannot be a folder.
func noSlash(s *Spec) error {
	for i := range s.Sources {
		if !strings.HasSuffix(s.Sources[i].Ref.Key, "/") {
			return errors.New("the name of a folder ends in a slash")
		}
	}
	return nil
}
