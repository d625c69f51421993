package dialog

import (
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// AccessKey makes an access key, or changes the name and the grants of one.
type AccessKey struct {
	base
	key    store.Key // as it was; of a new one there is no ID
	name   *kit.Field
	full   bool
	rows   []grantRow
	list   kit.List
	told   string // what is wrong with what was asked
	err    error
	unsure error // why the Spaces could not be listed
	spaces kit.Slot[[]store.Space]
	save   kit.Slot[store.Key]
}

// Names of the parts of the form that may have the focus.
const (
	keyName   = "Name"
	keyAccess = "Access"
	keySpaces = "Spaces"
)

// NewCreateKey asks for the name and the grants of a new key.
func NewCreateKey(c *kit.Context) *AccessKey {
	return newAccessKey(c, "Create an access key", store.Key{})
}

// NewEditKey changes a key; grants says whether it begins with those instead of with the name.
func NewEditKey(c *kit.Context, k store.Key, grants bool) *AccessKey {
	d := newAccessKey(c, "Access key – "+shown(k.Name), k)
	if grants {
		d.focus.Name = keyAccess
		if !d.full {
			d.focus.Name = keySpaces
		}
	}
	return d
}

func newAccessKey(c *kit.Context, title string, k store.Key) *AccessKey {
	d := &AccessKey{base: newBase(c, title), key: k, name: kit.NewField(k.Name, "what it is for: backup, website…"), full: isFull(k.Grants)}
	d.key.Grants = slices.Clone(k.Grants)
	d.setRows(grantRows(d.key.Grants))
	d.form = d.asking
	return d
}

func (d *AccessKey) setRows(rows []grantRow) {
	d.rows = rows
	d.list.SetLen(len(rows))
}

// Init implements kit.Dialog: the Spaces are listed.
func (d *AccessKey) Init(c *kit.Context) tea.Cmd { return d.spaces.Start(c, d.id, d.store.Spaces) }

// Close implements kit.Dialog.
func (d *AccessKey) Close() {
	d.spaces.Cancel()
	d.save.Cancel()
}

// Update implements kit.Dialog.
func (d *AccessKey) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if spaces, err, ok := d.spaces.Take(msg); ok {
		d.unsure = err
		d.setRows(withSpaces(d.rows, spaces))
		return nil
	}
	if k, err, ok := d.save.Take(msg); ok {
		d.saved(c, k, err)
		return nil
	}
	return d.base.Update(c, msg)
}

func (d *AccessKey) isNew() bool { return d.key.ID == "" }

func (d *AccessKey) saved(c *kit.Context, k store.Key, err error) {
	if d.err = err; err != nil {
		return
	}
	c.Dismiss()
	if d.isNew() {
		c.Notify(kit.Good, "Created the access key "+shown(k.Name))
		c.Open(NewKeySecret(c, k, ""))
		return
	}
	c.Notify(kit.Good, "Changed the access key "+shown(k.Name))
}

// grants are what was chosen.
func (d *AccessKey) grants() []store.Grant {
	if d.full {
		return []store.Grant{{Permission: store.KeyFullAccess}}
	}
	return grantsOf(d.rows)
}

func (d *AccessKey) apply(c *kit.Context) tea.Cmd {
	name, grants := d.name.Value(), d.grants()
	switch {
	case d.save.Busy():
		return nil
	case name == "":
		d.told, d.focus.Name = "It needs a name", keyName
		return nil
	case len(grants) == 0 && d.isNew():
		d.told, d.focus.Name = "Give it access to at least one Space", keySpaces
		return nil
	case name == d.key.Name && slices.Equal(grants, d.key.Grants):
		c.Dismiss()
		return nil
	}
	d.err = nil
	s, id, isNew := d.store, d.key.ID, d.isNew()
	return d.save.Start(c, d.id, func(ctx context.Context) (store.Key, error) {
		if isNew {
			return s.CreateKey(ctx, name, grants)
		}
		return s.UpdateKey(ctx, id, name, grants)
	})
}

