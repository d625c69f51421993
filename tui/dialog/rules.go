package dialog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// writes is the one request with which a dialog changes something.
type writes struct {
	slot kit.Slot[struct{}]
	err  error
}

func (x *writes) start(c *kit.Context, owner kit.ID, work func(context.Context) error) tea.Cmd {
	if x.slot.Busy() {
		return nil
	}
	x.err = nil
	return x.slot.Start(c, owner, func(ctx context.Context) (struct{}, error) { return struct{}{}, work(ctx) })
}

// take says whether a message is its answer; the error stays to be shown.
func (x *writes) take(msg tea.Msg) bool {
	_, err, ok := x.slot.Take(msg)
	if ok {
		x.err = err
	}
	return ok
}

// items are what is shown of it: that it goes on, or why it failed.
func (x *writes) items(b *base, w int) []kit.Item {
	t := &b.c.Theme.Paint
	switch {
	case x.slot.Busy():
		return []kit.Item{text(note("Setting it…", w, t.Dim)...)}
	case x.err != nil:
		return []kit.Item{&kit.Pager{Lines: note(refused(x.err), w, t.Bad), Scroll: &b.scroll}}
	}
	return nil
}

// refused is a failure in the endpoint's own words where it gave a reason of its own, else explained.
func refused(err error) string {
	var e *store.Error
	if !errors.As(err, &e) || e.Code == "" || e.Kind != store.Other {
		return explain(err)
	}
	text := "The endpoint refuses it: " + happened(err)
	if e.RequestID != "" {
		text += ", request " + shown(e.RequestID)
	}
	return text + "."
}

// rules is a dialog for a list of rules that is changed on the screen and set as a whole.
type rules[R any] struct {
	base
	writes
	list    kit.List
	rules   []R
	max     int
	ordered bool // their order means something
	dirty   bool
	asked   string // what they take away, while it has to be said once more that it is meant

	none  string                                                        // said where there is no rule
	word  func(R) string                                                // a rule in one line, printable or not
	about func(R) []string                                              // more of the rule under the cursor, each in a line
	edit  func(c *kit.Context, r *R, done func(R)) kit.Dialog           // r nil: a new one
	save  func(list []R) (work func(context.Context) error, did string) // did: what is said then
	more  func() []*kit.Button
	grave func(list []R) string // what they take away, said before they are saved; nil or "": nothing that has to be confirmed
}

func (d *rules[R]) begin(list []R) {
	d.rules = slices.Clone(list)
	d.list.SetLen(len(d.rules))
	d.form = d.asking
}

// Close implements kit.Dialog.
func (d *rules[R]) Close() { d.slot.Cancel() }

