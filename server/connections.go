package server

import (
	"net"
	"net/netip"
	"slices"
	"sync"
)

// limitListener accepts a connection when fewer than max are open.
type limitListener struct {
	net.Listener
	open    chan struct{}
	closed  chan struct{}
	once    sync.Once
	trusted []netip.Prefix

	mu   sync.Mutex
	held map[netip.Addr]int // connections, by client
}

// LimitConnections serves at most max connections of l at once, 0: any number.
// Those that come then wait in the queue of the system. When three quarters are
// taken, one client, an address or an IPv6 network of 64 bits, gets no more than
// a quarter: the rest is there for others. That does not hold for those in
// trusted, which are many clients. For TLS it goes below the TLS listener:
// net/http looks at the type of the connections.
func LimitConnections(l net.Listener, max int, trusted ...netip.Prefix) net.Listener {
	if max <= 0 {
		return l
	}
	return &limitListener{
		Listener: l, open: make(chan struct{}, max), closed: make(chan struct{}), trusted: trusted, held: map[netip.Addr]int{},
	}
}

// Accept implements net.Listener.
func (l *limitListener) Accept() (net.Conn, error) {
	for {
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
		client := clientOf(c)
		if l.take(client) {
			return &limitedConn{Conn: c, l: l, client: client}, nil
		}
		c.Close()
		<-l.open
	}
}

// fewest is of how many connections a quarter is worth keeping.
const fewest = 16

// take counts a connection, unless its client has too many.
func (l *limitListener) take(client netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	max := cap(l.open)
	if max >= fewest && len(l.open)*4 > max*3 && l.held[client]*4 >= max && !slices.ContainsFunc(l.trusted, func(p netip.Prefix) bool { return p.Contains(client) }) {
		return false
	}
	l.held[client]++
	return true
}

func (l *limitListener) give(client netip.Addr) {
	l.mu.Lock()
	if l.held[client]--; l.held[client] <= 0 {
		delete(l.held, client)
	}
	l.mu.Unlock()
	<-l.open
}

// Close implements net.Listener.
func (l *limitListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// limitedConn gives its place up when it is closed.
type limitedConn struct {
	net.Conn
	l      *limitListener
	client netip.Addr
	once   sync.Once
}

func (c *limitedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.l.give(c.client) })
	return err
}

// clientOf is who a connection counts for; the zero Addr where that is unknown.
func clientOf(c net.Conn) netip.Addr {
	peer, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return networkOf(peer.Addr())
}

// turnOf is the client that a call takes its turn as.
func (c *call) turnOf() netip.Addr { return networkOf(c.client()) }

// networkOf is the client that an address belongs to: itself, or, of IPv6, the
// network that one host has many addresses of (RFC 6177).
func networkOf(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}
