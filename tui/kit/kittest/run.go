package kittest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store/job"
	"spaces/tui/kit"
)

// update hands one message to the model and notes its command.
func (s *Screen) update(msg tea.Msg) {
	var cmd tea.Cmd
	s.model, cmd = s.model.Update(msg)
	s.queue = append(s.queue, cmd)
}

// Send hands a message to the program and runs what comes of it.
func (s *Screen) Send(msg tea.Msg) {
	s.t.Helper()
	s.update(msg)
	s.Settle()
}

// Hold stops running commands, so that a test sees the screen while a request is under way.
func (s *Screen) Hold() { s.held = true }

// Release runs the commands held back and goes on running them.
func (s *Screen) Release() {
	s.t.Helper()
	s.held = false
	s.Settle()
}

// Settle runs commands, in order, until none is left and no job runs, then checks the screen.
func (s *Screen) Settle() {
	s.t.Helper()
	for !s.held && !s.ended {
		if len(s.queue) > 0 {
			cmd := s.queue[0]
			s.queue = s.queue[1:]
			s.execute(cmd)
			continue
		}
		if !s.lookAtJobs() {
			break
		}
	}
	s.check()
}

// lookAtJobs waits for running jobs to report, and hands on what jobs have to tell. It returns false when there is
// nothing that was not told.
func (s *Screen) lookAtJobs() bool {
	if s.watch == nil || s.jobs == nil {
		return false
	}
	if !s.jobsHeld && s.running() {
		<-s.watch.C
	} else {
		select {
		case <-s.watch.C:
		default:
			if s.standing() == s.told {
				return false
			}
		}
	}
	s.told = s.standing()
	msg := s.watch.Msg
	s.watch = nil
	s.update(msg)
	return true
}

func (s *Screen) running() bool {
	return slices.ContainsFunc(s.jobs.Snapshot(), func(j job.Status) bool {
		return j.Phase == job.Counting || j.Phase == job.Running
	})
}

// standing says how the jobs stand, for comparing: the last report of a job may come later than its end.
func (s *Screen) standing() string {
	text := ""
	for _, j := range s.jobs.Snapshot() {
		text += fmt.Sprintln(j.ID, j.Phase, j.ObjectsDone, j.BytesDone, j.FailedCount)
	}
	return text
}

// HoldJobs stops waiting for jobs: what they reported is still delivered. A test that stops a job in its midst, to see
// the screen then, needs it.
func (s *Screen) HoldJobs() { s.jobsHeld = true }

// ReleaseJobs waits for jobs again, beginning with those that run.
func (s *Screen) ReleaseJobs() {
	s.t.Helper()
	s.jobsHeld = false
	s.Settle()
}

// execute runs one command to its end.
func (s *Screen) execute(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch m := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		s.queue = append(slices.Clone([]tea.Cmd(m)), s.queue...)
	case tea.QuitMsg:
		s.ended = true
	case kit.Timer:
		s.timers = append(s.timers, timer{s.Now().Add(m.After), m.Cmd, m.Done})
	case kit.Watch:
		s.watch = &m
	case kit.Exec:
		var out strings.Builder
		m.Command.SetStdin(strings.NewReader("\n"))
		m.Command.SetStdout(&out)
		m.Command.SetStderr(&out)
		err := m.Command.Run()
		s.printed += out.String()
		s.update(m.Then(err))
	default:
		if cmds, ok := sequence(m); ok {
			s.queue = append(cmds, s.queue...)
			return
		}
		s.update(m)
	}
}

// sequence takes the commands out of what tea.Sequence returns, which has no exported type.
func sequence(msg tea.Msg) ([]tea.Cmd, bool) {
	v := reflect.ValueOf(msg)
	if v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return nil, false
	}
	cmds := make([]tea.Cmd, v.Len())
	for i := range cmds {
		cmds[i], _ = v.Index(i).Interface().(tea.Cmd)
	}
	return cmds, true
}

// Advance lets the clock go on, running what was to be run by then in the order of time.
func (s *Screen) Advance(d time.Duration) {
	s.t.Helper()
	until := s.Now().Add(d)
	for {
		i := s.next(until)
		if i < 0 {
			break
		}
		due := s.timers[i]
		s.timers = slices.Delete(s.timers, i, i+1)
		if s.Now().Before(due.at) {
			s.setNow(due.at)
		}
		s.queue = append(s.queue, due.cmd)
		s.Settle()
	}
	s.setNow(until)
	s.check()
}

// next returns the first timer that is due, forgetting those that were given up.
func (s *Screen) next(until time.Time) int {
	s.timers = slices.DeleteFunc(s.timers, func(x timer) bool {
		select {
		case <-x.done:
			return true
		default:
			return false
		}
	})
	best := -1
	for i, x := range s.timers {
		if !x.at.After(until) && (best < 0 || x.at.Before(s.timers[best].at)) {
			best = i
		}
	}
	return best
}

// Timers returns how many things wait for the time: 0 when the program is idle.
func (s *Screen) Timers() int {
	s.next(s.Now())
	return len(s.timers)
}
