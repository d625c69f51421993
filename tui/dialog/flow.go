package dialog

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store/job"
	"spaces/tui/kit"
)

// glance is how often numbers that are still being counted are looked at.
const glance = 100 * time.Millisecond

// step is how far a dialog is on the way to its job.
type step int

const (
	editing  step = iota // what is asked can still be changed; it may be counted meanwhile
	waiting              // yes was said, before everything was counted
	lost                 // not everything could be read: is the rest to be done?
	leaving              // some of it cannot be uploaded: is the rest to be done?
	lacking              // the destination cannot keep all of it: is it to be done without?
	clashing             // there are names on both sides: which ones stay?
)

// flow takes a dialog from what it asks to the job: edit, count, what could not be read, conflicts, begin. It counts in
// the background, and holds the numbers as they were last looked at.
type flow struct {
	at     step
	plan   *job.Plan
	totals job.Totals
	cost   job.Cost
	failed []job.Failure
	found  []job.Conflict
	left   []job.Failure // what cannot be uploaded, and why
	lacks  []error       // what the destination cannot keep
	policy int           // index in policies
	thing  string        // that it makes; "": object
	rows   kit.List
	begun  bool   // the plan belongs to a job
	begins func() // what happens then; nil: nothing
	count  kit.Slot[[]job.Conflict]
	look   kit.Slot[struct{}]
}

// start makes a plan and counts it. Another plan under way is given up.
func (n *flow) start(c *kit.Context, owner kit.ID, spec job.Spec) tea.Cmd {
	return n.countPlan(c, owner, c.Jobs.Plan(spec))
}

// countPlan counts a plan that was made.
func (n *flow) countPlan(c *kit.Context, owner kit.ID, plan *job.Plan) tea.Cmd {
	n.plan, n.totals, n.cost, n.failed, n.found, n.left, n.lacks = plan, job.Totals{}, job.Cost{}, nil, nil, nil, nil
	return tea.Batch(
		n.count.Start(c, owner, func(ctx context.Context) ([]job.Conflict, error) {
			err := plan.Count(ctx)
			return plan.Conflicts(), err
		}),
		n.again(c, owner),
	)
}

// again asks to look once more after a glance.
func (n *flow) again(c *kit.Context, owner kit.ID) tea.Cmd {
	return n.look.StartAfter(c, owner, glance, func(context.Context) (struct{}, error) { return struct{}{}, nil })
}

// takeAnew is take for a dialog that asks again once all is counted: what was said before the numbers were known does not
// count.
func (n *flow) takeAnew(c *kit.Context, owner kit.ID, msg tea.Msg) tea.Cmd {
	cmd, done := n.take(c, owner, msg)
	if done && n.at == waiting {
		n.at = editing
	}
	return cmd
}

// take looks at the numbers. done is true once: when counting has ended, well or badly.
func (n *flow) take(c *kit.Context, owner kit.ID, msg tea.Msg) (cmd tea.Cmd, done bool) {
	if n.plan == nil {
		return nil, false
	}
	if found, err, ok := n.count.Take(msg); ok {
		n.look.Cancel()
		n.totals, n.failed, n.found = n.plan.Totals(), n.plan.Failed(), found
		n.left, n.lacks, n.cost = n.plan.LeftOut(), n.plan.Lacks(), n.plan.Cost()
		if err != nil && n.totals.Err == nil {
			n.totals.Err, n.totals.Complete = err, false
		}
		return nil, true
	}
	if _, _, ok := n.look.Take(msg); ok {
		n.totals, n.cost = n.plan.Totals(), n.plan.Cost()
		return n.again(c, owner), false
	}
	return nil, false
}

// counting says whether the numbers are still growing.
func (n *flow) counting() bool { return n.count.Busy() }

// complete says whether the numbers are the whole truth.
func (n *flow) complete() bool {
	return n.plan != nil && !n.count.Busy() && n.totals.Complete && n.totals.Err == nil
}

// partial says whether counting has ended with parts that could not be read, and others that could.
func (n *flow) partial() bool {
	return n.plan != nil && !n.count.Busy() && n.totals.Failed > 0 && n.totals.Objects > 0
}

// settle goes on after yes was said and counting has ended: nothing in the way begins the work, else a question stands.
func (n *flow) settle(c *kit.Context, doing string) {
	switch {
	case n.counting():
		n.at = waiting
	case n.complete():
		n.ask(c, doing)
	case n.partial():
		n.at = lost
	default:
		n.at = editing
	}
}

// ask asks what is still to be asked, each once: about what cannot be uploaded, about what the destination cannot keep,
// then about names on both sides. Then it begins.
func (n *flow) ask(c *kit.Context, doing string) {
	switch {
	case n.totals.LeftOut > 0 && n.at < leaving:
		n.at = leaving
		return
	case len(n.lacks) > 0 && n.at < lacking:
		n.at = lacking
		return
	case n.totals.Conflicts == 0:
		n.begin(c, doing)
		return
	}
	n.at, n.policy, n.rows = clashing, 0, kit.List{}
	n.rows.SetLen(len(n.found))
}

// begin hands the counted plan to the jobs and closes the box.
func (n *flow) begin(c *kit.Context, doing string) {
	if n.at == clashing {
		n.plan.SetPolicy(policies[n.policy].policy)
	}
	n.begun = true
	if n.begins != nil {
		n.begins()
	}
	c.Jobs.Start(n.plan)
	c.Dismiss()
	c.Notify(kit.Info, doing+transfersHint(c))
}

// close gives counting up, unless a job goes on with it.
func (n *flow) close() {
	if !n.begun {
		n.count.Cancel()
	}
	n.look.Cancel()
}

// forget goes back to where there was no plan.
func (n *flow) forget() {
	n.close()
	n.plan, n.at = nil, editing
}
