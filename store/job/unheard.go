package job

import (
	"context"
	"time"

	"spaces/store"
)

// asked is a time in which uploads in parts were asked for, of which nothing is known: who asked was killed, or the answer got
// lost. By the clock of the endpoint.
type asked struct{ First, Last time.Time }

const (
	askedFor    = 5 * time.Minute // how long a request is tried by the store and may be on its way
	askedBefore = 3 * time.Second // of clocks, as store.Ahead knows them, and of seconds in listings
)

// could says whether an upload that was begun then can be one of those.
func (a asked) could(begun time.Time) bool {
	return !begun.Before(a.First.Add(-askedBefore)) && begun.Before(a.Last.Add(askedFor))
}

// noteUpload notes what is about to become of an upload, and became.
func (j *job) noteUpload(u store.Upload, open bool) {
	switch e := j.entry; {
	case u.ID == "" && open:
		to := j.target()
		e.asks(u.Ref, to.Now().Add(to.Ahead()))
	case u.ID == "":
		e.hears(u.Ref)
	case open:
		e.opened(OpenUpload{Upload: u})
	default:
		e.closed(u, "")
	}
}

// target is where the job makes objects.
func (j *job) target() *store.Store {
	if j.work().writes {
		return j.plan.to
	}
	return j.plan.from
}

// asks notes that an upload to a key is asked for.
func (e *entry) asks(r store.Ref, now time.Time) {
	if e != nil {
		e.l.tell(line{Of: e.id, Asked: &plainAsked{plainRef{r.Space, text(r.Key)}, now}}, true)
	}
}

// hears notes that all uploads to a key are known that were asked for.
func (e *entry) hears(r store.Ref) {
	if e != nil {
		e.l.tell(line{Of: e.id, Heard: &plainRef{r.Space, text(r.Key)}}, false)
	}
}

// endUnheard ends the uploads that the job asked for without having heard of them. Such a one is to just that key, was begun when
// this job asked, has no parts, and is known to no job here; nor does another at work ask for one to that key. What cannot be
// asked now stays noted.
func (e *entry) endUnheard(ctx context.Context, at *store.Store, try func(context.Context, func(context.Context) error) error) {
	for r, a := range e.now().asked {
		err := try(ctx, func(ctx context.Context) error { return e.endAsked(ctx, at, r, a) })
		if err == nil || isNothing(err) || cannot(err) {
			e.hears(r)
		}
	}
}

func (e *entry) endAsked(ctx context.Context, at *store.Store, r store.Ref, a asked) error {
	there, err := at.UploadsBegun(ctx, r.Space, r.Key)
	if err != nil {
		return err
	}
	_ = e.l.Look() // what others noted since: without it, what is known of them is a little older
	known := e.l.uploads()
	for _, u := range there {
		if _, is := known[u.Upload]; is || u.Key != r.Key || !a.could(u.Begun) || e.l.isAsked(r, e.id) {
			continue
		}
		parts, err := at.UploadedParts(ctx, u.Upload)
		if err == nil && len(parts) == 0 {
			err = at.AbortUpload(ctx, u.Upload)
		}
		if err != nil && !isNothing(err) {
			return err
		}
	}
	return nil
}

// isAsked says whether another job that is at work has asked for an upload to a key.
func (l *Ledger) isAsked(r store.Ref, but string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, t := range l.all {
		if _, is := t.asked[r]; is && id != but && (t.busy || l.own[id] != nil) {
			return true
		}
	}
	return false
}

// target is the connection where a job of it makes objects.
func (s *Spec) target() store.Conn {
	if s.work().writes {
		return s.To
	}
	return s.From
}
