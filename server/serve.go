package server

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"time"
)

// Deadlines of connections. There is no global read timeout: it would cut long
// uploads. Bodies have rolling deadlines instead, see deadlines.go.
const (
	headerTimeout = 15 * time.Second  // from the first byte of a request to the end of its headers
	idleTimeout   = 120 * time.Second // between requests; clients of S3 give up theirs after 90 s
	maxHeader     = 24 << 10          // bytes of request line and headers: those that S3 takes (maxHeaders), and a key with a query that are escaped
)

func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:                      s,
		ReadHeaderTimeout:            headerTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeader,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(httpLog{s, s.troubles.Logger(s.log, "http")}, "", 0),
		ConnContext:                  s.watchConn,
		ConnState:                    s.connState,
	}
}

// Serve answers the connections of l until Shutdown, then returns
// http.ErrServerClosed. It may be called for several listeners. For TLS, l is
// a TLS listener.
func (s *Server) Serve(l net.Listener) error { return s.http.Serve(watchListener{l, s}) }

// Dial connects to the server within the process; network and addr are
// ignored. The signature is that of http.Transport.DialContext. After Shutdown
// it fails with http.ErrServerClosed.
func (s *Server) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	s.start.Do(func() { go s.Serve(s.memory) })
	c, err := s.memory.Dial(ctx)
	if errors.Is(err, net.ErrClosed) {
		err = http.ErrServerClosed
	}
	return c, err
}

// Shutdown stops listening, lets the requests under way end, and cuts those
// that have not when ctx ends; its error is returned then.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stopping.Store(true)
	s.memory.Close()
	err := s.http.Shutdown(ctx)
	if err != nil {
		s.http.Close()
	}
	return errors.Join(err, s.links.Flush())
}
