package dialog

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

// policies in the order they are offered; the first is the one that loses nothing.
var policies = []struct {
	policy job.Policy
	label  string
	text   string
}{
	{job.Skip, "skip", "What is there already stays; these are left out."},
	{job.KeepBoth, "keep both", "The new ones get a number before their extension."},
	{job.Newer, "newer wins", "What is there is replaced where ours is newer."},
	{job.Overwrite, "overwrite", "What is there already is replaced."},
}

// clashes asks once, before the work begins, what happens to names that exist on both sides; and before that, when
// not everything could be read, whether to go on without it.
type clashes struct {
	open   bool
	lost   bool // the question is about what could not be read
	total  int
	list   []job.Conflict
	rows   kit.List
	policy int // index in policies
	focus  int // 0: the policy, 1: Start, 2: Cancel. Of what was lost: 0: back, 1: go on
}

// ask opens the question when there is one.
func (k *clashes) ask(n *counter) bool {
	k.list, k.total = n.found, n.totals.Conflicts
	k.rows.SetLen(len(k.list))
	k.open, k.lost, k.focus = k.total > 0, false, 0
	return k.open
}

// click puts the focus on a button.
func (k *clashes) click(i int) {
	if k.focus = i; !k.lost {
		k.focus++
	}
}

// answerLost takes a key while the question stands whether to go on without what could not be read.
func (k *clashes) answerLost(p press) (start, cancel bool) {
	switch p.name {
	case "left", "right", "tab", "shift+tab":
		k.focus = 1 - k.focus
	case "esc":
		return false, true
	case "enter":
		return k.focus == 1, k.focus == 0
	}
	return false, false
}

// viewLost draws that question.
func (k *clashes) viewLost(c *kit.Context, n *counter, w int) []string {
	lines := append([]string{"", "  " + c.Theme.Paint.Strong.On(n.sum()) + c.Theme.Paint.Dim.On("   ("+n.state()+")"), ""},
		n.trouble(&c.Theme.Paint, w)...)
	return append(lines, "", buttons(c, w, k.focus, kit.Button{Label: "Back"}, kit.Button{Label: "Go on without it"}))
}

// answer takes a key while the question is open. start is true when the work shall begin.
func (k *clashes) answer(c *kit.Context, p press) (start, cancel bool) {
	if k.lost {
		return k.answerLost(p)
	}
	switch p.name {
	case "esc":
		return false, true
	case "tab":
		k.focus = (k.focus + 1) % 3
	case "shift+tab":
		k.focus = (k.focus + 2) % 3
	case "left", "right":
		step := map[string]int{"left": -1, "right": 1}[p.name]
		if k.focus == 0 {
			k.policy = (k.policy + step + len(policies)) % len(policies)
		} else {
			k.focus = 3 - k.focus
		}
	case "enter":
		return k.focus < 2, k.focus == 2
	default:
		roll(c, &k.rows, p)
	}
	return false, false
}

// view draws the question into w cells and at most h lines.
func (k *clashes) view(c *kit.Context, n *counter, w, h int, verb string) []string {
	if k.lost {
		return k.viewLost(c, n, w)
	}
	t := &c.Theme.Paint
	lines := append(note(k.head(), w, t.Warn), "")
	lines = append(lines, "  "+t.Header.On(kit.Fit(clashRow("name", "there: size", "date", "ours: size", "date", w-2), w-2)))
	rows := min(max(h-9, 1), max(len(k.list), 1))
	lines = append(lines, rowsOf(k.rows.View(kit.Size{W: w - 2, H: rows}, func(i, w int, cursor bool) string {
		return "  " + k.row(t, i, w, c.Now())
	}))...)
	more := ""
	if k.total > rows {
		_, to := k.rows.Visible()
		more = fmt.Sprintf("%s of %s, ↑ ↓ for more", kit.Count(to), kit.Count(k.total))
	}
	var labels []string
	for _, p := range policies {
		labels = append(labels, p.label)
	}
	return append(lines, "  "+t.Dim.On(more),
		mark(t, k.focus == 0)+choices(t, labels, k.policy), "  "+t.Dim.On(policies[k.policy].text), "",
		buttons(c, w, max(k.focus-1, 0), kit.Button{Label: verb}, kit.Button{Label: "Cancel"}))
}

func (k *clashes) head() string {
	if k.total == 1 {
		return "One name exists there already."
	}
	return kit.Plural(k.total, "name") + " exist there already."
}

// actions are the hints while the question is open.
func (k *clashes) actions() []kit.Action {
	return []kit.Action{hint(keys.Next, func(*kit.Context) tea.Cmd { k.focus = (k.focus + 1) % 3; return nil }), dismiss()}
}

func (k *clashes) row(t *themes.Paints, i, w int, now time.Time) string {
	x := k.list[i]
	return t.Row.On(kit.Fit(clashRow(shown(x.Name), kit.Bytes(x.Theirs.Size), kit.Date(x.Theirs.Modified, now),
		kit.Bytes(x.Ours.Size), kit.Date(x.Ours.Modified, now), w), w))
}

func clashRow(name, size1, date1, size2, date2 string, w int) string {
	const rest = 2 * (12 + 12)
	return kit.Fit(middle(name, max(w-rest, 8)), max(w-rest, 8)) +
		fmt.Sprintf("%12s%12s%12s%12s", size1, date1, size2, date2)
}

// settle answers a plan that has been counted: nothing in the way begins the work, else a question opens.
func settle(c *kit.Context, n *counter, k *clashes, doing string) tea.Cmd {
	switch {
	case n.complete():
		if !k.ask(n) {
			n.begin(c, doing)
		}
	case n.partial():
		k.open, k.lost, k.focus = true, true, 0
	}
	return nil
}

// decide goes on after a question was answered with yes.
func decide(c *kit.Context, n *counter, k *clashes, doing string) tea.Cmd {
	if k.lost && k.ask(n) {
		return nil
	}
	n.plan.SetPolicy(policies[k.policy].policy)
	n.begin(c, doing)
	return nil
}
