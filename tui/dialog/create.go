package dialog

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/themes"
	"spaces/tui/kit"
)

// CreateSpace asks for what a new Space needs and makes it.
type CreateSpace struct {
	base
	name    *kit.Field
	typed   *kit.Field // the region, where it is text
	regions []string   // the regions to choose from, nil where it is text or fixed
	region  int
	public  bool // anonymous visitors may list
	taken   map[string]bool
	have    kit.Slot[[]store.Space]
	create  kit.Slot[struct{}]
	asked   string // the name that is being, or was, created
	err     error
}

// NewCreateSpace opens the form.
func NewCreateSpace(c *kit.Context) *CreateSpace {
	d := &CreateSpace{
		base:  newBase(c, "Create a Space"),
		name:  kit.NewField("", "lower-case letters, digits and dashes"),
		typed: kit.NewField(c.Store.Region(), "the endpoint's own"),
		taken: map[string]bool{},
	}
	d.form = d.asking
	if d.regions = d.store.Regions(); d.regions != nil {
		d.region = max(slices.Index(d.regions, d.store.Region()), 0)
	}
	return d
}

// Init implements kit.Dialog: the names that are taken already are asked for.
func (d *CreateSpace) Init(c *kit.Context) tea.Cmd {
	s := d.store
	return d.have.Start(c, d.id, s.Spaces)
}

// Close implements kit.Dialog.
func (d *CreateSpace) Close() {
	d.have.Cancel()
	d.create.Cancel()
}

// Update implements kit.Dialog.
func (d *CreateSpace) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if list, _, ok := d.have.Take(msg); ok {
		for _, s := range list { // a failure shows when the Space is created
			d.taken[s.Name] = true
		}
		return nil
	}
	if _, err, ok := d.create.Take(msg); ok {
		d.answered(c, err)
		return nil
	}
	return d.base.Update(c, msg)
}

func (d *CreateSpace) answered(c *kit.Context, err error) {
	if err == nil || errors.Is(err, store.NotPublic) {
		c.Dismiss()
		c.Go(store.Place{Conn: d.store.Conn(), Space: d.asked})
		c.Notify(kit.Good, "Created "+d.asked)
		if err != nil {
			c.Notify(kit.Warn, "Created "+d.asked+", but only your keys can list it: "+happened(err))
		}
		return
	}
	d.err = err
	if errors.Is(err, store.Exists) {
		d.taken[d.asked] = true
		d.focus.Name = "Name"
	}
}

// wrong is why the name will not do, nil when it will.
func (d *CreateSpace) wrong() error {
	if err := d.store.ValidName(d.name.Value()); err != nil {
		return err
	}
	if d.taken[d.name.Value()] {
		return errors.New("this name is taken: choose another one")
	}
	return nil
}

func (d *CreateSpace) chosen() string {
	if d.regions != nil {
		return d.regions[d.region]
	}
	return d.typed.Value()
}

func (d *CreateSpace) make(c *kit.Context) tea.Cmd {
	if d.create.Busy() {
		return nil
	}
	if err := d.wrong(); err != nil {
		d.err, d.focus.Name = err, "Name"
		return nil
	}
	d.asked, d.err = d.name.Value(), nil
	s, name, o := d.store, d.asked, store.CreateOptions{Region: d.chosen(), PublicListing: d.public}
	if !s.CanChooseRegion() {
		o.Region = ""
	}
	return d.create.Start(c, d.id, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.CreateSpace(ctx, name, o)
	})
}

// asking is the form.
func (d *CreateSpace) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	in := kit.Inner(w)
	edited := func(*kit.Context) tea.Cmd { d.err = nil; return nil }
	items := []kit.Item{
		kit.Gap, &kit.Entry{Label: "Name", Field: d.name, Changed: edited},
		text(kit.Under(w, d.verdict(t, in)...)...),
		kit.Gap, d.where(w, edited), kit.Gap,
	}
	listing, about := 0, "Only your keys can list the files."
	if d.public {
		listing, about = 1, "Anyone can list the names of the files, but not open them."
	}
	items = append(items, &kit.Choice{Label: "File listing", Options: kit.Options("Private (keys only)", "Public listing"), Chosen: listing,
		Choose: func(_ *kit.Context, i int) tea.Cmd { d.public = i == 1; return nil }},
		spare(2, kit.Under(w, styled(about, in, t.Dim)...)...), kit.Gap,
		spare(1, d.urls(t, w)...), kit.Gap)
	if d.err != nil && d.wrong() == nil {
		items = append(items, &kit.Pager{Lines: note(explain(d.err), w, t.Bad), Scroll: &d.scroll}, kit.Gap)
	}
	create := &kit.Button{Label: "Create", Run: d.make}
	if d.create.Busy() {
		items = append(items, text(note("Creating "+d.asked+"…", w, t.Dim)...))
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Buttons{create, dismiss("Cancel")})}
}

// verdict is the line below the name, as one types: always one, so that nothing jumps.
func (d *CreateSpace) verdict(t *themes.Paints, w int) []string {
	err := d.wrong()
	switch {
	case d.name.Value() == "" && d.err == nil:
		return []string{t.Dim.On(end("3 to 63 characters; it becomes part of the address", w))}
	case err != nil:
		return []string{t.Warn.On(end(store.Capital(err.Error()), w))}
	case d.have.Busy():
		return []string{t.Dim.On(end("Asking for the names that are taken…", w))}
	}
	return []string{t.Good.On(end("This name can be used", w))}
}

// where is the region: this server's own, one of several, or text.
func (d *CreateSpace) where(w int, edited func(*kit.Context) tea.Cmd) kit.Item {
	t := &d.c.Theme.Paint
	switch {
	case !d.store.CanChooseRegion():
		return text(kit.Labelled(t.Dim, "Region", t.Text.On(shown(d.store.Region()))+t.Dim.On(end("  this server's own", kit.Inner(w)-kit.Width(shown(d.store.Region())))), w))
	case d.regions != nil:
		return &kit.Choice{Label: "Region", Look: kit.Strip, Options: kit.Options(d.regions...), Chosen: d.region,
			Choose: func(_ *kit.Context, i int) tea.Cmd { d.region = i; return nil }}
	}
	return &kit.Entry{Label: "Region", Field: d.typed, Changed: edited}
}

func (d *CreateSpace) urls(t *themes.Paints, w int) []string {
	name := d.name.Value()
	if d.store.ValidName(name) != nil {
		name = "NAME"
	}
	lines := []string{kit.Labelled(t.Dim, "Addresses", "", w), ""}
	for i, u := range d.store.Addresses(name, d.chosen()) {
		u = t.Accent.On(middle(shown(u), kit.Inner(w)))
		if i == 0 {
			lines[0] = kit.Labelled(t.Dim, "Addresses", u, w)
			continue
		}
		lines[1] = kit.Under(w, u)[0]
	}
	return lines
}
