package page

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
	"spaces/tui/preview"
)

// keptPreviews are those that are not asked for again when the cursor comes back.
const keptPreviews = 4

// glance is the preview of the object that the inspector shows.
type glance struct {
	slot kit.Slot[*preview.Doc]
	last sight // what was asked for last
	kept []sight
}

// sight is one preview, of one state of an object.
type sight struct {
	ref  store.Ref
	etag string
	doc  *preview.Doc // nil while it is asked for
	err  error
}

func (s *sight) of(i *store.Info) bool { return s.ref == i.Ref && s.etag == i.ETag }

// askPreview reads the beginning of the object, once.
func (p *inspector) askPreview(c *kit.Context) tea.Cmd {
	g, info := &p.glance, &p.seen.info
	if g.last.of(info) {
		return nil
	}
	if i := slices.IndexFunc(g.kept, func(s sight) bool { return s.of(info) }); i >= 0 {
		g.last = g.kept[i]
		p.changed()
		return nil
	}
	g.last = sight{ref: info.Ref, etag: info.ETag}
	if why := unread(info); why != "" {
		g.last.doc = preview.Says(why)
		p.changed()
		return nil
	}
	s, of := p.store, *info
	return g.slot.Start(c, p.page, func(ctx context.Context) (*preview.Doc, error) { return glanceAt(ctx, s, of, "") })
}

// unread says why an object is not worth asking for, "" when it is.
func unread(i *store.Info) string {
	switch i.Class {
	case "GLACIER", "DEEP_ARCHIVE": // S3: Amazon S3 storage classes, "Rarely accessed objects"
		return "It is archived (" + i.Class + "): it has to be restored before anybody can read it."
	}
	return ""
}

// glanceAt reads the beginning of a version of an object; "": of the current one.
func glanceAt(ctx context.Context, s *store.Store, i store.Info, version string) (*preview.Doc, error) {
	facts := preview.Facts{Name: i.Key, Type: i.ContentType, Encoding: i.ContentEncoding, Size: i.Size}
	return preview.Load(ctx, facts, func(ctx context.Context, offset, length int64) ([]byte, error) {
		body, _, err := s.Get(ctx, i.Ref, store.GetOptions{Offset: offset, Length: length, IfMatch: i.ETag, Version: version})
		if err != nil {
			return nil, err
		}
		defer body.Close()
		return io.ReadAll(io.LimitReader(body, length))
	})
}

// takePreview shows what came.
func (p *inspector) takePreview(_ *kit.Context, msg tea.Msg) bool {
	doc, err, ok := p.glance.slot.Take(msg)
	if !ok {
		return false
	}
	g := &p.glance
	if g.last.doc, g.last.err = doc, err; err == nil {
		g.kept = append([]sight{g.last}, g.kept[:min(len(g.kept), keptPreviews-1)]...)
	}
	return true
}

func (p *inspector) stopPreview() {
	p.glance.slot.Cancel()
	p.glance.last = sight{}
}

// previewTab is the preview and nothing else.
func (p *inspector) previewTab(c *kit.Context, d *details) {
	p.sketch(c, d, max(d.h-len(d.lines), 1))
}

// beneath is the preview below other things, in the room that is left.
func (p *inspector) beneath(c *kit.Context, d *details) {
	const least = 4 // lines that are worth it: the rule, what it is, and two of it
	if left := d.h - len(d.lines); left >= least {
		d.line(d.th.Paint.Border.On(strings.Repeat("─", max(d.w-2, 0))))
		p.sketch(c, d, left-1)
		d.lines = d.lines[:min(len(d.lines), d.h)]
	}
}

// sketch adds what the object is, and its preview; what is more than h lines is for scrolling.
func (p *inspector) sketch(c *kit.Context, d *details, h int) {
	if g := &p.glance; g.last.of(&p.seen.info) && (g.last.doc != nil || g.last.err != nil) {
		sketchOf(c, d, g.last.doc, g.last.err, h)
		return
	}
	d.line(d.th.Paint.Dim.On("Reading…"))
}

// sketchOf adds a preview, or why there is none.
func sketchOf(c *kit.Context, d *details, doc *preview.Doc, err error, h int) {
	th := &d.th.Paint
	if err != nil {
		d.wrapped(th.Warn, "No preview: "+reason(err))
		return
	}
	look := preview.Look{Theme: d.th, Bytes: c.Bytes, Day: func(t time.Time) string { return c.Formats.Day(t, c.Now()) }}
	what, from := doc.What, len(d.lines)
	if note := doc.Note(look); note != "" {
		what += " · " + note
	}
	for _, part := range kit.Wrap(what, max(d.w-2, 8)) {
		d.line(th.Dim.On(part))
	}
	for _, line := range doc.Lines(look, max(d.w-2, 1), max(h-(len(d.lines)-from), 1)) {
		d.line(line)
	}
}
