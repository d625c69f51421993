package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

type duOptions struct {
	sum   bool
	depth int
}

func duCommand(p process, o *options) *cobra.Command {
	var l lookOptions
	var d duOptions
	cmd := &cobra.Command{
		Use:   "du [PLACE...]",
		Short: "Count what folders hold",
		Long: "du counts the objects and bytes in a folder, a Space, or each Space of a connection, and in the folders below it, as the Usage tab of the panel does: everything is listed, in several listings at once. " +
			"It prints the size, the number of objects and the name of each. Older versions are not counted.\n\n" + lookPlaces,
		Example: "spaces du -s s3://media\nspaces du -d 1 do:media/images/\nspaces du -s --profile do",
		Args:    needs(0, -1, "du [PLACE...]"),
	}
	cmd.Flags().BoolVarP(&d.sum, "summarize", "s", false, "only the sum of each argument")
	cmd.Flags().IntVarP(&d.depth, "max-depth", "d", -1, "only folders that are so deep; 0 is --summarize")
	return looks(cmd, p, o, &l, func(ctx context.Context, w *viewer, args []string) error {
		if d.sum {
			d.depth = 0
		}
		if len(args) == 0 {
			args = []string{"s3://"}
		}
		return w.each(ctx, args, func(ctx context.Context, x operand) error { return w.du(ctx, x, d.depth) })
	})
}

func (w *viewer) du(ctx context.Context, x operand, depth int) error {
	st, err := w.Get(x.conn)
	switch {
	case err != nil:
		return err
	case x.ref.Space == "":
		spaces, err := st.Spaces(ctx)
		if err != nil {
			return err
		}
		for _, sp := range spaces {
			if err := w.fail(ctx, sp.Name, w.count(ctx, st, store.Ref{Space: sp.Name}, depth)); err != nil {
				return err
			}
		}
		return nil
	case x.glob():
		return w.expand(ctx, x, func(e store.Entry) error {
			return w.fail(ctx, e.Key, w.countEntry(ctx, st, x.ref.Space, e, depth))
		})
	case x.folder():
		return w.count(ctx, st, x.ref, depth)
	}
	e, is, err := literally(ctx, st, x.ref)
	if err == nil && !is {
		err = noSuch(x)
	}
	if err != nil {
		return err
	}
	return w.countEntry(ctx, st, x.ref.Space, e, depth)
}

func (w *viewer) countEntry(ctx context.Context, st *store.Store, space string, e store.Entry, depth int) error {
	r := store.Ref{Space: space, Key: e.Key}
	if e.Folder {
		return w.count(ctx, st, r, depth)
	}
	return w.counted(r, listing.Count{Objects: 1, Bytes: e.Size})
}

// count lists all of a folder, and prints it.
func (w *viewer) count(ctx context.Context, st *store.Store, r store.Ref, depth int) error {
	tree, err := tallied(ctx, st, r)
	if err != nil {
		return err
	}
	root, _ := tree.Find(r.Key)
	if r.Key != "" && root.IsNone() {
		return noFolder(r)
	}
	return w.counts(r, root, depth)
}

// tallied counts a folder to the end.
func tallied(ctx context.Context, st *store.Store, r store.Ref) (*listing.Tree, error) {
	tree := listing.NewTree(r.Space, r.Key)
	for !tree.Done() {
		got, err := tree.Round().Do(ctx, st.List)
		if err != nil {
			return nil, err
		}
		tree.Take(got)
	}
	return tree, nil
}

// counts prints what is in a folder before the folder, as du does.
func (w *viewer) counts(r store.Ref, f *listing.Folder, depth int) error {
	if depth != 0 {
		for _, sub := range f.Subs() {
			if err := w.counts(store.Ref{Space: r.Space, Key: r.Key + sub.Name}, sub, depth-1); err != nil {
				return err
			}
		}
		if n := f.Rest.Objects; n > 0 {
			_, _ = fmt.Fprintf(w.p.stderr, "spaces: %s: %s are in more folders than are kept apart: look at one of them\n", store.Printable(r.String()), kit.Plural(n, "object"))
		}
	}
	return w.counted(r, f.Count)
}

type countJSON struct {
	keyJSON
	Objects int64 `json:"objects"`
	Bytes   int64 `json:"bytes"`
}

func (w *viewer) counted(r store.Ref, n listing.Count) error {
	if w.asJSON {
		return w.json(countJSON{jsonKey(r), n.Objects, n.Bytes})
	}
	name := r.String()
	if r.Key == "" {
		name += "/"
	}
	_, err := fmt.Fprintf(w.out, "%*s  %11s  %s\n", w.sizeWidth(), w.size(n.Bytes), kit.Count(n.Objects), w.name(name))
	return err
}
