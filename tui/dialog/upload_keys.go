package dialog

import (
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

// walk takes the keys of the directory that lists do not know.
func (d *Upload) walk(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
	switch k.Action {
	case keys.Parent:
		return d.files.show(c, d.id, filepath.Dir(d.files.dir), filepath.Base(d.files.dir)), true
	case keys.Select:
		return d.toggle(c), true
	}
	return nil, false
}

// open goes into a directory, or stages a file.
func (d *Upload) open(c *kit.Context) tea.Cmd {
	e, ok := d.files.current()
	switch {
	case !ok:
		return nil
	case e.dir:
		return d.files.show(c, d.id, d.files.path(e), "")
	}
	return d.toggle(c)
}

// toggle stages what is under the cursor, or takes it off again, and goes on to the next.
func (d *Upload) toggle(c *kit.Context) tea.Cmd {
	e, ok := d.files.current()
	if !ok {
		return nil
	}
	path := d.files.path(e)
	d.files.list.MoveTo(d.files.list.Cursor + 1)
	if i := d.stage.index(path); i >= 0 {
		d.stage.remove(i)
		return nil
	}
	return d.stage.add(c, d.id, path)
}

// narrow begins to type the filter of the directory.
func (d *Upload) narrow() { d.files.typing, d.focus.Name = true, "filter" }

// filtered ends that; what was typed goes on to hold.
func (d *Upload) filtered(*kit.Context) tea.Cmd {
	d.files.typing, d.focus.Name = false, "files"
	return nil
}

// beside walks over the directory while its filter is typed.
func (d *Upload) beside(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
	switch k.Action {
	case keys.Up, keys.Down, keys.PageUp, keys.PageDown:
		return nil, d.files.list.Update(c, k)
	}
	return nil, false
}

// toPath goes to the path, which begins with the directory that is shown.
func (d *Upload) toPath(c *kit.Context) tea.Cmd {
	d.focus.Name = "Path"
	return d.atPath(c)
}

func (d *Upload) atPath(c *kit.Context) tea.Cmd {
	if d.path.field.Value() == "" {
		d.path.field.SetValue(strings.TrimSuffix(d.files.dir, "/") + "/")
	}
	d.path.touched = false
	return d.path.ask(c, d.id)
}

// typed does what was typed when it is known what is there, walking to a directory and staging a file; until then Enter
// does nothing.
func (d *Upload) typed(c *kit.Context) tea.Cmd {
	found := d.path.found
	if d.path.looking.Busy() || d.path.asked != d.path.field.Value() || found.err != nil {
		return nil
	}
	d.path.field.SetValue("")
	d.focus.Name = "files"
	if found.dir {
		return d.files.show(c, d.id, found.path, "")
	}
	return d.stage.add(c, d.id, found.path)
}
