package local

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"spaces/server"
	"spaces/server/accesslog"
)

// mostAside bounds the connections to a loopback listener: every user of the machine can open them, and they are files of
// the process that serves everybody else.
const mostAside = 128

// MostNear is the same for the S3 API, where that is for programs of this machine.
const MostNear = 1024

// unreadTimeout is how long an answer, or a line of one that goes on for longer, may wait for somebody to read it.
const unreadTimeout = time.Minute

// aside serves h on a loopback listener of its own, until Close. name is that of its refusals in the access log.
func (o *Owned) aside(ctx context.Context, name, listen string, h http.Handler) (addr string, err error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return "", err
	}
	o.answer(ctx, name, server.LimitConnections(l, mostAside), server.OnlyLocalNames(h))
	return l.Addr().String(), nil
}

// answer serves h on l until Close.
func (o *Owned) answer(ctx context.Context, name string, l net.Listener, h http.Handler) {
	hs := &http.Server{
		Handler: o.told(name, h), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: unreadTimeout,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog: slog.NewLogLogger(o.dir.log("http").Handler(), slog.LevelWarn),
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = hs.Serve(l) }()
	o.extra = append(o.extra, closeFunc(func() error {
		err := hs.Close()
		<-ended
		return err
	}))
}

// told gives all answers of a handler a request id, and its refusals a line in the access log. Paths are not logged: there
// may be the token of a link in one.
func (o *Owned) told(name string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := o.sites.Load()
		if s == nil { // the API does not answer yet
			h.ServeHTTP(w, r)
			return
		}
		began := time.Now()
		id, refused := s.Beside()
		w.Header().Set("X-Amz-Request-Id", id)
		x := &statusWriter{ResponseWriter: w}
		h.ServeHTTP(x, r)
		if x.status < http.StatusBadRequest {
			return
		}
		from, _ := netip.ParseAddrPort(r.RemoteAddr)
		refused(accesslog.Line{At: began, Took: time.Since(began), Operation: name, Method: r.Method, Client: from.Addr().Unmap(),
			Status: x.status, Code: "Refused", Agent: r.UserAgent()})
	})
}

// statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
