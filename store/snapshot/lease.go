package snapshot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"spaces/store"
)

// A lease tells others that somebody is at work. A backup relies on what it found there, and so nothing may be removed
// while it runs; a removal waits for no backup, and a backup for the removal. Each writes his own first and looks for
// others then: of two that begin at once, one sees the other at least (S3 lists what was written).
//
// A lease that was not renewed for leaseEnds, by the endpoint's clock, is of somebody who died. Its holder stops by
// himself before that, by the clock here, which a machine that slept has right again when it wakes up.
const (
	leaseRenewed = 2 * time.Minute
	leaseHolds   = 8 * time.Minute
	leaseEnds    = 15 * time.Minute
	leaseLook    = 5 * time.Second // how often the end of another one is looked for

	saving  = "backup"
	pruning = "prune"
)

// BusyError says that somebody else is at work.
type BusyError struct {
	What  string // "backup" or "prune"
	Since time.Time
}

func (e *BusyError) Error() string {
	return fmt.Sprintf("another %s is under way, last heard of at %s", e.What, e.Since.UTC().Format(time.RFC3339))
}

type lease struct {
	v       *Vault
	name    string
	renewed atomic.Int64 // unix nanoseconds by the clock here
	end     context.CancelFunc
	ended   chan struct{}
}

// lease writes one and renews it until it is given back.
func (v *Vault) lease(ctx context.Context, what string) (*lease, error) {
	l := &lease{v: v, name: leaseDir + what + "-" + strings.ToLower(rand.Text()), ended: make(chan struct{})}
	if err := l.renew(ctx); err != nil {
		return nil, fmt.Errorf("say that a %s is under way: %w", what, err)
	}
	ctx, l.end = context.WithCancel(ctx)
	go func() {
		defer close(l.ended)
		defer store.Caught(ctx)
		tick := time.NewTicker(leaseRenewed)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				_ = l.renew(ctx) // held tells when that did not work for too long
			}
		}
	}()
	return l, nil
}

func (l *lease) renew(ctx context.Context) error {
	now := l.v.st.Now()
	if err := l.v.put(ctx, l.name, nil, nil, store.PutOptions{}); err != nil {
		return err
	}
	l.renewed.Store(now.UnixNano())
	return nil
}

var errLapsed = errors.New("the endpoint could not be told for too long that this is under way, so others may have removed what it needs. Run it again: what was sent stays")

// held says whether others still heed it. Where the clock was set, either way, that is not known before the next renewal.
func (l *lease) held() error {
	if l.v.st.Now().Sub(time.Unix(0, l.renewed.Load())).Abs() > leaseHolds {
		return errLapsed
	}
	return nil
}

// giveBack ends it. Where that fails it ends by itself.
func (l *lease) giveBack(ctx context.Context) {
	l.end()
	<-l.ended
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_ = l.v.st.Delete(store.Once(ctx), l.v.ref(l.name))
}

// others finds a lease of somebody else who is at such work; "" is any.
func (l *lease) others(ctx context.Context, what string) (busy *BusyError, err error) {
	err = l.v.list(ctx, leaseDir, what, func(name string, e store.Entry) {
		kind, _, _ := strings.Cut(name, "-")
		now := l.v.st.Now().Add(l.v.st.Ahead())
		if leaseDir+name != l.name && now.Sub(e.Modified) < leaseEnds {
			busy = &BusyError{kind, e.Modified}
		}
	})
	return busy, err
}

// alone waits until nobody removes anything.
func (l *lease) alone(ctx context.Context, waiting func(*BusyError)) error {
	for {
		busy, err := l.others(ctx, pruning)
		if busy == nil || err != nil {
			return err
		}
		waiting(busy)
		select {
		case <-time.After(leaseLook):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
