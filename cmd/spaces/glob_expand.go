package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"spaces/store"
	"spaces/store/listing"
)

// glob says whether it is remote and its key may be a pattern: see session.expand.
func (x operand) glob() bool { return x.remote() && hasGlob(x.ref.Key) }

// errNoMatch is of a pattern that names nothing.
var errNoMatch = errors.New("nothing matches")

// expand visits what an operand with a glob names, in the order of keys and while it is listed: objects, and folders, whose
// keys end in a slash. A pattern with ** is of objects at any depth; with a slash at its end it is of folders, and of those
// that are one within another only of the outermost. Where there is an object or a folder of the very name that is written,
// it alone is meant. errNoMatch when there is nothing.
func (s *session) expand(ctx context.Context, x operand, visit func(store.Entry) error) error {
	st, err := s.Get(x.conn)
	if err != nil {
		return err
	}
	if e, is, err := literally(ctx, st, x.ref); err != nil {
		return err
	} else if is {
		return visit(e)
	}
	found := false
	err = readGlob(x.ref.Key).list(ctx, st.List, x.ref.Space, func(e store.Entry) error {
		found = true
		return visit(e)
	})
	if err == nil && !found {
		err = fmt.Errorf("%w %s", errNoMatch, store.Printable(x.text))
	}
	return err
}

// literally looks for an object, else a folder, of the very name.
func literally(ctx context.Context, st *store.Store, r store.Ref) (e store.Entry, is bool, err error) {
	dir := strings.TrimSuffix(r.Key, "/") + "/"
	if dir != r.Key {
		info, err := st.Head(ctx, r)
		switch store.KindOf(err) {
		case "":
			return store.Entry{Key: r.Key, Size: info.Size, Modified: info.Modified, ETag: info.ETag}, true, nil
		case store.NotFound, store.Denied, store.Other: // the listing says what is wrong
		default:
			return e, false, err
		}
	}
	p, err := st.List(ctx, store.ListRequest{Space: r.Space, Prefix: dir, Delimiter: "/", Max: 1})
	return store.Entry{Key: dir, Folder: true}, err == nil && len(p.Entries) > 0, err
}

// list visits what a glob names. Where what is in one folder tells, that alone is listed; else everything below, and what
// is in folders that cannot hold any is passed over where a page ends in one.
func (g *glob) list(ctx context.Context, list listing.Lister, space string, visit func(store.Entry) error) error {
	look := &globLook{glob: g, visit: visit}
	q := store.ListRequest{Space: space, Prefix: g.prefix}
	if g.flat {
		q.Delimiter = "/"
	}
	for {
		p, err := list(ctx, q)
		if err != nil {
			return err
		}
		for _, e := range p.Entries {
			if look.past != "" && strings.HasPrefix(e.Key, look.past) {
				continue
			}
			look.past = ""
			if err := look.at(e); err != nil {
				return err
			}
		}
		if !p.More {
			return nil
		}
		if q.After = p.Next; look.past != "" && !g.flat && !p.Unordered {
			q.After = look.past + lastOfAll
		}
	}
}

// lastOfAll behind a folder stands after all that is in it, but for keys that are no text.
const lastOfAll = "\U0010ffff"

// globLook is one expansion.
type globLook struct {
	*glob
	visit func(store.Entry) error
	past  string // a folder in which there is nothing more to see
}

func (g *globLook) at(e store.Entry) error {
	switch {
	case e.Key == g.prefix && strings.HasSuffix(e.Key, "/"): // a folder is not in itself
		return nil
	case e.Folder:
		return g.folder(e.Key)
	case g.deep && g.folders:
		for i := range len(e.Key) {
			if e.Key[i] == '/' && i > len(g.prefix)-1 && g.match(e.Key[:i]) {
				return g.folder(e.Key[:i+1])
			}
		}
		return nil
	case g.deep:
		if !g.match(e.Key) {
			return nil
		}
		return g.visit(e)
	}
	return g.byName(e)
}

// folder visits a folder where it is meant, and what is in it is passed over.
func (g *globLook) folder(key string) error {
	g.past = key
	if !g.match(strings.TrimSuffix(key, "/")) {
		return nil
	}
	return g.visit(store.Entry{Key: key, Folder: true})
}

// byName compares a key name by name.
func (g *globLook) byName(e store.Entry) error {
	rest, at := e.Key, 0
	for i, want := range g.segments {
		name, below, inFolder := strings.Cut(rest, "/")
		at += len(name)
		last := i == len(g.segments)-1
		switch matches := matchMarks(want, name); {
		case inFolder && (last || !matches):
			return g.folder(e.Key[:at+1])
		case !matches || !inFolder && (!last || g.folders || name == ""):
			return nil
		case last:
			return g.visit(e)
		}
		rest, at = below, at+1
	}
	return nil
}
