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
	ctx, cancel := context.WithCancel(ctx)
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
			cancel()
			if s == syscall.SIGHUP {
				continue // a closed terminal sends it more than once: by the system, and by its shell
			}
			if asked++; asked > 1 {
				leave(128 + int(s.(syscall.Signal)))
			}
		}
	}()
	return ctx, func() {
		signal.Stop(told)
		cancel()
	}
}
