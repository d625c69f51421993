package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/listing"
)

// lister is spaces ls.
type lister struct {
	*viewer
	lsOptions
	headings bool
	headed   bool
}

type lsOptions struct {
	long, recurse, versions bool
}

func lsCommand(p process, o *options) *cobra.Command {
	var l lookOptions
	var ls lsOptions
	cmd := &cobra.Command{
		Use:   "ls [PLACE...]",
		Short: "List Spaces, or what is in a Space or folder",
		Long: "ls lists the Spaces of a connection, what is in a Space or in a folder, or a file. Folders end in a slash.\n\n" + lookPlaces + "\n\n" +
			"A * in a key stands for any characters but a slash, ** for any, ? for one, [a-z] for one of these; a backslash makes them plain. What a pattern matches is listed by its whole key.",
		Example: "spaces ls\nspaces ls s3://media/images/\nspaces ls -l do:media\nspaces ls -r 's3://media/images/**.jpg'\nspaces ls --versions s3://media/logo.png",
		Args:    needs(0, -1, "ls [PLACE...]"),
	}
	flags := cmd.Flags()
	flags.BoolVarP(&ls.long, "long", "l", false, "with size and date")
	flags.BoolVarP(&ls.recurse, "recursive", "r", false, "with everything in folders")
	flags.BoolVar(&ls.versions, "versions", false, "with older versions and what was deleted: size, date, ID and name of each")
	return looks(cmd, p, o, &l, func(ctx context.Context, w *viewer, args []string) error {
		if len(args) == 0 {
			args = []string{"s3://"}
		}
		r := &lister{viewer: w, lsOptions: ls, headings: len(args) > 1}
		return w.each(ctx, args, r.list)
	})
}

// lookPlaces says how places are written, for the help of commands.
const lookPlaces = "  s3://SPACE/folder/        on the connection that --profile or --endpoint chose, else on the store of this machine\n" +
	"  PROFILE:SPACE/folder/     on another connection; :SPACE/folder/ is on the store of this machine"

func (r *lister) list(ctx context.Context, x operand) error {
	st, err := r.Get(x.conn)
	if err != nil {
		return err
	}
	switch {
	case x.ref.Space == "":
		return r.spaces(ctx, st, x)
	case r.versions:
		return r.history(ctx, st, x)
	case x.glob():
		return r.expand(ctx, x, func(e store.Entry) error {
			if e.Folder && r.recurse {
				return r.below(ctx, st, x.ref.Space, e.Key, "")
			}
			return r.entry(x.ref.Space, e, "")
		})
	case !x.folder():
		e, is, err := literally(ctx, st, x.ref)
		switch {
		case err != nil:
			return err
		case !is:
			return noSuch(x)
		case !e.Folder:
			return r.entry(x.ref.Space, e, e.Key[:strings.LastIndexByte(e.Key, '/')+1])
		}
		x.ref.Key = e.Key
	}
	if err := r.heading(x); err != nil {
		return err
	}
	if r.recurse {
		return r.below(ctx, st, x.ref.Space, x.ref.Key, x.ref.Key)
	}
	return r.folder(ctx, st, x)
}

// heading parts what several arguments name.
func (r *lister) heading(x operand) error {
	if !r.headings || r.asJSON {
		return nil
	}
	gap := ""
	if r.headed {
		gap = "\n"
	}
	r.headed = true
	_, err := fmt.Fprintf(r.out, "%s%s:\n", gap, r.name(x.text))
	return err
}

type spaceJSON struct {
	Space   string     `json:"space"`
	Region  string     `json:"region,omitempty"`
	Created *time.Time `json:"created,omitempty"`
}

func (r *lister) spaces(ctx context.Context, st *store.Store, x operand) error {
	list, err := st.Spaces(ctx)
	if err != nil {
		return err
	}
	if err := r.heading(x); err != nil {
		return err
	}
	for _, sp := range list {
		switch {
		case r.asJSON:
			err = r.json(spaceJSON{sp.Name, sp.Region, zero(sp.Created)})
		case r.long:
			_, err = fmt.Fprintf(r.out, "%-*s  %s/\n", r.formats.TimeWidth(), r.time(sp.Created), r.name(sp.Name))
		default:
			_, err = fmt.Fprintf(r.out, "%s/\n", r.name(sp.Name))
		}
		if err == nil && r.recurse {
			err = r.fail(ctx, sp.Name, r.below(ctx, st, sp.Name, "", ""))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// folder lists what is right in a folder. One in which nothing is does not exist.
func (r *lister) folder(ctx context.Context, st *store.Store, x operand) error {
	q := store.ListRequest{Space: x.ref.Space, Prefix: x.ref.Key, Delimiter: "/"}
	for found := x.ref.Key == ""; ; {
		p, err := st.List(ctx, q)
		if err != nil {
			return err
		}
		found = found || len(p.Entries) > 0
		for _, e := range p.Entries {
			if e.Key == x.ref.Key { // the marker of the folder itself
				continue
			}
			if err := r.entry(x.ref.Space, e, x.ref.Key); err != nil {
				return err
			}
		}
		if !p.More && !found {
			return noSuch(x)
		}
		if err := r.flush(); err != nil || !p.More {
			return err
		}
		q.After = p.Next
	}
}

// below lists everything at any depth, without base before the names.
func (r *lister) below(ctx context.Context, st *store.Store, space, prefix, base string) error {
	found := prefix == ""
	all := func(string, *store.Entry) bool { return true }
	err := listing.Each(ctx, st.List, space, prefix, "", all, func(entries []store.Entry) error {
		found = true
		for _, e := range entries {
			if e.Key == base {
				continue
			}
			if err := r.entry(space, e, base); err != nil {
				return err
			}
		}
		return r.flush()
	})
	if err == nil && !found {
		err = noFolder(store.Ref{Space: space, Key: prefix})
	}
	return err
}

// flush lets people see what is there while more comes.
func (r *lister) flush() error {
	if !r.screen {
		return nil
	}
	return r.out.Flush()
}

type entryJSON struct {
	keyJSON
	Folder   bool       `json:"folder,omitempty"`
	Size     *int64     `json:"size,omitempty"`
	Modified *time.Time `json:"modified,omitempty"`
	ETag     string     `json:"etag,omitempty"`
}

func jsonOf(space string, e store.Entry) entryJSON {
	j := entryJSON{keyJSON: jsonKey(store.Ref{Space: space, Key: e.Key}), Folder: e.Folder, Modified: zero(e.Modified), ETag: e.ETag}
	if !e.Folder {
		j.Size = &e.Size
	}
	return j
}

// entry prints a row of a listing, without base before its name.
func (r *lister) entry(space string, e store.Entry, base string) error {
	if r.asJSON {
		return r.json(jsonOf(space, e))
	}
	name := r.name(strings.TrimPrefix(e.Key, base))
	if !r.long {
		_, err := io.WriteString(r.out, name+"\n")
		return err
	}
	size, date := r.size(e.Size), r.time(e.Modified)
	if e.Folder {
		size = "-"
	}
	_, err := fmt.Fprintf(r.out, "%*s  %-*s  %s\n", r.sizeWidth(), size, r.formats.TimeWidth(), date, name)
	return err
}

func (w *viewer) sizeWidth() int {
	if w.bytes {
		return len("5497558138880") // the largest object of S3, 5 TiB
	}
	return w.formats.SizeWidth()
}
