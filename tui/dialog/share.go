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
	"spaces/themes"
	"spaces/tui/kit"
)

// early is how much sooner than asked a link may end before it is worth a sentence: a minute covers the clock.
const early = time.Minute

// Share is Quick Share: links to files that work for a while, or for ever when a file is public.
type Share struct {
	base
	refs   []store.Ref
	bytes  int64
	chosen int        // of lives; beyond them: what is typed
	typed  *kit.Field // a life or an end
	as     form
	signed []store.Link
	open   openTo
	asked  time.Time // when the links should end
	err    error
	sent   bool
	later  func(*kit.Context) tea.Cmd // what is to be done with the links when they are there
	sign   kit.Slot[[]store.Link]
	access kit.Slot[openTo]
	print  kit.Slot[struct{}]
}

// NewShare makes links to files, at most MostShared, of so many bytes together.
func NewShare(c *kit.Context, refs []store.Ref, bytes int64) *Share {
	d := &Share{base: newBase(c, "Quick Share"), refs: append([]store.Ref(nil), refs...), bytes: bytes, as: asURL,
		typed: kit.NewField("", "90m, 2d12h, 18:00, 2026-11-30 18:00")}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *Share) Init(c *kit.Context) tea.Cmd {
	s, refs := d.store, d.refs
	return tea.Batch(d.make(c), d.access.Start(c, d.id, func(ctx context.Context) (openTo, error) {
		return askPublic(ctx, s, refs), nil
	}))
}

// Close implements kit.Dialog.
func (d *Share) Close() {
	d.sign.Cancel()
	d.access.Cancel()
}

// choose makes the links for another duration.
func (d *Share) choose(c *kit.Context, i int) tea.Cmd {
	d.chosen = i
	if d.custom() {
		d.focus.Name = "Until"
	}
	return d.make(c)
}

func (d *Share) custom() bool { return d.chosen >= len(lives) }

// life is how long the links are to work, as it is typed.
func (d *Share) life() string {
	if d.custom() {
		return d.typed.Value()
	}
	return lives[d.chosen].text
}

// allPublic says whether no link needs to be signed.
func (d *Share) allPublic() bool { return d.open.count == len(d.refs) }

// make makes the links for what is chosen.
func (d *Share) make(c *kit.Context) tea.Cmd {
	d.sent, d.err, d.later = false, nil, nil
	d.scroll.Top()
	d.sign.Cancel()
	if d.allPublic() {
		return nil
	}
	life, err := lifeOf(d.life(), c.Now())
	if err != nil {
		d.err, d.signed = err, nil
		return nil
	}
	s, refs := d.store, d.refs
	d.asked = c.Now().Add(life)
	return d.sign.Start(c, d.id, func(ctx context.Context) ([]store.Link, error) { return signAll(ctx, s, refs, life) })
}

