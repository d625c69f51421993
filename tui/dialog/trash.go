package dialog

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// RestoreTrash gives what one delete took back to where it was. Names that are there again are asked about.
type RestoreTrash struct {
	base
	flow
	spec  job.Spec
	batch store.TrashBatch
}

// NewRestoreTrash plans to restore a batch of a Space's trash.
func NewRestoreTrash(c *kit.Context, space string, batch store.TrashBatch) *RestoreTrash {
	d := &RestoreTrash{base: newBase(c, "Restore – "+shown(space)), batch: batch, spec: job.FromTrash(c.Store.Conn(), space, batch)}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog: counting begins.
func (d *RestoreTrash) Init(c *kit.Context) tea.Cmd { return d.flow.start(c, d.id, d.spec) }

// Close implements kit.Dialog.
func (d *RestoreTrash) Close() { d.flow.close() }

// Update implements kit.Dialog.
func (d *RestoreTrash) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	return tea.Batch(d.flow.takeAnew(c, d.id, msg), d.base.Update(c, msg))
}

func (d *RestoreTrash) yes(c *kit.Context) tea.Cmd {
	d.settle(c, "Restoring")
	return nil
}

func (d *RestoreTrash) back(*kit.Context) tea.Cmd {
	d.at = editing
	return nil
}

// asking is the form.
func (d *RestoreTrash) asking(s kit.Size) *kit.Form {
	if f := d.question(&d.base, s, "Restoring", "Restore", d.back); f != nil {
		return f
	}
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, text(d.figures(d.c, "Deleted "+d.c.Moment(d.batch.At), w)...), kit.Gap,
		spare(2, note("They go back to where they were. What was public is public again.", w, t.Dim)...)}
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, text(trouble...))
	}
	if d.at == waiting {
		items = append(items, text(note("Wait until everything is counted.", w, t.Warn)...))
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{dismiss("Cancel"), d.keyed("Restore", keys.Confirm, d.yes)})}
}

// EmptyTrash removes what is in the trash of a Space for good, by its age.
type EmptyTrash struct {
	base
	flow
	space   string
	batches []store.TrashBatch
	now     time.Time
	age     int // index of trashAges
}

// trashAges are what is offered, in days; 0 is everything.
var trashAges = []int{30, 7, 0}

// NewEmptyTrash asks how much of the trash is to go. The batches are those that there are.
func NewEmptyTrash(c *kit.Context, space string, batches []store.TrashBatch) *EmptyTrash {
	d := &EmptyTrash{base: newBase(c, "Empty the trash – "+shown(space)), space: space, batches: append([]store.TrashBatch(nil), batches...),
		now: c.Now().Add(c.Store.Ahead())}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog: what is old is counted.
func (d *EmptyTrash) Init(c *kit.Context) tea.Cmd { return d.choose(c, 0) }

// Close implements kit.Dialog.
func (d *EmptyTrash) Close() { d.flow.close() }

// Update implements kit.Dialog.
func (d *EmptyTrash) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	return tea.Batch(d.flow.takeAnew(c, d.id, msg), d.base.Update(c, msg))
}

// old are the batches of the age that is chosen.
func (d *EmptyTrash) old() (list []store.TrashBatch) {
	days := trashAges[d.age]
	for _, b := range d.batches {
		if days == 0 || d.now.Sub(b.At) >= time.Duration(days)*24*time.Hour {
			list = append(list, b)
		}
	}
	return list
}

func (d *EmptyTrash) choose(c *kit.Context, age int) tea.Cmd {
	d.flow.forget()
	d.age = age
	spec := job.Spec{Kind: job.Delete, From: d.store.Conn(), To: d.store.Conn(), Dest: store.Ref{Space: d.space}, Base: store.TrashPrefix}
	for _, b := range d.old() {
		for _, prefix := range []string{b.Prefix(), b.Public()} {
			spec.Sources = append(spec.Sources, job.Source{Ref: store.Ref{Space: d.space, Key: prefix}, Folder: true})
		}
	}
	if len(spec.Sources) == 0 {
		return nil
	}
	return d.flow.start(c, d.id, spec)
}

func (d *EmptyTrash) yes(c *kit.Context) tea.Cmd {
	switch {
	case d.plan == nil:
	case d.counting():
		d.at = waiting
	default:
		d.begin(c, "Emptying the trash")
	}
	return nil
}

// asking is the form.
func (d *EmptyTrash) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, &kit.Choice{Label: "What", Options: kit.Options("Older than 30 days", "Older than 7 days", "Everything"), Chosen: d.age, Choose: d.choose}, kit.Gap}
	yes := d.keyed("Empty", keys.Confirm, d.yes)
	yes.Danger = true
	if d.plan == nil {
		items = append(items, text(note("Nothing in the trash is that old.", w, t.Text)...))
		yes.Why = "Nothing in the trash is that old"
	} else {
		items = append(items, text(d.figures(d.c, kit.Plural(len(d.old()), "delete"), w)...))
	}
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, text(trouble...))
	}
	items = append(items, kit.Gap, spare(1, note("It goes for good: that cannot be undone.", w, t.Warn)...))
	if d.at == waiting {
		items = append(items, text(note("Wait until everything is counted.", w, t.Warn)...))
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{dismiss("Cancel"), yes})}
}
