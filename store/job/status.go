package job

import (
	"cmp"
	"slices"

	"spaces/store"
)

// running notes that steps are being done.
func (j *job) running(records []record) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range records {
		j.begun[records[i].source] = true
	}
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
		ID: j.id, Kind: j.plan.spec.Kind, Title: j.title, Phase: j.phase, Spec: j.plan.spec,
		Objects: t.Objects, ObjectsDone: int(j.objects.Load()), Bytes: t.Bytes, BytesDone: j.bytes.Load(),
		Failed: j.failed[:len(j.failed):len(j.failed)], FailedCount: j.failCount, Remarks: j.remarks[:len(j.remarks):len(j.remarks)], Trouble: j.trouble,
		Skipped: int(j.skipped.Load()), Pruned: int(j.pruned.Load()), Called: j.called, LeftOut: t.LeftOut, Started: j.started, Ended: j.ended,
	}
	if j.phase.Ended() {
		return s
	}
	if j.gate.held() {
		s.Phase = Paused
		return s
	}
	s.Held = j.plan.invalid == nil && (j.plan.from.Held() || j.plan.to.Held())
	now := sample{at: j.m.o.Now(), bytes: s.BytesDone, objects: int64(s.ObjectsDone)}
	j.speed.add(now)
	s.Rate, s.ObjectRate = j.speed.rates(now)
	if !j.plan.carries() {
		s.Rate = 0 // sizes of what the endpoint did by itself
	}
	if t.Complete && j.speed.steady(now, s.Rate > 0, j.m.o.Workers) {
		bytes, objects := j.speed.estimates(now)
		if s.Rate == 0 {
			bytes = 0
		}
		s.Left = left(s.Bytes-s.BytesDone, int64(s.Objects-s.ObjectsDone), bytes, objects)
	}
	return s
}

// Title says what is to be done, in a line.
func (s Spec) Title() string {
	what := "nothing"
	if n := len(s.Sources); n > 0 {
		what = s.Sources[0].shortName()
		if n > 1 {
			what += " and " + store.Count(n-1) + " more"
		}
	}
	title := s.verb() + " " + what
	switch trash := s.titleOfTrash(what); {
	case s.Undo.Redo:
		return "Redo of the " + store.Uncapital(s.Undo.Title)
	case s.Undo.ID != "":
		return "Undo of the " + store.Uncapital(s.Undo.Title)
	case trash != "":
		return trash
	case s.Back:
		return "Take back " + what + " from " + s.Target()
	case s.Renames() && len(s.Sources) == 1:
		return "Rename " + what + " to " + cmp.Or(s.Sources[0].Name, s.Name)
	case s.Renames():
		return "Rename " + what
	case s.work().writes:
		title += " to " + s.Target()
	case s.work().toDisk:
		title += " to " + s.LocalDir
	}
	return title
}

// Target is where things are written to in words: on another connection than their own, with its name.
func (s Spec) Target() string {
	to := s.Dest.String()
	switch {
	case s.work().toDisk:
		return s.LocalDir
	case s.work().fromDisk || s.To == s.From:
		return to
	case s.To == "":
		return "this machine ▸ " + to
	}
	return string(s.To) + " ▸ " + to
}

// Renames says whether a move only gives other names: what is moved stays where it is.
func (s *Spec) Renames() bool {
	if s.Kind != Move || len(s.Sources) == 0 || s.From != s.To || s.Dest.Key != s.Base {
		return false
	}
	return !slices.ContainsFunc(s.Sources, func(c Source) bool {
		return cmp.Or(c.Name, s.Name) == "" || c.Ref.Space != s.Dest.Space
	})
}

// shortName is what a source is called in a title.
func (c *Source) shortName() string {
	switch {
	case c.Local != "":
		return c.Local
	case c.Among():
		return "everything" + c.Match.words() + " in " + c.Ref.String()
	case c.Ref.Key == "":
		return c.Ref.Space
	}
	return store.Base(c.Ref.Key)
}
