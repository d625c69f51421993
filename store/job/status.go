package job

import (
	"fmt"
	"strings"
)

// running notes that the steps up to those of a source are being done.
func (j *job) running(source int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.reached = max(j.reached, source)
	if j.phase == Counting {
		j.phase = Running
	}
}

func (j *job) phaseNow() Phase {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.phase
}

func (j *job) setTrouble(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.trouble != err {
		j.trouble = err
	}
}

// status is how the job stands.
func (j *job) status() Status {
	t := j.plan.Totals()
	j.mu.Lock()
	defer j.mu.Unlock()
	s := Status{
		ID: j.id, Kind: j.plan.spec.Kind, Title: j.title(), Phase: j.phase, Spec: j.plan.spec,
		Objects: t.Objects, ObjectsDone: int(j.objects.Load()), Bytes: t.Bytes, BytesDone: j.bytes.Load(),
		Failed: j.failed[:len(j.failed):len(j.failed)], FailedCount: j.failCount, Trouble: j.trouble,
		Skipped: int(j.skipped.Load()), Started: j.started, Ended: j.ended,
	}
	if j.phase.Ended() {
		return s
	}
	if j.gate.held() {
		s.Phase = Paused
		return s
	}
	now := sample{at: j.m.o.Now(), bytes: s.BytesDone, objects: int64(s.ObjectsDone)}
	j.speed.add(now)
	var objects float64
	s.Rate, objects = j.speed.rates(now)
	if t.Complete {
		s.Left = left(s.Bytes-s.BytesDone, int64(s.Objects-s.ObjectsDone), s.Rate, objects)
	}
	return s
}

// title says what the job is, in a line.
func (j *job) title() string {
	names := j.plan.labels()
	what := "nothing"
	switch len(names) {
	case 0:
	case 1:
		what = names[0]
	default:
		what = fmt.Sprintf("%s and %d more", names[0], len(names)-1)
	}
	kind := j.plan.spec.Kind.String()
	title := strings.ToUpper(kind[:1]) + kind[1:] + " " + what
	switch j.plan.spec.Kind {
	case Upload, Copy, Move:
		title += " to " + j.plan.spec.Dest.String()
	case Download:
		title += " to " + j.plan.spec.LocalDir
	}
	return title
}
