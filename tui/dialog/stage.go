package dialog

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"spaces/themes"
	"spaces/tui/kit"
)

// tally counts a tree while it is walked. It is read from the Update loop meanwhile.
type tally struct{ files, bytes, skipped atomic.Int64 }

// measured is what a staged path comes to.
type measured struct {
	files, bytes int64
	skipped      int64 // neither files nor directories, or unreadable
	dir          bool
}

func (t *tally) now(dir bool) measured {
	return measured{files: t.files.Load(), bytes: t.bytes.Load(), skipped: t.skipped.Load(), dir: dir}
}

// staged is a path that waits to be uploaded.
type staged struct {
	path    string
	known   measured
	live    *tally
	measure kit.Slot[measured]
}

// start measures the path in the background.
func (s *staged) start(c *kit.Context, owner kit.ID) tea.Cmd {
	s.live = &tally{}
	path, live := s.path, s.live
	return s.measure.Start(c, owner, func(ctx context.Context) (measured, error) { return measure(ctx, path, live) })
}

// measure counts the files of a path and their bytes. What cannot be read inside a tree is counted as skipped; a
// path that cannot be read at all is an error.
func measure(ctx context.Context, path string, live *tally) (measured, error) {
	info, err := os.Stat(path)
	if err != nil {
		return measured{}, err
	}
	if !info.IsDir() {
		return measureFile(path, info)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return measured{}, err
	}
	defer root.Close()
	err = fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && name == ".":
			return err
		case err != nil:
			live.skipped.Add(1)
			return nil
		case e.IsDir():
			return nil
		}
		info, err := root.Stat(name) // links count when they stay in the tree, as they do for the upload
		if err != nil || !info.Mode().IsRegular() {
			live.skipped.Add(1)
			return nil
		}
		live.files.Add(1)
		live.bytes.Add(info.Size())
		return nil
	})
	return live.now(true), err
}

func measureFile(path string, info fs.FileInfo) (measured, error) {
	if !info.Mode().IsRegular() {
		return measured{}, errors.New("it is neither a file nor a directory")
	}
	f, err := os.Open(path)
	if err != nil {
		return measured{}, err
	}
	return measured{files: 1, bytes: info.Size()}, f.Close()
}

// stage is the list of what waits to be uploaded.
type stage struct {
	items  []*staged
	list   kit.List
	bad    []string // sentences about what could not be added
	glance kit.Slot[struct{}]
}

func (s *stage) has(path string) bool { return s.index(path) >= 0 }

func (s *stage) index(path string) int {
	for i, x := range s.items {
		if x.path == path {
			return i
		}
	}
	return -1
}

// add stages a path. Two of the same name would be one object at the destination: the second is refused.
func (s *stage) add(c *kit.Context, owner kit.ID, path string) tea.Cmd {
	for _, x := range s.items {
		if x.path == path {
			return nil
		}
		if filepath.Base(x.path) == filepath.Base(path) {
			s.tell("Another " + shown(filepath.Base(path)) + " is staged already: both would get the same name")
			return nil
		}
	}
	x := &staged{path: path}
	s.items = append(s.items, x)
	s.list.SetLen(len(s.items))
	return tea.Batch(x.start(c, owner), s.look(c, owner))
}

// tell keeps the last few complaints.
func (s *stage) tell(text string) {
	if s.bad = append(s.bad, text); len(s.bad) > 3 {
		s.bad = s.bad[len(s.bad)-3:]
	}
}

func (s *stage) remove(i int) {
	if i < 0 || i >= len(s.items) {
		return
	}
	s.items[i].measure.Cancel()
	s.items = append(s.items[:i:i], s.items[i+1:]...)
	s.list.SetLen(len(s.items))
}

func (s *stage) look(c *kit.Context, owner kit.ID) tea.Cmd {
	if s.glance.Busy() {
		return nil
	}
	return s.glance.StartAfter(c, owner, glance, func(context.Context) (struct{}, error) { return struct{}{}, nil })
}

// take takes what was measured, and looks at what still is.
func (s *stage) take(c *kit.Context, owner kit.ID, msg tea.Msg) tea.Cmd {
	if _, _, ok := s.glance.Take(msg); ok {
		for _, x := range s.items {
			if x.measure.Busy() {
				x.known = x.live.now(x.known.dir)
			}
		}
		if s.counting() {
			return s.look(c, owner)
		}
		return nil
	}
	for i, x := range s.items {
		if m, err, ok := x.measure.Take(msg); ok {
			if x.known = m; err != nil {
				s.tell(shown(x.path) + ": " + reason(err))
				s.remove(i)
			}
			return nil
		}
	}
	return nil
}

func (s *stage) counting() bool {
	for _, x := range s.items {
		if x.measure.Busy() {
			return true
		}
	}
	return false
}

func (s *stage) close() {
	s.glance.Cancel()
	for _, x := range s.items {
		x.measure.Cancel()
	}
}

// sum is what is staged altogether, as far as it is known.
func (s *stage) sum(c *kit.Context) string {
	var files, bytes, skipped int64
	for _, x := range s.items {
		files, bytes, skipped = files+x.known.files, bytes+x.known.bytes, skipped+x.known.skipped
	}
	text := kit.Plural(files, "file") + ", " + c.Bytes(bytes)
	if s.counting() {
		text += ", counting…"
	}
	if skipped > 0 {
		text += ", " + kit.Count(skipped) + " left out"
	}
	return text
}

// nothing is drawn while nothing is staged.
func (s *stage) nothing(t *themes.Paints) []string {
	var lines []string
	for _, text := range []string{"Nothing yet.", "Space adds files, and so does", "dropping them on the terminal."} {
		lines = append(lines, t.Dim.On("  "+text))
	}
	return lines
}

func (x *staged) row(c *kit.Context, w int, cursor bool) string {
	t := &c.Theme.Paint
	base := shown(filepath.Base(x.path))
	about := c.Bytes(x.known.bytes)
	switch {
	case x.measure.Busy():
		about = "counting… " + kit.Count(x.known.files)
	case x.known.dir:
		base += "/"
		about = kit.Plural(x.known.files, "file") + "  " + about
	}
	room := max(w-kit.Width(about)-4, 6)
	text := kit.Fit(mark(cursor)+kit.Fit(middle(base, room), room)+"  "+about, w)
	if cursor {
		return t.Cursor.On(text)
	}
	return t.Row.On(text)
}