// Update implements kit.Dialog.
func (d *rules[R]) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if d.take(msg) {
		if d.err == nil {
			_, did := d.save(d.rules)
			c.Dismiss()
			c.Notify(kit.Good, did)
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// Asks implements kit.Asker: what was said once is asked for once more.
func (d *rules[R]) Asks() kit.Question {
	q := d.base.Asks()
	q.Again += d.asked
	return q
}

func (d *rules[R]) changed() {
	d.dirty, d.asked, d.err = true, "", nil
	d.list.SetLen(len(d.rules))
	d.focus.Name = "rules"
}

func (d *rules[R]) add(c *kit.Context) tea.Cmd {
	if why := d.store.ReadOnly(); why != "" {
		c.Notify(kit.Warn, why)
		return nil
	}
	c.Open(d.edit(c, nil, func(r R) {
		d.rules = append(d.rules, r)
		d.changed()
		d.list.MoveTo(len(d.rules) - 1)
	}))
	return nil
}

func (d *rules[R]) change(c *kit.Context) tea.Cmd {
	i := d.list.Cursor
	if i >= len(d.rules) {
		return d.add(c)
	}
	c.Open(d.edit(c, &d.rules[i], func(r R) {
		d.rules[i] = r
		d.changed()
	}))
	return nil
}

func (d *rules[R]) remove(*kit.Context) tea.Cmd {
	d.rules = slices.Delete(d.rules, d.list.Cursor, d.list.Cursor+1)
	d.changed()
	return nil
}

func (d *rules[R]) move(by int) func(*kit.Context) tea.Cmd {
	return func(*kit.Context) tea.Cmd {
		i := d.list.Cursor
		d.rules[i], d.rules[i+by] = d.rules[i+by], d.rules[i]
		d.changed()
		d.list.MoveTo(i + by)
		return nil
	}
}

// apply saves the rules, those that take much away only when that is said twice.
func (d *rules[R]) apply(c *kit.Context) tea.Cmd {
	if d.grave != nil && d.asked == "" {
		if d.asked = d.grave(d.rules); d.asked != "" {
			return nil
		}
	}
	work, _ := d.save(slices.Clone(d.rules))
	return d.start(c, d.id, work)
}

// buttons are what can be done with the rules.
func (d *rules[R]) buttons() kit.Buttons {
	i, n := d.list.Cursor, len(d.rules)
	add := d.keyed("Add…", keys.New, d.add)
	if n >= d.max {
		add.Why = fmt.Sprintf("There can be at most %s rules.", kit.Count(d.max))
	}
	if why := d.store.ReadOnly(); why != "" {
		add.Why = why
	}
	list := kit.Buttons{add}
	if n > 0 {
		remove := d.keyed("Remove", keys.Remove, d.remove)
		remove.Why = d.store.ReadOnly()
		list = append(list, remove)
	}
	if d.ordered && n > 1 {
		up, down := d.keyed("Up", keys.PrevTab, d.move(-1)), d.keyed("Down", keys.NextTab, d.move(1))
		if i == 0 {
			up.Why = "It is the first one."
		}
		if i == n-1 {
			down.Why = "It is the last one."
		}
		list = append(list, up, down)
	}
	if d.more != nil {
		list = append(list, d.more()...)
	}
	save := d.keyed("Save", keys.Confirm, d.apply)
	switch {
	case d.store.ReadOnly() != "":
		save.Why = d.store.ReadOnly()
	case !d.dirty:
		save.Why = "Nothing was changed."
	}
	return append(list, save, dismiss("Close"))
}

// asking is the form.
func (d *rules[R]) asking(s kit.Size) *kit.Form {
	w, t := room(s, wide), &d.c.Theme.Paint
	word := "edit"
	switch {
	case d.store.ReadOnly() != "":
		word = "look at it"
	case len(d.rules) == 0:
		word = "add"
	}
	rows := &kit.Rows{Name: "rules", List: &d.list, Most: max(min(len(d.rules), 12), 1), Word: word,
		Row: func(i, w int, cursor bool) string {
			line := kit.Fit(mark(cursor)+shown(d.word(d.rules[i])), w)
			if cursor {
				return t.Cursor.On(line)
			}
			return t.Text.On(line)
		},
		Empty: []string{t.Dim.On(end("  "+d.none, w))},
		Open:  d.change}
	items := []kit.Item{kit.Gap, rows, kit.Gap}
	if i := d.list.Cursor; i < len(d.rules) {
		var lines []string
		for _, l := range d.about(d.rules[i]) {
			lines = append(lines, note(shown(l), w, t.Dim)...)
		}
		items = append(items, spare(2, lines...), kit.Gap)
	}
	items = append(items, d.writes.items(&d.base, w)...)
	switch quiet := d.err == nil && !d.slot.Busy(); {
	case quiet && d.asked != "":
		items = append(items, text(note(d.asked+" Save once more if that is meant.", w, t.Warn)...))
	case quiet && d.dirty:
		items = append(items, spare(3, t.Warn.On("  Changed, not saved")))
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Unsaved: d.dirty, Default: "Save", Items: append(items, kit.Gap, d.buttons())}
}

// words takes a line apart that lists several things, with commas or blanks between them.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}
