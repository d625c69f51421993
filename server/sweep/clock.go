package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"spaces/server/lifecycle"
	"spaces/server/storage"
)

// clockRecords is the kind of the records of writes that have the wrong time, and
// of latestRecord.
const clockRecords = "sweep-clock"

// latestRecord says what was the latest time at which a Space was swept, be that
// the right time or not.
const latestRecord = "latest"

// behindRecord says since which write the clock is behind, for whoever runs next: a machine may have the wrong time for as
// long as it runs, and the right one when it starts again. It has the form of the others, and no time.
const behindRecord = "behind"

// misdated are writes that were made while the clock was behind: a machine that
// does not keep the time while it is off starts in the past, and learns what
// time it is after the first objects were written. Those would expire at once.
type misdated struct {
	From, To uint64    // numbers of the writes; To is none of them
	At       time.Time // when the clock was seen to be right: all were made before
}

type misdatings []misdated

// loadMisdatings reads what sweeps have found out, when the latest was, and since which write the clock was behind at the
// last look; 0: it was not.
func loadMisdatings(e *storage.Engine) (all misdatings, latest time.Time, behind uint64, err error) {
	records, err := e.Records(clockRecords)
	if err != nil {
		return nil, latest, 0, err
	}
	for id, text := range records {
		if id == latestRecord {
			latest, _ = time.Parse(time.RFC3339, string(text))
			continue
		}
		var m misdated
		if err := json.Unmarshal(text, &m); err != nil {
			return nil, latest, 0, fmt.Errorf("read which writes have the wrong time: %q: %w", id, err)
		}
		if id == behindRecord {
			behind = m.From
			continue
		}
		all = append(all, m)
	}
	return all, latest, behind, nil
}

// made is when a write was made that has a time: that, or the latest it can be.
func (all misdatings) made(number uint64, at time.Time) time.Time {
	for _, m := range all {
		if m.From <= number && number < m.To && at.Before(m.At) {
			at = m.At
		}
	}
	return at
}

// Where a clock that is set on counts as having been behind, if not by what was
// seen of it before, it must have been so by more than machines sleep in between.
const (
	behindBy = time.Hour
	setOnBy  = 24 * time.Hour
)

// behind says whether the clock was behind when it showed wall: a Space was
// swept later than that. Before anything was swept nobody can know.
func (w *Sweeper) behind(wall time.Time) bool {
	return w.latest.IsZero() || wall.Before(w.latest.Add(-behindBy))
}

// sweptAt notes a time at which a Space is swept.
func (w *Sweeper) sweptAt(now time.Time) error {
	if !now.After(w.latest) {
		return nil
	}
	w.latest = now
	return w.note(latestRecord, []byte(now.UTC().Format(time.RFC3339)))
}

// look looks at the clocks, and says whether what they show can be trusted.
func (w *Sweeper) look() (wall time.Time, ok bool, err error) {
	now := w.now()
	last, seen := w.looked, lifecycle.Look{Wall: now.Round(0), Ran: w.engine.Ran(now)}
	if lifecycle.TooSoon(last, seen) {
		return seen.Wall, false, nil
	}
	w.looked = seen
	if lifecycle.Safe(last, seen) {
		return seen.Wall, true, nil
	}
	if !last.Wall.IsZero() {
		w.log.Warn("the clock was set, or the machine slept: nothing expires until the clock was looked at again",
			"before", last.Wall, "now", seen.Wall, "between", seen.Ran-last.Ran)
	}
	return seen.Wall, false, w.watch(last, seen)
}

// watch notes what was written while the clock was behind, when it is set on.
// last is zero at the first look: then it is compared with the start.
func (w *Sweeper) watch(last, seen lifecycle.Look) error {
	first, next := w.engine.Written()
	if last.Wall.IsZero() {
		last = lifecycle.Look{Wall: w.engine.Opened()}
		w.written = first
		if !w.wasBehind {
			w.since = first
		}
	}
	before := w.written
	w.written = next
	jump := seen.Wall.Sub(last.Wall) - (seen.Ran - last.Ran)
	setOn := jump > setOnBy && w.behind(last.Wall) || w.wasBehind && !w.behind(seen.Wall)
	switch {
	case jump < -behindBy && !w.behind(last.Wall):
		w.since = before
	case setOn && w.since < next:
		if err := w.misdate(misdated{From: w.since, To: next, At: seen.Wall}); err != nil {
			return err
		}
		if w.latest.IsZero() || !w.behind(seen.Wall) { // else it may be set on again, and all was made after that
			w.since = next
		}
	}
	return w.noteBehind(seen.Wall)
}

func (w *Sweeper) misdate(m misdated) error {
	w.misdated = append(w.misdated, m)
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return w.note(fmt.Sprintf("%016x", m.From), text)
}

// noteBehind keeps for the next run whether the clock is behind.
func (w *Sweeper) noteBehind(wall time.Time) error {
	is := !w.latest.IsZero() && w.behind(wall)
	if is == w.wasBehind {
		return nil
	}
	w.wasBehind = is
	if !is {
		return w.note(behindRecord, nil)
	}
	text, err := json.Marshal(misdated{From: w.since})
	if err != nil {
		return err
	}
	return w.note(behindRecord, text)
}

// begin looks whether the clock is behind at the start: the machine may be off again before the first look.
func (w *Sweeper) begin() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.remember(); err != nil {
		return err
	}
	wall := w.engine.Opened()
	if w.wasBehind || w.latest.IsZero() || !w.behind(wall) {
		return nil
	}
	w.since, _ = w.engine.Written()
	return w.noteBehind(wall)
}

// note writes a record. On a full disk, where what expires is needed most, what
// it says stays in memory.
func (w *Sweeper) note(id string, text []byte) error {
	err := w.engine.PutRecords(clockRecords, map[string][]byte{id: text})
	if err == nil || errors.Is(err, storage.ErrFull) {
		return nil
	}
	return fmt.Errorf("note what the clock showed: %w", err)
}