// Update implements kit.Dialog.
func (d *Share) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if links, err, ok := d.sign.Take(msg); ok {
		d.signed, d.err = links, err
		return d.caughtUp(c)
	}
	if open, err, ok := d.access.Take(msg); ok {
		if d.open = open; err != nil {
			d.open.err = err
		}
		if d.open.count > 0 {
			d.sent = false
			d.scroll.Top()
		}
		if d.allPublic() {
			d.sign.Cancel()
			d.err = nil
		}
		return d.caughtUp(c)
	}
	if _, err, ok := d.print.Take(msg); ok {
		if err != nil {
			c.Notify(kit.Bad, "Could not print the link: "+err.Error())
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// links are those on the screen; nil: there are none yet.
func (d *Share) links() []link {
	if !d.allPublic() && (d.sign.Busy() || len(d.signed) != len(d.refs)) {
		return nil
	}
	list := make([]link, len(d.refs))
	for i, ref := range d.refs {
		list[i].ref = ref
		if d.signed != nil {
			list[i].signed = d.signed[i]
		}
		if d.open.plain != nil {
			list[i].plain = d.open.plain[i]
		}
	}
	return list
}

// use notes how the links were made, when they are used. Links that are still being made are used when they are there; did
// says what happens then.
func (d *Share) use(c *kit.Context, by func(*kit.Context) tea.Cmd, did string) []link {
	links := d.links()
	switch {
	case links != nil:
		c.Shared = &kit.Shared{Life: d.life(), Form: string(d.as)}
	case d.sign.Busy():
		d.later = by
		c.Notify(kit.Info, "The link is still being made; it is "+did+" then.")
	case d.err != nil:
		c.Notify(kit.Warn, "There is no link that could be "+did+": "+shown(d.err.Error()))
	}
	return links
}

// caughtUp does what was asked for before the links were there.
func (d *Share) caughtUp(c *kit.Context) tea.Cmd {
	do := d.later
	if do == nil || d.sign.Busy() {
		return nil
	}
	if d.later = nil; d.links() == nil {
		return nil // the dialog says why
	}
	return do(c)
}

// copy sends the links to the terminal's clipboard. Terminals do not say whether they took them.
func (d *Share) copy(c *kit.Context) tea.Cmd {
	links := d.use(c, d.copy, "copied")
	if links == nil {
		return nil
	}
	d.sent = true
	return c.Clip(d.as.text(links))
}

// bare prints the links, or the code, on the terminal without the panel: there the mouse selects, in every terminal.
func (d *Share) bare(c *kit.Context) tea.Cmd {
	links := d.use(c, d.bare, "printed")
	if links == nil {
		return nil
	}
	text := d.as.text(links)
	if d.as == asCode && len(links) == 1 {
		if lines, err := qrCode(c, text); err == nil {
			text = strings.Join(lines, "\n")
		}
		return d.print.Lend(c, d.id, kit.NewPrinted(c, text))
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if lines[i] = shown(l); c.Signs == themes.OnlyASCII {
			lines[i] = kit.Mask(lines[i])
		}
	}
	return d.print.Lend(c, d.id, kit.NewPrinted(c, strings.Join(lines, "\n")))
}

// asking is the form.
func (d *Share) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, spare(2, d.what(w)), kit.Gap}
	if d.open.count > 0 {
		items = append(items, spare(1, note(d.publicNote(), w, t.Public)...), kit.Gap)
	}
	if !d.allPublic() {
		labels := make([]string, 0, len(lives)+1)
		for _, l := range lives {
			labels = append(labels, l.label)
		}
		items = append(items, &kit.Choice{Label: "Expires in", Look: kit.Strip, Numbered: true, Chosen: d.chosen, Choose: d.choose,
			Options: kit.Options(append(labels, "other")...)})
		if d.custom() {
			items = append(items, &kit.Entry{Label: "Until", Field: d.typed, Changed: d.make})
		}
	}
	labels := make([]string, len(forms))
	at := 0
	for i, f := range forms {
		if labels[i] = string(f); f == d.as {
			at = i
		}
	}
	items = append(items, &kit.Choice{Label: "Link as", Look: kit.Strip, Options: kit.Options(labels...), Chosen: at,
		Choose: func(_ *kit.Context, i int) tea.Cmd { d.as, d.sent = forms[i], false; d.scroll.Top(); return nil }}, kit.Gap)
	items = append(items, d.body(s, w, len(items)), kit.Gap, text(d.end(d.c, w)...))
	if unix, beside := d.unix(w); unix != "" && !beside {
		items = append(items, spare(1, note(unix, w, t.Dim)...)) // it gives way to the link
	}
	if d.sent {
		items = append(items, text(note(kit.SentToClipboard+"; if nothing arrives, "+d.c.Keys.Key(keys.Pause)+" prints it.", w, t.Good)...))
	}
	buttons := kit.Buttons{d.keyed("Copy link", keys.CopyURL, d.copy), d.keyed("Print", keys.Pause, d.bare), dismiss("Close")}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Default: "Copy link", Items: append(items, kit.Gap, buttons)}
}

// what names what is shared.
func (d *Share) what(w int) string {
	t := &d.c.Theme.Paint
	what := kit.Plural(len(d.refs), "file")
	if len(d.refs) == 1 {
		what = shown(d.refs[0].Key)
	}
	return "  " + t.Strong.On(middle(what, w-14)) + t.Dim.On("  "+d.c.Bytes(d.bytes))
}

func (d *Share) publicNote() string {
	switch {
	case len(d.refs) == 1:
		return "This file is public: its link is its plain URL."
	case d.allPublic():
		return "These files are public: their links are their plain URLs."
	case d.open.count == 1:
		return "One of them is public: its link is its plain URL and never expires."
	}
	return kit.Count(d.open.count) + " of them are public: their links are their plain URLs and never expire."
}

