package server

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Limits protect a server from more work than it can do. Zero values are no limits.
type Limits struct {
	// Requests is how many run at once. Those that come then wait up to Queue,
	// and are answered 503 SlowDown if it is not their turn by then (S3, "Error
	// responses"; clients try again after Retry-After).
	Requests int
	Queue    time.Duration // 0: a second
	// Rate is how many requests a second each access key may make, and Burst
	// how many at once; 0: as many as Rate. All who come without a key share
	// one rate.
	Rate  float64
	Burst int
}

const defaultQueue = time.Second

// gate lets requests in, a number of them at once.
type gate struct {
	slots  chan struct{} // nil: no limit
	queue  time.Duration
	slowed atomic.Uint64 // requests that were refused, here and by rates
	rates  *keyRates     // nil: none
}

func newGate(l Limits) *gate {
	g := &gate{queue: l.Queue}
	if g.queue <= 0 {
		g.queue = defaultQueue
	}
	if l.Requests > 0 {
		g.slots = make(chan struct{}, l.Requests)
	}
	if l.Rate > 0 {
		g.rates = &keyRates{limit: rate.Limit(l.Rate), burst: l.Burst, byKey: map[string]*rate.Limiter{}}
		if g.rates.burst <= 0 {
			g.rates.burst = max(1, int(l.Rate))
		}
	}
	return g
}

// enter is false when the server is too busy; leave must follow when it is true.
func (g *gate) enter(ctx context.Context) bool {
	if g.slots == nil {
		return true
	}
	select {
	case g.slots <- struct{}{}:
		return true
	default:
	}
	t := time.NewTimer(g.queue)
	defer t.Stop()
	select {
	case g.slots <- struct{}{}:
		return true
	case <-t.C:
	case <-ctx.Done():
	}
	g.slowed.Add(1)
	return false
}

func (g *gate) leave() {
	if g.slots != nil {
		<-g.slots
	}
}

// checkRate refuses a caller who asks more often than it may. It runs when it
// is known who calls, so that nobody uses up the rate of another.
func (c *call) checkRate() error {
	r := c.s.gate.rates
	if r == nil || c.who == nil || r.allow(c.who.AccessKey, c.s.now()) {
		return nil
	}
	c.s.gate.slowed.Add(1)
	return refuse("SlowDown")
}

// keyRates has a limiter for each access key that was used. Only keys that
// exist come here, and they are few: deleted ones are kept until the end.
type keyRates struct {
	limit rate.Limit
	burst int
	mu    sync.Mutex
	byKey map[string]*rate.Limiter
}

func (r *keyRates) allow(key string, now time.Time) bool {
	r.mu.Lock()
	l := r.byKey[key]
	if l == nil {
		l = rate.NewLimiter(r.limit, r.burst)
		r.byKey[key] = l
	}
	r.mu.Unlock()
	return l.AllowN(now, 1)
}

// limitListener accepts a connection when fewer than max are open.
type limitListener struct {
	net.Listener
	open   chan struct{}
	closed chan struct{}
	once   sync.Once
}

// LimitConnections serves at most max connections of l at once, 0: any number.
// Those that come then wait in the queue of the system. For TLS it goes below
// the TLS listener: net/http looks at the type of the connections.
func LimitConnections(l net.Listener, max int) net.Listener {
	if max <= 0 {
		return l
	}
	return &limitListener{Listener: l, open: make(chan struct{}, max), closed: make(chan struct{})}
}

// Accept implements net.Listener.
func (l *limitListener) Accept() (net.Conn, error) {
	select {
	case l.open <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.open
		return nil, err
	}
	return &limitedConn{Conn: c, l: l}, nil
}

// Close implements net.Listener.
func (l *limitListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// limitedConn gives its place up when it is closed.
type limitedConn struct {
	net.Conn
	l    *limitListener
	once sync.Once
}

func (c *limitedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { <-c.l.open })
	return err
}
