package page

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

const (
	inspectRest  = 150 * time.Millisecond // the cursor must rest so long before an object is asked about
	previewBytes = 4 << 10
	previewMost  = 1 << 20 // larger objects are not previewed
	wideEnough   = 110     // cells: the inspector has a place beside the listing
)

// inspector shows one object: beside the listing, or in its place.
type inspector struct {
	store *store.Store
	wide  bool // shown beside the listing where there is room
	full  bool // shown instead of the listing
	tab   int
	about store.Ref // what was last asked about
	seen  inspection
	rest  kit.Slot[struct{}]
	slot  kit.Slot[inspection]

	lines  []string // of seen, made for one theme, tab and width
	theme  *themes.Theme
	tabOf  int
	width  int
	scroll kit.Scroll // of the lines below the tabs
	room   int        // lines there were for them when last drawn
}

// inspection is what is known of an object. Each part has its own error.
type inspection struct {
	ref       store.Ref
	info      store.Info
	err       error
	access    store.Access
	accessErr error
	tags      map[string]string
	preview   string
	url       string
	folder    bool
}

// inspect asks for everything about an object.
func inspect(ctx context.Context, s *store.Store, ref store.Ref) inspection {
	x := inspection{ref: ref, url: s.PublicURL(ref)}
	if x.info, x.err = s.Head(ctx, ref); x.err != nil {
		return x
	}
	x.access, x.accessErr = s.Access(ctx, ref)
	if x.info.TagCount > 0 {
		x.tags, _ = s.Tags(ctx, ref) // they are left out where they cannot be read
	}
	if isText(x.info) {
		x.preview = preview(ctx, s, ref, x.info)
	}
	return x
}

// isText says whether the beginning of an object is worth showing.
func isText(i store.Info) bool {
	t := strings.ToLower(i.ContentType)
	text := strings.HasPrefix(t, "text/") || strings.Contains(t, "json") || strings.Contains(t, "xml") ||
		strings.Contains(t, "yaml") || strings.Contains(t, "javascript") || strings.Contains(t, "toml")
	return text && i.ContentEncoding == "" && i.Size > 0 && i.Size <= previewMost
}

func preview(ctx context.Context, s *store.Store, ref store.Ref, i store.Info) string {
	body, _, err := s.Get(ctx, ref, store.GetOptions{Length: min(i.Size, previewBytes)})
	if err != nil {
		return ""
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, previewBytes))
	if err != nil {
		return ""
	}
	for n := 0; n < utf8.UTFMax && len(text) > 0 && !utf8.Valid(text); n++ {
		text = text[:len(text)-1] // a rune that was cut in two
	}
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 { // whatever its type says
		return ""
	}
	return string(text)
}

// look asks about the object under the cursor once the cursor rests. Nothing is asked while the inspector is hidden,
// and nothing drawn changes before the answer. Where there is no object, the inspector gives the listing its place back.
func (f *files) look(c *kit.Context) tea.Cmd {
	p := &f.pane
	id, ok := f.l.Under()
	if !ok {
		p.seen, p.lines, p.full = inspection{}, nil, false // there is nothing to look at
	}
	if !ok || f.width > 0 && !p.full && f.paneWidth(f.width) == 0 {
		p.stop()
		return nil
	}
	ref := f.l.Ref(id)
	if ref == p.about {
		return nil
	}
	p.stop()
	p.about = ref
	return p.rest.StartAfter(c, f.id, inspectRest, func(context.Context) (struct{}, error) { return struct{}{}, nil })
}

// lookAgain forgets what was asked about the object that is shown, when a job changed it.
func (f *files) lookAgain(effects []job.Effect) {
	about := f.pane.about
	changed := func(e job.Effect) bool {
		told := e.Kind == job.RowThere && e.Ref == about
		stale := e.Kind == job.Stale && e.Ref.Space == about.Space && strings.HasPrefix(about.Key, e.Ref.Key)
		return e.Conn == f.store.Conn() && (told || stale)
	}
	if (about != store.Ref{}) && slices.ContainsFunc(effects, changed) {
		f.pane.stop()
	}
}

// rested asks about the object on which the cursor rests.
func (f *files) rested(c *kit.Context, msg tea.Msg) (tea.Cmd, bool) {
	p := &f.pane
	if _, _, ok := p.rest.Take(msg); !ok {
		return nil, false
	}
	id, ok := f.l.Under()
	if !ok || !p.full && f.paneWidth(f.width) == 0 {
		p.stop()
		return nil, true
	}
	s, ref, folder := f.store, f.l.Ref(id), f.l.Rows().Folder(id)
	p.about = ref
	if folder {
		p.seen, p.lines = inspection{ref: ref, folder: true}, nil
		p.scroll.Top()
		return nil, true
	}
	return p.slot.Start(c, f.id, func(ctx context.Context) (inspection, error) {
		x := inspect(ctx, s, ref)
		return x, ctx.Err()
	}), true
}

// stop forgets what was asked for.
func (p *inspector) stop() {
	p.rest.Cancel()
	p.slot.Cancel()
	p.about = store.Ref{}
}

// take shows what came.
func (p *inspector) take(msg tea.Msg) bool {
	x, err, ok := p.slot.Take(msg)
	if ok && err == nil {
		if x.ref != p.seen.ref {
			p.scroll.Top()
		}
		p.seen, p.lines = x, nil
	}
	return ok
}

// turn shows another tab.
func (p *inspector) turn(by int) {
	p.tab = (p.tab + by + len(inspectorTabs)) % len(inspectorTabs)
	p.lines = nil
	p.scroll.Top()
}

// accessOf is who may read an object, "" when that is not known.
func (p *inspector) accessOf(ref store.Ref) store.Access {
	if p.seen.ref == ref && p.seen.err == nil && p.seen.accessErr == nil {
		return p.seen.access
	}
	return ""
}

// toggleInspector shows or hides the pane; where there is no room for it, the whole screen is its place.
func (f *files) toggleInspector(c *kit.Context) tea.Cmd {
	switch {
	case f.pane.full:
		f.pane.full = false
	case f.width >= wideEnough:
		f.pane.wide = !f.pane.wide
	default:
		f.pane.full = true
	}
	return nil
}

// paneWidth is how wide the inspector is beside a listing of w cells altogether, 0 when it is not there.
func (f *files) paneWidth(w int) int {
	if w < wideEnough || !f.pane.wide {
		return 0
	}
	return min(max(w*3/8, 46), 68)
}

// inspected says whether the inspector is on the screen.
func (f *files) inspected() bool { return f.pane.full || f.paneWidth(f.width) > 0 }

// reason is an error as one sentence for a line.
func reason(err error) string {
	var e *store.Error
	if errors.As(err, &e) {
		return string(e.Kind) + ". " + e.Advice()
	}
	return err.Error()
}
