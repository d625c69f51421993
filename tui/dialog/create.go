package dialog

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// part is something of a form that can have the focus.
type part int

const (
	partName part = iota
	partRegion
	partListing
	partCreate
	partCancel
)

// CreateSpace asks for what a new Space needs and makes it.
type CreateSpace struct {
	base
	store   *store.Store
	name    *kit.Field
	typed   *kit.Field // the region, where it is text
	regions []string   // the regions to choose from, nil where it is text or fixed
	region  int
	public  bool // anonymous visitors may list
	focus   part
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
		store: c.Store,
		name:  kit.NewField("", "lower-case letters, digits and dashes"),
		typed: kit.NewField(c.Store.Region(), "the endpoint's own"),
		taken: map[string]bool{},
	}
	d.typed.Blur()
	if d.regions = c.Store.Regions(); d.regions != nil {
		d.region = max(slices.Index(d.regions, c.Store.Region()), 0)
	}
	return d
}

// Init implements kit.Dialog: the names that are taken already are asked for.
func (d *CreateSpace) Init(c *kit.Context) tea.Cmd {
	s := c.Store
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
	if d.create.Busy() {
		if p, ok := d.press(c, msg, true); ok && p.name == "esc" {
			c.Dismiss()
		}
		return nil
	}
	if m, ok := msg.(tea.PasteMsg); ok {
		d.edit(c, m)
		return nil
	}
	if i, _, ok := d.clicked(msg); ok {
		d.toward(partCreate + part(i))
		msg = kit.Key{Action: keys.Enter}
	}
	p, ok := d.press(c, msg, d.field() != nil)
	if !ok {
		return nil
	}
	return d.key(c, p)
}

func (d *CreateSpace) answered(c *kit.Context, err error) {
	if err == nil || errors.Is(err, store.NotPublic) {
		c.Dismiss()
		c.Go(kit.Place{Space: d.asked})
		c.Notify(kit.Good, "Created "+d.asked)
		if err != nil {
			c.Notify(kit.Warn, "Created "+d.asked+", but only your keys can list it: "+happened(err))
		}
		return
	}
	d.err = err
	if errors.Is(err, store.Exists) {
		d.taken[d.asked] = true
		d.toward(partName)
	}
}

func (d *CreateSpace) key(c *kit.Context, p press) tea.Cmd {
	switch p.name {
	case "esc":
		c.Dismiss()
	case "tab", "down":
		d.step(c, 1)
	case "shift+tab", "up":
		d.step(c, -1)
	case "enter":
		if d.focus == partCancel {
			c.Dismiss()
			return nil
		}
		return d.make(c)
	case "left", "right", "space":
		if d.field() != nil {
			d.edit(c, p.msg)
			return nil
		}
		d.turn(map[string]int{"left": -1, "right": 1, "space": 1}[p.name])
	default:
		d.edit(c, p.msg)
	}
	return nil
}

// field is the text field that has the focus, or nil.
func (d *CreateSpace) field() *kit.Field {
	switch {
	case d.focus == partName:
		return d.name
	case d.focus == partRegion && d.regions == nil:
		return d.typed
	}
	return nil
}

func (d *CreateSpace) edit(c *kit.Context, msg tea.Msg) {
	if f := d.field(); f != nil && f.Update(c, msg) {
		d.err = nil
	}
}

// step moves the focus. The region cannot be chosen everywhere.
func (d *CreateSpace) step(c *kit.Context, by int) {
	next := (int(d.focus) + by + int(partCancel) + 1) % (int(partCancel) + 1)
	if part(next) == partRegion && !d.store.CanChooseRegion() {
		next += by
	}
	d.toward(part(next))
}

func (d *CreateSpace) toward(p part) {
	d.focus = p
	d.name.Blur()
	d.typed.Blur()
	if f := d.field(); f != nil {
		f.Focus()
	}
}

// turn changes what is chosen from a row.
func (d *CreateSpace) turn(by int) {
	switch d.focus {
	case partRegion:
		d.region = (d.region + by + len(d.regions)) % len(d.regions)
	case partListing:
		d.public = !d.public
	case partCreate, partCancel:
		d.toward(partCreate + partCancel - d.focus)
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
	if err := d.wrong(); err != nil {
		d.err = err
		d.toward(partName)
		return nil
	}
	d.asked, d.err = d.name.Value(), nil
	s, name, o := c.Store, d.asked, store.CreateOptions{Region: d.chosen(), PublicListing: d.public}
	if !s.CanChooseRegion() {
		o.Region = ""
	}
	return d.create.Start(c, d.id, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.CreateSpace(ctx, name, o)
	})
}

// Actions implements kit.Dialog.
func (d *CreateSpace) Actions() []kit.Action {
	return []kit.Action{hint(keys.Next, func(c *kit.Context) tea.Cmd { d.step(c, 1); return nil }), dismiss()}
}
