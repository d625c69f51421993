package main

import (
	"context"
	"errors"
	"path/filepath"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"

	"spaces/tui"
)

// show runs the panel on the terminal until it ends. A panic ends it too, with the terminal as it was before.
func show(ctx context.Context, p process, model tea.Model) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	model = tui.Guard(model, func(c tui.Crash) { end(keepTrace(filepath.Join(xdg.StateHome, "spaces"), p.now(), c)) })
	program := tea.NewProgram(model, tea.WithContext(ctx), tea.WithInput(p.stdin), tea.WithOutput(p.stdout),
		tea.WithEnvironment(p.environ), tea.WithFPS(120), tea.WithoutSignalHandler(), tea.WithFilter(sane))
	defer onStop(func() { program.Send(tui.Suspend{}) })()
	_, err := program.Run()
	var crash *crashed
	switch {
	case errors.As(context.Cause(ctx), &crash):
		return crash
	case errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
		return nil // told to stop
	}
	return err
}
