package dialog

import (
	"context"
	"errors"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// NewCORS edits the CORS rules of a Space.
func NewCORS(c *kit.Context, space string, now store.CORS) kit.Dialog {
	d := &rules[store.CORSRule]{base: newBase(c, "CORS rules – "+shown(space)), max: store.MaxCORSRules, ordered: true,
		none: "No rules: browsers let no page of another origin use this Space.",
		word: func(r store.CORSRule) string {
			return strings.Join(r.Methods, " ") + "  from  " + strings.Join(r.Origins, ", ")
		},
		about: corsAbout,
		edit: func(c *kit.Context, r *store.CORSRule, done func(store.CORSRule)) kit.Dialog {
			return newCORSRule(c, r, done)
		},
	}
	s := d.store
	d.save = func(list []store.CORSRule) (func(context.Context) error, string) {
		set := now
		set.Rules = list
		return func(ctx context.Context) error { return s.SetCORS(ctx, space, set) },
			shown(space) + " has " + kit.Plural(len(list), "CORS rule") + " now"
	}
	d.more = func() []*kit.Button {
		return []*kit.Button{d.keyed("Test…", keys.Find, func(c *kit.Context) tea.Cmd {
			c.Open(newCORSTest(c, store.CORS{Rules: d.rules}))
			return nil
		})}
	}
	d.begin(now.Rules)
	return d
}

// corsAbout is what a rule has beside origins and methods.
func corsAbout(r store.CORSRule) []string {
	list := []string{"Headers: " + orNone(r.Headers), "Exposed: " + orNone(r.Exposed)}
	age := "browsers ask each time"
	if r.MaxAge > 0 {
		age = "browsers remember it for " + kit.Plural(r.MaxAge, "second")
	}
	list = append(list, upper(age))
	if r.ID != "" {
		list = append(list, "Name: "+r.ID)
	}
	return list
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// corsRule edits one rule.
type corsRule struct {
	base
	rule                                        store.CORSRule
	done                                        func(store.CORSRule)
	origins, methods, headers, exposed, age, id *kit.Field
	err                                         error
}

// hour is what browsers remember of a new rule, in seconds.
const hour = 3600

func newCORSRule(c *kit.Context, r *store.CORSRule, done func(store.CORSRule)) *corsRule {
	title, rule := "New CORS rule", store.CORSRule{MaxAge: hour, Methods: []string{"GET", "HEAD"}}
	if r != nil {
		title, rule = "CORS rule", *r
	}
	age := ""
	if rule.MaxAge != store.NoMaxAge {
		age = strconv.Itoa(rule.MaxAge)
	}
	field := func(list []string, hint string) *kit.Field { return kit.NewField(strings.Join(list, " "), hint) }
	d := &corsRule{base: newBase(c, title), rule: rule, done: done,
		origins: field(rule.Origins, "https://example.com https://*.example.org, or *"),
		methods: field(rule.Methods, strings.Join(store.CORSMethods, " ")),
		headers: field(rule.Headers, "content-type x-amz-*, or *"),
		exposed: field(rule.Exposed, "ETag x-amz-version-id"),
		age:     kit.NewField(age, "not said"),
		id:      kit.NewField(rule.ID, "a name, if you like")}
	d.form = d.asking
	return d
}

// read is the rule as it was typed.
func (d *corsRule) read() (store.CORSRule, error) {
	r := d.rule
	r.ID, r.Origins, r.Headers, r.Exposed = strings.TrimSpace(d.id.Value()), words(d.origins.Value()), words(d.headers.Value()), words(d.exposed.Value())
	r.Methods, r.MaxAge = words(strings.ToUpper(d.methods.Value())), store.NoMaxAge
	if text := strings.TrimSpace(d.age.Value()); text != "" {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 0 {
			return r, errors.New("the time that browsers remember it is a number of seconds")
		}
		r.MaxAge = int(n)
	}
	return r, r.Check()
}

func (d *corsRule) apply(c *kit.Context) tea.Cmd {
	r, err := d.read()
	if d.err = err; err == nil {
		d.done(r)
		c.Dismiss()
	}
	return nil
}

// asking is the form.
func (d *corsRule) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	edited := func(*kit.Context) tea.Cmd { d.err = nil; return nil }
	entry := func(label string, f *kit.Field) kit.Item { return &kit.Entry{Label: label, Field: f, Changed: edited} }
	about := func(n int, says string) kit.Item {
		return spare(n, kit.Under(w, styled(says, kit.Inner(w), t.Dim)...)...)
	}
	items := []kit.Item{kit.Gap,
		entry("Origins", d.origins), about(4, "As the browser sends them: with the scheme, without a path. One * in each."),
		entry("Methods", d.methods), about(3, "Of GET, PUT, POST, DELETE and HEAD."),
		entry("Headers", d.headers), about(4, "That pages may send: uploads need content-type."),
		entry("Exposed", d.exposed), about(3, "Headers of the answer that pages may read."),
		entry("Max age", d.age), about(3, "Seconds for which browsers remember the answer."),
		entry("Name", d.id), kit.Gap}
	if d.err != nil {
		items = append(items, text(note(upper(shown(d.err.Error()))+".", w, t.Warn)...), kit.Gap)
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Buttons{{Label: "Done", Run: d.apply}, dismiss("Cancel")})}
}
