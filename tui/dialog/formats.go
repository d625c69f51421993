package dialog

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/tui/kit"
)

// Formats chooses how sizes and dates are written. What is chosen is shown at once, on everything that there is.
type Formats struct {
	base
	before, now kit.Formats
	file        string
}

// NewFormats offers the formats. file is the configuration that keeps them, "" where none does.
func NewFormats(c *kit.Context, file string) *Formats {
	d := &Formats{base: newBase(c, "Size and date formats"), before: c.Formats, now: c.Formats, file: file}
	d.form = d.asking
	return d
}

func (d *Formats) use(f kit.Formats) tea.Cmd {
	d.now = f
	return func() tea.Msg { return kit.UseFormats(f) }
}

// keep leaves what is chosen in use.
func (d *Formats) keep(c *kit.Context) tea.Cmd {
	c.Dismiss()
	var lines []string
	if d.now.Sizes != d.before.Sizes {
		lines = append(lines, `sizes = "`+kit.SizeNames[d.now.Sizes]+`"`)
	}
	if d.now.Dates != d.before.Dates {
		lines = append(lines, `dates = "`+kit.DateNames[d.now.Dates]+`"`)
	}
	if len(lines) > 0 && d.file != "" {
		verb := map[bool]string{true: " keeps it.", false: " keep them."}[len(lines) == 1]
		c.Notify(kit.Info, "That is so until you quit; "+strings.Join(lines, " and ")+" in "+shown(d.file)+verb)
	}
	return nil
}

// cancel goes back to what was used before.
func (d *Formats) cancel(c *kit.Context) tea.Cmd {
	c.Dismiss()
	return d.use(d.before)
}

// example is how the formats write a size, and two dates.
func (d *Formats) example(f kit.Formats) (size, date string) {
	now := d.c.Now()
	return f.Bytes(2_411_724), f.Date(now.Add(-3*time.Hour), now) + ", " + f.Date(now.AddDate(0, 0, -19), now)
}

// asking is the form.
func (d *Formats) asking(s kit.Size) *kit.Form {
	w := room(s, normal)
	sizes, dates := kit.Options(kit.SizeNames...), kit.Options(kit.DateNames...)
	for i := range sizes {
		sizes[i].About, _ = d.example(kit.Formats{Sizes: kit.Sizes(i)})
	}
	for i := range dates {
		_, dates[i].About = d.example(kit.Formats{Dates: kit.Dates(i)})
	}
	items := d.choice(s, "Sizes", sizes, int(d.now.Sizes), func(i int) kit.Formats { return kit.Formats{Sizes: kit.Sizes(i), Dates: d.now.Dates} })
	items = append(items, d.choice(s, "Dates", dates, int(d.now.Dates), func(i int) kit.Formats { return kit.Formats{Sizes: d.now.Sizes, Dates: kit.Dates(i)} })...)
	return &kit.Form{Width: w, Focus: &d.focus, Cancel: d.cancel, Items: append(items, kit.Gap,
		kit.Buttons{&kit.Button{Label: "Keep", Run: d.keep}, &kit.Button{Label: "Cancel", Run: d.cancel}})}
}

// choice is one of the two, with examples where there is room for a line of each.
func (d *Formats) choice(s kit.Size, name string, options []kit.Option, chosen int, of func(int) kit.Formats) []kit.Item {
	ch := &kit.Choice{Name: name, Options: options, Chosen: chosen, Choose: func(_ *kit.Context, i int) tea.Cmd { return d.use(of(i)) }}
	if s.H < 16 {
		ch.Label, ch.Look = name, kit.Strip
		return []kit.Item{kit.Gap, ch}
	}
	ch.Look = kit.Stack
	return []kit.Item{kit.Gap, text("  " + d.c.Theme.Paint.Header.On(name)), ch}
}
