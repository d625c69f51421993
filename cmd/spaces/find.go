package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/listing"
)

// findOptions are the flags of spaces find.
type findOptions struct {
	name, larger, smaller, newer, older, kind string

	print0, long bool
}

func findCommand(p process, o *options) *cobra.Command {
	var l lookOptions
	var f findOptions
	cmd := &cobra.Command{
		Use:   "find PLACE [CONDITION...]",
		Short: "Look for files by name, size and date",
		Long: "find prints the whole keys of the files below a folder for which every condition holds, while it looks. Several listings go on at once; the order is that of keys.\n\n" + lookPlaces + "\n\n" +
			"Conditions can be written as on the Find tab of the panel, too: '*.jpg', 'size>100M', 'age<7d', 2026-11-01..2026-11-30, '!*.tmp'. Sizes have B, k, M, G, T or Ki, Mi, Gi, Ti behind them, ages m, h, d, w, y.",
		Example: "spaces find s3://media --name '*.jpg' --larger 10M\nspaces find do:logs/2026/ --older 90d --json\nspaces find s3://media 'size>1G' 'age>1y'\nspaces find s3://media --name '*.tmp' --print0 | xargs -0 -n1 echo",
		Args:    needs(1, -1, "find PLACE [CONDITION...]"),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.name, "name", "", "the name matches a pattern with * ? [a-z]; with a slash in it the path below PLACE does, and ** goes over slashes")
	flags.StringVar(&f.larger, "larger", "", "more than so many bytes: 100M")
	flags.StringVar(&f.smaller, "smaller", "", "fewer than so many bytes")
	flags.StringVar(&f.newer, "newer", "", "written after a date (2026-11-01, 2026-11-01T14:00:00Z), or less than so long ago (7d)")
	flags.StringVar(&f.older, "older", "", "written before a date, or longer ago than that")
	flags.StringVar(&f.kind, "type", "file", "file or folder")
	flags.BoolVar(&f.print0, "print0", false, "end names with a zero byte instead of a line end: for xargs -0")
	flags.BoolVarP(&f.long, "long", "l", false, "with size and date")
	return looks(cmd, p, o, &l, func(ctx context.Context, w *viewer, args []string) error {
		test, err := f.test(args[1:], w.now)
		if err != nil {
			return misused(err)
		}
		return w.each(ctx, args[:1], func(ctx context.Context, x operand) error { return w.find(ctx, x, f, test) })
	})
}

// wanted is what is looked for: what every key begins with below the place, and what has to hold.
type wanted struct {
	prefix string
	holds  []func(name string, e *store.Entry) bool
}

func (q *wanted) match(name string, e *store.Entry) bool {
	for _, holds := range q.holds {
		if !holds(name, e) {
			return false
		}
	}
	return true
}

// test reads all conditions.
func (f findOptions) test(words []string, now time.Time) (q *wanted, err error) {
	q = &wanted{}
	if f.kind != "file" && f.kind != "folder" {
		return nil, fmt.Errorf("--type is file or folder, not %q", f.kind)
	}
	if f.kind == "folder" && (f.larger+f.smaller+f.newer+f.older != "" || len(words) > 0) {
		return nil, errors.New("folders have no size and no date of their own: --type folder goes with --name only")
	}
	if f.name != "" {
		q.named(readGlob(f.name))
	}
	add := func(text string) {
		if err != nil {
			return
		}
		var query *listing.Query
		if query, err = listing.ParseQuery(text, now); err == nil {
			q.holds = append(q.holds, query.Match)
			q.prefix = cmp.Or(q.prefix, query.Prefix)
		}
	}
	for _, c := range []struct{ flag, sign, text string }{{"larger", ">", f.larger}, {"smaller", "<", f.smaller}} {
		if c.text == "" {
			continue
		}
		if add("size" + c.sign + c.text); err != nil || strings.ContainsAny(c.text, " <>=\"") {
			return nil, fmt.Errorf("--%s: %q is no size: write 100M, with B, k, M, G or T", c.flag, c.text)
		}
	}
	if len(words) > 0 {
		add(strings.Join(words, " "))
	}
	return q, cmp.Or(err, q.dated(f, now))
}

