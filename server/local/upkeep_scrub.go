package local

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"spaces/server"
	"spaces/server/storage"
)

// The owner of a directory scrubs it by itself, in parts of about a minute. Where one ended is noted, so that a scrub
// goes on after a restart: a large store on a machine that is restarted often would never be gone through else.
const (
	// ScrubEvery is how old the last scrub may be before another begins.
	ScrubEvery = 7 * 24 * time.Hour

	// ScrubRate is how many bytes a second it reads at most: 4.8 TB a week, and little beside what a disk gives.
	ScrubRate = 8 << 20

	scrubPartOf = 60 * ScrubRate

	// How often it is looked whether one is due. A panel is open for a shorter time than a server.
	scrubLook      = 10 * time.Minute
	panelScrubLook = time.Minute
)

// scrubPart is how far a scrub has come that is not through yet.
type scrubPart struct {
	Next []byte    `json:"next,omitempty"` // as storage.ScrubReport has it; nil: none is under way
	Note ScrubNote `json:"note"`           // of what was read so far
}

// scrubber scrubs a directory by itself.
type scrubber struct {
	dir    Dir
	engine *storage.Engine
	every  time.Duration
	rate   int64 // bytes a second; 0: as fast as it goes
	part   int64 // bytes
	log    *slog.Logger

	bodies atomic.Int64  // read since the process began
	found  *atomic.Int64 // by the last scrub
}

func newScrubber(d Dir, engine *storage.Engine, every time.Duration, found *atomic.Int64) *scrubber {
	w := &scrubber{dir: d, engine: engine, every: every, rate: ScrubRate, part: scrubPartOf, found: found, log: d.log("scrub")}
	return w
}

// start looks now and then whether a scrub is due, until it is closed.
func (w *scrubber) start(look time.Duration) io.Closer {
	return startBackground(look, func(ctx context.Context, ticks <-chan time.Time) {
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks:
			}
			if err := w.run(ctx); err != nil && ctx.Err() == nil {
				w.log.Error("the regular scrub failed", "cause", err)
			}
		}
	})
}

// run goes through everything, if that is due.
func (w *scrubber) run(ctx context.Context) error {
	u, err := w.dir.Upkeep()
	if err != nil { // what cannot be read counts as never done
		w.log.Warn("the notes of the upkeep cannot be read", "cause", err)
	}
	if u.part.Next == nil && !w.due(u.Scrub.At) {
		return nil
	}
	for p := u.part; ; {
		rep, err := w.engine.Scrub(ctx, storage.ScrubOptions{From: p.Next, Most: w.part, Rate: w.rate})
		if err != nil {
			return err
		}
		w.bodies.Add(rep.Bodies)
		w.tell(rep)
		p.Note.add(rep)
		p.Next = rep.Next
		if p.Next == nil {
			w.found.Store(int64(p.Note.Found))
			return w.dir.noteWhole(p.Note)
		}
		if err := w.dir.note(scrubPartFile, p); err != nil {
			return err
		}
	}
}

// due says whether a scrub that ended then is too long ago. One that ended in the future was by a clock that was wrong.
func (w *scrubber) due(last time.Time) bool {
	age := w.dir.Now().Sub(last)
	return age >= w.every || age < -time.Hour
}

func (w *scrubber) tell(rep *storage.ScrubReport) {
	for i := range min(len(rep.Findings), mostFindings) {
		w.log.Error("the scrub found damage", "finding", findingText(rep.Findings[i]))
	}
}

// add counts what a scrub, or a part of one, has read.
func (n *ScrubNote) add(rep *storage.ScrubReport) {
	n.Bodies += rep.Bodies
	n.Bytes += rep.Bytes
	n.Found += len(rep.Findings)
	for _, f := range rep.Findings {
		if len(n.Findings) < mostFindings {
			n.Findings = append(n.Findings, findingText(f))
		}
	}
}

// findingText says what is damaged, in one line. Names in it are as they are.
func findingText(f storage.Finding) string {
	text := string(f.Fault) + ":"
	if f.Space != "" {
		text += " " + f.Space + "/" + f.Key
	}
	if f.Version != 0 {
		text += " version " + strconv.FormatUint(f.Version, 10)
	}
	if f.Upload != "" {
		text += " upload " + f.Upload + " part " + strconv.Itoa(f.Part)
	}
	return text + ": " + f.Text
}

// noteWhole notes a scrub that has just gone through everything, after which none is under way.
func (d Dir) noteWhole(n ScrubNote) error {
	n.At = d.Now()
	if err := d.NoteScrub(n); err != nil {
		return err
	}
	return d.note(scrubPartFile, scrubPart{})
}

// scrubbed notes a whole scrub that somebody asked for. That it cannot be noted is no failure of the scrub.
func (d Dir) scrubbed(rep *storage.ScrubReport) {
	var n ScrubNote
	n.add(rep)
	if err := d.noteWhole(n); err != nil {
		d.log("scrub").Warn("the scrub cannot be noted", "cause", err)
	}
}

// backedUp is the same of a backup.
func (d Dir) backedUp(at time.Time, to string, rep *storage.BackupReport) {
	if err := d.NoteBackup(BackupNote{At: at, To: to, Bytes: rep.Bytes}); err != nil {
		d.log("backup").Warn("the backup cannot be noted", "cause", err)
	}
}

// figures are for who watches the server.
func (o *Owned) figures() server.Upkeep {
	u, _ := o.dir.Upkeep() // what cannot be read is as if it never was
	f := server.Upkeep{Scrub: u.Scrub.At, Backup: u.Backup.At, Scrubbed: u.Scrub.Bodies, Found: u.Scrub.Found}
	for _, c := range o.Certificates() {
		if c.Error != "" {
			f.Failing++
		}
		if !c.Until.IsZero() && (f.Certificate.IsZero() || c.Until.Before(f.Certificate)) {
			f.Certificate = c.Until
		}
	}
	if o.scrubs != nil {
		f.Bodies = o.scrubs.bodies.Load()
	}
	return f
}

// age tells how long ago something was, in days once it is one.
func age(now, at time.Time) string {
	switch a := now.Sub(at); {
	case a < time.Hour:
		return "less than an hour"
	case a < 48*time.Hour:
		return count(int(a.Hours()), "hour")
	default:
		return count(int(a.Hours()/24), "day")
	}
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
