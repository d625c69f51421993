package dialog

import (
	"context"
	"errors"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// newRouting edits the routing rules of a website.
func newRouting(c *kit.Context, space string, now store.Website) kit.Dialog {
	d := &rules[store.RoutingRule]{base: newBase(c, "Routing rules – "+shown(space)), max: store.MaxRoutingRules, ordered: true,
		none: "No rules: nobody is sent elsewhere.",
		word: RoutingWords,
		about: func(r store.RoutingRule) []string {
			if r.Error != 0 {
				return []string{"The first rule that fits counts. It is for what is answered with " + strconv.Itoa(r.Error) + "."}
			}
			return []string{"The first rule that fits counts. It is followed before anything is looked up."}
		},
		edit: func(c *kit.Context, r *store.RoutingRule, done func(store.RoutingRule)) kit.Dialog {
			return newRoutingRule(c, r, done)
		},
	}
	s := d.store
	d.save = func(list []store.RoutingRule) (func(context.Context) error, string) {
		set := now
		set.Rules = list
		return func(ctx context.Context) error { return s.SetWebsite(ctx, space, set) },
			shown(space) + " has " + kit.Plural(len(list), "routing rule") + " now"
	}
	d.begin(now.Rules)
	return d
}

// RoutingWords is a routing rule in one line; it may have names in it that are not printable.
func RoutingWords(r store.RoutingRule) string {
	text := "everything"
	if r.Prefix != "" {
		text = r.Prefix
	}
	if r.Error != 0 {
		text += " (" + strconv.Itoa(r.Error) + ")"
	}
	to := ""
	if r.Protocol != "" {
		to = r.Protocol + "://"
	}
	to += r.Host
	switch {
	case r.Key != "":
		to += "/" + r.Key
	case r.Begins:
		to += "/" + r.Begin + "…"
	case r.Host != "" || r.Protocol != "":
		to += "/…"
	}
	if r.Status != 0 {
		to = strings.TrimSpace(to + " (" + strconv.Itoa(r.Status) + ")")
	}
	return text + "  to  " + to
}

// routingRule edits one rule.
type routingRule struct {
	ruleForm[store.RoutingRule]
	prefix, failure, host, key, begin, status *kit.Field
}

func newRoutingRule(c *kit.Context, r *store.RoutingRule, done func(store.RoutingRule)) *routingRule {
	d := &routingRule{}
	d.edits(c, "routing rule", r, store.RoutingRule{}, done)
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	d.prefix = d.field(d.rule.Prefix, "all")
	d.failure = d.field(number(d.rule.Error), "none, or 404")
	d.host = d.field(d.rule.Host, "the same")
	d.key = d.field(d.rule.Key, "the same")
	d.begin = d.field(d.rule.Begin, "nothing")
	d.status = d.field(number(d.rule.Status), "301")
	d.ruleForm.read, d.ruleForm.rows = d.read, d.rows
	d.opened()
	return d
}

// read is the rule as it was typed.
func (d *routingRule) read() (r store.RoutingRule, err error) {
	r = d.rule
	r.Prefix, r.Host, r.Key, r.Begin = d.prefix.Value(), strings.TrimSpace(d.host.Value()), d.key.Value(), d.begin.Value()
	if !r.Begins {
		r.Begin = ""
	}
	for _, n := range []struct {
		field *kit.Field
		into  *int
		what  string
	}{{d.failure, &r.Error, "the error"}, {d.status, &r.Status, "the status"}} {
		*n.into = 0
		if text := strings.TrimSpace(n.field.Value()); text != "" {
			if *n.into, err = strconv.Atoi(text); err != nil || *n.into <= 0 {
				return r, errors.New(n.what + " is a number such as " + map[bool]string{true: "404", false: "301"}[n.into == &r.Error])
			}
		}
	}
	return r, r.Check()
}

func (d *routingRule) rows(w int) []kit.Item {
	at := 0
	for i, p := range protocols {
		if p == d.rule.Protocol {
			at = i
		}
	}
	list := []kit.Item{
		d.entry("Keys from", d.prefix), d.about(2, w, "The beginning of the keys that it is for."),
		d.entry("Error", d.failure), d.about(2, w, "Only where that would be the answer."),
		&kit.Choice{Label: "Protocol", Options: kit.Options("The same", "https", "http"), Chosen: at,
			Choose: func(_ *kit.Context, i int) tea.Cmd { d.rule.Protocol, d.err = protocols[i], nil; return nil }},
		d.entry("Host", d.host),
		d.yes("Beginning", &d.rule.Begins, "It stays", "Another"),
	}
	if d.rule.Begins {
		list = append(list, d.entry("With", d.begin), d.about(2, w, "In the place of what the keys begin with; #!/ for an app."))
	} else {
		list = append(list, d.entry("New key", d.key), d.about(2, w, "The one page that all go to."))
	}
	return append(list, d.entry("Status", d.status))
}
