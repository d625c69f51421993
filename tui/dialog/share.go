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

// lives are the durations that Quick Share offers.
var lives = []struct {
	label string
	life  time.Duration
}{
	{"1 hour", time.Hour}, {"6 hours", 6 * time.Hour}, {"1 day", 24 * time.Hour}, {"3 days", 3 * 24 * time.Hour},
	{"7 days", 7 * 24 * time.Hour},
}

// early is how much sooner than asked a link may end before it is worth a sentence: a minute covers the clock.
const early = time.Minute

// Share is Quick Share: a link to one file that works for a while, or for ever when the file is public.
type Share struct {
	base
	ref    store.Ref
	size   int64
	chosen int
	link   store.Link
	asked  time.Time // when the link should end
	public bool
	unsure error // why it is not known whether the file is public
	err    error
	sent   bool
	sign   kit.Slot[store.Link]
	access kit.Slot[store.Access]
}

// NewShare makes links to one file.
func NewShare(c *kit.Context, ref store.Ref, size int64) *Share {
	d := &Share{base: newBase(c, "Quick Share"), ref: ref, size: size}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *Share) Init(c *kit.Context) tea.Cmd {
	s, ref := d.store, d.ref
	return tea.Batch(d.choose(c, 0), d.access.Start(c, d.id, func(ctx context.Context) (store.Access, error) {
		return s.Access(ctx, ref)
	}))
}

// Close implements kit.Dialog.
func (d *Share) Close() {
	d.sign.Cancel()
	d.access.Cancel()
}

// choose makes the link for another duration. Signing sends no request, but reading credentials may take a moment.
func (d *Share) choose(c *kit.Context, i int) tea.Cmd {
	d.chosen, d.sent, d.err = i, false, nil
	d.scroll.Top()
	if d.public {
		return nil
	}
	s, ref, life := d.store, d.ref, lives[i].life
	d.asked = c.Now().Add(life)
	return d.sign.Start(c, d.id, func(ctx context.Context) (store.Link, error) { return s.Share(ctx, ref, life) })
}

// Update implements kit.Dialog.
func (d *Share) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if link, err, ok := d.sign.Take(msg); ok {
		if d.err = err; !d.public && err == nil {
			d.link = link
		}
		return nil
	}
	if access, err, ok := d.access.Take(msg); ok {
		d.unsure = err
		if err == nil && access == store.PublicRead {
			d.public, d.sent, d.err = true, false, nil
			d.scroll.Top()
			d.sign.Cancel()
			d.link = store.Link{URL: d.store.PublicURL(d.ref)}
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// ready says whether the link on the screen is the one that was chosen.
func (d *Share) ready() bool { return d.link.URL != "" && !d.sign.Busy() && d.err == nil }

// copy sends the link to the terminal's clipboard (OSC 52). Terminals do not say whether they took it.
func (d *Share) copy(c *kit.Context) tea.Cmd {
	if !d.ready() {
		return nil
	}
	d.sent = true
	return c.Clip(d.link.URL)
}

// asking is the form.
func (d *Share) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, text("  " + t.Strong.On(middle(shown(d.ref.Key), w-14)) + t.Dim.On("  "+kit.Bytes(d.size))), kit.Gap}
	if d.public {
		items = append(items, text(note("This file is public: its link is its plain URL.", w, t.Public)...))
	} else {
		labels := make([]string, len(lives))
		for i, l := range lives {
			labels[i] = l.label
		}
		items = append(items, &kit.Choice{Label: "Expires in", Look: kit.Strip, Numbered: true, Options: kit.Options(labels...),
			Chosen: d.chosen, Choose: d.choose})
	}
	var link []string
	for _, l := range d.lines(w) {
		link = append(link, t.Accent.On(l))
	}
	items = append(items, kit.Gap, &kit.Pager{Lines: link, Scroll: &d.scroll}, kit.Gap, text(d.end(d.c, w)...))
	if unix, beside := d.unix(w); unix != "" && !beside {
		items = append(items, spare(1, note(unix, w, t.Dim)...)) // it gives way to the link
	}
	if d.sent {
		items = append(items, text(note(kit.SentToClipboard+"; if nothing arrives, the link is above.", w, t.Good)...))
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Items: append(items, kit.Gap,
		kit.Buttons{d.keyed("Copy link", keys.CopyURL, d.copy), dismiss("Close")})}
}

// lines is the whole link, broken where the box ends and nowhere else, so that it can be selected.
func (d *Share) lines(w int) []string {
	if d.link.URL == "" {
		return []string{""}
	}
	return strings.Split(ansi.Hardwrap(shown(d.link.URL), w, true), "\n")
}

// end says how long the link works.
func (d *Share) end(c *kit.Context, w int) []string {
	t := &c.Theme.Paint
	switch {
	case d.err != nil:
		return note(explain(d.err), w, t.Bad)
	case !d.public && !d.ready():
		return note("Making the link…", w, t.Dim)
	case d.public || d.link.Expires.IsZero():
		return note("It never expires.", w, t.Text)
	}
	lines := note(d.expires(w), w, t.Text)
	if unix, beside := d.unix(w); beside {
		lines[len(lines)-1] += "   " + t.Dim.On(unix)
	}
	if d.link.Expires.Before(d.asked.Add(-early)) {
		lines = append(lines, note("That is sooner than asked: the credentials that sign the link expire then.", w, t.Warn)...)
	}
	switch {
	case d.access.Busy():
		lines = append(lines, note("Asking whether the file is public…", w, t.Dim)...)
	case d.unsure != nil:
		lines = append(lines, note("Whether the file is public could not be asked: "+explain(d.unsure), w, t.Dim)...)
	}
	return lines
}

// expires is when the link ends: where there is room for it with weekday and year, else as people say it.
func (d *Share) expires(w int) string {
	end := d.link.Expires.In(d.c.Now().Location())
	if long := "Expires " + end.Format("Monday, 2 January 2006, 15:04:05 MST"); kit.Width(long)+2 <= w {
		return long
	}
	return "Expires " + end.Format("Mon 2 Jan, 15:04 MST") // within 7 days no year is needed
}

// unix is the same as a Unix time, and whether it has room beside the date. It is "" of a link that does not end.
func (d *Share) unix(w int) (text string, beside bool) {
	if d.public || !d.ready() || d.link.Expires.IsZero() {
		return "", false
	}
	text = fmt.Sprintf("Unix %d", d.link.Unix)
	return text, 2+kit.Width(d.expires(w))+3+len(text) <= w
}
