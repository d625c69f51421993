package page

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// inspection is what is known of an object. Each part has its own error.
type inspection struct {
	ref       store.Ref
	info      store.Info
	err       error
	access    store.Access
	accessErr error
	tags      map[string]string
	tagsErr   error
	url       string
	folder    bool
}

// inspect asks for everything about an object.
func inspect(ctx context.Context, s *store.Store, ref store.Ref) inspection {
	x := inspection{ref: ref, url: s.PublicURL(ref)}
	if x.info, x.err = s.Head(ctx, ref); x.err != nil {
		return x
	}
	if x.accessErr = store.Unsupported; s.HasAccess() {
		x.access, x.accessErr = s.Access(ctx, ref)
	}
	if x.info.TagCount > 0 {
		x.tags, x.tagsErr = s.Tags(ctx, ref)
	}
	return x
}

// look asks about the object under the cursor once the cursor rests. Nothing is asked while the inspector is hidden,
// and nothing drawn changes before the answer. Where there is no object, the inspector gives the listing its place back.
func (f *files) look(c *kit.Context) tea.Cmd {
	p := &f.pane
	id, ok := f.l.Under()
	if cmd, is := f.lookAtAll(c); is {
		return cmd
	}
	if !ok {
		p.seen, p.full = inspection{}, false // there is nothing to look at
		p.changed()
	}
	if !ok || !f.inspected() {
		p.stop()
		return nil
	}
	ref := f.l.Ref(id)
	if ref == p.about {
		return p.askTab(c)
	}
	p.stop()
	p.about = ref
	return p.rest.StartAfter(c, f.id, inspectRest, func(context.Context) (struct{}, error) { return struct{}{}, nil })
}

// askTab asks for what only the tab on the screen shows, once the object that it is about is known.
func (p *inspector) askTab(c *kit.Context) tea.Cmd {
	ask := inspectorTabs[p.tab].ask
	if ask == nil || p.seen.ref != p.about || p.seen.folder || p.seen.err != nil || p.slot.Busy() || p.rest.Busy() {
		return nil
	}
	return ask(p, c)
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
	if p.several != nil {
		p.several = f.several()
		p.changed()
		return nil, true
	}
	id, ok := f.l.Under()
	if !ok || !f.inspected() {
		p.stop()
		return nil, true
	}
	s, ref, folder := f.store, f.l.Ref(id), f.l.Rows().Folder(id)
	p.about = ref
	if folder {
		p.seen = inspection{ref: ref, folder: true}
		p.changed()
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
	for _, t := range inspectorTabs {
		if t.stop != nil {
			t.stop(p)
		}
	}
}

// take shows what came.
func (p *inspector) take(c *kit.Context, msg tea.Msg) bool {
	if x, err, ok := p.slot.Take(msg); ok {
		if err == nil {
			if x.ref != p.seen.ref {
				p.scroll.Top()
			}
			p.seen = x
			p.changed()
		}
		return true
	}
	for _, t := range inspectorTabs {
		if t.take != nil && t.take(p, c, msg) {
			p.changed()
			return true
		}
	}
	return false
}
