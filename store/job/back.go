package job

import "context"

// CanBack says whether the copies that a job has made can be taken back: see Back.
func (u *Unfinished) CanBack() bool {
	return (u.Kind == Copy || u.Kind == Move) && u.Why == "" && !u.Spec.BegunTo.IsZero()
}

// Back takes back what a copy or move that was cut short has done: what it has copied is deleted at the destination where the
// source is still there, and its open uploads are ended. What was moved as a whole stays where it is now; what it has
// overwritten does not come back.
func (m *Manager) Back(id string) (ID, error) {
	return m.takeUp(id, func(s *Spec) { s.Back = true })
}

// back is a step of that. Only what came to be at the destination since the work was confirmed, with the content that the source
// has, is a copy that it made.
func (j *job) back(ctx context.Context, s Step) error {
	if j.isItself(s) {
		return nil
	}
	theirs, exists, err := j.lookRemote(s.To.Space)(ctx, s.To.Key)
	if err != nil || !exists {
		return err
	}
	same := theirs.etag == s.ETag || j.entry.isMade(s.To, j.plan.ofObject(s.From, "", s.ETag, s.Size), theirs.etag)
	if !same || s.ETag == "" || theirs.Size != s.Size || theirs.Modified.Before(j.plan.spec.BegunTo) {
		return errSkipped
	}
	if err := j.try(ctx, func(ctx context.Context) error { return j.plan.to.Delete(ctx, s.To) }); err != nil {
		return err
	}
	j.rowGone(j.plan.to, s.To)
	return nil
}

// backStep is moveStep and the step of a copy when they are taken back.
func (j *job) backStep(ctx context.Context, at pos, r record, s Step, t *tally) {
	j.settle(ctx, at, r, s, t, j.back(ctx, s))
}
