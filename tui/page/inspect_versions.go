package page

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// versionsSeen is how many versions of an object the inspector shows.
const versionsSeen = 100

// pastTab is what the Versions tab of the inspector knows. It is asked for only while the tab is on the screen.
type pastTab struct {
	about store.Ref // whose it is, or is being asked
	list  []store.Version
	more  bool
	off   bool
	err   error
	slot  kit.Slot[pastTab]
}

func (p *inspector) askPast(c *kit.Context) tea.Cmd {
	t := &p.past
	if t.about == p.about {
		return nil
	}
	s, ref := p.store, p.about
	*t = pastTab{about: ref}
	return t.slot.Start(c, p.page, func(ctx context.Context) (x pastTab, err error) {
		versioned, err := s.Versioned(ctx, ref.Space)
		if x.off = !versioned; err == nil && versioned {
			x.list, x.more, err = s.VersionsOf(ctx, ref, versionsSeen)
		}
		x.err = err
		return x, ctx.Err()
	})
}

func (p *inspector) takePast(_ *kit.Context, msg tea.Msg) bool {
	x, err, ok := p.past.slot.Take(msg)
	if ok && err == nil {
		p.past.list, p.past.more, p.past.off, p.past.err = x.list, x.more, x.off, x.err
	}
	return ok
}

func (p *inspector) stopPast() {
	p.past.slot.Cancel()
	p.past.about = store.Ref{}
}

// drawPast adds a line for each version, the newest first.
func (p *inspector) drawPast(c *kit.Context, d *details) {
	t, paint := &p.past, &c.Theme.Paint
	switch {
	case t.about != p.seen.ref || t.slot.Busy():
		d.line(paint.Dim.On("Listing versions…"))
		return
	case t.err != nil:
		d.wrapped(paint.Warn, "Not known")
		d.wrapped(paint.Dim, reason(t.err))
		return
	case t.off:
		d.wrapped(paint.Dim, "This Space keeps no older versions. Its settings can switch versioning on.")
		return
	}
	for _, v := range t.list {
		size, name := c.Formats.SizeIn(v.Size, c.Formats.SizeWidth()), paint.Text
		if v.Marker {
			size, name = "deleted", paint.Warn
		}
		sign := "  "
		if v.Latest {
			sign = "● "
		}
		when := c.Formats.Second(v.Modified, c.Now())
		text := name.On(sign + when + "  " + kit.Fit(size, c.Formats.SizeWidth()+1))
		if room := d.w - len(when) - c.Formats.SizeWidth() - 8; room >= 8 {
			text += paint.Dim.On(" " + kit.Fit(store.Printable(v.ID), room))
		}
		d.line(text)
	}
	if t.more {
		d.line(paint.Dim.On("  and older ones"))
	}
	d.line("")
	d.wrapped(paint.Dim, c.Keys.Key(keys.Versions)+" shows them in the listing, to restore, download or remove")
}
