package local

import (
	"context"
	"io"
	"log/slog"
	"time"

	"spaces/server"
	"spaces/server/accesslog"
	"spaces/server/storage"
	"spaces/server/sweep"
)

// How often an owner looks whether a Space is due for its lifecycle. It has to be far below a day: see sweep.Sweeper.
// A panel is open for a shorter time than a server.
const (
	sweepEvery      = time.Hour
	panelSweepEvery = 10 * time.Minute
)

// background is work that goes on beside a server until it is closed.
type background struct {
	cancel context.CancelFunc
	ticks  *time.Ticker
	done   chan struct{}
}

// startBackground runs work that does something at each tick.
func startBackground(every time.Duration, run func(ctx context.Context, ticks <-chan time.Time)) io.Closer {
	ctx, cancel := context.WithCancel(context.Background())
	b := &background{cancel: cancel, ticks: time.NewTicker(every), done: make(chan struct{})}
	go func() {
		defer close(b.done)
		run(ctx, b.ticks.C)
	}()
	return b
}

// startSweeping carries the lifecycle of the Spaces out until it is closed, which waits for the page that is being
// deleted. It begins at the first tick but one: the first look at the clock only remembers it.
func startSweeping(engine *storage.Engine, srv *server.Server, now func() time.Time, log *slog.Logger, every, trash time.Duration) io.Closer {
	w := sweep.New(engine, now, log)
	if trash != 0 {
		w.KeepTrashFor(trash)
	}
	w.Tell(srv.LogSwept)
	return startBackground(every, w.Run)
}

// startDelivering delivers the logs of the Spaces until it is closed, which delivers the rest. The server must have
// been shut down by then.
func startDelivering(logs *accesslog.Delivery) io.Closer {
	return startBackground(accesslog.DeliverEvery, logs.Run)
}

// Close waits until what is under way has ended.
func (b *background) Close() error {
	b.cancel()
	b.ticks.Stop()
	<-b.done
	return nil
}
