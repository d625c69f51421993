package dialog

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
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
	{job.Skip, "Skip", "What is there already stays, and the others are left out."},
	{job.KeepBoth, "Keep both", "The new ones get a number before their extension."},
	{job.Newer, "Keep the newer", "What is there is replaced by what is newer."},
	{job.Overwrite, "Overwrite", "What is there already is replaced."},
}

// sides are the words for the two sides of a conflict: what is there, and what would come.
func sides(k job.Kind) (there, coming string) {
	switch k {
	case job.Upload:
		return "In the Space", "On this machine"
	case job.Download, job.Zip:
		return "On this machine", "In the Space"
	case job.Copy:
		return "In that folder", "What is copied"
	}
	return "In that folder", "What is moved"
}

// question is the form of the question that stands: what could not be read, or names on both sides. It is nil when
// none does. back leads to what was asked before.
func (n *flow) question(b *base, s kit.Size, doing, verb string, back func(*kit.Context) tea.Cmd) *kit.Form {
	w, t := room(s, normal), &b.c.Theme.Paint
	f := &kit.Form{Width: w, Focus: &b.focus, Cancel: back, Leave: "back"}
	on := func(run func(*kit.Context, string)) func(*kit.Context) tea.Cmd {
		return func(c *kit.Context) tea.Cmd { run(c, doing); return nil }
	}
	leave := &kit.Button{Label: "Back", Run: back}
	switch n.at {
	case lost:
		f.Items = append(f.Items, kit.Gap, text("  "+t.Strong.On(n.sum(b.c))+t.Dim.On("   ("+n.state()+")")), kit.Gap,
			&kit.Pager{Lines: n.trouble(t, w), Scroll: &b.scroll}, kit.Gap,
			kit.Buttons{leave, {Label: "Go on without it", Run: on(n.ask)}})
	case leaving:
		rest := &kit.Button{Label: verb + " the rest", Run: on(n.ask)}
		if n.counting() {
			rest.Why = "It is still being counted"
		}
		f.Items = append(n.leftOut(b, w), kit.Gap, kit.Buttons{leave, rest})
	case lacking:
		f.Items = append(n.lessens(b, w), kit.Gap, kit.Buttons{leave, {Label: verb + " all the same", Run: on(n.ask)}})
	case clashing:
		f.Items = append(n.conflicts(b, w), kit.Gap, kit.Buttons{{Label: verb, Run: on(n.begin)}, leave})
	default:
		return nil
	}
	return f
}

// lessens lists what the destination cannot keep.
func (n *flow) lessens(b *base, w int) []kit.Item {
	t := &b.c.Theme.Paint
	items := []kit.Item{kit.Gap, text(note("Not everything can be kept there:", w, t.Warn)...), kit.Gap}
	for _, err := range n.lacks {
		items = append(items, text(note(store.Capital(err.Error())+".", w, t.Row)...))
	}
	return items
}

// conflicts are the names on both sides, and the choice what becomes of them.
func (n *flow) conflicts(b *base, w int) []kit.Item {
	t := &b.c.Theme.Paint
	there, coming := sides(n.plan.Spec().Kind)
	head := "One name exists there already."
	if n.totals.Conflicts != 1 {
		head = kit.Plural(n.totals.Conflicts, "name") + " exist there already."
	}
	if more := n.totals.Conflicts - len(n.found); more > 0 {
		head += " The first " + kit.Count(len(n.found)) + " are listed."
	}
	items := []kit.Item{text(note(head, w, t.Warn)...), kit.Gap}
	wide := w >= 60
	if wide {
		items = append(items, text("  "+t.Header.On(kit.Fit(clashRow(b.c.Formats, "Name", there, coming, w-2), w-2))))
	}
	items = append(items, &kit.Rows{Name: "names", List: &n.rows, Still: true, Most: min(max(len(n.found), 1), 12),
		Row: func(i, w int, _ bool) string { return n.conflict(b, i, w, wide) }})
	if x := n.rows.Cursor; !wide && x < len(n.found) {
		items = append(items,
			text("  "+t.Dim.On(kit.Fit(there, 17))+t.Text.On(version(b.c, n.found[x].Theirs)),
				"  "+t.Dim.On(kit.Fit(coming, 17))+t.Text.On(version(b.c, n.found[x].Ours))))
	}
	var labels []string
	for _, p := range policies {
		labels = append(labels, p.label)
	}
	look := kit.Radio
	if !wide {
		look = kit.Strip
	}
	choice := &kit.Choice{Look: look, Name: "policy", Options: kit.Options(labels...), Chosen: n.policy,
		Choose: func(_ *kit.Context, i int) tea.Cmd { n.policy = i; return nil }}
	return append(items, kit.Gap, choice, spare(3, note(policies[n.policy].text, w, t.Dim)...))
}

func (n *flow) conflict(b *base, i, w int, wide bool) string {
	x, t, cursor := n.found[i], &b.c.Theme.Paint, i == n.rows.Cursor && len(n.found) > 1
	line := middle(shown(x.Name), w-2)
	if wide {
		line = clashRow(b.c.Formats, shown(x.Name), version(b.c, x.Theirs), version(b.c, x.Ours), w-2)
	}
	line = kit.Fit(mark(cursor)+line, w)
	if cursor {
		return t.Cursor.On(line)
	}
	return t.Row.On(line)
}

