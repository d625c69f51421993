package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"time"

	"spaces/store"
)

// printPlace writes what the panel would show first as lines of tab-separated columns, names first: the Spaces with
// objects, bytes and creation time, or a folder's entries, or a file, with bytes and modification time. Folders end in "/".
func printPlace(ctx context.Context, w io.Writer, s *store.Store, p store.Place) error {
	out := bufio.NewWriter(w)
	var err error
	switch {
	case p.Space == "":
		err = printSpaces(ctx, out, s)
	case p.Key != "":
		err = printFile(ctx, out, s, p)
	default:
		err = printFolder(ctx, out, s, p)
	}
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	return err
}

func printSpaces(ctx context.Context, w io.Writer, s *store.Store) error {
	spaces, err := s.Spaces(ctx)
	if err != nil {
		return err
	}
	for _, sp := range spaces {
		objects, bytes := "-", "-"
		if u, err := s.Usage(ctx, sp.Name); err == nil && u.Counted {
			objects, bytes = fmt.Sprint(u.Objects), fmt.Sprint(u.Bytes)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", store.Printable(sp.Name), objects, bytes, stamp(sp.Created))
	}
	return nil
}

func printFile(ctx context.Context, w io.Writer, s *store.Store, p store.Place) error {
	info, err := s.Head(ctx, p.Ref())
	if err != nil {
		return err
	}
	return printRow(w, store.Entry{Key: p.Key[len(p.Prefix):], Size: info.Size, Modified: info.Modified})
}

func printRow(w io.Writer, e store.Entry) error {
	_, err := fmt.Fprintf(w, "%s\t%d\t%s\n", store.Printable(e.Key), e.Size, stamp(e.Modified))
	return err
}

func printFolder(ctx context.Context, w io.Writer, s *store.Store, p store.Place) error {
	req := store.ListRequest{Space: p.Space, Prefix: p.Prefix, Delimiter: "/"}
	for {
		page, err := s.List(ctx, req)
		if err != nil {
			return err
		}
		for _, e := range page.Entries {
			e.Key = e.Key[len(p.Prefix):]
			switch {
			case e.Key == "": // the folder's own marker
			case e.Folder:
				fmt.Fprintf(w, "%s\t-\t-\n", store.Printable(e.Key))
			default:
				printRow(w, e)
			}
		}
		if !page.More {
			return nil
		}
		req.After = page.Next
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
