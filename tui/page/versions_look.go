package page

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/preview"
)

// versionLook is one version, in the place of the listing: what it is, and its preview.
type versionLook struct {
	on     bool
	is     store.Version
	seen   versionSeen
	err    error
	slot   kit.Slot[versionSeen]
	scroll kit.Scroll
}

type versionSeen struct {
	info store.Info
	doc  *preview.Doc
	why  error // there is no preview
}

// lookAt shows the version under the cursor.
func (x *versions) lookAt(c *kit.Context) tea.Cmd {
	v, ok := x.under()
	if !ok || v.Folder || v.Marker {
		return nil
	}
	s, ref, id := x.store, store.Ref{Space: x.place.Space, Key: v.Key}, v.ID
	x.look.slot.Cancel()
	x.look = versionLook{on: true, is: v.Version}
	return x.look.slot.Start(c, x.id, func(ctx context.Context) (seen versionSeen, err error) {
		if seen.info, err = s.HeadVersion(ctx, ref, id); err != nil {
			return seen, err
		}
		if why := unread(&seen.info); why != "" {
			seen.doc = preview.Says(why)
			return seen, nil
		}
		seen.doc, seen.why = glanceAt(ctx, s, seen.info, id)
		return seen, ctx.Err()
	})
}

func (l *versionLook) take(msg tea.Msg) {
	if seen, err, ok := l.slot.Take(msg); ok {
		l.seen, l.err = seen, err
	}
}

// move scrolls what does not fit.
func (l *versionLook) move(msg tea.Msg, lines []string, page kit.Size) {
	l.scroll.Fit(lines, page.H-2)
	switch m := msg.(type) {
	case kit.Key:
		l.scroll.Move(m.Action)
	case kit.Mouse:
		l.scroll.Wheel(m)
	}
}

// looking are the actions while a version is looked at.
func (x *versions) looking() []kit.Action {
	back := func(*kit.Context) tea.Cmd {
		x.look.slot.Cancel()
		x.look.on = false
		return nil
	}
	return []kit.Action{
		{Name: keys.Restore, Why: x.notRestorable, Run: x.restore},
		{Name: keys.Download, Run: x.download},
		{Name: keys.Share, Why: x.notShared, Run: x.share},
		{Name: keys.Delete, Label: "Remove for good…", Hint: "remove", Why: x.notRemovable, Run: x.purge},
		{Name: keys.Cancel, Hint: "back", Run: back},
		{Name: keys.Parent, Label: "Back to the versions", Hint: kit.NoHint, Run: back},
		{Name: keys.Inspector, Label: "Back to the versions", Hint: kit.NoHint, Run: back},
		{Name: keys.More, Run: x.menu},
	}
}

// drawLook draws the version into the frame.
func (x *versions) drawLook(c *kit.Context, r *frame, size kit.Size) string {
	lines := x.lookLines(c, size)
	return r.filled(lines[x.look.scroll.Window(lines, size.H-2):], size.H-2)
}

// lookLines are all lines, however many, on a page of a size.
func (x *versions) lookLines(c *kit.Context, size kit.Size) []string {
	l, p := &x.look, &c.Theme.Paint
	d := &details{th: c.Theme, w: size.W - 2, h: size.H - 2}
	d.line(p.Strong.On(kit.FitMiddle(plainName(lastName(l.is.Key)), max(d.w-2, 1))))
	d.pair("Version", store.Printable(l.is.ID))
	d.pair("Size", c.Bytes(l.is.Size)+exact(c, l.is.Size))
	d.pair("Modified", c.Moment(l.is.Modified))
	switch {
	case l.slot.Busy():
		d.line(p.Dim.On("Reading…"))
	case l.err != nil:
		d.line("")
		d.lines = append(d.lines, trouble(c, x.store, l.err, d.w)...)
	default:
		d.pair("Type", l.seen.info.ContentType)
		d.pair("ETag", l.seen.info.ETag)
		d.line(p.Border.On(strings.Repeat("─", max(d.w-2, 0))))
		sketchOf(c, d, l.seen.doc, l.seen.why, max(d.h-len(d.lines), 1))
	}
	return d.lines
}

// notShared tells why there is no link: one version has one.
func (x *versions) notShared() string {
	if why := x.notContent(); why != "" {
		return why
	}
	if len(x.marked()) > 1 {
		return "One version at a time has a link."
	}
	return ""
}

func (x *versions) share(c *kit.Context) tea.Cmd {
	v := x.marked()[0]
	c.Open(dialog.NewShareVersion(c, store.Ref{Space: x.place.Space, Key: v.Key}, v.ID, v.Size))
	return nil
}
