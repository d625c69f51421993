package dialog

import (
	"context"
	"fmt"
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
	ruleForm[store.LifecycleRule]
	prefix, expire, old, uploads, named *kit.Field
}

func newLifecycleRule(c *kit.Context, r *store.LifecycleRule, done func(store.LifecycleRule)) *lifecycleRule {
	d := &lifecycleRule{}
	d.edits(c, "lifecycle rule", r, store.LifecycleRule{Enabled: true}, done)
	days := func(n int) *kit.Field {
		text := ""
		if n > 0 {
			text = strconv.Itoa(n)
		}
		return d.field(text, "never")
	}
	d.prefix = d.field(d.rule.Prefix, "everything in the Space")
	d.expire, d.old, d.uploads = days(d.rule.ExpireDays), days(d.rule.NoncurrentDays), days(d.rule.AbortDays)
	d.named = d.field(d.rule.ID, "a name, if you like")
	d.ruleForm.read, d.ruleForm.rows = d.read, d.rows
	d.opened()
	return d
}

// read is the rule as it was typed.
func (d *lifecycleRule) read() (r store.LifecycleRule, err error) {
	r = d.rule
	r.Prefix, r.ID = d.prefix.Value(), strings.TrimSpace(d.named.Value())
	for _, x := range []struct {
		f *kit.Field
		n *int
	}{{d.expire, &r.ExpireDays}, {d.old, &r.NoncurrentDays}, {d.uploads, &r.AbortDays}} {
		if *x.n, err = whole32(x.f.Value(), 1, 0, "days are"); err != nil {
			return r, fmt.Errorf("%w; empty is never", err)
		}
	}
	return r, r.Check()
}

func (d *lifecycleRule) rows(w int) []kit.Item {
	t := &d.c.Theme.Paint
	items := []kit.Item{
		d.entry("Prefix", d.prefix), d.about(3, w, "What the names begin with: logs/, say."),
		d.entry("Delete after", d.expire), d.about(2, w, "Days since it was written. With versioning it is hidden, not gone."),
		d.entry("Old versions", d.old), d.about(3, w, "Days since they were replaced; then they go for good."),
		d.entry("Uploads", d.uploads), d.about(3, w, "Days after which an incomplete upload is aborted."),
		d.yes("Lone markers", &d.rule.Markers, "Stay", "Go"), d.about(4, w, "Delete markers that hide nothing any more."),
		d.entry("Name", d.named), d.yes("The rule is", &d.rule.Enabled, "Off", "In force")}
	if others := d.rule.Others(); len(others) > 0 {
		items = append(items, kit.Gap, text(note("Kept as it is: "+shown(strings.Join(others, ", "))+".", w, t.Dim)...))
	}
	if date, _, _ := strings.Cut(d.rule.ExpireDate, "T"); date != "" {
		items = append(items, kit.Gap, text(note("It deletes on "+shown(date)+", unless days are typed.", w, t.Dim)...))
	}
	return items
}
