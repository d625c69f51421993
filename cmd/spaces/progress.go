package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// plainEvery is how often it is said how far a job is where there is no terminal.
const plainEvery = 10 * time.Second

// progress says on standard error how far a job is: on a terminal in one line that is drawn over, elsewhere now and then.
type progress struct {
	w     io.Writer
	now   func() time.Time
	live  bool
	quiet bool
	drawn bool
	last  time.Time
}

func newProgress(p process, quiet bool) *progress {
	return &progress{w: p.stderr, now: p.now, live: onTerminal(p.stderr), quiet: quiet, last: p.now()}
}

// onTerminal says whether a stream is one.
func onTerminal(stream any) bool {
	f, is := stream.(*os.File)
	return is && isTerminal(f)
}

func (g *progress) say(line string) {
	now := g.now()
	switch {
	case g.quiet:
	case g.live:
		g.drawn = true
		fmt.Fprint(g.w, "\r\x1b[K"+kit.Fit(line, 79))
	case now.Sub(g.last) >= plainEvery:
		g.last = now
		fmt.Fprintln(g.w, line)
	}
}

// clear takes the line away: something else is written.
func (g *progress) clear() {
	if g.drawn {
		fmt.Fprint(g.w, "\r\x1b[K")
		g.drawn = false
	}
}

// follow waits for the end of a job. ok is false when ctx ended before: the job ends with the session then, which notes
// that it can be gone on with. The Manager tells of changes ten times a second at most.
func (g *progress) follow(ctx context.Context, jobs *job.Manager, id job.ID) (status job.Status, ok bool) {
	defer g.clear()
	ended := jobs.Ended(id)
	for {
		for _, s := range jobs.Snapshot() {
			if s.ID != id {
				continue
			}
			if s.Phase.Ended() {
				return s, true
			}
			g.say(progressLine(s))
		}
		jobs.Effects() // for screens: they must not pile up
		jobs.Finished()
		select {
		case <-jobs.Changed():
		case <-ended:
		case <-ctx.Done():
			return status, false
		}
	}
}

// count counts a plan and says how far that is.
func (g *progress) count(ctx context.Context, p *job.Plan) error {
	defer g.clear()
	done := make(chan error, 1)
	go func() {
		defer store.Caught(ctx)
		done <- p.Count(ctx)
	}()
	tick := time.NewTicker(time.Second / 10)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			t := p.Totals()
			g.say(fmt.Sprintf("counting: %s, %s", kit.Plural(t.Objects, "object"), kit.Formats{}.Bytes(t.Bytes)))
		}
	}
}

func progressLine(s job.Status) string {
	line := fmt.Sprintf("%s of %s, %s", kit.Count(s.ObjectsDone), kit.Plural(s.Objects, "object"), kit.Formats{}.Bytes(s.BytesDone))
	if s.Rate > 0 {
		line += fmt.Sprintf(", %s/s", kit.Formats{}.Bytes(int64(s.Rate)))
	}
	if left := kit.Left(s.Left); left != "" {
		line += ", " + left + " left"
	}
	if s.FailedCount > 0 {
		line += fmt.Sprintf(", %s failed", kit.Count(s.FailedCount))
	}
	if s.Trouble != nil {
		line += ": " + safeLine(s.Trouble.Error())
	}
	return line
}

// interrupted is how a command ends that was told to stop: as a shell reports the signal.
func interrupted(ctx context.Context, how string) error {
	status := 1
	var told *toldTo
	if errors.As(context.Cause(ctx), &told) {
		status = told.status()
	}
	return exitStatus{fmt.Errorf("interrupted: %s", how), status}
}
