package dialog

import (
	"context"
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
	list = append(list, store.Capital(age))
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
	ruleForm[store.CORSRule]
	origins, methods, headers, exposed, age, id *kit.Field
}

// hour is what browsers remember of a new rule, in seconds.
const hour = 3600

func newCORSRule(c *kit.Context, r *store.CORSRule, done func(store.CORSRule)) *corsRule {
	d := &corsRule{}
	d.edits(c, "CORS rule", r, store.CORSRule{MaxAge: hour, Methods: []string{"GET", "HEAD"}}, done)
	age := ""
	if d.rule.MaxAge != store.NoMaxAge {
		age = strconv.Itoa(d.rule.MaxAge)
	}
	list := func(list []string, hint string) *kit.Field { return d.field(strings.Join(list, " "), hint) }
	d.origins = list(d.rule.Origins, "https://example.com https://*.example.org, or *")
	d.methods = list(d.rule.Methods, strings.Join(store.CORSMethods, " "))
	d.headers = list(d.rule.Headers, "content-type x-amz-*, or *")
	d.exposed = list(d.rule.Exposed, "ETag x-amz-version-id")
	d.age = d.field(age, "not said")
	d.id = d.field(d.rule.ID, "a name, if you like")
	d.ruleForm.read, d.ruleForm.rows = d.read, d.rows
	d.opened()
	return d
}

// read is the rule as it was typed.
func (d *corsRule) read() (r store.CORSRule, err error) {
	r = d.rule
	r.ID, r.Origins, r.Headers, r.Exposed = strings.TrimSpace(d.id.Value()), words(d.origins.Value()), words(d.headers.Value()), words(d.exposed.Value())
	r.Methods = words(strings.ToUpper(d.methods.Value()))
	if r.MaxAge, err = whole32(d.age.Value(), 0, store.NoMaxAge, "the seconds that browsers remember it are"); err != nil {
		return r, err
	}
	return r, r.Check()
}

func (d *corsRule) rows(w int) []kit.Item {
	return []kit.Item{
		d.entry("Origins", d.origins), d.about(4, w, "As the browser sends them: with the scheme, without a path. One * in each."),
		d.entry("Methods", d.methods), d.about(3, w, "Of GET, PUT, POST, DELETE and HEAD."),
		d.entry("Headers", d.headers), d.about(4, w, "That pages may send: uploads need content-type."),
		d.entry("Exposed", d.exposed), d.about(3, w, "Headers of the answer that pages may read."),
		d.entry("Max age", d.age), d.about(3, w, "Seconds for which browsers remember the answer."),
		d.entry("Name", d.id)}
}