// asking is the form.
func (d *AccessKey) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	edited := func(*kit.Context) tea.Cmd { d.told = ""; return nil }
	chosen, about := 1, "Only in the Spaces below, and not to their settings."
	if d.full {
		chosen, about = 0, "Every Space, now and later: read, write, delete, create, settings."
	}
	items := []kit.Item{kit.Gap, &kit.Entry{Label: keyName, Field: d.name, Changed: edited}, kit.Gap,
		&kit.Choice{Label: keyAccess, Options: kit.Options("Full access", "Limited"), Chosen: chosen,
			Choose: func(_ *kit.Context, i int) tea.Cmd { d.full, d.told = i == 0, ""; return nil }},
		spare(2, kit.Under(w, styled(about, kit.Inner(w), t.Dim)...)...)}
	if !d.full {
		items = append(items, kit.Gap, d.chooser(w))
	}
	if d.unsure != nil && !d.full {
		items = append(items, text(note("The Spaces could not be listed: "+code(d.unsure), w, t.Warn)...))
	}
	if d.told != "" {
		items = append(items, text(note(d.told, w, t.Warn)...))
	}
	if d.err != nil {
		items = append(items, kit.Gap, &kit.Pager{Lines: note(d.failed(), w, t.Bad), Scroll: &d.scroll})
	}
	apply := &kit.Button{Label: "Save", Run: d.apply}
	if d.isNew() {
		apply.Label = "Create"
	}
	apply.Why = d.store.ReadOnly()
	if d.save.Busy() {
		items = append(items, text(note("Asking the endpoint…", w, t.Dim)...))
	}
	return &kit.Form{Width: w, Focus: &d.focus, Unsaved: d.name.Value() != d.key.Name || !d.isNew() && !slices.Equal(d.grants(), d.key.Grants),
		Items: append(items, kit.Gap, kit.Buttons{apply, dismiss("Cancel")})}
}

// failed says what went wrong; where the answer was lost, what may have been done.
func (d *AccessKey) failed() string {
	text := keyTrouble(d.err)
	if d.isNew() && errors.Is(d.err, store.Unreachable) {
		text += " The key may have been made all the same: look before you try again."
	}
	return text
}

// keyTrouble is what the API said, which is the only one that knows what it takes, and what to do.
func keyTrouble(err error) string {
	var e *store.Error
	text := strings.TrimSuffix(store.Capital(happened(err)), ".") + "."
	if errors.As(err, &e) && e.Kind != store.Other {
		text += " " + shown(e.Advice())
	}
	return text
}

// chooser is the list of Spaces with what the key may do in each.
func (d *AccessKey) chooser(w int) kit.Item {
	t := &d.c.Theme.Paint
	empty := "There are no Spaces to give access to."
	if d.spaces.Busy() {
		empty = "Listing the Spaces…"
	}
	turn := func(by int) tea.Cmd {
		if i := d.list.Cursor; i < len(d.rows) {
			d.rows[i], d.told = d.rows[i].turned(by), ""
		}
		return nil
	}
	return &kit.Rows{Name: keySpaces, List: &d.list, Most: max(min(len(d.rows), 8), 1), Word: "change permission",
		Empty: note(empty, w, t.Dim),
		Row: func(i, w int, cursor bool) string {
			r := d.rows[i]
			paint, state := t.Text, t.Accent
			if r.now == "" {
				paint, state = t.Dim, t.Dim
			}
			what := min(18, w/2)
			l := kit.Line{}
			if cursor {
				l.Base = t.Cursor
			}
			return l.Put(t.Accent, mark(cursor)).Put(paint, kit.FitMiddle(bucketText(r.bucket), max(w-what-4, 1))).Space(2).Put(state, kit.Fit(r.text(), what)).String()
		},
		Open: func(*kit.Context) tea.Cmd { return turn(1) },
		Keys: func(_ *kit.Context, k kit.Key) (tea.Cmd, bool) {
			switch {
			case k.Action == keys.Select:
				return turn(1), true
			case k.Action == keys.Parent && k.Pressed != "backspace":
				return turn(-1), true
			}
			return nil, false
		}}
}
