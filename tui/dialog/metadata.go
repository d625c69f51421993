package dialog

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Metadata edits headers and metadata, or tags, of one file, of several, or of everything inside folders. Only what was
// edited is changed. One file is changed at once, several by a job; before either it is shown what changes.
type Metadata struct {
	base
	flow // counts what is inside folders
	pairing
	kind    job.Kind
	sources []job.Source
	inside  bool

	pairs  []*pair
	add    *kit.Field
	wrong  string // why what stands in add will not do, or what it is about
	files  []map[string]string
	failed int   // files that could not be asked
	unsure error // why the first of them
	known  bool
	review bool
	ask    kit.Slot[answers]
	set    kit.Slot[struct{}]
	err    error
}

// NewMetadata edits the headers and the metadata of files.
func NewMetadata(c *kit.Context, files []job.Source) *Metadata {
	return newMetadata(c, job.Metadata, aboutMetadata, files)
}

// NewTags edits the tags of files.
func NewTags(c *kit.Context, files []job.Source) *Metadata {
	return newMetadata(c, job.Tags, aboutTags, files)
}

// NewMetadataInside edits the headers and the metadata of everything in folders, and of files beside them.
func NewMetadataInside(c *kit.Context, sources []job.Source) *Metadata {
	d := newMetadata(c, job.Metadata, aboutMetadata, sources)
	d.base.title, d.inside, d.known = "Metadata of everything inside", true, true
	for _, name := range d.fixed {
		d.pairs = append(d.pairs, &pair{name: name, field: kit.NewField("", ""), any: true, empty: d.empty})
	}
	d.refresh()
	return d
}

// NewTagsInside edits the tags of everything in folders, and of files beside them.
func NewTagsInside(c *kit.Context, sources []job.Source) *Metadata {
	d := newMetadata(c, job.Tags, aboutTags, sources)
	d.base.title, d.inside, d.known = "Tags of everything inside", true, true
	return d
}

func newMetadata(c *kit.Context, kind job.Kind, a pairing, sources []job.Source) *Metadata {
	d := &Metadata{base: newBase(c, a.title), pairing: a, kind: kind, sources: slices.Clone(sources), add: kit.NewField("", a.hint)}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog: what there is now is asked for, or what there is inside counted.
func (d *Metadata) Init(c *kit.Context) tea.Cmd {
	if d.inside {
		anything := job.Edit{Unset: []string{metaName}} // until it is known what: see Plan.Change
		return d.flow.start(c, d.id, job.Spec{Kind: d.kind, From: d.store.Conn(), Sources: d.sources, Edit: anything})
	}
	s, kind, refs := d.store, d.kind, refsOf(d.sources[:min(len(d.sources), asked)])
	return d.ask.Start(c, d.id, func(ctx context.Context) (answers, error) { return askAll(ctx, s, kind, refs) })
}

// Close implements kit.Dialog.
func (d *Metadata) Close() {
	d.flow.close()
	d.ask.Cancel()
	d.set.Cancel()
}

// Update implements kit.Dialog.
func (d *Metadata) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if a, err, ok := d.ask.Take(msg); ok {
		d.learn(a, err)
		return nil
	}
	if _, err, ok := d.set.Take(msg); ok {
		if d.err = err; err == nil {
			c.Dismiss()
			c.Notify(kit.Good, "Changed "+d.word+" of "+shown(store.Base(d.sources[0].Ref.Key)))
		}
		return nil
	}
	counted, _ := d.flow.take(c, d.id, msg)
	if d.turned(msg) {
		return counted
	}
	cmd := d.base.Update(c, msg)
	d.refresh()
	return tea.Batch(counted, cmd)
}

// refresh says in each empty line what that means.
func (d *Metadata) refresh() {
	for _, p := range d.pairs {
		p.field.SetPlaceholder(p.stand())
	}
}

// goOn shows what changes, when all of it can be sent.
func (d *Metadata) goOn(c *kit.Context) tea.Cmd {
	if !d.takeNew() {
		d.focus.Name = "add"
		return nil
	}
	for _, p := range d.pairs {
		if d.refused(p) != nil {
			d.focus.Name = stopOf(p)
			return nil
		}
	}
	e := d.edit()
	switch err := d.tooMuch(); {
	case err != nil:
		c.Notify(kit.Warn, store.Capital(err.Error()))
	case len(e.Set)+len(e.Unset) == 0:
		c.Notify(kit.Info, "Nothing was edited.")
	default:
		d.review, d.err, d.scroll, d.focus.Name = true, nil, kit.Scroll{}, ""
	}
	return nil
}

func (d *Metadata) back(*kit.Context) tea.Cmd {
	d.review, d.at, d.focus.Name = false, editing, ""
	return nil
}

// apply does what is shown.
func (d *Metadata) apply(c *kit.Context) tea.Cmd {
	spec := job.Spec{Kind: d.kind, From: d.store.Conn(), Sources: d.sources, Edit: d.edit()}
	switch {
	case d.set.Busy():
		return nil
	case d.inside:
		d.plan.Change("", spec.Edit)
		d.begin(c, "Changing "+d.word+" of "+kit.Plural(d.totals.Objects, "file"))
		return nil
	case len(d.sources) > 1:
		c.Jobs.Start(c.Jobs.Plan(spec))
		c.Dismiss()
		c.Notify(kit.Info, "Changing "+d.word+" of "+kit.Plural(len(d.sources), "file")+transfersHint(c))
		return nil
	}
	jobs := c.Jobs
	d.err = nil
	return d.set.Start(c, d.id, func(ctx context.Context) (struct{}, error) { return struct{}{}, jobs.Do(ctx, spec) })
}

// confirm is the button of the review.
func (d *Metadata) confirm() *kit.Button {
	b := d.keyed("Apply", keys.Confirm, d.apply)
	switch {
	case !d.inside:
	case d.counting():
		b.Why = "It is still being counted"
	case d.totals.Objects == 0:
		b.Why = "There is nothing in it"
	case !d.flow.complete():
		b.Label = "Apply to what was found"
	}
	return b
}
