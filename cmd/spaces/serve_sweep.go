package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"spaces/server"
	"spaces/server/storage"
)

// sweepEvery is how often the server looks whether a Space is due for its lifecycle. It has to be far below a day:
// see server.Sweeper.
const sweepEvery = time.Hour

// sweeping carries the lifecycle of the Spaces out until it is closed.
type sweeping struct {
	cancel context.CancelFunc
	ticks  *time.Ticker
	done   chan struct{}
}

// startSweeping begins at the first tick but one: the first look at the clock only remembers it.
func startSweeping(engine *storage.Engine, now func() time.Time, log *slog.Logger) io.Closer {
	ctx, cancel := context.WithCancel(context.Background())
	s := &sweeping{cancel: cancel, ticks: time.NewTicker(sweepEvery), done: make(chan struct{})}
	w := server.NewSweeper(engine, now, log)
	go func() {
		defer close(s.done)
		w.Run(ctx, s.ticks.C)
	}()
	return s
}

// Close stops after the page that is being deleted.
func (s *sweeping) Close() error {
	s.cancel()
	s.ticks.Stop()
	<-s.done
	return nil
}
