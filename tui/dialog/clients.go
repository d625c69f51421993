package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// clients shows what to paste into the configuration of other programs.
type clients struct {
	base
	snippet snippet
	chosen  int
	sent    bool
}

// NewClients shows how other programs reach a Space.
func NewClients(c *kit.Context, space string, of store.Client) kit.Dialog {
	d := &clients{base: newBase(c, "Other programs – "+shown(space)), snippet: snippetOf(c.Store, of, space)}
	d.form = d.asking
	return d
}

// copy hands the text to the terminal's clipboard. Terminals do not say whether they took it.
func (d *clients) copy(c *kit.Context) tea.Cmd {
	d.sent = true
	return c.Clip(programs[d.chosen].text(d.snippet))
}

// asking is the form.
func (d *clients) asking(s kit.Size) *kit.Form {
	w, t := room(s, wide), &d.c.Theme.Paint
	names := make([]string, len(programs))
	for i, p := range programs {
		names[i] = p.name
	}
	p := programs[d.chosen]
	var shownLines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(p.text(d.snippet), "\n"), "\n") {
		paint := t.Text
		if strings.HasPrefix(line, "#") {
			paint = t.Dim
		}
		for part := range strings.SplitSeq(ansi.Hardwrap(shown(line), w-2, true), "\n") {
			shownLines = append(shownLines, "  "+paint.On(part))
		}
	}
	said := t.Dim.On(end("  "+secretHere+" stands for the secret, which is not shown here.", w))
	if d.sent {
		said = t.Good.On(end("  "+d.c.Sent()+"; if nothing arrives, it is above.", w))
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Items: []kit.Item{kit.Gap,
		&kit.Choice{Label: "Program", Look: kit.Strip, Numbered: true, Options: kit.Options(names...), Chosen: d.chosen,
			Choose: func(_ *kit.Context, i int) tea.Cmd {
				d.chosen, d.sent = i, false
				d.scroll.Top()
				return nil
			}},
		spare(1, note(p.where, w, t.Dim)...), kit.Gap, &kit.Pager{Lines: shownLines, Scroll: &d.scroll}, kit.Gap, text(said), kit.Gap,
		kit.Buttons{d.keyed("Copy", keys.CopyURL, d.copy), dismiss("Close")}}}
}
