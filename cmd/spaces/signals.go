package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// untilTold gives a context that ends when the program is told to stop: by an interrupt, SIGTERM, or the end of its
// terminal. Stopping takes as long as what is under way needs to end cleanly; who asks a second time is not made to wait:
// then leave is called with the status that a shell reports for that signal. What was acknowledged is on the disk already.
func untilTold(ctx context.Context, leave func(status int)) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	told := make(chan os.Signal, 4)
	signal.Notify(told, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(told, syscall.SIGHUP)
	}
	go func() {
		asked := 0
		for s := range told {
			if s == os.Interrupt && lent.interrupts() {
				continue // typed for who has the terminal
			}
			cancel(&toldTo{s})
			if s == syscall.SIGHUP {
				continue // a closed terminal sends it more than once: by the system, and by its shell
			}
			if asked++; asked > 1 {
				leave((&toldTo{s}).status())
			}
		}
	}()
	return ctx, func() {
		signal.Stop(told)
		cancel(nil)
	}
}

// toldTo is why a context of untilTold has ended.
type toldTo struct{ os.Signal }

func (t *toldTo) Error() string { return t.String() }

// status is what a shell reports for the signal.
func (t *toldTo) status() int { return 128 + int(t.Signal.(syscall.Signal)) }
