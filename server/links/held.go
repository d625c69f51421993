package links

import (
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// Held is a link while the server runs. It may be used by many requests at once.
type Held struct {
	book *Book
	end  chan struct{} // closed when the link is taken back

	mu    sync.Mutex // of what follows, over its writing
	link  Link
	over  bool // it is taken back: nothing of it is written any more
	saved time.Time
	dirty bool
	tries bucket
}

// Link is the record as it is now.
func (h *Held) Link() Link {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.link
	l.Came = slices.Clone(l.Came)
	return l
}

// Ended is closed when the link is taken back. What is under way by it is to end.
func (h *Held) Ended() <-chan struct{} { return h.end }

func (h *Held) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed()
}

// closed ends what goes on by the link, which is locked.
func (h *Held) closed() {
	if !h.over {
		h.over = true
		close(h.end)
	}
}

// Usable says why the link cannot be used now; nil: it can. A download for once that is under way counts as one.
func (h *Held) Usable() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return ErrNone
	}
	return h.link.usable(h.book.now())
}

func (l *Link) usable(now time.Time) error {
	switch {
	case !l.Until.IsZero() && !now.Before(l.Until):
		return ErrExpired
	case l.Once && (l.Used > 0 || l.Broken >= maxBroken):
		return ErrUsed
	case l.Once && l.Taken:
		return ErrTaken
	case l.Wrong >= maxWrong:
		return ErrLocked
	case l.Limits != nil && l.Limits.Files > 0 && l.Count >= l.Limits.Files:
		return ErrFull
	}
	return nil
}

// State is what has become of the link in a word: active, expired, used, locked or full.
func (l *Link) State(now time.Time) string {
	switch l.usable(now) {
	case nil:
		return "active"
	case ErrExpired:
		return "expired"
	case ErrLocked:
		return "locked"
	case ErrFull:
		return "full"
	}
	return "used"
}

// change writes another record, and then lets it be seen.
func (h *Held) change(edit func(*Link) error) (Link, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return Link{}, ErrNone
	}
	was := h.link
	if err := edit(&h.link); err != nil {
		h.link = was
		return Link{}, err
	}
	if err := h.save(); err != nil {
		h.link = was
		return Link{}, err
	}
	return h.link, nil
}

// save writes the record. The link is locked, or nobody has it yet.
func (h *Held) save() error {
	text, err := json.Marshal(h.link)
	if err != nil {
		return err
	}
	if err := h.book.engine.PutRecords(recordKind, map[string][]byte{h.link.ID: text}); err != nil {
		return err
	}
	h.saved, h.dirty = h.book.now(), false
	return nil
}

func (h *Held) flush() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over || !h.dirty {
		return nil
	}
	return h.save()
}

// Take begins a download. Of a link for once it is written before it returns that the one download is taken: two at once
// get one, and so do one before and one after a crash. done must follow, with whether all was sent: what broke off gives
// the link back, a few times.
func (h *Held) Take() (done func(whole bool) error, err error) {
	if !h.Link().Once {
		return func(bool) error { return nil }, h.count()
	}
	_, err = h.change(func(l *Link) error {
		now := h.book.now()
		if err := l.usable(now); err != nil {
			return err
		}
		l.Taken, l.Last = true, now.UTC()
		return nil
	})
	return func(whole bool) error {
		_, err := h.change(func(l *Link) error {
			if l.Taken = false; whole {
				l.Used++
			} else {
				l.Broken++
			}
			return nil
		})
		return err
	}, err
}

// count notes a download of a link that has any number of them. Counts of a few seconds may be lost by a crash.
func (h *Held) count() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.book.now()
	if h.over {
		return ErrNone
	}
	if err := h.link.usable(now); err != nil {
		return err
	}
	h.link.Used++
	h.link.Last, h.dirty = now.UTC(), true
	if h.link.Used > 1 && now.Sub(h.saved).Abs() < saveEvery { // a clock that is set back puts it off no longer
		return nil
	}
	return h.save()
}
