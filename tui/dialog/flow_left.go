package dialog

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// leftOut lists what cannot be uploaded, each with its reason, and offers to follow links where some lead out of the trees.
func (n *flow) leftOut(b *base, w int) []kit.Item {
	t := &b.c.Theme.Paint
	var lines []string
	for _, f := range n.left {
		lines = append(lines, "  "+t.Row.On(middle(shown(f.Name), w-2)))
		for _, l := range note(store.Capital(reason(f.Err)), w-2, t.Dim) {
			lines = append(lines, "  "+l)
		}
	}
	items := []kit.Item{kit.Gap, text(note(n.leftHead(), w, t.Warn)...), kit.Gap, &kit.Pager{Lines: lines, Scroll: &b.scroll}, kit.Gap}
	if n.outside() {
		follow := 0
		if n.plan.Spec().Links {
			follow = 1
		}
		items = append(items, &kit.Choice{Label: "Links out", Options: kit.Options("Leave out", "Follow to files"), Chosen: follow,
			Choose: func(c *kit.Context, i int) tea.Cmd { return n.follow(c, b.id, i == 1) }})
	}
	return append(items, text(n.figures(b.c, "The rest", w)...))
}

func (n *flow) leftHead() string {
	switch {
	case n.counting():
		return "Counting again…"
	case n.totals.LeftOut == 0:
		return "Nothing is left out."
	case n.totals.LeftOut == 1:
		return "One thing cannot be uploaded and is left out."
	}
	head := kit.Plural(n.totals.LeftOut, "thing") + " cannot be uploaded and are left out."
	if n.totals.LeftOut > len(n.left) {
		head += " The first " + kit.Count(len(n.left)) + " are listed."
	}
	return head
}

// outside says whether links lead out of the trees.
func (n *flow) outside() bool {
	for _, f := range n.left {
		if errors.Is(f.Err, job.ErrOutside) {
			return true
		}
	}
	return n.plan.Spec().Links
}

// follow counts again with the other choice. The question stands, with other numbers.
func (n *flow) follow(c *kit.Context, owner kit.ID, links bool) tea.Cmd {
	spec := n.plan.Spec()
	spec.Links = links
	return n.start(c, owner, spec)
}
