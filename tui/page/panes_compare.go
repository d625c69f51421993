package page

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// cannotCompare tells why the two panes cannot be compared, "" when they can.
func (p *Panes) cannotCompare() string {
	a, b := p.sides[0].Place(), p.sides[1].Place()
	same := p.sides[0].Store().Same(p.sides[1].Store()) && a.Space == b.Space
	switch {
	case a.Space == "" || b.Space == "" || a.Tab != store.Files || b.Tab != store.Files:
		return "Folders are compared: both panes have to show one."
	case same && a.Prefix == b.Prefix:
		return "Both panes show the same folder."
	case same && (strings.HasPrefix(a.Prefix, b.Prefix) || strings.HasPrefix(b.Prefix, a.Prefix)):
		return "One of the folders lies in the other."
	}
	return ""
}

// cannotMirror tells why the other pane cannot be made as this one is, "" when it can.
func (p *Panes) cannotMirror() string {
	if why := p.cannotCompare(); why != "" {
		return strings.Replace(why, "Folders are compared:", "Folders are mirrored:", 1)
	}
	return p.sides[1-p.on].Store().ReadOnly()
}

// mirror asks whether the other pane shall become as this one is.
func (p *Panes) mirror(c *kit.Context) tea.Cmd {
	from, to := &p.sides[p.on], &p.sides[1-p.on]
	c.Open(dialog.NewMirror(c, from.Place(), to.Place(), [2]string{from.Store().Name(), to.Store().Name()}))
	return nil
}

// compare shows in what the folders of the panes differ.
func (p *Panes) compare(c *kit.Context) tea.Cmd {
	places := [2]store.Place{p.sides[0].Place(), p.sides[1].Place()}
	p.cmp = newComparing(c, places, [2]*store.Store{p.sides[0].Store(), p.sides[1].Store()}, p.on)
	return p.cmp.Init(c)
}

func (p *Panes) closeCompare() {
	if p.cmp != nil {
		p.keepMarks()
		p.cmp.Close()
		p.cmp = nil
	}
}

// leaveCompare shows the panes again. What was copied meanwhile they know of.
func (p *Panes) leaveCompare(*kit.Context) tea.Cmd {
	p.closeCompare()
	return nil
}

func (p *Panes) compareActions() []kit.Action {
	leave := func(name keys.Action, hint string) kit.Action {
		return kit.Action{Name: name, Label: "Back to the panes", Hint: hint, Run: p.leaveCompare}
	}
	escape := kit.Action{Name: keys.Cancel, Hint: "back", Run: func(c *kit.Context) tea.Cmd {
		if !p.cmp.escape() {
			p.closeCompare()
		}
		return nil
	}}
	switch {
	case p.cmp.step.Busy():
		escape.Hint = "stop"
	case p.cmp.chosen > 0:
		escape.Hint = "unselect"
	}
	open := kit.Action{Name: keys.Enter, Label: "Show in the panes", Hint: "show", Why: p.cmp.noRow, Run: p.showCompared}
	mirror := kit.Action{Name: keys.Mirror, Hint: kit.NoHint, Why: p.cannotMirror, Run: p.mirror}
	return slices.Concat(p.cmp.Actions(), []kit.Action{open, mirror, escape, leave(keys.Compare, kit.NoHint), leave(keys.Parent, kit.NoHint)})
}

// compareUpdate takes the messages of the comparison.
func (p *Panes) compareUpdate(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd := p.cmp.Update(c, msg)
	if p.cmp.list.Double() {
		return p.showCompared(c)
	}
	return cmd
}

// showCompared goes to where the file under the cursor is, in both panes.
func (p *Panes) showCompared(c *kit.Context) tea.Cmd {
	r, ok := p.cmp.current()
	if !ok {
		return nil
	}
	var cmds []tea.Cmd
	for side, at := range p.cmp.places {
		key := at.Prefix + r.Name
		to := store.Place{Conn: at.Conn, Space: at.Space, Prefix: folderOf(key), Key: key}
		cmds = append(cmds, p.lead(c, side, to))
	}
	return tea.Batch(cmds...)
}
