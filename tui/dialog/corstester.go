package dialog

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// corsTester tells which of the rules, as they are on the screen, answers an origin and a method.
type corsTester struct {
	base
	rules           store.CORS
	origin, headers *kit.Field
	method          int
}

func newCORSTest(c *kit.Context, rules store.CORS) *corsTester {
	d := &corsTester{base: newBase(c, "Which CORS rule answers?"), rules: rules,
		origin: kit.NewField("", "https://example.com"), headers: kit.NewField("", "none")}
	d.rules.Rules = slices.Clone(rules.Rules)
	d.form = d.asking
	return d
}

// asking is the form.
func (d *corsTester) asking(s kit.Size) *kit.Form {
	w := room(s, normal)
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Items: []kit.Item{
		kit.Gap, &kit.Entry{Label: "Origin", Field: d.origin},
		&kit.Choice{Label: "Method", Look: kit.Strip, Options: kit.Options(store.CORSMethods...), Chosen: d.method,
			Choose: func(_ *kit.Context, i int) tea.Cmd { d.method = i; return nil }},
		&kit.Entry{Label: "Headers", Field: d.headers},
		kit.Gap, &kit.Pager{Lines: d.verdict(w), Scroll: &d.scroll}, kit.Gap,
		kit.Buttons{dismiss("Close")}}}
}

// verdict says which rule answers, and of the others before it why they do not.
func (d *corsTester) verdict(w int) []string {
	t := &d.c.Theme.Paint
	origin, method, headers := strings.TrimSpace(d.origin.Value()), store.CORSMethods[d.method], words(d.headers.Value())
	if origin == "" {
		return note("Type the origin of a page: what its address begins with, up to the first slash after the host.", w, t.Dim)
	}
	i, allowed := d.rules.Match(origin, method, headers)
	var lines []string
	if i < 0 {
		lines = note("No rule answers: the browser refuses it to the page.", w, t.Bad)
	} else {
		lines = note(fmt.Sprintf("Rule %d answers: Access-Control-Allow-Origin: %s", i+1, shown(allowed)), w, t.Good)
	}
	for n, r := range d.rules.Rules {
		if why := r.Refuses(origin, method, headers); why != "" && (i < 0 || n < i) {
			lines = append(lines, note(fmt.Sprintf("Rule %d does not: %s.", n+1, shown(why)), w, t.Dim)...)
		}
	}
	return lines
}
