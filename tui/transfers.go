package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store/job"
	"spaces/tui/kit"
)

// transfers sums up the jobs in one line: "↑ 2 transfers 61 %  14.2 MB/s  0:48", and behind it how many failures nobody
// has looked at yet.
func transfers(c *kit.Context, jobs []job.Status, failed int) string {
	text, paint := going(c, jobs), &c.Theme.Paint
	if failed == 0 {
		return text
	}
	count := paint.Bad.On("✗ " + kit.Count(failed))
	if text == "" {
		return count
	}
	return text + "  " + count
}

// going tells of the jobs that are not over.
func going(c *kit.Context, jobs []job.Status) string {
	paint := &c.Theme.Paint
	s := sum(jobs)
	switch {
	case s.running > 0:
		parts := []string{s.sign() + " " + kit.Plural(s.running, s.noun())}
		if p := s.percent(); p != "" {
			parts[0] += " " + p
		}
		if rate := c.Formats.Rate(s.rate, s.objectRate); rate != "" {
			parts = append(parts, rate)
		}
		if left := kit.Left(s.left); left != "" {
			parts = append(parts, left)
		}
		return paint.Accent.On(strings.Join(parts, "  "))
	case s.paused > 0:
		return paint.Warn.On("‖ " + kit.Plural(s.paused, "job") + " paused")
	}
	return ""
}

// summary of all jobs. Objects and bytes are those of the running ones.
type summary struct {
	running, paused int
	up, down        int
	counting        bool
	objects, done   int64
	bytes, moved    int64
	rate            float64 // bytes a second
	objectRate      float64
	left            time.Duration
}

func sum(jobs []job.Status) (s summary) {
	for _, j := range jobs {
		switch {
		case j.Phase == job.Paused, j.Held:
			s.paused++
		case !j.Phase.Ended():
			s.add(j)
		}
	}
	return s
}

func (s *summary) add(j job.Status) {
	s.running++
	s.counting = s.counting || j.Phase == job.Counting
	s.objects += int64(j.Objects)
	s.done += int64(j.ObjectsDone)
	s.bytes += j.Bytes
	s.moved += j.BytesDone
	s.rate += j.Rate
	s.objectRate += j.ObjectRate
	s.left = max(s.left, j.Left)
	switch j.Kind {
	case job.Upload:
		s.up++
	case job.Download, job.Zip:
		s.down++
	}
}

// sign tells which way bytes go.
func (s summary) sign() string {
	switch {
	case s.up == s.running:
		return "↑"
	case s.down == s.running:
		return "↓"
	case s.up+s.down == 0:
		return "●"
	}
	return "↕"
}

// noun is what the running jobs are together.
func (s summary) noun() string {
	if s.up+s.down == 0 {
		return "job"
	}
	return "transfer"
}

// share is what is done of what: of bytes, or of objects where none move. all is 0 while not everything is counted.
func (s summary) share() (done, all int64) {
	switch {
	case s.counting:
		return 0, 0
	case s.up+s.down > 0 && s.bytes > 0:
		return s.moved, s.bytes
	}
	return s.done, s.objects
}

// percent is how much is done, "" while that is not known.
func (s summary) percent() string {
	if done, all := s.share(); all > 0 {
		return kit.Percent(done, all)
	}
	return ""
}

// progress is the bar that terminals show in their tab or on the taskbar (OSC 9;4): nil while nothing runs.
func progress(jobs []job.Status) *tea.ProgressBar {
	s := sum(jobs)
	switch done, all := s.share(); {
	case s.running == 0:
		return nil
	case all == 0:
		return tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	default:
		return tea.NewProgressBar(tea.ProgressBarDefault, int(100*done/all))
	}
}
