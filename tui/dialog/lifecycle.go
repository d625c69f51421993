package dialog

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// NewLifecycle edits the lifecycle rules of a Space.
func NewLifecycle(c *kit.Context, space string, now store.Lifecycle) kit.Dialog {
	d := &rules[store.LifecycleRule]{base: newBase(c, "Lifecycle rules – "+shown(space)), max: store.MaxLifecycleRules,
		none: "No rules: nothing is deleted by itself.",
		word: RuleWords,
		about: func(r store.LifecycleRule) []string {
			list := []string{"Deletes once a day, by the endpoint's own clock."}
			if r.ID != "" {
				list = append(list, "Name: "+r.ID)
			}
			if others := r.Others(); len(others) > 0 {
				list = append(list, "Kept as it is: "+strings.Join(others, ", ")+".")
			}
			return list
		},
		edit: func(c *kit.Context, r *store.LifecycleRule, done func(store.LifecycleRule)) kit.Dialog {
			return newLifecycleRule(c, r, done)
		},
	}
	d.grave = func(list []store.LifecycleRule) string {
		for _, r := range list {
			was := func(o store.LifecycleRule) bool {
				return o.Enabled && o.Prefix == "" && o.ExpireDays == r.ExpireDays && slices.Equal(o.Others(), r.Others())
			}
			if r.Enabled && r.Prefix == "" && r.ExpireDays > 0 && !slices.ContainsFunc(now.Rules, was) {
				return "Everything in " + shown(space) + " that is " + kit.Plural(r.ExpireDays, "day") + " old will be deleted."
			}
		}
		return ""
	}
	s := d.store
	d.save = func(list []store.LifecycleRule) (func(context.Context) error, string) {
		set := now
		set.Rules = list
		return func(ctx context.Context) error { return s.SetLifecycle(ctx, space, set) },
			shown(space) + " has " + kit.Plural(len(list), "lifecycle rule") + " now"
	}
	if s.TellsDue() {
		d.more = func() []*kit.Button {
			due := d.keyed("What is due…", keys.Find, func(c *kit.Context) tea.Cmd { c.Open(newDue(c, space)); return nil })
			if d.dirty {
				due.Why = "Save the rules first: it is asked by those that are in force."
			}
			return []*kit.Button{due}
		}
	}
	d.begin(now.Rules)
	return d
}

// lifecycleRule edits one rule.
type lifecycleRule struct {
	base
	rule                                store.LifecycleRule
	done                                func(store.LifecycleRule)
	prefix, expire, old, uploads, named *kit.Field
	err                                 error
}

func newLifecycleRule(c *kit.Context, r *store.LifecycleRule, done func(store.LifecycleRule)) *lifecycleRule {
	title, rule := "New lifecycle rule", store.LifecycleRule{Enabled: true}
	if r != nil {
		title, rule = "Lifecycle rule", *r
	}
	days := func(n int) *kit.Field {
		text := ""
		if n > 0 {
			text = strconv.Itoa(n)
		}
		return kit.NewField(text, "never")
	}
	d := &lifecycleRule{base: newBase(c, title), rule: rule, done: done,
		prefix: kit.NewField(rule.Prefix, "everything in the Space"), expire: days(rule.ExpireDays),
		old: days(rule.NoncurrentDays), uploads: days(rule.AbortDays), named: kit.NewField(rule.ID, "a name, if you like")}
	d.form = d.asking
	return d
}

// read is the rule as it was typed.
func (d *lifecycleRule) read() (store.LifecycleRule, error) {
	r := d.rule
	r.Prefix, r.ID = d.prefix.Value(), strings.TrimSpace(d.named.Value())
	for _, x := range []struct {
		f *kit.Field
		n *int
	}{{d.expire, &r.ExpireDays}, {d.old, &r.NoncurrentDays}, {d.uploads, &r.AbortDays}} {
		text := strings.TrimSpace(x.f.Value())
		n, err := strconv.ParseInt("0"+text, 10, 32)
		if err != nil || text != "" && n == 0 {
			return r, errors.New("days are whole numbers from 1 on; empty is never")
		}
		*x.n = int(n)
	}
	return r, r.Check()
}

func (d *lifecycleRule) apply(c *kit.Context) tea.Cmd {
	r, err := d.read()
	if d.err = err; err == nil {
		d.done(r)
		c.Dismiss()
	}
	return nil
}

// asking is the form.
func (d *lifecycleRule) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	edited := func(*kit.Context) tea.Cmd { d.err = nil; return nil }
	entry := func(label string, f *kit.Field) kit.Item { return &kit.Entry{Label: label, Field: f, Changed: edited} }
	about := func(n int, says string) kit.Item {
		return spare(n, kit.Under(w, styled(says, kit.Inner(w), t.Dim)...)...)
	}
	yes := func(label string, on *bool, no, yes string) kit.Item {
		return &kit.Choice{Label: label, Options: kit.Options(yes, no), Chosen: map[bool]int{true: 0, false: 1}[*on],
			Choose: func(_ *kit.Context, i int) tea.Cmd { *on, d.err = i == 0, nil; return nil }}
	}
	items := []kit.Item{kit.Gap,
		entry("Prefix", d.prefix), about(3, "What the names begin with: logs/, say."),
		entry("Delete after", d.expire), about(2, "Days since it was written. With versioning it is hidden, not gone."),
		entry("Old versions", d.old), about(3, "Days since they were replaced; then they go for good."),
		entry("Uploads", d.uploads), about(3, "Days after which an incomplete upload is aborted."),
		yes("Lone markers", &d.rule.Markers, "Stay", "Go"), about(4, "Delete markers that hide nothing any more."),
		entry("Name", d.named), yes("The rule is", &d.rule.Enabled, "Off", "In force"), kit.Gap}
	if others := d.rule.Others(); len(others) > 0 {
		items = append(items, text(note("Kept as it is: "+shown(strings.Join(others, ", "))+".", w, t.Dim)...), kit.Gap)
	}
	if date, _, _ := strings.Cut(d.rule.ExpireDate, "T"); date != "" {
		items = append(items, text(note("It deletes on "+shown(date)+", unless days are typed.", w, t.Dim)...), kit.Gap)
	}
	if d.err != nil {
		items = append(items, text(note(upper(shown(d.err.Error()))+".", w, t.Warn)...), kit.Gap)
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Buttons{{Label: "Done", Run: d.apply}, dismiss("Cancel")})}
}
