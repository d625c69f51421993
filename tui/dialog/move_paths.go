package dialog

import (
	"context"
	"slices"
	"strings"

	"spaces/store"
)

// placeTyped reads a destination as it is typed: as ParsePlace does in the folder around the sources, and the name of a
// connection that there is needs no @ before it.
func placeTyped(conns *store.Conns, from store.Place, text string) (store.Place, error) {
	text = strings.TrimSpace(text)
	if _, _, is := connTyped(conns, text); is && !strings.HasPrefix(text, "@") {
		text = "@" + text
	}
	p, err := store.ParsePlace(text, store.Place{Conn: from.Conn, Space: from.Space})
	if err != nil {
		return p, err
	}
	of, err := conns.Get(p.Conn)
	if err != nil {
		return p, err
	}
	p.Conn = of.Conn()
	return p, nil
}

// connTyped takes CONN: off a text, where there is a connection of that name.
func connTyped(conns *store.Conns, text string) (conn store.Conn, rest string, ok bool) {
	if rest, ok = strings.CutPrefix(text, "@:"); ok { // this machine has no name
		return "", rest, true
	}
	text = strings.TrimPrefix(text, "@")
	for _, name := range conns.Names() {
		if after, is := strings.CutPrefix(text, string(name)+":"); is && name != "" && len(name) >= len(conn) {
			conn, rest, ok = name, after, true
		}
	}
	return conn, rest, ok
}

// folderPaths are the paths of folders that a typed text may become, as they are typed: connections, Spaces, folders.
func folderPaths(ctx context.Context, conns *store.Conns, from store.Place, text string) ([]string, error) {
	conn, rest, named := connTyped(conns, text)
	head := text[:len(text)-len(rest)]
	switch {
	case named:
	case strings.HasPrefix(text, "/"):
		conn, head, rest = from.Conn, "/", strings.TrimLeft(text, "/")
	default:
		s, err := conns.Get(from.Conn)
		if err != nil {
			return nil, err
		}
		list, err := foldersAt(ctx, s, from.Space, text, "")
		for _, name := range conns.Names() {
			if name != "" && name != from.Conn && strings.HasPrefix(string(name), text) && !strings.Contains(text, "/") {
				list = append(list, string(name)+":")
			}
		}
		return list, err
	}
	s, err := conns.Get(conn)
	if err != nil {
		return nil, err
	}
	if space, key, inside := strings.Cut(rest, "/"); inside {
		return foldersAt(ctx, s, space, key, head+space+"/")
	}
	spaces, err := s.Spaces(ctx)
	var list []string
	for _, x := range spaces {
		if strings.HasPrefix(x.Name, rest) {
			list = append(list, head+x.Name+"/")
		}
	}
	return list, err
}

// foldersAt are the folders of a Space that begin with a key, each with head before it.
func foldersAt(ctx context.Context, s *store.Store, space, key, head string) ([]string, error) {
	var list []string
	page, err := s.List(ctx, store.ListRequest{Space: space, Prefix: key, Delimiter: "/"})
	for _, e := range page.Entries {
		if e.Folder {
			list = append(list, head+e.Key)
		}
	}
	return slices.Clip(list), err
}
