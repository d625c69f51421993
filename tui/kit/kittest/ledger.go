package kittest

import (
	"slices"
	"sync"

	"spaces/store"
)

// Ledger keeps the notes of links in memory.
type Ledger struct {
	mu    sync.Mutex
	Notes []store.Shared // oldest first
	Err   error          // of every call
}

// Shares are noted in l. Without it nothing is.
func Shares(l *Ledger) Option { return func(x *Screen) { x.Context.Ledger = l } }

// Shared implements store.Ledger.
func (l *Ledger) Shared() ([]store.Shared, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := slices.Clone(l.Notes)
	slices.Reverse(list)
	return list, l.Err
}

// NoteShared implements store.Ledger.
func (l *Ledger) NoteShared(notes ...store.Shared) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Err == nil {
		l.Notes = append(l.Notes, notes...)
	}
	return l.Err
}

// ChangeShared implements store.Ledger.
func (l *Ledger) ChangeShared(conn store.Conn, id string, edit func(*store.Shared)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.Notes {
		if l.Err == nil && l.Notes[i].ID == id && l.Notes[i].Conn == conn {
			edit(&l.Notes[i])
		}
	}
	return l.Err
}