// version is size and date of one side.
func version(c *kit.Context, v job.Version) string {
	return fmt.Sprintf("%*s  %*s", c.Formats.SizeWidth()+1, c.Formats.SizeIn(v.Size, c.Formats.SizeWidth()), c.Formats.DateWidth(), c.Date(v.Modified))
}

func clashRow(f kit.Formats, name, there, coming string, w int) string {
	side := f.SizeWidth() + f.DateWidth() + 5
	rest := max(w-2*side, 8)
	return kit.Fit(middle(name, rest), rest) + kit.FitRight(there, side) + kit.FitRight(coming, side)
}

// state says how far the numbers can be trusted.
func (n *flow) state() string {
	switch {
	case n.counting():
		return "counted so far…"
	case n.complete():
		return "counted, complete"
	}
	return "not complete"
}

// sum is "41,207 objects, 18.6 GB". Of another thing each source makes one, which is known before what is in it.
func (n *flow) sum(c *kit.Context) string {
	things := n.totals.Objects
	if n.thing != "" && n.counting() {
		things = len(n.plan.Spec().Sources)
	}
	return kit.Plural(things, cmp.Or(n.thing, "object")) + ", " + c.Bytes(n.totals.Bytes)
}

// figures is what is chosen and what that comes to, and always how far that can be trusted: in one line, or else in as
// many as that takes. What it costs stands below it where that is much.
func (n *flow) figures(c *kit.Context, what string, w int) []string {
	lines := n.counted(c, what, w)
	if price := n.price(); price != "" {
		lines = append(lines, note(price, w, c.Theme.Paint.Dim)...)
	}
	return lines
}

// manyRequests are so many that somebody may want to know before.
const manyRequests = 100

// price is what the work takes of the endpoint: "About 2,300 requests, 12 s".
func (n *flow) price() string {
	if n.plan == nil || n.cost.Requests < manyRequests {
		return ""
	}
	about, rest := "About ", ""
	if n.cost.AtLeast {
		about = "At least "
	}
	switch s := int(n.cost.Time.Round(time.Second).Seconds()); {
	case s < 2:
	case s < 60:
		rest = ", " + strconv.Itoa(s) + " s"
	default:
		rest = ", " + kit.Left(n.cost.Time)
	}
	return about + kit.Plural(n.cost.Requests, "request") + rest
}

func (n *flow) counted(c *kit.Context, what string, w int) []string {
	t := &c.Theme.Paint
	sum, state := n.sum(c), "   ("+n.state()+")"
	arrow := "  →  "
	if kit.Width("  "+what+arrow+sum+state) <= w {
		return []string{"  " + t.Strong.On(what) + t.Dim.On(arrow) + t.Strong.On(sum) + t.Dim.On(state)}
	}
	head := "  " + t.Strong.On(middle(what, w-2))
	for _, state := range []string{state, ", " + strings.TrimLeft(strings.TrimPrefix(n.state(), "counted"), ", ")} {
		if kit.Width("  "+sum+state) <= w {
			return []string{head, "  " + t.Strong.On(sum) + t.Dim.On(state)}
		}
	}
	return append([]string{head, "  " + t.Strong.On(middle(sum, w-2))}, note(n.state(), w, t.Dim)...)
}

// sources counts the things that were chosen: "3 folders, 2 files".
func sources(list []job.Source) string {
	if len(list) == 1 && list[0].Among() {
		return Everything(list[0])
	}
	folders := 0
	for _, s := range list {
		if s.Folder {
			folders++
		}
	}
	var parts []string
	if folders > 0 {
		parts = append(parts, kit.Plural(folders, "folder"))
	}
	if files := len(list) - folders; files > 0 {
		parts = append(parts, kit.Plural(files, "file"))
	}
	return strings.Join(parts, ", ")
}

// Everything says what is taken of a folder: "everything that begins with “a”".
func Everything(s job.Source) string {
	switch m := s.Match; {
	case m.Begins != "" && m.Contains != "":
		return "everything that begins with “" + shown(m.Begins) + "” and contains “" + shown(m.Contains) + "”"
	case m.Begins != "":
		return "everything that begins with “" + shown(m.Begins) + "”"
	case m.Contains != "":
		return "everything that contains “" + shown(m.Contains) + "”"
	}
	return "everything"
}

// trouble explains what counting ran into.
func (n *flow) trouble(t *themes.Paints, w int) []string {
	var lines []string
	if n.totals.Err != nil && n.totals.Failed == 0 && !n.counting() {
		lines = append(lines, note("Counting stopped: "+explain(n.totals.Err), w, t.Bad)...)
	}
	if n.totals.Failed > 0 {
		text := "Not everything could be read, and that is left out"
		if len(n.failed) > 0 {
			text += ": " + shown(n.failed[0].Name) + ": " + explain(n.failed[0].Err)
		}
		lines = append(lines, note(text, w, t.Warn)...)
	}
	return lines
}
