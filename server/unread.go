package server

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"spaces/server/accesslog"
)

// What net/http refuses by itself, because it is no HTTP or its headers are too long, no handler ever sees. It gets a request
// id, a line in the access log and a place in the metrics all the same: here is watched how far each connection has come.

// unread counts requests that no handler has seen.
type unread struct {
	refused    atomic.Uint64 // net/http has answered them
	unfinished atomic.Uint64 // the connection ended in the middle of one; of TLS also those that were refused
	handshakes atomic.Uint64 // TLS connections that came to none
}

// connWatch is what is known of a connection.
type connWatch struct {
	pending atomic.Bool // a request has begun that the handler does not have yet
	refused atomic.Bool // net/http has answered it
	began   atomic.Int64
}

type connKey struct{}

// connWatches are those of open connections.
type connWatches struct{ all sync.Map } // net.Conn to *connWatch

// begin is http.Server.ConnContext.
func (s *Server) watchConn(ctx context.Context, c net.Conn) context.Context {
	w := &connWatch{}
	if x, is := c.(*watchedConn); is {
		w = &x.connWatch
	} else {
		s.conns.all.Store(c, w) // of TLS: net/http wants its own type of connection
	}
	return context.WithValue(ctx, connKey{}, w)
}

// connState is http.Server.ConnState. A connection is active when net/http has read a request, or what is none, and before
// the handler is called.
func (s *Server) connState(c net.Conn, state http.ConnState) {
	var w *connWatch
	if x, is := c.(*watchedConn); is {
		w = &x.connWatch
	} else if x, is := s.conns.all.Load(c); is {
		w = x.(*connWatch)
	}
	if w == nil {
		return
	}
	switch state {
	case http.StateActive:
		w.began.Store(time.Now().UnixNano())
		w.pending.Store(true)
	case http.StateClosed, http.StateHijacked:
		s.conns.all.Delete(c)
		if w.pending.Load() && !w.refused.Load() {
			s.unread.unfinished.Add(1)
			s.logUnread(c, w, requestID(s.ids.Add(1)), 0, "it ended before it was whole, or was refused within TLS")
		}
	}
}

// handled notes that the handler has the request of a connection.
func handled(ctx context.Context) {
	if w, is := ctx.Value(connKey{}).(*connWatch); is {
		w.pending.Store(false)
	}
}

func (s *Server) logUnread(c net.Conn, w *connWatch, id string, status int, why string) {
	if s.access == nil {
		return
	}
	s.access.Record(accesslog.Line{At: time.Unix(0, w.began.Load()), ID: id, Client: addrOf(c.RemoteAddr().String()), Status: status, Code: "Unread", Reason: why})
}

// watchListener has its plain connections watched.
type watchListener struct {
	net.Listener
	s *Server
}

// Accept implements net.Listener.
func (l watchListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if _, secure := c.(interface{ NetConn() net.Conn }); err != nil || secure {
		return c, err
	}
	return &watchedConn{Conn: c, s: l.s}, nil
}

// watchedConn gives what net/http answers by itself a request id.
type watchedConn struct {
	net.Conn
	s *Server
	connWatch
}

// Write implements net.Conn. Before the handler has a request, whatever is written is net/http's refusal, which it writes at
// once.
func (c *watchedConn) Write(p []byte) (int, error) {
	if !c.pending.Load() || c.refused.Load() {
		return c.Conn.Write(p)
	}
	line, rest, found := bytes.Cut(p, []byte("\r\n"))
	words := strings.SplitN(string(line), " ", 3)
	if !found || len(words) != 3 || !strings.HasPrefix(words[0], "HTTP/") {
		return c.Conn.Write(p)
	}
	c.refused.Store(true)
	id := requestID(c.s.ids.Add(1))
	status, _ := strconv.Atoi(words[1])
	c.s.unread.refused.Add(1)
	c.s.logUnread(c, &c.connWatch, id, status, words[2])
	answer := append(append([]byte(nil), line...), "\r\nX-Amz-Request-Id: "+id+"\r\n"...)
	if _, err := c.Conn.Write(append(answer, rest...)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// CloseWrite ends what is sent where that can be done, so that a refusal is read before the connection is gone.
func (c *watchedConn) CloseWrite() error {
	if x, is := c.Conn.(interface{ CloseWrite() error }); is {
		return x.CloseWrite()
	}
	return nil
}

// httpLog takes what net/http says of connections.
type httpLog struct {
	s   *Server
	log *slog.Logger
}

// Write implements io.Writer, for a line. Handshakes fail all the time, of who scans ports: they are counted.
func (h httpLog) Write(p []byte) (int, error) {
	line := strings.TrimSpace(string(p))
	if strings.HasPrefix(line, "http: TLS handshake error") {
		h.s.unread.handshakes.Add(1)
		h.log.Debug(line)
	} else {
		h.log.Warn(line)
	}
	return len(p), nil
}

func (u *unread) write(t *metricsText) {
	const name = "spaces_unread_requests_total"
	t.head(name, "counter", "Requests that ended before they could be read: net/http refused them, or the connection ended; within TLS these are not told apart.")
	t.sample(name, float64(u.refused.Load()), "end", "refused")
	t.sample(name, float64(u.unfinished.Load()), "end", "unfinished")
	t.single("spaces_tls_handshake_failures_total", "counter", "TLS connections that failed before the first request.", float64(u.handshakes.Load()))
}
