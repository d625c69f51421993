package dialog

import (
	"context"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sync/errgroup"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Of several files so many are asked who may read them now, so many at once: each takes a request.
const (
	asked       = 50
	askedAtOnce = 8
)

// Access sets who may read files. One file is set at once, several by a job. Nothing is chosen before it is known what
// they are now, and of several never: they may differ.
type Access struct {
	base
	refs   []store.Ref
	chosen int // -1: nothing yet; else index in accesses
	now    readers
	known  bool
	unsure error
	ask    kit.Slot[readers]
	set    kit.Slot[struct{}]
	err    error
}

// accesses are what is offered.
var accesses = []store.Access{store.Private, store.PublicRead}

// readers counts files by who may read them.
type readers struct{ public, private, custom, unknown int }

func (n *readers) add(a store.Access) {
	switch a {
	case store.PublicRead:
		n.public++
	case store.Private:
		n.private++
	case store.Custom:
		n.custom++
	default:
		n.unknown++
	}
}

// NewAccess offers private and public for refs. current is what the only one of them has now, "" when that is not known.
func NewAccess(c *kit.Context, refs []store.Ref, current store.Access) *Access {
	d := &Access{base: newBase(c, "Permissions"), refs: append([]store.Ref(nil), refs...), chosen: -1}
	if len(refs) == 1 && current != "" {
		d.now.add(current)
		d.known = true
		d.choose(current)
	}
	d.form = d.asking
	return d
}

// choose begins with what the only file has now.
func (d *Access) choose(now store.Access) {
	for i, a := range accesses {
		if a == now {
			d.chosen = i
		}
	}
}

// Init implements kit.Dialog: what is not known is asked for.
func (d *Access) Init(c *kit.Context) tea.Cmd {
	if d.known {
		return nil
	}
	s, refs := d.store, d.refs[:min(len(d.refs), asked)]
	return d.ask.Start(c, d.id, func(ctx context.Context) (readers, error) { return tallyOf(ctx, s, refs) })
}

// tallyOf asks who may read each file. The error is the first that came; the others are counted all the same.
func tallyOf(ctx context.Context, s *store.Store, refs []store.Ref) (n readers, err error) {
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(askedAtOnce)
	for _, ref := range refs {
		g.Go(func() error {
			defer store.Caught(ctx)
			a, failed := s.Access(ctx, ref)
			mu.Lock()
			defer mu.Unlock()
			if failed != nil {
				a = ""
			}
			n.add(a)
			return failed
		})
	}
	err = g.Wait()
	return n, err
}

// Close implements kit.Dialog.
func (d *Access) Close() {
	d.ask.Cancel()
	d.set.Cancel()
}

// Update implements kit.Dialog.
func (d *Access) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if n, err, ok := d.ask.Take(msg); ok {
		d.now, d.unsure, d.known = n, err, true
		if len(d.refs) == 1 && d.chosen < 0 {
			d.choose(map[bool]store.Access{true: store.PublicRead}[n.public == 1])
			if n.private == 1 {
				d.choose(store.Private)
			}
		}
		return nil
	}
	if _, err, ok := d.set.Take(msg); ok {
		if d.err = err; err == nil {
			c.Dismiss()
			c.Notify(kit.Good, shown(store.Base(d.refs[0].Key))+" is "+d.word()+" now")
		}
		return nil
	}
	return d.base.Update(c, msg)
}

func (d *Access) word() string {
	if accesses[d.chosen] == store.PublicRead {
		return "public"
	}
	return "private"
}

func (d *Access) apply(c *kit.Context) tea.Cmd {
	if d.set.Busy() || d.chosen < 0 || len(d.refs) == 0 {
		return nil
	}
	spec := job.Spec{Kind: job.Permissions, From: d.store.Conn(), Access: accesses[d.chosen]}
	for _, r := range d.refs {
		spec.Sources = append(spec.Sources, job.Source{Ref: r})
	}
	if len(d.refs) > 1 {
		c.Jobs.Start(c.Jobs.Plan(spec))
		c.Dismiss()
		c.Notify(kit.Info, "Making "+kit.Plural(len(d.refs), "file")+" "+d.word()+transfersHint(c))
		return nil
	}
	jobs := c.Jobs
	d.err = nil
	return d.set.Start(c, d.id, func(ctx context.Context) (struct{}, error) { return struct{}{}, jobs.Do(ctx, spec) })
}

// asking is the form.
func (d *Access) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal-8), &d.c.Theme.Paint
	what := kit.Plural(len(d.refs), "file")
	if len(d.refs) == 1 {
		what = shown(store.Base(d.refs[0].Key))
	}
	items := []kit.Item{kit.Gap, text("  " + t.Strong.On(middle(what, w-2)))}
	items = append(items, spare(2, note(d.state(), w, t.Dim)...), kit.Gap,
		accessChoice(d.chosen, func(i int) { d.chosen = i }),
		kit.Gap, spare(1, note(d.note(), w, t.Dim)...))
	if d.err != nil {
		items = append(items, kit.Gap, &kit.Pager{Lines: note(explain(d.err), w, t.Bad), Scroll: &d.scroll})
	}
	apply := &kit.Button{Label: "Apply", Run: d.apply}
	if d.chosen < 0 {
		apply.Why = "Choose private or public first"
	}
	items = append(items, kit.Gap, kit.Buttons{apply, dismiss("Cancel")})
	return &kit.Form{Width: w, Focus: &d.focus, Items: items}
}

// state says who may read them now.
func (d *Access) state() string {
	switch {
	case d.ask.Busy():
		return "Asking who may read " + map[bool]string{true: "it", false: "them"}[len(d.refs) == 1] + " now…"
	case d.unsure != nil && d.now.public+d.now.private+d.now.custom == 0:
		return "Who may read it now could not be asked: " + code(d.unsure)
	}
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{d.now.public, "public"}, {d.now.private, "private"}, {d.now.custom, "with grants of its own"}, {d.now.unknown, "not known"}} {
		switch {
		case p.n > 0 && len(d.refs) == 1:
			parts = append(parts, p.word)
		case p.n > 0:
			parts = append(parts, kit.Count(p.n)+" "+p.word)
		}
	}
	text := strings.Join(parts, ", ")
	if len(d.refs) > asked {
		text += " of the first " + kit.Count(asked)
	}
	return "Now: " + text
}

// note says what the choice changes.
func (d *Access) note() string {
	switch {
	case d.set.Busy():
		return "Setting it…"
	case d.chosen < 0:
		return ""
	case d.now.custom > 0:
		return "Grants of its own are replaced."
	case accesses[d.chosen] == store.PublicRead:
		return "The plain URL works for everyone and never expires."
	case d.now.public > 0:
		return "Plain links that were given out stop working."
	}
	return "A private file stays private even where the listing is public."
}
