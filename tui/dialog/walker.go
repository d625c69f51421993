package dialog

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/themes"
	"spaces/tui/kit"
)

// walker shows one directory of this machine.
type walker struct {
	dir     string // absolute
	all     []localEntry
	seen    []int // indices of all that pass the filter
	hidden  bool  // hidden files are shown
	filter  *kit.Field
	typing  bool
	back    string // the name to put the cursor on: where one came from
	list    kit.List
	reading kit.Slot[[]localEntry]
	err     error
}

// localEntry is one name of a directory. A link is what it leads to.
type localEntry struct {
	name string
	dir  bool
	size int64 // -1: not a file or not known
}

func newWalker(dir string) walker {
	return walker{dir: dir, filter: kit.NewField("", "begins with…")}
}

// show reads a directory.
func (k *walker) show(c *kit.Context, owner kit.ID, dir, cursor string) tea.Cmd {
	k.dir, k.back, k.all, k.seen, k.err = dir, cursor, nil, nil, nil
	k.typing = false
	k.filter.SetValue("")
	k.list = kit.List{}
	noDisk := c.Store.NoDisk()
	return k.reading.Start(c, owner, func(ctx context.Context) ([]localEntry, error) {
		if noDisk != "" {
			return nil, errors.New(noDisk)
		}
		return readLocal(ctx, dir)
	})
}

// readLocal lists a directory: directories first, then by name.
func readLocal(ctx context.Context, dir string) ([]localEntry, error) {
	list, err := os.ReadDir(dir)
	entries := make([]localEntry, 0, len(list))
	for _, e := range list {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		x := localEntry{name: e.Name(), dir: e.IsDir(), size: -1}
		info, infoErr := e.Info()
		if e.Type()&fs.ModeSymlink != 0 {
			info, infoErr = os.Stat(filepath.Join(dir, e.Name()))
		}
		if infoErr == nil {
			x.dir = info.IsDir()
			if info.Mode().IsRegular() {
				x.size = info.Size()
			}
		}
		entries = append(entries, x)
	}
	slices.SortFunc(entries, func(a, b localEntry) int {
		if a.dir != b.dir {
			return cmp.Compare(b2i(b.dir), b2i(a.dir))
		}
		return cmp.Compare(a.name, b.name)
	})
	return entries, err
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// take takes what was read.
func (k *walker) take(msg tea.Msg) bool {
	list, err, ok := k.reading.Take(msg)
	if ok {
		k.all, k.err = list, err
		k.find()
		for i, x := range k.seen {
			if k.all[x].name == k.back {
				k.list.MoveTo(i)
			}
		}
	}
	return ok
}

// find applies the filter and the choice of hidden files.
func (k *walker) find() {
	k.seen = k.seen[:0]
	begin := strings.ToLower(k.filter.Value())
	for i, e := range k.all {
		if strings.HasPrefix(e.name, ".") && !k.hidden && !strings.HasPrefix(begin, ".") {
			continue
		}
		if strings.HasPrefix(strings.ToLower(e.name), begin) {
			k.seen = append(k.seen, i)
		}
	}
	k.list.SetLen(len(k.seen))
}

func (k *walker) current() (localEntry, bool) {
	if k.list.Cursor < len(k.seen) {
		return k.all[k.seen[k.list.Cursor]], true
	}
	return localEntry{}, false
}

// path is the whole path of an entry.
func (k *walker) path(e localEntry) string { return filepath.Join(k.dir, e.name) }

// nothing is drawn where there are no rows.
func (k *walker) nothing(t *themes.Paints) []string {
	switch {
	case k.reading.Busy():
		return []string{t.Dim.On("  Reading…")}
	case k.err != nil:
		return []string{t.Bad.On("  It cannot be listed:"), t.Bad.On("  " + reason(k.err))} // side by side with what is staged, one line is too narrow
	case k.filter.Value() != "":
		return []string{t.Dim.On("  No name begins with " + middle(shown(k.filter.Value()), 40))}
	}
	return []string{t.Dim.On("  This folder is empty")}
}

func (k *walker) row(c *kit.Context, e localEntry, w int, cursor bool, marked func(string) bool) string {
	t := &c.Theme.Paint
	tick := " "
	if marked(k.path(e)) {
		tick = "✓"
	}
	text, about := shown(e.name), ""
	switch {
	case e.dir:
		text += "/"
	case e.size >= 0:
		about = c.Formats.SizeIn(e.size, c.Formats.SizeWidth())
	}
	size := c.Formats.SizeWidth() + 1
	room := max(w-4-size, 6)
	row := kit.Fit(kit.Fit(middle(text, room), room)+kit.FitRight(about, size), w-4)
	switch {
	case cursor:
		return t.Cursor.On("▸" + tick + " " + kit.Fit(row, w-3))
	case e.dir:
		return " " + t.Mark.On(tick) + " " + t.Folder.On(row)
	}
	return " " + t.Mark.On(tick) + " " + t.Row.On(row)
}
