package dialog

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

// asking is the form: the jobs or the failures of one, and the question that stands.
func (d *Transfers) asking(s kit.Size) *kit.Form {
	w, t := room(s, wide), &d.c.Theme.Paint
	f := &kit.Form{Width: w, Focus: &d.focus, Cancel: d.back, Leave: "close", Actions: d.offers()}
	switch {
	case d.list.Len() == 0:
		f.Items = append(f.Items, kit.Gap, text(note("Nothing has been transferred yet.", w, t.Text)...), kit.Gap,
			spare(1, note("Uploads, downloads, moves and deletes are listed here while they run and after they have ended.", w, t.Dim)...), kit.Gap)
	case d.open != 0:
		f.Leave = "back"
		f.Items = d.failed(w)
	default:
		word := ""
		if len(d.current().Failed) > 0 {
			word = "failures"
		}
		f.Items = append(f.Items, &kit.Rows{Name: "jobs", List: &d.list, Most: d.list.Len(), Lines: jobLines,
			Still: d.asks(), Open: d.expand, Word: word, Row: d.row})
		if said, paint := d.said(); kit.Width(said) > w-2 && !d.asks() {
			f.Items = append(f.Items, kit.Gap, text(note(said, w, paint)...))
		}
	}
	if d.asks() {
		question, stay, do := "Cancel this transfer? What is done stays done.", "Go on", "Cancel it"
		if d.left.ask != "" {
			question, stay, do = d.leftQuestion()
		}
		yes := d.keyed(do, keys.Confirm, d.agreed)
		yes.Danger = true
		f.Actions, f.Leave = nil, "leave it"
		f.Items = append(f.Items, kit.Gap, text(note(question, w, t.Warn)...), d.answers(&kit.Button{Label: stay, Run: d.back}, yes))
	}
	return f
}

func (d *Transfers) row(i, w int, _ bool) string {
	cursor := i == d.list.Cursor
	if i < len(d.jobs) {
		return strings.Join(jobView(d.c, d.jobs[i], w, cursor), "\n")
	}
	return strings.Join(d.leftView(d.c, d.left.all[i-len(d.jobs)], w, cursor), "\n")
}

// jobView draws one job: what it is, how far it is, and what is the matter.
func jobView(c *kit.Context, s job.Status, w int, cursor bool) []string {
	t := &c.Theme.Paint
	title := t.Accent.On(mark(cursor)) + t.Strong.On(middle(shown(s.Title), max(w-16, 8)))
	lines := []string{
		kit.Ends(title, phase(t, s), w),
		"  " + progress(c, s, w-2),
	}
	said, paint := matter(c, s)
	return append(lines, "  "+paint.On(end(said, w-2)))
}

// matter is what is the matter with a job, or else how fast it goes.
func matter(c *kit.Context, s job.Status) (string, themes.Paint) {
	t := &c.Theme.Paint
	switch {
	case s.FailedCount > 0:
		text := kit.Count(s.FailedCount) + " failed"
		if len(s.Failed) > 0 {
			text += ": " + shown(s.Failed[0].Name) + " – " + code(s.Failed[0].Err)
		}
		return text, t.Bad
	case len(s.Remarks) > 0:
		r := s.Remarks[0]
		if errors.Is(r.Err, job.ErrNothingThere) {
			return "Nothing was found in " + shown(r.Name), t.Warn
		}
		return store.Capital(reason(r.Err)), t.Warn
	case s.Pruned > 0:
		return kit.Count(s.Pruned) + " deleted that only the destination had", t.Dim
	case s.LeftOut > 0 && s.Spec.Undo.ID != "":
		return kit.Count(s.LeftOut) + " left alone because they are not as they were left", t.Dim
	case s.LeftOut > 0:
		return kit.Count(s.LeftOut) + " left out because they cannot be uploaded", t.Dim
	case s.Skipped > 0:
		return kit.Count(s.Skipped) + " left out because they were there already", t.Dim
	}
	return pace(c, s), t.Dim
}

