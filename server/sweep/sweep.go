// Package sweep does what time makes due in the Spaces: what their lifecycle documents say, and the end of uploads that
// stay incomplete. It judges by the rules of server/lifecycle, and by a clock only that can be trusted. It knows the
// engine, and no requests.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"spaces/server/lifecycle"
	"spaces/server/storage"
)

// StaleUpload is how long an upload may stay incomplete where no rule says
// otherwise.
const StaleUpload = 30 * 24 * time.Hour

// KeepDestroyed is for how long a destroyed Space can be had back.
const KeepDestroyed = 7 * 24 * time.Hour

// Document is the name under which a Space has its lifecycle document, in
// storage.Space.Config.
const Document = "lifecycle"

// recordKind is the kind of the records that say when a Space was swept.
const recordKind = "sweep"

// Sweeper does what the lifecycle documents of the Spaces say, and aborts
// stale uploads. It deletes with the same commits as the API, and only what is
// still what it judged. A Space is swept at most once a day of UTC.
type Sweeper struct {
	engine *storage.Engine
	now    func() time.Time
	log    *slog.Logger
	told   func(*storage.Space, *Due, time.Time) // see Tell

	keepTrash time.Duration

	mu     sync.Mutex
	looked lifecycle.Look // zero: never
	swept  map[string]time.Time

	latest         time.Time // at which a Space was swept
	misdated       misdatings
	since, written uint64 // numbers of writes: the first since the clock was set, the next at the last look
	wasBehind      bool   // the clock was at the last look, be that of an earlier run: see behindRecord
}

