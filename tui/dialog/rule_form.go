package dialog

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// ruleForm edits one of the rules of a rules dialog.
type ruleForm[R any] struct {
	base
	rule   R // as it was opened; choices change it at once
	done   func(R)
	read   func() (R, error) // the rule as it was typed
	rows   func(w int) []kit.Item
	fields []*kit.Field
	first  string // as it was opened: see typed
	err    error
}

// edits begins with the rule r, nil: with a new one.
func (d *ruleForm[R]) edits(c *kit.Context, what string, r *R, fresh R, done func(R)) {
	d.base, d.rule, d.done = newBase(c, "New "+what), fresh, done
	if r != nil {
		d.base.title, d.rule = store.Capital(what), *r
	}
	d.form = d.asking
}

// field makes one of the fields.
func (d *ruleForm[R]) field(value, hint string) *kit.Field {
	f := kit.NewField(value, hint)
	d.fields = append(d.fields, f)
	return f
}

// opened notes what there is before anything is typed.
func (d *ruleForm[R]) opened() { d.first = d.typed() }

// typed is all that can be edited, for comparing.
func (d *ruleForm[R]) typed() string {
	all := fmt.Sprintf("%+v", d.rule)
	for _, f := range d.fields {
		all += "\n" + f.Value()
	}
	return all
}

func (d *ruleForm[R]) edited(*kit.Context) tea.Cmd { d.err = nil; return nil }

func (d *ruleForm[R]) entry(label string, f *kit.Field) kit.Item {
	return &kit.Entry{Label: label, Field: f, Changed: d.edited}
}

// yes is a choice of two, of which the second means yes.
func (d *ruleForm[R]) yes(label string, on *bool, no, yes string) kit.Item {
	return &kit.Choice{Label: label, Options: kit.Options(yes, no), Chosen: asChoice(!*on),
		Choose: func(_ *kit.Context, i int) tea.Cmd { *on, d.err = i == 0, nil; return nil }}
}

// about says what the field above it means; n is when that gives way.
func (d *ruleForm[R]) about(n, w int, says string) kit.Item {
	return spare(n, kit.Under(w, styled(says, kit.Inner(w), d.c.Theme.Paint.Dim)...)...)
}

func (d *ruleForm[R]) apply(c *kit.Context) tea.Cmd {
	r, err := d.read()
	if d.err = err; err == nil {
		d.done(r)
		c.Dismiss()
	}
	return nil
}

// asking is the form.
func (d *ruleForm[R]) asking(s kit.Size) *kit.Form {
	w := room(s, normal)
	items := append([]kit.Item{kit.Gap}, d.rows(w)...)
	items = append(items, kit.Gap)
	if d.err != nil {
		items = append(items, text(note(store.Capital(shown(d.err.Error()))+".", w, d.c.Theme.Paint.Warn)...), kit.Gap)
	}
	return &kit.Form{Width: w, Focus: &d.focus, Unsaved: d.typed() != d.first,
		Items: append(items, kit.Buttons{{Label: "Done", Run: d.apply}, dismiss("Cancel")})}
}

// whole32 reads a whole number from least on; empty is none. S3 writes them with 32 bits. The error names both ends.
func whole32(text string, least, none int, what string) (int, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return none, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || int(n) < least {
		return 0, fmt.Errorf("%s whole numbers from %d to %s", what, least, kit.Count(math.MaxInt32))
	}
	return int(n), nil
}
