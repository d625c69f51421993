package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/themes"
	"spaces/tui/kit"
)

// Themes are what the Theme dialog offers. Find may read a file, and is never called from Update.
type Themes struct {
	Names []string
	Find  func(name string) (*themes.Theme, error) // nil without an error: the terminal's background decides
	Keep  string                                   // what keeps a theme, with NAME for its name; "": nothing does
}

// Theme chooses among the themes. The one under the cursor is shown at once, on everything that there is.
type Theme struct {
	base
	themes Themes
	before kit.UseTheme
	list   kit.List
	found  kit.Slot[*themes.Theme]
	err    error
}

// NewTheme offers themes; before is what is used now.
func NewTheme(c *kit.Context, all Themes, before kit.UseTheme) *Theme {
	d := &Theme{base: newBase(c, "Theme"), themes: all, before: before}
	d.list.SetLen(len(all.Names))
	for i, name := range all.Names {
		if name == before.Name {
			d.list.MoveTo(i)
		}
	}
	d.form = d.asking
	return d
}

// Close implements kit.Dialog.
func (d *Theme) Close() { d.found.Cancel() }

// try finds the theme under the cursor.
func (d *Theme) try(c *kit.Context) tea.Cmd {
	name, find := d.name(), d.themes.Find
	return d.found.Start(c, d.id, func(context.Context) (*themes.Theme, error) { return find(name) })
}

func (d *Theme) name() string { return d.themes.Names[d.list.Cursor] }

// Update implements kit.Dialog.
func (d *Theme) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if th, err, ok := d.found.Take(msg); ok {
		if d.err = err; err != nil {
			return nil
		}
		return use(kit.UseTheme{Name: d.name(), Theme: th})
	}
	return d.base.Update(c, msg)
}

func use(u kit.UseTheme) tea.Cmd { return func() tea.Msg { return u } }

// keep leaves the theme under the cursor in use.
func (d *Theme) keep(c *kit.Context) tea.Cmd {
	if d.err != nil || d.found.Busy() {
		return nil
	}
	c.Dismiss()
	if d.themes.Keep != "" {
		c.Notify(kit.Info, "The theme is "+shown(d.name())+" until you quit; "+strings.ReplaceAll(d.themes.Keep, "NAME", shown(d.name()))+" keeps it.")
	}
	return nil
}

// cancel goes back to what was used before.
func (d *Theme) cancel(c *kit.Context) tea.Cmd {
	c.Dismiss()
	return use(d.before)
}

// asking is the form.
func (d *Theme) asking(s kit.Size) *kit.Form {
	w, t := room(s, narrow), &d.c.Theme.Paint
	rows := &kit.Rows{Name: "themes", List: &d.list, Most: len(d.themes.Names), Open: d.keep, Word: "keep", Moved: d.try,
		Row: func(i, w int, cursor bool) string {
			name := d.themes.Names[i]
			text := kit.Fit(mark(cursor)+shown(name)+about(name), w)
			if cursor {
				return t.Cursor.On(text)
			}
			return t.Text.On(text)
		}}
	items := []kit.Item{rows}
	if d.err != nil {
		items = append(items, kit.Gap, text(note("It cannot be used: "+shown(d.err.Error())+".", w, t.Bad)...))
	}
	return &kit.Form{Width: w, Focus: &d.focus, Cancel: d.cancel, Items: append(items, kit.Gap, kit.Buttons{
		&kit.Button{Label: "Keep", Run: d.keep}, &kit.Button{Label: "Cancel", Run: d.cancel}})}
}

// about says of "auto" what it does.
func about(name string) string {
	if name == "auto" {
		return "  dark or light, as the terminal is"
	}
	return ""
}
