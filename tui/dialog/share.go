package dialog

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

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
	folder bool   // the only one is a folder, which comes as an archive
	of     string // the ID of a version of the only one, "": the current one
	bytes  int64
	chosen int        // of lives; beyond them: what is typed
	typed  *kit.Field // a life or an end
	as     form
	signed []store.Link
	open   openTo
	asked  time.Time // when the links should end
	err    error
	sent   bool
	noted  bool
	later  func(*kit.Context) tea.Cmd // what is to be done with the links when they are there

	kind       kind
	password   *kit.Field
	keepsAsked bool
	keepsNot   error // why the server keeps no links

	sign   kit.Slot[[]store.Link]
	access kit.Slot[openTo]
	print  kit.Slot[struct{}]
	keeps  kit.Slot[struct{}]
	noting kit.Slot[struct{}]
}

// NewShare makes links to files, at most MostShared, of so many bytes together.
func NewShare(c *kit.Context, refs []store.Ref, bytes int64) *Share {
	d := &Share{base: newBase(c, "Quick Share"), refs: append([]store.Ref(nil), refs...), bytes: bytes, as: asURL,
		typed: kit.NewField("", "90m, 2d12h, 18:00, 2026-11-30 18:00"), password: kit.NewField("", "none")}
	d.password.Secret()
	d.form = d.asking
	return d
}

// NewShareVersion makes a link to one version of a file, of so many bytes: what is current may be another by then.
func NewShareVersion(c *kit.Context, ref store.Ref, version string, bytes int64) *Share {
	d := NewShare(c, []store.Ref{ref}, bytes)
	d.of = version
	return d
}

// NewShareFolder makes a link to a folder, which comes as one file.
func NewShareFolder(c *kit.Context, folder store.Ref) *Share {
	d := NewShare(c, []store.Ref{folder}, 0)
	d.folder = true
	return d
}

// Init implements kit.Dialog.
func (d *Share) Init(c *kit.Context) tea.Cmd {
	asks := keeping(c, d, &d.keeps, d.store)
	if d.of != "" || d.folder {
		return tea.Batch(asks, d.make(c)) // a plain URL is that of the current version of a file
	}
	s, refs := d.store, d.refs
	return tea.Batch(asks, d.make(c), d.access.Start(c, d.id, func(ctx context.Context) (openTo, error) {
		return askPublic(ctx, s, refs), nil
	}))
}

// Close implements kit.Dialog.
func (d *Share) Close() {
	d.sign.Cancel()
	d.access.Cancel()
	d.keeps.Cancel()
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
	d.sent, d.noted, d.err, d.later = false, false, nil, nil
	d.scroll.Top()
	d.sign.Cancel()
	if d.allPublic() {
		return nil
	}
	if d.kind != signedLink {
		d.signed = nil
		_, d.err = untilOf(d.life(), c.Now())
		return nil // until it is asked for
	}
	life, err := lifeOf(d.life(), c.Now())
	if err != nil {
		d.err, d.signed = err, nil
		return nil
	}
	s, refs, version := d.store, d.refs, d.of
	d.asked = c.Now().Add(life)
	if d.folder {
		return d.sign.Start(c, d.id, func(ctx context.Context) ([]store.Link, error) {
			l, err := s.ShareFolder(ctx, refs[0], life)
			return []store.Link{l}, err
		})
	}
	return d.sign.Start(c, d.id, func(ctx context.Context) ([]store.Link, error) { return signAll(ctx, s, refs, version, life) })
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
	if _, err, ok := d.keeps.Take(msg); ok {
		d.keepsAsked, d.keepsNot = true, err
		return nil
	}
	if _, err, ok := d.noting.Take(msg); ok {
		if err != nil {
			c.Notify(kit.Warn, "The link is not in the list of links: "+err.Error())
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
		list[i].ref, list[i].folder = ref, d.folder
		list[i].form, list[i].asks = d.kind == onceLink || d.kind != signedLink && d.password.Value() != "", d.kind != signedLink && d.password.Value() != ""
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
	case links != nil && d.kind == signedLink:
		c.Shared = &kit.Shared{Life: d.life(), Form: string(d.as)}
	case links != nil:
	case d.unmade():
		c.Notify(kit.Info, "There is no link yet: Enter makes it.")
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
	return tea.Batch(c.Clip(d.as.text(links)), d.noteSigned(c))
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
		return tea.Batch(d.print.Lend(c, d.id, kit.NewPrinted(c, text)), d.noteSigned(c))
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if lines[i] = shown(l); c.Signs == themes.OnlyASCII {
			lines[i] = kit.Mask(lines[i])
		}
	}
	return tea.Batch(d.print.Lend(c, d.id, kit.NewPrinted(c, strings.Join(lines, "\n"))), d.noteSigned(c))
}
