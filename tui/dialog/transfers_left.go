package dialog

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

// left is the part of the drawer about jobs that other programs work on, and that earlier runs did not finish. They are
// listed below those of this program.
type left struct {
	all     []job.Unfinished
	ask     string // the one that would be ended, "": none asked
	said    string // what could not be done, about
	about   string // this one
	ending  kit.Slot[struct{}]
	looking kit.Slot[struct{}]
}

// lookEvery is how often it is looked how far other programs are.
const lookEvery = 2 * time.Second

// lookElsewhere reads, after a while, what other programs have noted.
func (d *Transfers) lookElsewhere(c *kit.Context, after time.Duration) tea.Cmd {
	jobs := c.Jobs
	look := func(context.Context) (struct{}, error) { return struct{}{}, jobs.Look() }
	if after == 0 {
		return d.left.looking.Start(c, d.id, look)
	}
	return d.left.looking.StartAfter(c, d.id, after, look)
}

// find is the place of one in the list, or -1.
func (l *left) find(id string) int {
	for i, u := range l.all {
		if u.ID == id {
			return i
		}
	}
	return -1
}

// leftover is the unfinished transfer under the cursor.
func (d *Transfers) leftover() (job.Unfinished, bool) {
	if i := d.list.Cursor - len(d.jobs); i >= 0 && i < len(d.left.all) {
		return d.left.all[i], true
	}
	return job.Unfinished{}, false
}

// goOn takes the unfinished transfer under the cursor up again, or says why that cannot be.
func (d *Transfers) goOn(c *kit.Context) tea.Cmd {
	u, _ := d.leftover()
	d.left.said, d.left.about = u.Why, u.ID
	if u.Why == "" {
		if _, err := c.Jobs.Again(u.ID); err != nil {
			d.left.said = reason(err)
		}
		d.list.MoveTo(0)
	}
	d.look(c)
	return nil
}

// giveUp asks whether to end it.
func (d *Transfers) giveUp(*kit.Context) tea.Cmd {
	u, _ := d.leftover()
	d.left.ask, d.focus.Name = u.ID, ""
	return nil
}

// end gives an unfinished transfer up.
func (d *Transfers) end(c *kit.Context, id string) tea.Cmd {
	jobs := c.Jobs
	d.left.about, d.left.said = id, ""
	return d.left.ending.Start(c, d.id, func(ctx context.Context) (struct{}, error) { return struct{}{}, jobs.End(ctx, id) })
}

// takeLeft takes the answers of end and lookElsewhere. While other programs are at work it is looked again and again.
func (d *Transfers) takeLeft(c *kit.Context, msg tea.Msg) (tea.Cmd, bool) {
	if _, _, ok := d.left.looking.Take(msg); ok { // what cannot be read is as it was
		if len(c.Jobs.Elsewhere()) > 0 {
			return d.lookElsewhere(c, lookEvery), true
		}
		return nil, true
	}
	_, err, ok := d.left.ending.Take(msg)
	if ok && err != nil {
		d.left.said = reason(err)
	}
	return nil, ok
}

// leftView draws one unfinished transfer.
func (d *Transfers) leftView(c *kit.Context, u job.Unfinished, w int, cursor bool) []string {
	t := &c.Theme.Paint
	title := t.Accent.On(mark(cursor)) + t.Strong.On(middle(shown(u.Title), max(w-22, 8)))
	if u.Running {
		how := fmt.Sprintf("%s of %s, %s", kit.Count(u.Progress.ObjectsDone), kit.Plural(u.Progress.Objects, "object"), c.Bytes(u.Progress.BytesDone))
		return []string{kit.Ends(title, t.Accent.On("in another program"), w), "  " + t.Text.On(end(how, w-2)),
			"  " + t.Dim.On(end(fmt.Sprintf("process %d, begun %s", u.Program, c.Date(u.Begun)), w-2))}
	}
	said, paint := d.leftSaid(c, u)
	return []string{kit.Ends(title, t.Warn.On("did not finish"), w), "  " + t.Text.On(end(leftOutside(c, u), w-2)), "  " + paint.On(end(said, w-2))}
}

// leftSaid is what is the matter with an unfinished transfer, or else when it began.
func (d *Transfers) leftSaid(c *kit.Context, u job.Unfinished) (string, themes.Paint) {
	t := &c.Theme.Paint
	switch {
	case u.ID == d.left.about && d.left.ending.Busy():
		return "ending…", t.Accent
	case u.ID == d.left.about && d.left.said != "":
		return store.Capital(d.left.said), t.Bad
	case u.Why != "":
		return store.Capital(u.Why), t.Warn
	}
	return "begun " + c.Date(u.Begun), t.Dim
}

// leftOutside says what a transfer has left, and so what going on means.
func leftOutside(c *kit.Context, u job.Unfinished) string {
	var parts []string
	if u.Uploads > 0 {
		parts = append(parts, kit.Plural(u.Uploads, "open upload")+" at the endpoint, to be gone on with")
	}
	if u.Parts > 0 {
		parts = append(parts, kit.Plural(u.Parts, "file")+" begun")
	}
	if u.Bytes > 0 {
		parts = append(parts, c.Bytes(u.Bytes)+" of it are here already")
	}
	if len(parts) == 0 {
		return "nothing is left half done; what has arrived stays"
	}
	return strings.Join(parts, ", ")
}

// leftQuestion asks whether to give one up, with the words for no and yes.
func (d *Transfers) leftQuestion() (question, stay, do string) {
	i := d.left.find(d.left.ask)
	if i < 0 {
		return "", "Leave it", "End it"
	}
	u := d.left.all[i]
	if u.Running {
		return "Cancel it? Another program works on it. What is done stays done.", "Leave it", "Cancel it"
	}
	return leftEnds(u), "Leave it", "End it"
}

// answers are the buttons of the question that stands: of a copy or move that did not finish, its copies can go as well.
func (d *Transfers) answers(stay, yes *kit.Button) kit.Buttons {
	i := d.left.find(d.left.ask)
	if i < 0 || !d.left.all[i].CanBack() {
		return kit.Buttons{stay, yes}
	}
	back := &kit.Button{Label: "Take it back", Danger: true, Run: func(c *kit.Context) tea.Cmd {
		d.left.said, d.left.about = "", d.left.ask
		if _, err := c.Jobs.Back(d.left.ask); err != nil {
			d.left.said = reason(err)
		}
		d.left.ask = ""
		d.look(c)
		return nil
	}}
	return kit.Buttons{stay, back, yes}
}

// leftEnds says what giving one up does.
func leftEnds(u job.Unfinished) string {
	var parts []string
	switch {
	case u.Uploads > 0 && u.Why != "":
		parts = append(parts, fmt.Sprintf("its %s elsewhere will be forgotten", kit.Plural(u.Uploads, "open upload")))
	case u.Uploads > 0:
		parts = append(parts, kit.Plural(u.Uploads, "open upload")+" will be aborted")
	}
	if u.Parts > 0 {
		parts = append(parts, kit.Plural(u.Parts, "begun file")+" removed")
	}
	if len(parts) == 0 {
		return "End it? What has arrived stays."
	}
	return "End it? " + store.Capital(strings.Join(parts, ", ")) + "; what has arrived stays."
}
