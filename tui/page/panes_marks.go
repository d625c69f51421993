package page

import (
	"sort"
	"strings"
	"time"

	"spaces/store"
	"spaces/store/compare"
	"spaces/themes"
	"spaces/tui/kit"
)

// marks are what a comparison has found, for the rows of one pane.
type marks struct {
	of   *comparing
	side compare.Side
}

// keepMarks has the panes show what the comparison that is being left has found, where it is whole.
func (p *Panes) keepMarks() {
	p.found = nil
	if p.cmp.done && !p.cmp.old {
		p.found = p.cmp
	}
}

// mark gives the pages of both sides the marks that are theirs, or takes them away.
func (p *Panes) mark() {
	if p.found != nil && p.found.old { // jobs have changed more than they told
		p.found = nil
	}
	for side := range p.sides {
		f, is := p.sides[side].Page().(*files)
		if !is {
			continue
		}
		f.marks = nil
		if p.found == nil {
			continue
		}
		at, here := p.found.places[side], f.Place()
		same := p.found.stores[side] == p.sides[side].Store() && at.Space == here.Space && here.Tab == store.Files
		if same && strings.HasPrefix(f.l.Dir(), at.Prefix) && !f.l.IsFound() {
			f.marks = &marks{p.found, compare.Side(side)}
		}
	}
}

// unmark takes all marks away.
func (p *Panes) unmark() {
	p.found = nil
	p.mark()
}

// inFolder counts what is below a folder, by verdict. It is found out once, until a job changes something.
func (x *comparing) inFolder(name string) (n [4]int) {
	if n, known := x.folders[name]; known {
		return n
	}
	for i := sort.Search(len(x.rows), func(i int) bool { return x.rows[i].Name >= name }); i < len(x.rows) && strings.HasPrefix(x.rows[i].Name, name); i++ {
		if !x.rows[i].gone {
			n[x.rows[i].Verdict]++
		}
	}
	if x.folders == nil {
		x.folders = map[string][4]int{}
	}
	x.folders[name] = n
	return n
}

// only are the verdicts of what is on one side alone: on the side that is shown, and on the other.
func (m *marks) only() (here, there compare.Verdict) {
	if m.side == compare.Right {
		return compare.OnlyRight, compare.OnlyLeft
	}
	return compare.OnlyLeft, compare.OnlyRight
}

// sign of a row: + for what is only here, ≠ for what differs, ≈ where only the dates tell that. A file that has changed since
// it was compared has none.
func (m *marks) sign(th *themes.Paints, e store.Entry) (string, kit.Paint) {
	name, below := strings.CutPrefix(e.Key, m.of.places[m.side].Prefix)
	here, there := m.only()
	if !below {
		return "", th.Dim
	}
	if e.Folder {
		switch n := m.of.inFolder(name); {
		case n[compare.Differs]+n[there] > 0, n[here] > 0 && n[compare.Same] > 0:
			return "≠", th.Warn
		case n[here] > 0:
			return "+", th.Accent
		}
		return "", th.Dim
	}
	i := sort.Search(len(m.of.rows), func(i int) bool { return m.of.rows[i].Name >= name })
	if i == len(m.of.rows) || m.of.rows[i].Name != name || m.of.rows[i].gone {
		return "", th.Dim
	}
	r := &m.of.rows[i]
	if f := &r.Files[m.side]; f.Size != e.Size || f.Modified().Unix() != e.Modified.Truncate(time.Second).Unix() {
		return "", th.Dim
	}
	switch {
	case r.Verdict == here:
		return "+", th.Accent
	case r.Verdict == compare.Differs && r.Reason == compare.Date:
		return "≈", th.Warn
	case r.Verdict == compare.Differs:
		return "≠", th.Warn
	}
	return "", th.Dim
}

// words are what is below the folder shown, in words.
func (m *marks) words(dir string) string {
	n := m.of.inFolder(strings.TrimPrefix(dir, m.of.places[m.side].Prefix))
	here, there := m.only()
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{n[here], " only here (+)"}, {n[there], " only there"}, {n[compare.Differs], " differ (≠)"}} {
		if p.n > 0 {
			parts = append(parts, kit.Count(p.n)+p.what)
		}
	}
	if len(parts) == 0 {
		return "same as the other pane"
	}
	return strings.Join(parts, ", ")
}
