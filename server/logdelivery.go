package server

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"spaces/server/storage"
)

// DeliverLogsEvery is how often the logs of Spaces should be delivered: see
// LogDelivery.Run.
const DeliverLogsEvery = 5 * time.Minute

// Sizes of what waits to be delivered, in bytes of lines: of one object, after
// which it goes without waiting for its time, and of all.
const (
	logObject = 4 << 20
	logQueue  = 16 << 20
)

// LogDelivery collects the lines of the logs of Spaces (PutBucketLogging) and
// writes them into the Spaces where they are to go. What it writes is no
// request of a client, and appears in no log. Delivery is best effort, as that
// of S3 is: what does not fit into the memory set aside for it is dropped and
// counted, as is what cannot be written.
type LogDelivery struct {
	engine *storage.Engine
	server *Server // whose requests these are: see New
	now    func() time.Time
	log    *slog.Logger

	object, queue int           // see logObject and logQueue
	full          chan struct{} // something is ready
	lines         atomic.Uint64 // delivered
	dropped       atomic.Uint64

	mu      sync.Mutex
	waiting map[logBatch]*logText
	ready   []readyLog
	bytes   int // of all lines

	writing sync.Mutex      // one delivery at a time
	told    uint64          // of dropped, how many the log says
	failed  map[string]bool // targets of which it says that they cannot be written to
}

// logText is what waits for one object.
type logText struct {
	b     []byte
	lines uint64
}

type readyLog struct {
	logBatch
	*logText
}

// NewLogDelivery makes a LogDelivery. now nil is time.Now, log nil is none.
// Nothing is delivered unless Run runs.
func NewLogDelivery(engine *storage.Engine, now func() time.Time, log *slog.Logger) *LogDelivery {
	d := &LogDelivery{
		engine: engine, now: now, log: log, object: logObject, queue: logQueue, full: make(chan struct{}, 1),
		waiting: map[logBatch]*logText{}, failed: map[string]bool{},
	}
	if d.now == nil {
		d.now = time.Now
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	return d
}

// Run delivers at every tick all that waits, and in between what fills an
// object. When ctx ends it delivers what is left and returns: the server must
// have been shut down before, and the engine be closed after.
func (d *LogDelivery) Run(ctx context.Context, ticks <-chan time.Time) {
	whole := context.WithoutCancel(ctx) // what was begun is ended
	for {
		select {
		case <-ctx.Done():
			d.deliver(whole, true)
			return
		case <-ticks:
			d.deliver(whole, true)
		case <-d.full:
			d.deliver(whole, false)
		}
	}
}

// Dropped is how many lines were lost.
func (d *LogDelivery) Dropped() uint64 { return d.dropped.Load() }

// add takes a line, or drops it. It never waits for a disk.
func (d *LogDelivery) add(to logBatch, line []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.bytes+len(line) > d.queue {
		d.dropped.Add(1)
		return
	}
	d.bytes += len(line)
	t := d.waiting[to]
	if t == nil {
		t = &logText{}
		d.waiting[to] = t
	}
	t.b = append(t.b, line...)
	t.lines++
	if len(t.b) < d.object {
		return
	}
	delete(d.waiting, to)
	d.ready = append(d.ready, readyLog{to, t})
	select {
	case d.full <- struct{}{}:
	default:
	}
}

// next takes one object's lines out of the queue; all: also what is not full.
func (d *LogDelivery) next(all bool) (r readyLog, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.ready); n > 0 {
		r, d.ready = d.ready[0], d.ready[1:]
		return r, true
	}
	if all {
		for to, t := range d.waiting {
			delete(d.waiting, to)
			return readyLog{to, t}, true
		}
	}
	return r, false
}

// deliver writes what is there when it begins, and says what was lost.
func (d *LogDelivery) deliver(ctx context.Context, all bool) {
	d.writing.Lock()
	defer d.writing.Unlock()
	d.mu.Lock()
	left := len(d.ready)
	if all {
		left += len(d.waiting)
	}
	d.mu.Unlock()
	for ; left > 0; left-- {
		r, ok := d.next(all)
		if !ok {
			break
		}
		err := d.write(ctx, r)
		d.mu.Lock()
		d.bytes -= len(r.b)
		d.mu.Unlock()
		d.account(r, err)
	}
	if n := d.dropped.Load(); n != d.told {
		d.log.Warn("lines of the logs of Spaces were dropped", "lines", n-d.told)
		d.told = n
	}
}

// account counts what became of an object's lines. Of a target that cannot be
// written to it speaks once.
func (d *LogDelivery) account(r readyLog, err error) {
	if err == nil {
		d.lines.Add(r.lines)
		delete(d.failed, r.target)
		return
	}
	d.dropped.Add(r.lines)
	if !d.failed[r.target] {
		d.failed[r.target] = true
		d.log.Error("the log of a Space cannot be delivered", "space", r.source, "target", r.target, "cause", err)
	}
}
