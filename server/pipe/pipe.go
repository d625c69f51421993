// Package pipe is connections within the process, with a buffer in each direction: a writer need not wait for its
// reader, as it would with net.Pipe.
package pipe

import (
	"context"
	"net"
	"sync"
	"time"
)

// Listener accepts the connections that its Dial makes.
type Listener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once // of closing
}

// Listen makes a Listener. It owns no goroutine.
func Listen() *Listener {
	return &Listener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial makes a connection, once it is accepted. It fails with net.ErrClosed after Close, and when ctx ends.
func (l *Listener) Dial(ctx context.Context) (net.Conn, error) {
	client, server := connect()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return address{} }

// Address is that of both ends of every connection, as text: what http.Request has of a client that came by one.
const Address = "embedded"

type address struct{}

func (address) Network() string { return "memory" }
func (address) String() string  { return Address }

// end is one end of an in-memory connection with a buffer in each
// direction, so that a writer need not wait for its reader as with net.Pipe.
type end struct {
	in, out *ring
}

// connect makes a connection and returns both of its ends.
func connect() (client, server net.Conn) {
	a, b := newRing(), newRing()
	return &end{in: a, out: b}, &end{in: b, out: a}
}

func (p *end) Read(b []byte) (int, error)  { return p.in.read(b) }
func (p *end) Write(b []byte) (int, error) { return p.out.write(b) }

// Close ends both directions: the peer reads what is buffered, then io.EOF,
// and its writes fail.
func (p *end) Close() error {
	p.out.closeWrite()
	p.in.closeRead()
	return nil
}

// CloseWrite ends the outgoing direction only.
func (p *end) CloseWrite() error {
	p.out.closeWrite()
	return nil
}

func (p *end) LocalAddr() net.Addr  { return address{} }
func (p *end) RemoteAddr() net.Addr { return address{} }

func (p *end) SetDeadline(t time.Time) error {
	p.in.setDeadline(&p.in.readers, t)
	p.out.setDeadline(&p.out.writers, t)
	return nil
}

func (p *end) SetReadDeadline(t time.Time) error {
	p.in.setDeadline(&p.in.readers, t)
	return nil
}

func (p *end) SetWriteDeadline(t time.Time) error {
	p.out.setDeadline(&p.out.writers, t)
	return nil
}
