package server

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// works are what goes on in a server beside its requests, and tells of its troubles in the log: values of the attribute
// "work" there, and of the label of the metric that counts them.
var works = [...]string{"store", "lifecycle", "space-logs", "scrub", "backup", "certificates", "access-log", "keys", "http", "ssh"}

// Troubles counts the warnings and errors of the work beside requests, so that who watches sees that there are some, and
// looks into the log. The zero Troubles has counted none.
type Troubles struct {
	counts [len(works)]atomic.Uint64
}

// Logger gives the log for a work, which is one of works: what it says is marked with that, and counted. Without a log it is
// counted all the same. A nil Troubles counts nothing.
func (t *Troubles) Logger(l *slog.Logger, work string) *slog.Logger {
	if l == nil {
		l = slog.New(slog.DiscardHandler)
	}
	h := l.Handler().WithAttrs([]slog.Attr{slog.String("work", work)})
	for i, name := range works {
		if t != nil && name == work {
			h = countingHandler{h, &t.counts[i]}
		}
	}
	return slog.New(h)
}

// countingHandler counts what is no good news.
type countingHandler struct {
	slog.Handler
	n *atomic.Uint64
}

func (h countingHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn || h.Handler.Enabled(ctx, l)
}

func (h countingHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		h.n.Add(1)
	}
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h countingHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return countingHandler{h.Handler.WithAttrs(attrs), h.n}
}

func (h countingHandler) WithGroup(name string) slog.Handler {
	return countingHandler{h.Handler.WithGroup(name), h.n}
}

// write has all works from the start: what was never there cannot be seen to grow.
func (t *Troubles) write(m *metricsText) {
	const name = "spaces_troubles_total"
	m.head(name, "counter", "Warnings and errors in the log of the work beside requests.")
	for i, work := range works {
		m.sample(name, float64(t.counts[i].Load()), "work", work)
	}
}
