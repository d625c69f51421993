package dialog

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

// glance is how often numbers that are still being counted are looked at.
const glance = 100 * time.Millisecond

// counter counts what a plan comes to, in the background, and holds the numbers as they were last looked at.
type counter struct {
	plan   *job.Plan
	totals job.Totals
	failed []job.Failure
	found  []job.Conflict
	begun  bool // the plan belongs to a job
	count  kit.Slot[[]job.Conflict]
	look   kit.Slot[struct{}]
}

// start makes a plan and counts it. Another plan under way is given up.
func (n *counter) start(c *kit.Context, owner kit.ID, spec job.Spec) tea.Cmd {
	plan := c.Jobs.Plan(spec)
	n.plan, n.totals, n.failed = plan, job.Totals{}, nil
	return tea.Batch(
		n.count.Start(c, owner, func(ctx context.Context) ([]job.Conflict, error) {
			err := plan.Count(ctx)
			return plan.Conflicts(), err
		}),
		n.again(c, owner),
	)
}

// again asks to look once more after a glance.
func (n *counter) again(c *kit.Context, owner kit.ID) tea.Cmd {
	return n.look.StartAfter(c, owner, glance, func(context.Context) (struct{}, error) { return struct{}{}, nil })
}

// take looks at the numbers. done is true once: when counting has ended, well or badly.
func (n *counter) take(c *kit.Context, owner kit.ID, msg tea.Msg) (cmd tea.Cmd, done bool) {
	if n.plan == nil {
		return nil, false
	}
	if found, err, ok := n.count.Take(msg); ok {
		n.look.Cancel()
		n.totals, n.failed, n.found = n.plan.Totals(), n.plan.Failed(), found
		if err != nil && n.totals.Err == nil {
			n.totals.Err, n.totals.Complete = err, false
		}
		return nil, true
	}
	if _, _, ok := n.look.Take(msg); ok {
		n.totals = n.plan.Totals()
		return n.again(c, owner), false
	}
	return nil, false
}

// counting says whether the numbers are still growing.
func (n *counter) counting() bool { return n.count.Busy() }

// complete says whether the numbers are the whole truth.
func (n *counter) complete() bool {
	return n.plan != nil && !n.count.Busy() && n.totals.Complete && n.totals.Err == nil
}

// close gives counting up, unless a job goes on with it.
func (n *counter) close() {
	if !n.begun {
		n.count.Cancel()
	}
	n.look.Cancel()
}

// partial says whether counting has ended with parts that could not be read, and others that could.
func (n *counter) partial() bool {
	return n.plan != nil && !n.count.Busy() && n.totals.Failed > 0 && n.totals.Objects > 0
}

// state says how far the numbers can be trusted.
func (n *counter) state() string {
	switch {
	case n.counting():
		return "counted so far…"
	case n.complete():
		return "counted, complete"
	}
	return "not complete"
}

// sum is "41,207 objects, 18.6 GiB".
func (n *counter) sum() string {
	return fmt.Sprintf("%s, %s", kit.Plural(n.totals.Objects, "object"), kit.Bytes(n.totals.Bytes))
}

// numbers is what the plan comes to, and how far that can be trusted.
func (n *counter) numbers(t *themes.Paints) string {
	return t.Dim.On("  →  ") + t.Strong.On(n.sum()) + t.Dim.On("   ("+n.state()+")")
}

// sources counts the things that were chosen: "3 folders, 2 files".
func sources(t *themes.Paints, list []job.Source) string {
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
	return t.Strong.On(strings.Join(parts, ", "))
}

// trouble explains what counting ran into.
func (n *counter) trouble(t *themes.Paints, w int) []string {
	var lines []string
	if n.totals.Err != nil && n.totals.Failed == 0 && !n.counting() {
		lines = append(lines, note("Counting ended early: "+explain(n.totals.Err), w, t.Bad)...)
	}
	if n.totals.Failed > 0 {
		text := "Not everything could be read, which is left out"
		if len(n.failed) > 0 {
			text += ": " + shown(n.failed[0].Name) + ": " + explain(n.failed[0].Err)
		}
		lines = append(lines, note(text, w, t.Warn)...)
	}
	return lines
}

// begin hands the counted plan to the jobs and closes the box.
func (n *counter) begin(c *kit.Context, doing string) {
	n.begun = true
	c.Jobs.Start(n.plan)
	c.Dismiss()
	c.Notify(kit.Info, doing+transfersHint(c))
}