// said is the last line of what is under the cursor. Where it is too long for its line, it stands below the list as a whole.
func (d *Transfers) said() (string, themes.Paint) {
	if u, past := d.leftover(); past {
		return d.leftSaid(d.c, u)
	}
	return matter(d.c, d.current())
}

// pace is how fast a job goes and how long it still takes, or when it ended.
func pace(c *kit.Context, s job.Status) string {
	if s.Phase.Ended() {
		return "ended " + c.Date(s.Ended)
	}
	var parts []string
	if s.Held {
		return "its endpoint is held: " + c.Keys.Key(keys.Limits) + " there lets it go on"
	}
	if rate := c.Formats.Rate(s.Rate, s.ObjectRate); rate != "" && s.Phase != job.Paused {
		parts = append(parts, rate)
	}
	if left := kit.Left(s.Left); left != "" && s.Phase != job.Paused {
		parts = append(parts, left+" left")
	}
	return strings.Join(append(parts, began(c, s.Started)), " · ")
}

// began says since when something goes on.
func began(c *kit.Context, t time.Time) string {
	if c.Formats.Dates == kit.Relative {
		return "begun " + c.Date(t)
	}
	return "since " + c.Date(t)
}

func phase(t *themes.Paints, s job.Status) string {
	if s.Held {
		return t.Warn.On("held")
	}
	switch p := s.Phase; p {
	case job.Done:
		return t.Good.On("done")
	case job.Failed:
		return t.Bad.On("failed")
	case job.Paused, job.Canceled:
		return t.Warn.On(p.String())
	}
	return t.Accent.On(s.Phase.String())
}

// progress draws bar, counts, rate and time left.
func progress(c *kit.Context, s job.Status, w int) string {
	t := &c.Theme.Paint
	total, done := s.Bytes, s.BytesDone
	if total == 0 {
		total, done = int64(s.Objects), int64(s.ObjectsDone)
	}
	text := fmt.Sprintf("%s of %s", kit.Count(s.ObjectsDone), kit.Plural(s.Objects, "object"))
	if s.Bytes > 0 {
		text += fmt.Sprintf(", %s of %s", c.Bytes(s.BytesDone), c.Bytes(s.Bytes))
	}
	if s.Phase.Ended() {
		return t.Text.On(end(text, w))
	}
	if s.Phase == job.Counting {
		return t.Text.On(end(text+" so far", w))
	}
	bar := min(20, max(w/4, 4))
	frac := 0.0
	if total > 0 {
		frac = float64(done) / float64(total)
	}
	return kit.Bar(c.Theme, bar, frac) + " " + t.Dim.On(kit.FitRight(kit.Percent(done, total), 5)) + "  " + t.Text.On(end(text, w-bar-8))
}

// failed is what failed in one job, each with its code, and all that is known of the one under the cursor.
func (d *Transfers) failed(w int) []kit.Item {
	t, s := &d.c.Theme.Paint, d.find(d.open)
	head := kit.Count(s.FailedCount) + " failed"
	if s.FailedCount > len(s.Failed) {
		head += ", the first " + kit.Count(len(s.Failed)) + " are listed"
	}
	items := []kit.Item{text("  "+t.Strong.On(middle(shown(s.Title), w-2)), "  "+t.Bad.On(end(head, w-2))), kit.Gap,
		&kit.Rows{Name: "failures", List: &d.failures, Most: max(len(s.Failed), 1), Keys: d.leave, Row: func(i, w int, cursor bool) string {
			f := s.Failed[i]
			line := kit.Fit(mark(cursor)+kit.Fit(middle(shown(f.Name), w/2), w/2)+" "+end(code(f.Err), w/2-3), w)
			if cursor {
				return t.Cursor.On(line)
			}
			return t.Row.On(line)
		}}}
	if i := d.failures.Cursor; i < len(s.Failed) {
		items = append(items, kit.Gap, text(note(explain(s.Failed[i].Err), w, t.Text)...))
	}
	return items
}

// leave goes back to the jobs by the keys that go up.
func (d *Transfers) leave(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
	if k.Action != keys.Parent {
		return nil, false
	}
	return d.back(c), true
}
