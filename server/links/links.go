// Package links has the links by which people without an access key get one object, or put files into one folder, until
// the link ends or is taken back. What a link may is what the access key of its maker may when it is used; pages, requests
// and rights are no matter of this package.
package links

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"spaces/server/storage"
)

// Link is the record of a link. The token that opens it is in none: ID is its hash.
type Link struct {
	ID      string    `json:"id"`
	Space   string    `json:"bucket"`
	Key     string    `json:"key"`               // of the object; of one that receives or is an archive the folder, "" or with a slash at its end
	Version string    `json:"version,omitempty"` // of the object; "": whatever is current
	Maker   string    `json:"access_key"`        // id of the access key that made it
	Made    time.Time `json:"created_at"`
	Until   time.Time `json:"expires_at"` // the zero time: until it is taken back

	Archive    string `json:"archive,omitempty"`    // zip: it gives the folder Key, or all of the Space, as one file
	Once       bool   `json:"once,omitempty"`       // for one download that comes to its end
	Attachment string `json:"attachment,omitempty"` // the name under which it is saved; "": the object's own

	Used   int64     `json:"used"`                // downloads that began, of one for once: that ended well
	Last   time.Time `json:"last_used_at"`        // when one last began; the zero time: never
	Broken int       `json:"broken,omitempty"`    // downloads of one for once that did not end well
	Taken  bool      `json:"taken,omitempty"`     // of one for once: a download is under way, or was when the server ended
	Wrong  int       `json:"wrong,omitempty"`     // wrong passwords since the last right one
	Secret *Password `json:"password,omitempty"`  // nil: it has none
	Limits *Limits   `json:"receive,omitempty"`   // nil: it gives an object
	Count  int       `json:"received"`            // files that came
	Bytes  int64     `json:"received_bytes"`      // of those
	Came   []Arrival `json:"arrivals,omitempty"`  // the last of those, oldest first
	Begun  int       `json:"uploading,omitempty"` // files that were let in and have not come: they count against the limit, after a crash for good
}

// Errors of links.
var (
	ErrNone     = errors.New("there is no such link")
	ErrExpired  = errors.New("the link has expired")
	ErrUsed     = errors.New("the link was for one download, which has been made")
	ErrTaken    = errors.New("the link is for one download, which is under way")
	ErrLocked   = errors.New("the link is locked: too many wrong passwords were tried")
	ErrFull     = errors.New("the link has received all the files it was made for")
	ErrTooMany  = errors.New("there are too many links already; take some back first")
	ErrLimits   = errors.New("the limits of the link are not valid")
	ErrPassword = fmt.Errorf("the password of a link has 1 to %d bytes", maxPassword)
)

const (
	recordKind = "link" // the kind of the records
	maxLinks   = 10_000
	maxOfKey   = 2000                // of one access key, so that no key uses up what is there for all
	maxWrong   = 100                 // passwords in a row, and then no more
	maxBroken  = 10                  // downloads of a link for once that may break off
	keepEnded  = 30 * 24 * time.Hour // how long one that has ended is listed
	saveEvery  = 10 * time.Second    // how often the use of a link is written that nothing depends on
)

// Book has all links. They are stored by the engine, and looked up in memory.
type Book struct {
	engine *storage.Engine
	now    func() time.Time
	work   chan struct{} // held while a password is worked out

	mu   sync.Mutex
	byID map[string]*Held
}

// Open reads the links that an engine stores; now nil is time.Now.
func Open(engine *storage.Engine, now func() time.Time) (*Book, error) {
	if now == nil {
		now = time.Now
	}
	records, err := engine.Records(recordKind)
	if err != nil {
		return nil, err
	}
	b := &Book{engine: engine, now: now, work: make(chan struct{}, passwordsAtOnce), byID: make(map[string]*Held, len(records))}
	for id, text := range records {
		var l Link
		if err := json.Unmarshal(text, &l); err != nil || l.ID != id || l.Space == "" {
			return nil, fmt.Errorf("%w: the link %q", storage.ErrCorrupt, id)
		}
		b.byID[id] = b.hold(l)
	}
	return b, nil
}

func (b *Book) hold(l Link) *Held {
	return &Held{book: b, link: l, tries: bucket{left: triesAtOnce}, end: make(chan struct{})}
}

// tokenBytes are 200 bits in 40 letters: nobody finds one by trying.
const tokenBytes = 25

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// IDOf is the id of the link that a token opens: 128 bits of its SHA-256, from which the token cannot be had back.
func IDOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return letters.EncodeToString(sum[:16])
}

