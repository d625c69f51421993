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

// Receive makes a link by which somebody else puts files into a folder: by a page, where the server keeps links, else one
// file by a PUT.
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

	page       receivePage
	one        bool // one file by a PUT is wanted, although there could be a page
	keepsAsked bool
	keepsNot   error // why the server keeps no links
	keeps      kit.Slot[struct{}]
	noting     kit.Slot[struct{}]
}

// NewReceive is for a folder: its key is "" or ends in "/".
func NewReceive(c *kit.Context, folder store.Ref) *Receive {
	d := &Receive{base: newBase(c, "Receive files"), folder: folder, page: newReceivePage(), name: kit.NewField("", "its name in this folder"), chosen: 2}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *Receive) Init(c *kit.Context) tea.Cmd { return keeping(c, d, &d.keeps, d.store) }

// Close implements kit.Dialog.
func (d *Receive) Close() {
	d.sign.Cancel()
	d.keeps.Cancel()
}

// byPage says whether files come by a page that the server keeps, and not by a PUT of one.
func (d *Receive) byPage() bool { return d.keepsAsked && d.keepsNot == nil && !d.one }

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
	if _, err, ok := d.keeps.Take(msg); ok {
		d.keepsAsked, d.keepsNot = true, err
		return nil
	}
	if l, err, ok := d.page.make.Take(msg); ok {
		d.page.made, d.err = l, err
		return nil
	}
	if _, err, ok := d.noting.Take(msg); ok {
		if err != nil {
			c.Notify(kit.Warn, "The link is not in the list of links: "+err.Error())
		}
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
	return tea.Batch(c.Clip(d.command()), d.noteUpload(c))
}

// noteUpload notes the link that is used.
func (d *Receive) noteUpload(c *kit.Context) tea.Cmd {
	if c.Ledger == nil {
		return nil
	}
	ledger, n := c.Ledger, d.store.SharedLink(store.Ref{Space: d.folder.Space, Key: d.folder.Key + d.name.Value()}, "", d.link, true, c.Now())
	return d.noting.Start(c, d.id, func(context.Context) (struct{}, error) { return struct{}{}, ledger.NoteShared(n) })
}

func (d *Receive) bare(c *kit.Context) tea.Cmd {
	if d.command() == "" {
		return nil
	}
	return tea.Batch(d.print.Lend(c, d.id, kit.NewPrinted(c, shown(d.command()))), d.noteUpload(c))
}

// asking is the form.
func (d *Receive) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	labels := make([]string, len(lives))
	for i, l := range lives {
		labels[i] = l.label
	}
	items := []kit.Item{kit.Gap, spare(2, "  "+t.Strong.On(middle(shown(d.folder.Space+"/"+d.folder.Key), w-2))), kit.Gap}
	if d.keepsAsked && d.keepsNot == nil {
		at := 0
		if d.one {
			at = 1
		}
		items = append(items, &kit.Choice{Label: "By", Look: kit.Strip, Options: kit.Options("a page", "one PUT"), Chosen: at,
			Choose: func(c *kit.Context, i int) tea.Cmd { d.one = i == 1; return d.changed(c) }})
	}
	if d.byPage() {
		more, buttons := d.pageItems(w)
		return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Items: append(append(items, more...), kit.Gap, buttons)}
	}
	items = append(items,
		&kit.Entry{Label: "Name", Field: d.name, Changed: d.make},
		&kit.Choice{Label: "Expires in", Look: kit.Strip, Numbered: true, Options: kit.Options(labels...), Chosen: d.chosen,
			Choose: func(c *kit.Context, i int) tea.Cmd { d.chosen = i; return d.make(c) }}, kit.Gap)
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
		lines := note("A link by which somebody without a key can put one file here.", w, t.Dim)
		if why := notKept(d.store, d.keepsAsked, d.keepsNot); why != "" {
			lines = append(lines, note("A page for several files needs spaces serve. "+why, w, t.Dim)...)
		}
		return lines
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
