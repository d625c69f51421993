package dialog

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// Receive makes a link by which somebody else puts one file into a folder.
type Receive struct {
	base
	folder store.Ref
	name   *kit.Field
	chosen int // of lives
	link   store.Link
	asked  time.Time
	err    error
	sent   bool
	sign   kit.Slot[store.Link]
	print  kit.Slot[struct{}]
}

// NewReceive is for a folder: its key is "" or ends in "/".
func NewReceive(c *kit.Context, folder store.Ref) *Receive {
	d := &Receive{base: newBase(c, "Receive a file"), folder: folder, name: kit.NewField("", "its name in this folder"), chosen: 2}
	d.form = d.asking
	return d
}

// Close implements kit.Dialog.
func (d *Receive) Close() { d.sign.Cancel() }

func (d *Receive) make(c *kit.Context) tea.Cmd {
	d.sent, d.err, d.link = false, nil, store.Link{}
	d.scroll.Top()
	d.sign.Cancel()
	life, err := lifeOf(lives[d.chosen].text, c.Now())
	if err != nil || d.name.Value() == "" || d.wrong() != "" {
		d.err = err
		return nil
	}
	d.asked = c.Now().Add(life)
	s, ref := d.store, store.Ref{Space: d.folder.Space, Key: d.folder.Key + d.name.Value()}
	return d.sign.Start(c, d.id, func(ctx context.Context) (store.Link, error) { return s.ShareUpload(ctx, ref, life) })
}

// wrong is why the name will not do, or "".
func (d *Receive) wrong() string { return kit.WrongName(d.folder.Key, d.name.Value(), "") }

// Update implements kit.Dialog.
func (d *Receive) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if link, err, ok := d.sign.Take(msg); ok {
		d.link, d.err = link, err
		return nil
	}
	if _, err, ok := d.print.Take(msg); ok {
		if err != nil {
			c.Notify(kit.Bad, "Could not print the command: "+err.Error())
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// command is what the other one runs with his file.
func (d *Receive) command() string {
	if d.link.URL == "" {
		return ""
	}
	return "curl -f -T FILE " + store.Word(d.link.URL)
}

func (d *Receive) copy(c *kit.Context) tea.Cmd {
	if d.command() == "" {
		return nil
	}
	d.sent = true
	return c.Clip(d.command())
}

func (d *Receive) bare(c *kit.Context) tea.Cmd {
	if d.command() == "" {
		return nil
	}
	return d.print.Lend(c, d.id, kit.NewPrinted(c, shown(d.command())))
}

// asking is the form.
func (d *Receive) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	labels := make([]string, len(lives))
	for i, l := range lives {
		labels[i] = l.label
	}
	items := []kit.Item{kit.Gap, spare(2, "  "+t.Strong.On(middle(shown(d.folder.Space+"/"+d.folder.Key), w-2))), kit.Gap,
		&kit.Entry{Label: "Name", Field: d.name, Changed: d.make},
		&kit.Choice{Label: "Expires in", Look: kit.Strip, Numbered: true, Options: kit.Options(labels...), Chosen: d.chosen,
			Choose: func(c *kit.Context, i int) tea.Cmd { d.chosen = i; return d.make(c) }}, kit.Gap}
	if command := d.command(); command != "" {
		var lines []string
		for l := range strings.SplitSeq(ansi.Hardwrap(shown(command), w, true), "\n") {
			lines = append(lines, t.Accent.On(l))
		}
		items = append(items, &kit.Pager{Lines: lines, Scroll: &d.scroll}, kit.Gap)
	}
	items = append(items, text(d.told(w)...))
	if d.sent {
		items = append(items, text(note(d.c.Sent()+"; if nothing arrives, "+d.c.Keys.Key(keys.Pause)+" prints it.", w, t.Good)...))
	}
	copyIt, print := d.keyed("Copy command", keys.CopyURL, d.copy), d.keyed("Print", keys.Pause, d.bare)
	if d.command() == "" {
		copyIt.Why, print.Why = "Type the name of the file first", "Type the name of the file first"
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Items: append(items, kit.Gap, kit.Buttons{copyIt, print, dismiss("Close")})}
}

// told is what there is to say of the link.
func (d *Receive) told(w int) []string {
	t := &d.c.Theme.Paint
	switch {
	case d.err != nil:
		return note(explain(d.err), w, t.Bad)
	case d.sign.Busy():
		return note("Making the link…", w, t.Dim)
	case d.name.Value() == "":
		return note("A link by which somebody without a key can put one file here.", w, t.Dim)
	case d.command() == "":
		return note(d.wrong(), w, t.Warn)
	}
	end := d.c.Told(d.link.Expires, 0)
	lines := note(fmt.Sprintf("Until %s whoever has it can put a file of this name, also in the place of one that is here. FILE is his file, of at most 5 GB.", end), w, t.Text)
	if d.link.Expires.Before(d.asked.Add(-early)) {
		lines = append(lines, note("That is sooner than asked: the credentials that sign the link expire then.", w, t.Warn)...)
	}
	return lines
}
