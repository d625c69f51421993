package job

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"time"

	"spaces/store"
)

// tries of one request beyond those of the store, for an endpoint that is away for a moment.
const tries = 3

// hurryKey is of contexts under which nothing is tried again: somebody waits for the end.
type hurryKey struct{}

// try runs one request under the endpoint's governor, again when waiting may help.
func (j *job) try(ctx context.Context, s *store.Store, request func(context.Context) error) error {
	if ctx.Value(hurryKey{}) != nil {
		return request(store.Once(ctx))
	}
	for attempt := 1; ; attempt++ {
		if err := j.gate.wait(ctx); err != nil {
			return err
		}
		err := j.m.governor(s).do(ctx, func() error { return request(ctx) })
		if err == nil || ctx.Err() != nil || !store.Transient(err) || attempt == tries {
			return err
		}
		j.setTrouble(err)
		j.m.changes.touch()
		if err := pause(ctx, time.Second<<(attempt-1)); err != nil {
			return err
		}
	}
}

// errGoOn ends a request that brought some of its bytes before it broke: the next goes on behind them, at once.
var errGoOn = errors.New("it broke off")

// goOn is err, or errGoOn when there was progress and trying again may help.
func goOn(err error, progress bool) error {
	if err != nil && progress && (store.Transient(err) || errors.Is(err, io.ErrUnexpectedEOF)) {
		return errGoOn
	}
	return err
}

// pause waits about d.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d + rand.N(d/4))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cleanup is a context for undoing what a canceled one began.
func cleanup(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupWithin)
}
