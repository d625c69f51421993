package dialog

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sync/errgroup"

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

// answers are the values of the files that could be asked.
type answers struct {
	files  []map[string]string
	failed int
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

func refsOf(sources []job.Source) []store.Ref {
	refs := make([]store.Ref, len(sources))
	for i, s := range sources {
		refs[i] = s.Ref
	}
	return refs
}

// askAll asks each file for its values. The error is the first that came.
func askAll(ctx context.Context, s *store.Store, kind job.Kind, refs []store.Ref) (answers, error) {
	found := make([]map[string]string, len(refs))
	var mu sync.Mutex
	var all answers
	var g errgroup.Group
	g.SetLimit(askedAtOnce)
	for i, ref := range refs {
		g.Go(func() (err error) {
			defer store.Caught(ctx)
			if kind == job.Tags {
				found[i], err = s.Tags(ctx, ref)
			} else {
				var info store.Info
				info, err = s.Head(ctx, ref)
				found[i] = headersOf(info.Props)
			}
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				found[i] = nil
				all.failed++
			}
			return err
		})
	}
	err := g.Wait()
	for _, f := range found {
		if f != nil {
			all.files = append(all.files, f)
		}
	}
	return all, err
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
			c.Notify(kit.Good, "Changed "+d.word+" of "+shown(name(d.sources[0].Ref.Key)))
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

// learn makes the pairs of what files have.
func (d *Metadata) learn(a answers, err error) {
	d.files, d.failed, d.unsure = a.files, a.failed, err
	if d.known = len(a.files) > 0; !d.known {
		return
	}
	has := map[string]bool{}
	for _, f := range a.files {
		for name := range f {
			has[name] = true
		}
	}
	for _, name := range headers {
		if d.kind == job.Metadata && (has[name] || slices.Contains(d.fixed, name)) {
			d.pairs = append(d.pairs, pairOf(name, a.files, d.empty))
			delete(has, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(has)) {
		d.pairs = append(d.pairs, pairOf(name, a.files, d.empty))
	}
	if len(d.pairs) == 0 {
		d.focus.Name = "add" // and stays there when there is a first
	}
	d.refresh()
}

// refresh says in each empty line what that means.
func (d *Metadata) refresh() {
	for _, p := range d.pairs {
		p.field.SetPlaceholder(p.stand())
	}
}

// under is the pair with the focus, or nil.
func (d *Metadata) under() *pair {
	focus := d.focus.Name
	if focus == "" && len(d.pairs) > 0 {
		return d.pairs[0]
	}
	for _, p := range d.pairs {
		if stopOf(p) == focus {
			return p
		}
	}
	return nil
}

func stopOf(p *pair) string { return "pair:" + p.name }

// turned takes the key that empties a line where it is empty already.
func (d *Metadata) turned(msg tea.Msg) bool {
	k, is := msg.(tea.KeyPressMsg)
	p := d.under()
	if d.review || !is || k.Keystroke() != "ctrl+u" || p == nil || p.field.Value() != "" {
		return false
	}
	if i := slices.Index(d.pairs, p); p.added {
		d.pairs = slices.Delete(d.pairs, i, i+1)
		d.focus.Name = "add"
	} else {
		p.turn()
	}
	d.refresh()
	return true
}

// take makes a pair of what stands in the line for new ones, which may be empty. wrong is why it cannot.
func (d *Metadata) takeNew() bool {
	text := d.add.Value()
	if d.wrong = ""; strings.TrimSpace(text) == "" {
		return true
	}
	name, value := d.split(text)
	err := d.check(name, value)
	if d.doubt != nil && err == nil {
		err = d.doubt(text)
	}
	switch i := slices.IndexFunc(d.pairs, func(p *pair) bool { return p.name == name }); {
	case name == "" || name == metaName:
		err = errNameless
	case err != nil:
	case i >= 0:
		d.pairs[i].gone = false
		d.pairs[i].field.SetValue(value)
	default:
		d.pairs = append(d.pairs, d.newPair(name, value))
	}
	if err != nil {
		d.wrong = upper(err.Error()) + "."
		return false
	}
	d.add.SetValue("")
	d.refresh()
	return true
}

func (d *Metadata) newPair(name, value string) *pair {
	p := &pair{name: name, empty: d.empty, added: true, any: d.inside, unset: len(d.files)}
	p.field = kit.NewField(value, "")
	return p
}

// edit is what was edited.
func (d *Metadata) edit() job.Edit {
	e := job.Edit{Set: map[string]string{}}
	for _, p := range d.pairs {
		p.change(&e)
	}
	return e
}

// dirty says whether something was edited.
func (d *Metadata) dirty() bool {
	e := d.edit()
	return len(e.Set)+len(e.Unset) > 0 || d.add.Value() != ""
}

// refused says why a pair cannot be sent as it is.
func (d *Metadata) refused(p *pair) error {
	if !p.edited() || p.gone || p.field.Value() == "" {
		return nil
	}
	return d.check(p.name, p.field.Value())
}

// tooMuch says why a file cannot have all that it would.
func (d *Metadata) tooMuch() error {
	e := d.edit()
	files := d.files
	if d.inside {
		files = []map[string]string{nil}
	}
	for _, f := range files {
		if err := d.whole(e.ApplyTags(f)); err != nil {
			return err
		}
	}
	return nil
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
		c.Notify(kit.Warn, upper(err.Error()))
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

// completes takes the first value that is offered for one that was begun. What can stand by itself stays: Tab is also the
// way to the next line.
func (d *Metadata) completes(p *pair) func(*kit.Context) (tea.Cmd, bool) {
	return func(*kit.Context) (tea.Cmd, bool) {
		if !d.begun(p) {
			return nil, false
		}
		p.field.SetValue(d.offers(p)[0])
		return nil, true
	}
}

// begun says whether what was typed is the beginning of an offer, and no value yet.
func (d *Metadata) begun(p *pair) bool {
	text := p.field.Value()
	return text != "" && p.edited() && !whole(p.name, text) && len(d.offers(p)) > 0
}

func (d *Metadata) offers(p *pair) []string {
	key := ""
	if len(d.sources) == 1 && !d.inside {
		key = d.sources[0].Ref.Key
	}
	return usualValues(p.name, p.field.Value(), key)
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