// named adds a pattern for names.
func (q *wanted) named(g *glob) {
	base := func(name string) string { return store.Base(strings.TrimSuffix(name, "/")) }
	for _, m := range g.marks {
		if m.char == "/" || m.kind >= anyPath {
			q.prefix = g.prefix
			base = func(name string) string { return strings.TrimSuffix(name, "/") }
		}
	}
	q.holds = append(q.holds, func(name string, _ *store.Entry) bool { return g.match(base(name)) })
}

// dated adds what holds of dates.
func (q *wanted) dated(f findOptions, now time.Time) error {
	for _, c := range []struct {
		flag, text string
		sign       int
	}{{"newer", f.newer, 1}, {"older", f.older, -1}} {
		if c.text == "" {
			continue
		}
		at, err := momentOf(c.text, now)
		if err != nil {
			return fmt.Errorf("--%s: %w", c.flag, err)
		}
		q.holds = append(q.holds, func(_ string, e *store.Entry) bool { return !e.Modified.IsZero() && e.Modified.Compare(at) == c.sign })
	}
	return nil
}

// find prints what is found below a place.
func (w *viewer) find(ctx context.Context, x operand, f findOptions, q *wanted) error {
	st, err := w.Get(x.conn)
	switch {
	case err != nil:
		return err
	case x.ref.Space == "":
		return misused(errors.New("find looks in one Space: name it"))
	case !x.folder():
		x.ref.Key += "/"
	}
	visit := func(entries []store.Entry) error {
		for _, e := range entries {
			if err := w.hit(x.ref.Space, e, f); err != nil {
				return err
			}
		}
		if w.screen {
			return w.out.Flush()
		}
		return nil
	}
	if f.kind == "folder" {
		all := func(string, *store.Entry) bool { return true }
		return listing.Each(ctx, st.List, x.ref.Space, x.ref.Key, q.prefix, all, foldersOf(x.ref.Key, q.match, visit))
	}
	return listing.Each(ctx, st.List, x.ref.Space, x.ref.Key, q.prefix, q.match, visit)
}

// foldersOf visits, of objects in the order of their keys, the folders that they are in and that match.
func foldersOf(base string, match func(string, *store.Entry) bool, visit func([]store.Entry) error) func([]store.Entry) error {
	last := base
	return func(entries []store.Entry) error {
		var found []store.Entry
		for _, e := range entries {
			for i := len(base); i < len(e.Key); i++ {
				if e.Key[i] != '/' || strings.HasPrefix(last, e.Key[:i+1]) {
					continue
				}
				dir := store.Entry{Key: e.Key[:i+1], Folder: true}
				if match(dir.Key[len(base):], &dir) {
					found = append(found, dir)
				}
			}
			last = e.Key
		}
		return visit(found)
	}
}

// hit prints one thing that was found.
func (w *viewer) hit(space string, e store.Entry, f findOptions) error {
	switch {
	case w.asJSON:
		return w.json(jsonOf(space, e))
	case f.print0:
		_, err := io.WriteString(w.out, e.Key+"\x00")
		return err
	case f.long:
		size := w.size(e.Size)
		if e.Folder {
			size = "-"
		}
		_, err := fmt.Fprintf(w.out, "%*s  %-*s  %s\n", w.sizeWidth(), size, w.formats.TimeWidth(), w.time(e.Modified), w.name(e.Key))
		return err
	}
	_, err := io.WriteString(w.out, w.name(e.Key)+"\n")
	return err
}

// ages are units of time, as the Find tab of the panel has them.
var ages = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour, 'y': 365 * 24 * time.Hour}

// momentOf reads a date, whose day begins then, a moment, or how long ago something is: 7d, 2d12h.
func momentOf(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, nil
		}
	}
	at, rest := now, text
	for rest != "" {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.Atoi(rest[:digits])
		if err != nil || digits == len(rest) || ages[rest[digits]] == 0 || n > 36500 {
			return now, fmt.Errorf("%q is no date and no age: write 2026-11-01, or 7d with m, h, d, w or y", text)
		}
		at, rest = at.Add(-time.Duration(n)*ages[rest[digits]]), rest[digits+1:]
	}
	return at, nil
}
