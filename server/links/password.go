package links

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"time"

	"golang.org/x/crypto/argon2"
)

// Password is what is kept of a password: Argon2id (RFC 9106), with the least that OWASP's "Password Storage Cheat Sheet"
// asks for.
type Password struct {
	Salt   []byte `json:"salt"`
	Hash   []byte `json:"hash"`
	Memory uint32 `json:"memory"` // KiB
	Passes uint32 `json:"passes"`
}

const (
	maxPassword     = 1024
	passwordMemory  = 19 << 10 // KiB
	passwordPasses  = 2
	passwordsAtOnce = 2 // each needs its memory
)

// ErrWrong says that a password is not the one of the link, ErrSlow that it was not looked at: too many were wrong.
var (
	ErrWrong = errors.New("the password is wrong")
	ErrSlow  = errors.New("too many passwords were tried; wait half a minute")
)

func (p *Password) of(text string) []byte {
	return argon2.IDKey([]byte(text), p.Salt, p.Passes, p.Memory, 1, 32)
}

func (b *Book) newPassword(text string) (*Password, error) {
	if len(text) > maxPassword {
		return nil, ErrPassword
	}
	p := &Password{Salt: make([]byte, 16), Memory: passwordMemory, Passes: passwordPasses}
	rand.Read(p.Salt) // never fails
	b.work <- struct{}{}
	defer func() { <-b.work }()
	p.Hash = p.of(text)
	return p, nil
}

// Try compares a password with that of the link; ErrWrong, ErrSlow, ErrLocked, or why ctx ended. A few may be tried at
// once, and then one every half a minute; of right ones any number.
func (h *Held) Try(ctx context.Context, text string) error {
	p := h.Link().Secret
	switch {
	case p == nil:
		return nil
	case len(text) > maxPassword:
		return ErrWrong
	}
	if err := h.try(); err != nil {
		return err
	}
	select {
	case h.book.work <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	same := subtle.ConstantTimeCompare(p.of(text), p.Hash) == 1
	<-h.book.work
	return h.tried(same)
}

// try takes an attempt. It is taken before the work, so that those at once are no more than those one after the other.
func (h *Held) try() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.link.Wrong >= maxWrong {
		return ErrLocked
	}
	if !h.tries.take(h.book.now()) {
		return ErrSlow
	}
	return nil
}

// tried notes what became of an attempt.
func (h *Held) tried(same bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return ErrNone
	}
	if same {
		h.tries.left = min(h.tries.left+1, triesAtOnce)
		if h.link.Wrong == 0 {
			return nil
		}
		h.link.Wrong = 0
		return h.save()
	}
	h.link.Wrong++
	return errors.Join(ErrWrong, h.save())
}

// bucket has attempts, which come back one by one.
type bucket struct {
	left float64
	at   time.Time
}

const (
	triesAtOnce = 10
	tryEvery    = 30 * time.Second
)

func (b *bucket) take(now time.Time) bool {
	if !b.at.IsZero() {
		b.left = min(b.left+max(float64(now.Sub(b.at)), 0)/float64(tryEvery), triesAtOnce) // none go by a clock that is set back
	}
	if b.at = now; b.left < 1 {
		return false
	}
	b.left--
	return true
}