// Make makes a link of what l says of it, durably, and gives the token that opens it: it is told once. password "" is none;
// ErrTooMany, ErrLimits, ErrPassword, ErrExpired.
func (b *Book) Make(l Link, password string) (made Link, token string, err error) {
	now := b.now().UTC()
	secret := make([]byte, tokenBytes)
	rand.Read(secret) // never fails
	token = letters.EncodeToString(secret)
	made = Link{
		ID: IDOf(token), Space: l.Space, Key: l.Key, Version: l.Version, Maker: l.Maker, Made: now.Truncate(time.Second),
		Until: l.Until.UTC(), Once: l.Once, Attachment: l.Attachment, Archive: l.Archive, Limits: l.Limits,
	}
	if made.Limits != nil {
		if made.Limits, err = made.Limits.checked(); err != nil {
			return Link{}, "", err
		}
	}
	if !l.Until.IsZero() && !l.Until.After(now) {
		return Link{}, "", ErrExpired
	}
	if password != "" {
		if made.Secret, err = b.newPassword(password); err != nil {
			return Link{}, "", err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.room(l.Maker); err != nil {
		return Link{}, "", err
	}
	h := b.hold(made)
	if err := h.save(); err != nil {
		return Link{}, "", err
	}
	b.byID[made.ID] = h
	return made, token, nil
}

// room forgets links that ended long ago, and says whether there is room for one more of a key. Forgotten is for good, so
// a clock that was set does not count until it has gone on evenly: see storage.Engine.LockTime. The book is locked.
func (b *Book) room(maker string) error {
	now, gone, of := b.engine.LockTime(), map[string][]byte{}, 0
	for id, h := range b.byID {
		l := h.Link()
		if end := l.ended(); !end.IsZero() && now.Sub(end.Round(0)) > keepEnded {
			gone[id] = nil
		} else if l.Maker == maker {
			of++
		}
	}
	if len(gone) > 0 {
		if err := b.engine.PutRecords(recordKind, gone); err != nil {
			return err
		}
		for id := range gone {
			b.byID[id].close()
			delete(b.byID, id)
		}
	}
	if of >= maxOfKey || len(b.byID) >= maxLinks {
		return ErrTooMany
	}
	return nil
}

// ended is when the link ended by itself, the zero time where it has not.
func (l *Link) ended() time.Time {
	if l.Once && (l.Used > 0 || l.Taken) {
		return l.Last
	}
	return l.Until
}

// Find gives the link that a token opens; nil: there is none.
func (b *Book) Find(token string) *Held {
	if b == nil {
		return nil
	}
	return b.get(IDOf(token))
}

func (b *Book) get(id string) *Held {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.byID[id]
}

// Get gives the record of a link by its id; ErrNone.
func (b *Book) Get(id string) (Link, error) {
	if h := b.get(id); h != nil {
		return h.Link(), nil
	}
	return Link{}, ErrNone
}

// List gives the records of all links, newest first.
func (b *Book) List() []Link {
	b.mu.Lock()
	held := slices.Collect(maps.Values(b.byID))
	b.mu.Unlock()
	list := make([]Link, len(held))
	for i, h := range held {
		list[i] = h.Link()
	}
	slices.SortFunc(list, func(x, y Link) int {
		if c := y.Made.Compare(x.Made); c != 0 {
			return c
		}
		return strings.Compare(x.ID, y.ID)
	})
	return list
}

// Extend gives a link another end, the zero time for none, and a new set of attempts at its password; ErrNone, ErrExpired.
func (b *Book) Extend(id string, until time.Time) (Link, error) {
	h := b.get(id)
	switch {
	case h == nil:
		return Link{}, ErrNone
	case !until.IsZero() && !until.After(b.now()):
		return Link{}, ErrExpired
	}
	return h.change(func(l *Link) error { l.Until, l.Wrong = until.UTC(), 0; return nil })
}

// End takes a link back: nobody gets in by it from then on, and what is under way by it is cut off; ErrNone.
func (b *Book) End(id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	h := b.byID[id]
	if h == nil {
		return ErrNone
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := b.engine.PutRecords(recordKind, map[string][]byte{id: nil}); err != nil {
		return err
	}
	h.closed()
	delete(b.byID, id)
	return nil
}

// Flush writes what of the use of links is in memory only. It is for the end of the server.
func (b *Book) Flush() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	held := slices.Collect(maps.Values(b.byID))
	b.mu.Unlock()
	for _, h := range held {
		if err := h.flush(); err != nil {
			return err
		}
	}
	return nil
}
