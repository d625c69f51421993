package dialog

import (
	"context"

	"spaces/store"
)

// A folder list is read until it has so many folders, or so many pages went by: a folder may hold a million files.
const (
	enoughFolders = 200
	enoughPages   = 10
)

// folders are those of one folder, as far as they were read.
type folders struct {
	keys []string
	next string
	more bool
	any  bool // there is something in it
}

// readFolders reads on from the key after.
func readFolders(ctx context.Context, s *store.Store, space, prefix, after string) (folders, error) {
	f := folders{next: after, more: true}
	for page := 0; f.more && page < enoughPages && len(f.keys) < enoughFolders; page++ {
		p, err := s.List(ctx, store.ListRequest{Space: space, Prefix: prefix, Delimiter: "/", After: f.next})
		if err != nil {
			return f, err
		}
		for _, e := range p.Entries {
			f.any = true
			if e.Folder {
				f.keys = append(f.keys, e.Key)
			}
		}
		f.next, f.more = p.Next, p.More
	}
	return f, nil
}
