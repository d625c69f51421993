package accesslog

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"spaces/server/storage"
)

// DeliverEvery is how often the logs of Spaces should be delivered: see
// Delivery.Run.
const DeliverEvery = 5 * time.Minute

// Delivery collects the lines of the logs of Spaces (PutBucketLogging) and
// writes them into the Spaces where they are to go. What it writes is no
// request of a client, and appears in no log. Delivery is best effort, as that
// of S3 is: what does not fit into the memory set aside for it is dropped and
// counted, as is what cannot be written.
type Delivery struct {
	engine *storage.Engine
	o      DeliveryOptions
	region func(*storage.Space) string // see Attach
	seal   func(target *storage.Space, o storage.StageOptions) (storage.StageOptions, error)

	full    chan struct{} // something is ready
	lines   atomic.Uint64 // delivered
	dropped atomic.Uint64

	mu      sync.Mutex
	waiting map[Batch]*text
	ready   []ready
	bytes   int // of all lines

	writing sync.Mutex      // one delivery at a time
	told    uint64          // of dropped, how many the log says
	failed  map[string]bool // targets of which it says that they cannot be written to
}

// text is what waits for one object.
type text struct {
	b     []byte
	lines uint64
}

type ready struct {
	Batch
	*text
}

// DeliveryOptions are those of a Delivery. All may be zero.
type DeliveryOptions struct {
	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // of trouble; nil: none
	// Object and Queue are sizes in bytes of lines: of one object, after which
	// it goes without waiting for its time (0: 4 MiB), and of all that wait (0: 16 MiB).
	Object, Queue int
}

// NewDelivery makes a Delivery. Nothing is delivered unless Run runs.
func NewDelivery(engine *storage.Engine, o DeliveryOptions) *Delivery {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Object, o.Queue = cmp.Or(o.Object, 4<<20), cmp.Or(o.Queue, 16<<20)
	return &Delivery{engine: engine, o: o, full: make(chan struct{}, 1), waiting: map[Batch]*text{}, failed: map[string]bool{}}
}

// Attach says what only the server knows whose requests these are: in which region a Space is, and how an object that
// is made in it is encrypted. The server does it, before its first request.
func (d *Delivery) Attach(region func(*storage.Space) string, seal func(*storage.Space, storage.StageOptions) (storage.StageOptions, error)) {
	d.region, d.seal = region, seal
}

// Run delivers at every tick all that waits, and in between what fills an
// object. When ctx ends it delivers what is left and returns: the server must
// have been shut down before, and the engine be closed after.
func (d *Delivery) Run(ctx context.Context, ticks <-chan time.Time) {
	whole := context.WithoutCancel(ctx) // what was begun is ended
	for {
		select {
		case <-ctx.Done():
			d.Deliver(whole)
			return
		case <-ticks:
			d.Deliver(whole)
		case <-d.full:
			d.deliver(whole, false)
		}
	}
}

// Deliver writes all that waits.
func (d *Delivery) Deliver(ctx context.Context) { d.deliver(ctx, true) }

// Delivered and Dropped are how many lines were written, and lost.
func (d *Delivery) Delivered() uint64 { return d.lines.Load() }
func (d *Delivery) Dropped() uint64   { return d.dropped.Load() }

// Add takes a record, or drops it. It never waits for a disk.
func (d *Delivery) Add(to Batch, r Record) {
	if to.ByEvent {
		to.day = r.At.UTC().Format(time.DateOnly)
	}
	r.Owner, r.Space = to.Owner, to.Source
	line := r.append(make([]byte, 0, 512))
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.bytes+len(line) > d.o.Queue {
		d.dropped.Add(1)
		return
	}
	d.bytes += len(line)
	t := d.waiting[to]
	if t == nil {
		t = &text{}
		d.waiting[to] = t
	}
	t.b = append(t.b, line...)
	t.lines++
	if len(t.b) < d.o.Object {
		return
	}
	delete(d.waiting, to)
	d.ready = append(d.ready, ready{to, t})
	select {
	case d.full <- struct{}{}:
	default:
	}
}

// next takes one object's lines out of the queue; all: also what is not full.
func (d *Delivery) next(all bool) (r ready, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.ready); n > 0 {
		r, d.ready = d.ready[0], d.ready[1:]
		return r, true
	}
	if all {
		for to, t := range d.waiting {
			delete(d.waiting, to)
			return ready{to, t}, true
		}
	}
	return r, false
}

// deliver writes what is there when it begins, and says what was lost.
func (d *Delivery) deliver(ctx context.Context, all bool) {
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
		d.o.Log.Warn("lines of the logs of Spaces were dropped", "lines", n-d.told)
		d.told = n
	}
}

// account counts what became of an object's lines. Of a target that cannot be
// written to it speaks once.
func (d *Delivery) account(r ready, err error) {
	if err == nil {
		d.lines.Add(r.lines)
		delete(d.failed, r.Target)
		return
	}
	d.dropped.Add(r.lines)
	if !d.failed[r.Target] {
		d.failed[r.Target] = true
		d.o.Log.Error("the log of a Space cannot be delivered", "space", r.Source, "target", r.Target, "cause", err)
	}
}
