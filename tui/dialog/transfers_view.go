package dialog

import (
	"fmt"
	"strings"

	"spaces/keys"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

// View implements kit.Dialog.
func (d *Transfers) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, wide), &c.Theme.Paint
	h := max(s.H-2, 1)
	var lines []string
	switch {
	case d.list.Len() == 0:
		lines = append(lines, "", t.Dim.On("Nothing has been transferred yet."), "",
			t.Dim.On("Uploads, downloads, moves and deletes are listed here while they run"),
			t.Dim.On("and after they have ended."))
	case d.open != 0:
		lines = d.failureLines(c, w, h)
	default:
		lines = d.jobRows(c, w, h)
	}
	if d.asks() {
		question, stay, do := "Cancel it? What is done stays done.", "Go on", "Cancel it"
		if d.left.ask != "" {
			question, stay, do = d.leftQuestion(), "Leave it", "End it"
		}
		focus := 0
		if d.yes {
			focus = 1
		}
		lines = append(lines[:min(len(lines), max(s.H-3, 0))], "",
			t.Warn.On(end(question, w)),
			buttons(c, w, focus, kit.Button{Label: stay},
				kit.Button{Label: do, Key: c.Keys.Key(keys.Confirm), Danger: true}))
		return d.drawn(block(w, s.H, lines...))
	}
	return d.drawn(block(w, s.H, append(lines, "", d.hints(c, w))...))
}

// jobRows draws as many jobs as there is room for, around the cursor.
func (d *Transfers) jobRows(c *kit.Context, w, h int) []string {
	shownJobs := max((h+1)/(jobLines+1), 1)
	n := min(d.list.Len(), shownJobs)
	d.list.View(kit.Size{W: w, H: n}, func(int, int, bool) string { return "" }) // which are seen; a job takes several lines
	from, to := d.list.Visible()
	var lines []string
	for i := from; i < to; i++ {
		if i > from {
			lines = append(lines, "")
		}
		if i < len(d.jobs) {
			lines = append(lines, jobView(c, d.jobs[i], w, i == d.list.Cursor)...)
		} else {
			lines = append(lines, d.leftView(c, d.left.all[i-len(d.jobs)], w, i == d.list.Cursor)...)
		}
	}
	return lines
}

// jobView draws one job: what it is, how far it is, and what is the matter.
func jobView(c *kit.Context, s job.Status, w int, cursor bool) []string {
	t := &c.Theme.Paint
	title := mark(t, cursor) + t.Strong.On(middle(shown(s.Title), max(w-16, 8)))
	lines := []string{
		kit.Ends(title, phase(t, s.Phase), w),
		"  " + progress(c, s, w-2),
	}
	last := "  " + t.Dim.On(pace(c, s))
	switch {
	case s.FailedCount > 0:
		text := kit.Count(s.FailedCount) + " failed"
		if len(s.Failed) > 0 {
			text += ": " + shown(s.Failed[0].Name) + " – " + code(s.Failed[0].Err)
		}
		last = "  " + t.Bad.On(end(text, w-2))
	case s.Skipped > 0:
		last = "  " + t.Dim.On(kit.Count(s.Skipped)+" left out because they were there already")
	}
	return append(lines, last)
}

// pace is how fast a job goes and how long it still takes, or when it ended.
func pace(c *kit.Context, s job.Status) string {
	if s.Phase.Ended() {
		return "ended " + kit.Date(s.Ended, c.Now())
	}
	var parts []string
	if s.Rate > 0 && s.Phase != job.Paused {
		parts = append(parts, kit.Bytes(int64(s.Rate))+"/s")
	}
	if left := kit.Left(s.Left); left != "" && s.Phase != job.Paused {
		parts = append(parts, left+" left")
	}
	return strings.Join(append(parts, "since "+kit.Date(s.Started, c.Now())), " · ")
}

func phase(t *themes.Paints, p job.Phase) string {
	switch p {
	case job.Done:
		return t.Good.On("done")
	case job.Failed:
		return t.Bad.On("failed")
	case job.Paused, job.Canceled:
		return t.Warn.On(p.String())
	}
	return t.Accent.On(p.String())
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
		text += fmt.Sprintf(", %s of %s", kit.Bytes(s.BytesDone), kit.Bytes(s.Bytes))
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

// failureLines draws what failed in one job, each with its code.
func (d *Transfers) failureLines(c *kit.Context, w, h int) []string {
	t := &c.Theme.Paint
	s := d.find(d.open)
	head := fmt.Sprintf("%s failed", kit.Count(s.FailedCount))
	if s.FailedCount > len(s.Failed) {
		head += fmt.Sprintf(", the first %s are listed", kit.Count(len(s.Failed)))
	}
	lines := []string{t.Strong.On(middle(shown(s.Title), w)), t.Bad.On(head), ""}
	n := min(max(h-8, 1), max(len(s.Failed), 1))
	lines = append(lines, rowsOf(d.failures.View(kit.Size{W: w, H: n}, func(i, w int, cursor bool) string {
		f := s.Failed[i]
		text := kit.Fit(middle(shown(f.Name), w/2), w/2) + " " + end(code(f.Err), w/2-3)
		if cursor {
			return t.Cursor.On(kit.Fit("▸ "+text, w))
		}
		return "  " + t.Row.On(text)
	}))...)
	if i := d.failures.Cursor; i < len(s.Failed) {
		lines = append(lines, "")
		lines = append(lines, styled(explain(s.Failed[i].Err), w, t.Text)...)
	}
	return lines[:min(len(lines), h)]
}

// hints names the keys in words that fit the job under the cursor.
func (d *Transfers) hints(c *kit.Context, w int) string {
	t, s := &c.Theme.Paint, d.current()
	var pairs []any
	u, past := d.leftover()
	switch {
	case past && u.Why == "":
		pairs = append(pairs, keys.Retry, "go on", keys.Remove, "end it")
	case past:
		pairs = append(pairs, keys.Remove, "end it")
	case s.ID == 0, d.open != 0:
	case s.Phase == job.Paused:
		pairs = append(pairs, keys.Pause, "go on", keys.Remove, "cancel")
	case !s.Phase.Ended():
		pairs = append(pairs, keys.Pause, "pause", keys.Remove, "cancel")
	default:
		pairs = append(pairs, keys.Remove, "clear all that ended")
	}
	if s.FailedCount > 0 && s.Phase.Ended() {
		pairs = append(pairs, keys.Retry, "retry what failed")
	}
	if len(s.Failed) > 0 && d.open == 0 {
		pairs = append(pairs, keys.Enter, "failures")
	}
	back := "close"
	if d.open != 0 {
		back = "back"
	}
	return kit.Clip(keyHints(c, t, append(pairs, keys.Cancel, back)...), w)
}