// New makes a Sweeper. now nil is time.Now, log nil is none. How long it
// is between two looks at now is asked of the engine: see storage.Engine.Ran.
func New(engine *storage.Engine, now func() time.Time, log *slog.Logger) *Sweeper {
	w := &Sweeper{engine: engine, now: now, log: log, keepTrash: KeepTrash}
	if w.now == nil {
		w.now = time.Now
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	return w
}

// Tell has f called with each thing that was done, with the Space that it was
// done in, and when; f may keep neither of the first two. It is set before Run.
func (w *Sweeper) Tell(f func(sp *storage.Space, d *Due, at time.Time)) { w.told = f }

func (w *Sweeper) tell(sp *storage.Space, d *Due) {
	if w.told != nil {
		w.told(sp, d, w.now())
	}
}

// Run sweeps at every tick until ctx ends. Ticks must come more often than once a day:
// a clock that was not looked at for longer, or that was set, may be wrong, and
// nothing is deleted by it until a later look finds that it goes on evenly.
func (w *Sweeper) Run(ctx context.Context, ticks <-chan time.Time) {
	if err := w.begin(); err != nil {
		w.log.Error("what the clock shows at the start cannot be compared with what it showed before", "cause", err)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		if done, err := w.Sweep(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("the sweep of the Spaces failed", "cause", err)
		} else if done.Objects+done.Uploads > 0 {
			w.log.Info("swept the Spaces", "objects", done.Objects, "uploads", done.Uploads)
		}
	}
}

// What becomes of something that is due: values of Due.Action.
const (
	Delete  = "delete"         // the object goes for good
	Hide    = "hide"           // a delete marker goes on the object, which stays as an older version unless it is the null one
	Version = "delete-version" // an older version goes for good
	Marker  = "delete-marker"  // a delete marker goes that hides nothing any more
	Abort   = "abort-upload"   // an upload goes with its parts
)

// Due is something that a rule has become due for.
type Due struct {
	Space, Key string
	Action     string // Delete and its like
	Version    string // of a version or delete marker that goes for good; "": the key is deleted
	Upload     string // id of an upload that is aborted; "": none
	Rule       string // id; "": the default age of uploads
	Size       int64

	check storage.Check
}

// Swept counts what a sweep deleted and aborted.
type Swept struct{ Objects, Uploads int }

// Sweep looks at the clock and, when that can be trusted, sweeps every Space
// that was not swept today. An error in one Space does not keep it from the
// others.
func (w *Sweeper) Sweep(ctx context.Context) (done Swept, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.remember(); err != nil {
		return done, err
	}
	now, ok, err := w.look()
	if err != nil || !ok {
		return done, err
	}
	spaces, err := w.engine.Spaces()
	if err != nil {
		return done, err
	}
	failed := w.endDestroyed(now)
	for i := range spaces {
		sp := &spaces[i]
		if sameDay(w.swept[sp.Name], now) {
			continue
		}
		one, err := w.sweep(ctx, sp, now)
		if err == nil {
			var n Swept
			n, err = w.emptyTrash(ctx, sp, now)
			one.Objects += n.Objects
		}
		done.Objects, done.Uploads = done.Objects+one.Objects, done.Uploads+one.Uploads
		switch {
		case ctx.Err() != nil:
			return done, ctx.Err()
		case err != nil:
			failed = errors.Join(failed, fmt.Errorf("sweep %q: %w", sp.Name, err))
		default:
			failed = errors.Join(failed, w.record(sp.Name, now))
		}
	}
	return done, failed
}

// endDestroyed removes the Spaces that were destroyed longer ago than they are kept.
func (w *Sweeper) endDestroyed(now time.Time) (failed error) {
	for _, sp := range w.engine.DestroyedSpaces() {
		if now.Sub(w.misdated.made(sp.Gone.Number, sp.Gone.At)) < KeepDestroyed {
			continue
		}
		if err := w.engine.EndSpace(sp.Gone.ID); err != nil && !errors.Is(err, storage.ErrNotDestroyed) {
			failed = errors.Join(failed, fmt.Errorf("remove the destroyed Space %q: %w", sp.Name, err))
			continue
		}
		w.log.Info("a destroyed Space cannot be had back any more", "space", sp.Name, "destroyed", sp.Gone.At, "objects", sp.Objects, "bytes", sp.Bytes)
	}
	return failed
}

func sameDay(a, b time.Time) bool {
	return a.UTC().Truncate(24 * time.Hour).Equal(b.UTC().Truncate(24 * time.Hour))
}

// remember reads once which Spaces were swept when, and which writes have the
// wrong time.
func (w *Sweeper) remember() (err error) {
	if w.swept != nil {
		return nil
	}
	behind := uint64(0)
	if w.misdated, w.latest, behind, err = loadMisdatings(w.engine); err != nil {
		return err
	}
	if behind > 0 {
		w.since, w.wasBehind = behind, true
	}
	records, err := w.engine.Records(recordKind)
	if err != nil {
		return err
	}
	w.swept = map[string]time.Time{}
	for name, text := range records {
		if t, err := time.Parse(time.RFC3339, string(text)); err == nil {
			w.swept[name] = t
			if t.After(w.latest) {
				w.latest = t
			}
		}
	}
	return nil
}

// record notes that a Space was swept. On a full disk the note stays in memory.
func (w *Sweeper) record(name string, now time.Time) error {
	w.swept[name] = now
	if err := w.sweptAt(now); err != nil {
		return err
	}
	err := w.engine.PutRecords(recordKind, map[string][]byte{name: []byte(now.UTC().Format(time.RFC3339))})
	if errors.Is(err, storage.ErrFull) {
		return nil
	}
	return err
}

// sweep does what is due in one Space.
func (w *Sweeper) sweep(ctx context.Context, sp *storage.Space, now time.Time) (done Swept, err error) {
	document := string(sp.Config[Document])
	err = walkDue(ctx, w.engine, sp, now, w.misdated, func(list []Due) error {
		current, err := w.engine.Space(sp.Name)
		if err != nil {
			return err
		}
		if string(current.Config[Document]) != document || current.Versioning != sp.Versioning {
			return errRulesChanged
		}
		n, err := w.remove(ctx, &current, list)
		done.Objects += n.Objects
		done.Uploads += n.Uploads
		return err
	})
	return done, err
}

var errRulesChanged = errors.New("the lifecycle of the Space was changed meanwhile")

// errNotJudged keeps what was changed since it was judged.
var errNotJudged = errors.New("no longer what was judged")

func (w *Sweeper) remove(ctx context.Context, sp *storage.Space, list []Due) (done Swept, err error) {
	doomed, at := make([]storage.Doomed, 0, len(list)), make([]*Due, 0, len(list))
	for i := range list {
		d := &list[i]
		if d.Upload == "" {
			doomed, at = append(doomed, storage.Doomed{Key: d.Key, Version: d.Version, Check: d.check}), append(at, d)
			continue
		}
		err := w.engine.Abort(ctx, sp.Name, d.Key, d.Upload)
		switch {
		case err == nil:
			done.Uploads++
			w.tell(sp, d)
		case !errors.Is(err, storage.ErrNoUpload):
			return done, err
		}
	}
	if len(doomed) == 0 {
		return done, nil
	}
	gone, err := w.engine.DeleteBatch(ctx, sp.Name, doomed)
	if err != nil {
		return done, err
	}
	for i := range gone {
		if gone[i].Err == nil {
			done.Objects++
			w.tell(sp, at[i])
		} else if !errors.Is(gone[i].Err, errNotJudged) {
			w.log.Warn("an expired object stays", "space", sp.Name, "key", doomed[i].Key, "cause", gone[i].Err)
		}
	}
	return done, nil
}

// Plan calls visit with all that a sweep at the time of the clock would delete
// and abort in a Space, in the order of keys, and changes nothing.
func (w *Sweeper) Plan(ctx context.Context, space string, visit func(Due) error) error {
	sp, err := w.engine.Space(space)
	if err != nil {
		return err
	}
	misdated, _, _, err := loadMisdatings(w.engine)
	if err != nil {
		return err
	}
	return walkDue(ctx, w.engine, &sp, w.now().Round(0), misdated, func(list []Due) error {
		for _, d := range list {
			if err := visit(d); err != nil {
				return err
			}
		}
		return nil
	})
}
