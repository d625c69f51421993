package main

import (
	"context"
	"errors"
	"path/filepath"
	"sync"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"

	"spaces/tui"
)

// untilCrash returns a context that a crash ends, and what is to be told of it: of the first the trace is kept, and the
// cause of the end is a *crashed.
func untilCrash(ctx context.Context, p process) (context.Context, func(value any, stack []byte)) {
	ctx, end := context.WithCancelCause(ctx)
	var once sync.Once
	return ctx, func(value any, stack []byte) {
		once.Do(func() {
			end(keepTrace(filepath.Join(xdg.StateHome, "spaces"), p.now(), tui.Crash{Value: value, Stack: stack}))
		})
	}
}

// show runs the panel on the terminal until it ends. A crash that ends ctx leaves the terminal as it was before. The
// program is told to quit rather than given ctx: killed, it would not wait until nobody reads the terminal any more.
func show(ctx context.Context, p process, model tea.Model) error {
	program := tui.NewProgram(model, tea.WithInput(p.stdin), tea.WithOutput(p.stdout),
		tea.WithEnvironment(p.environ), tea.WithoutSignalHandler(), tea.WithFilter(sane))
	defer onStop(func() { program.Send(tui.Suspend{}) })()
	defer context.AfterFunc(ctx, program.Quit)()
	_, err := program.Run()
	var crash *crashed
	if errors.As(context.Cause(ctx), &crash) {
		return crash
	}
	return err
}