// body is the links, or the code, of a form of so many other items.
func (d *Share) body(s kit.Size, w, others int) kit.Item {
	t := &d.c.Theme.Paint
	links := d.links()
	if d.as == asCode && links != nil {
		return d.picture(s, w, links)
	}
	var lines []string
	for l := range strings.SplitSeq(d.as.text(links), "\n") { // broken where the box ends and nowhere else
		for part := range strings.SplitSeq(ansi.Hardwrap(shown(l), w, true), "\n") {
			lines = append(lines, t.Accent.On(part))
		}
	}
	return &kit.Pager{Lines: lines, Scroll: &d.scroll}
}

// beside is how many lines there are at least with a code: what is chosen, when it ends, the buttons.
const beside = 7

// picture is the QR code, or how much room it needs.
func (d *Share) picture(s kit.Size, w int, links []link) kit.Item {
	t := &d.c.Theme.Paint
	if len(links) > 1 {
		return text(note("A QR code is of one file: select one.", w, t.Warn)...)
	}
	lines, err := qrCode(d.c, links[0].url())
	if err != nil {
		return text(note(explain(err), w, t.Bad)...)
	}
	wide, high := kit.Width(lines[0]), len(lines)
	if wide <= w && high+beside <= s.H {
		for i := range lines {
			lines[i] = kit.Blank((w-wide)/2) + lines[i]
		}
		return text(lines...)
	}
	screen := screenOf(s)
	need := fmt.Sprintf("The code needs %d×%d cells, more than there are here. ", wide, high)
	if wide <= screen.W && high <= screen.H {
		need += d.c.Keys.Key(keys.Pause) + " shows it on the whole screen."
	} else {
		need += fmt.Sprintf("The whole screen has %d×%d: make the window larger or its letters smaller.", screen.W, screen.H)
	}
	return &kit.Pager{Lines: note(need, w, t.Warn), Scroll: &d.scroll}
}

// screenOf is what a command that has the terminal may draw on, by the room that dialogs have: their frame, the status and
// the hints go, and what is said there takes a few lines.
func screenOf(s kit.Size) kit.Size { return kit.Size{W: s.W + 6, H: s.H + 6 - 3} }

// end says how long the links work.
func (d *Share) end(c *kit.Context, w int) []string {
	t := &c.Theme.Paint
	switch {
	case d.err != nil:
		return note(explain(d.err), w, t.Bad)
	case d.allPublic():
		return note("It never expires.", w, t.Text)
	case d.links() == nil:
		return note("Making the link…", w, t.Dim)
	}
	first := firstEnd(d.links())
	lines := note(d.expires(w), w, t.Text)
	if unix, beside := d.unix(w); beside {
		lines[len(lines)-1] += "   " + t.Dim.On(unix)
	}
	if first.Expires.Before(d.asked.Add(-early)) {
		lines = append(lines, note("That is sooner than asked: the credentials that sign the link expire then.", w, t.Warn)...)
	}
	switch {
	case d.access.Busy():
		lines = append(lines, note("Asking whether the file is public…", w, t.Dim)...)
	case d.open.err != nil:
		lines = append(lines, note("Whether the file is public could not be asked: "+explain(d.open.err), w, t.Dim)...)
	}
	return lines
}

// expires is when the links end: where there is room for it with weekday and year, else as people say it.
func (d *Share) expires(w int) string {
	end := firstEnd(d.links()).Expires.In(d.c.Now().Location())
	if long := "Expires " + end.Format("Monday, 2 January 2006, 15:04:05 MST"); kit.Width(long)+2 <= w {
		return long
	}
	return "Expires " + end.Format("Mon 2 Jan, 15:04 MST") // within 7 days no year is needed
}

// unix is the same as a Unix time, and whether it has room beside the date. It is "" of links that do not end.
func (d *Share) unix(w int) (text string, beside bool) {
	first := firstEnd(d.links())
	if first.Expires.IsZero() || d.err != nil {
		return "", false
	}
	text = fmt.Sprintf("Unix %d", first.Unix)
	return text, 2+kit.Width(d.expires(w))+3+len(text) <= w
}
