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
const (
	tries     = 3
	busyTries = 30 // of one that answers, and asks to slow down: with those of the store about 20 minutes
)

// hurryKey is of contexts under which nothing is tried again: somebody waits for the end.
type hurryKey struct{}

// try runs one request of a job.
func (j *job) try(ctx context.Context, request func(context.Context) error) error {
	if ctx.Value(hurryKey{}) != nil {
		return request(store.Once(ctx))
	}
	return trial{request: request, wait: j.gate.wait, trouble: func(err error) {
		j.setTrouble(err)
		j.m.changes.touch()
	}}.run(ctx)
}

// try runs one request of a plan.
func (p *Plan) try(ctx context.Context, request func(context.Context) error) error {
	return trial{request: request, wait: context.Context.Err, trouble: func(error) {}}.run(ctx)
}

// trial is a request that may be sent again.
type trial struct {
	request func(context.Context) error
	wait    func(context.Context) error // before each attempt
	trouble func(error)                 // told what is waited for
}

// run sends the request after those that somebody waits for on the screen, and again when waiting may help. An endpoint
// that asks to slow down is there: it is asked much longer.
func (t trial) run(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		if err := t.wait(ctx); err != nil {
			return err
		}
		err := t.request(store.Background(ctx))
		busy := errors.Is(err, store.Throttled)
		if err == nil || ctx.Err() != nil || !store.Transient(err) || attempt >= tries && !busy || attempt >= busyTries {
			return err
		}
		t.trouble(err)
		if err := pause(ctx, time.Second<<(min(attempt, tries)-1)); err != nil {
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
