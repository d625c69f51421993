package store

import (
	"context"
	"strings"
)

// Locate says what a place whose last part may be a file or a folder really is. An object of that very name is what is
// meant, else a folder is: it becomes the Prefix. NotFound when it is neither, also when the Prefix is of an empty folder,
// and NoSpace when there is no such Space.
func (s *Store) Locate(ctx context.Context, p Place) (Place, error) {
	if p.Space == "" {
		return p, nil
	}
	if p.Key == "" || strings.HasSuffix(p.Key, "/") {
		p.Prefix, p.Key = firstOf(p.Key, p.Prefix), ""
		return p, s.hasFolder(ctx, p)
	}
	_, err := s.Head(ctx, p.Ref())
	switch classify(err) {
	case NotFound, Denied, Other:
	default:
		return p, err
	}
	folder := p
	folder.Prefix, folder.Key = p.Key+"/", ""
	listErr := s.hasFolder(ctx, folder)
	switch {
	case listErr == nil || KindOf(err) == NotFound:
		return folder, listErr
	case KindOf(err) == Denied: // a key that may not look at it may list only some
		return p, err
	}
	return p, listErr // the answer to a HEAD has no body that says what is wrong
}

// hasFolder says by nil that there is something in the folder of p, or that its Space is there.
func (s *Store) hasFolder(ctx context.Context, p Place) error {
	page, err := s.List(ctx, ListRequest{Space: p.Space, Prefix: p.Prefix, Delimiter: "/", Max: 1})
	if err != nil || p.Prefix == "" || len(page.Entries) > 0 {
		return err
	}
	return &Error{Op: "find", Ref: p.Ref(), Kind: NotFound, Err: &cause{
		text: "there is no file or folder of this name", err: NotFound, advice: "Check the name: capital letters count."}}
}
