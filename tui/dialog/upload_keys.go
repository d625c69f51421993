package dialog

import (
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

// key takes a key while files are staged.
func (d *Upload) key(c *kit.Context, p press) tea.Cmd {
	switch {
	case p.name == "esc":
		return d.escape(c)
	case p.name == "tab":
		if d.focus == areaPath {
			if cmd, more := d.path.complete(c, d.id); more {
				return cmd
			}
		}
		return d.toward(c, (d.focus+1)%areas)
	case p.name == "shift+tab":
		return d.toward(c, (d.focus+areas-1)%areas)
	case p.act == keys.GoTo:
		return d.toward(c, areaPath)
	case p.act == keys.Upload, p.act == keys.Confirm:
		return d.upload(c)
	}
	switch d.focus {
	case areaFiles:
		return d.filesKey(c, p)
	case areaStaged:
		d.stagedKey(c, p)
	case areaPath:
		return d.pathKey(c, p)
	case areaAccess:
		return d.accessKey(c, p)
	default:
		return d.buttonKey(c, p)
	}
	return nil
}

func (d *Upload) escape(c *kit.Context) tea.Cmd {
	switch {
	case d.focus == areaFiles && (d.files.typing || d.files.filter.Value() != ""):
		d.files.typing = false
		d.files.filter.SetValue("")
		d.files.find()
	case d.focus == areaPath:
		return d.toward(c, areaFiles)
	default:
		c.Dismiss()
	}
	return nil
}

func (d *Upload) toward(c *kit.Context, a area) tea.Cmd {
	d.focus = a
	d.path.field.Blur()
	if a != areaPath {
		return nil
	}
	d.path.field.Focus()
	if d.path.field.Value() == "" {
		d.path.field.SetValue(d.files.dir + string(filepath.Separator))
	}
	return d.path.ask(c, d.id)
}

func (d *Upload) filesKey(c *kit.Context, p press) tea.Cmd {
	switch {
	case p.name == "enter" && d.files.typing:
		d.files.typing = false
	case p.name == "enter", p.name == "right" && !d.files.typing:
		return d.open(c)
	case p.name == "up", p.name == "down", p.name == "pgup", p.name == "pgdown":
		roll(c, &d.files.list, p)
	case d.files.typing:
		if d.files.filter.Update(c, p.msg) {
			d.files.find()
		}
	case p.act == keys.Filter:
		d.files.typing = true
	case p.name == "left", p.name == "backspace":
		return d.files.show(c, d.id, filepath.Dir(d.files.dir), filepath.Base(d.files.dir))
	case p.act == keys.Select, p.name == "space":
		return d.toggle(c)
	case p.text == ".":
		d.files.hidden = !d.files.hidden
		d.files.find()
	default:
		roll(c, &d.files.list, p)
	}
	return nil
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

func (d *Upload) stagedKey(c *kit.Context, p press) {
	if p.act == keys.Remove || p.name == "delete" {
		d.stage.remove(d.stage.list.Cursor)
		return
	}
	roll(c, &d.stage.list, p)
}

// pathKey types a path: Enter walks to a directory and stages a file.
func (d *Upload) pathKey(c *kit.Context, p press) tea.Cmd {
	switch p.name {
	case "enter":
		return d.typed(c)
	case "up":
		return d.toward(c, areaFiles)
	case "down":
		return d.toward(c, areaAccess)
	}
	if d.path.field.Update(c, p.msg) {
		return d.path.ask(c, d.id)
	}
	return nil
}

// typed does what was typed when it is known what is there; until then Enter does nothing.
func (d *Upload) typed(c *kit.Context) tea.Cmd {
	found := d.path.found
	if d.path.looking.Busy() || d.path.asked != d.path.field.Value() || found.err != nil {
		return nil
	}
	d.path.field.SetValue("")
	cmd := d.toward(c, areaFiles)
	if found.dir {
		return tea.Batch(cmd, d.files.show(c, d.id, found.path, ""))
	}
	return tea.Batch(cmd, d.stage.add(c, d.id, found.path))
}

func (d *Upload) accessKey(c *kit.Context, p press) tea.Cmd {
	switch p.name {
	case "left", "right", "space":
		d.public = !d.public
	case "up":
		return d.toward(c, areaPath)
	case "down", "enter":
		return d.toward(c, areaUpload)
	}
	return nil
}

func (d *Upload) buttonKey(c *kit.Context, p press) tea.Cmd {
	switch p.name {
	case "left", "right":
		d.focus = areaUpload + areaCancel - d.focus
	case "up":
		return d.toward(c, areaAccess)
	case "enter":
		if d.focus == areaCancel {
			c.Dismiss()
			return nil
		}
		return d.upload(c)
	}
	return nil
}
