package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"spaces/server"
	"spaces/server/storage"
	"spaces/server/sweep"
)

// The control listener is how commands ask a running server for what only the owner of the data directory can do. It
// is on loopback, at a port that is told to who may look into the directory, and wants the admin token, which is kept
// there.

// controlRequest is what a command asks for.
type controlRequest struct {
	To   string `json:"to,omitempty"`   // of a backup: an absolute path
	Rate int64  `json:"rate,omitempty"` // of a scrub: bytes a second, 0: no limit

	Space string `json:"space,omitempty"` // of a plan of the lifecycle; "": all
}

// controlReply is a line of the answer. The last one has a report, a sum or an error.
type controlReply struct {
	Due      []sweep.Due           `json:"due,omitempty"`
	Planned  *planned              `json:"planned,omitempty"`
	Progress *storage.ScrubReport  `json:"progress,omitempty"`
	Scrub    *storage.ScrubReport  `json:"scrub,omitempty"`
	Backup   *storage.BackupReport `json:"backup,omitempty"`
	Error    string                `json:"error,omitempty"`
}

type control struct {
	engine *storage.Engine
	token  string
	addr   string // of the S3 API, as the directory tells it to others
	now    func() time.Time
	busy   sync.Mutex // one backup or scrub at a time
}

// control opens the control listener of the owner that serves S3 at local, and returns its address. What it does ends with
// ctx, which must end before local is given up.
func (s *serving) control(ctx context.Context, token, local string, now func() time.Time) (addr string, err error) {
	c := &control{engine: s.engine, token: token, addr: local, now: now}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /owner", c.prove)
	mux.HandleFunc("POST /scrub", c.handle(&c.busy, c.scrub))
	mux.HandleFunc("POST /backup", c.handle(&c.busy, c.backup))
	mux.HandleFunc("POST /lifecycle", c.handle(new(sync.Mutex), c.lifecycle))
	return s.aside(ctx, "127.0.0.1:0", mux)
}

// openControl opens the control listener of a process that serves nobody else. closeExtra of what it gives, after an
// error as well, closes it.
func openControl(ctx context.Context, engine *storage.Engine, dir, local string, now func() time.Time) (s *serving, addr string, err error) {
	s = &serving{engine: engine}
	token, err := loadAdminToken(dir)
	if err == nil {
		addr, err = s.control(ctx, token.text, local, now)
	}
	return s, addr, err
}

// admin opens the listener for health and metrics, when there is to be one.
func (s *serving) admin(listen string) (addr string, err error) {
	if listen == "" {
		return "", nil
	}
	return s.aside(context.Background(), listen, s.srv.Admin())
}

// aside serves h on a loopback listener of its own, until close.
func (s *serving) aside(ctx context.Context, listen string, h http.Handler) (addr string, err error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return "", fmt.Errorf("%w; choose another address with --admin", err)
	}
	hs := &http.Server{
		Handler: server.OnlyLocalNames(h), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = hs.Serve(l) }()
	s.extra = append(s.extra, closeFunc(func() error {
		err := hs.Close()
		<-ended
		return err
	}))
	return l.Addr().String(), nil
}

type closeFunc func() error

func (f closeFunc) Close() error { return f() }

// handle checks who asks, and answers in lines of JSON. What shares busy is done one at a time.
func (c *control) handle(busy *sync.Mutex, do func(ctx context.Context, q controlRequest, say func(controlReply)) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, want := sha256.Sum256([]byte(r.Header.Get("Authorization"))), sha256.Sum256([]byte("Bearer "+c.token))
		if subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
			http.Error(w, "the admin token is missing or wrong", http.StatusUnauthorized)
			return
		}
		var q controlRequest
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
		d.DisallowUnknownFields()
		if err := d.Decode(&q); err != nil || q.Rate < 0 {
			http.Error(w, "the request cannot be read", http.StatusBadRequest)
			return
		}
		if !busy.TryLock() {
			http.Error(w, "another command of this kind is under way already", http.StatusConflict)
			return
		}
		defer busy.Unlock()
		lines := json.NewEncoder(w)
		flush := http.NewResponseController(w)
		say := func(a controlReply) { _ = errors.Join(lines.Encode(a), flush.Flush()) }
		say(controlReply{}) // it has begun
		if err := do(r.Context(), q, say); err != nil {
			say(controlReply{Error: err.Error()})
		}
	}
}

func (c *control) scrub(ctx context.Context, q controlRequest, say func(controlReply)) error {
	last := time.Now()
	rep, err := c.engine.Scrub(ctx, storage.ScrubOptions{Rate: q.Rate, Progress: func(r storage.ScrubReport) {
		if now := time.Now(); now.Sub(last) >= time.Second {
			last = now
			say(controlReply{Progress: &r})
		}
	}})
	if err == nil {
		say(controlReply{Scrub: rep})
	}
	return err
}

func (c *control) backup(ctx context.Context, q controlRequest, say func(controlReply)) error {
	if !filepath.IsAbs(q.To) {
		return errors.New("the path of a backup must be absolute")
	}
	rep, err := c.engine.Backup(ctx, q.To)
	if err == nil {
		say(controlReply{Backup: rep})
	}
	return err
}

// ownerAsked is ownerText with the address of the control listener in it.
func ownerAsked(command, control, addr string) string {
	return strings.Replace(ownerText(command, addr), ", at ", ", control "+control+", at ", 1)
}

// controlAddress reads where the owner of a data directory is asked; "" when it cannot be.
func controlAddress(owner string) string {
	_, rest, _ := strings.Cut(owner, ", control ")
	addr, _, _ := strings.Cut(rest, ",")
	return addr
}

// askOwner asks the process that owns the data directory, and gives what it says last. said is called with all before,
// unless it is nil; its error ends the request.
func askOwner(ctx context.Context, dir string, locked *storage.LockedError, what string, q controlRequest, said func(controlReply) error) (controlReply, error) {
	addr := controlAddress(locked.Owner)
	if addr == "" {
		return controlReply{}, inUse(locked)
	}
	token, err := readAdminToken(filepath.Join(dir, tokenFile))
	if err != nil {
		return controlReply{}, err
	}
	body, err := json.Marshal(q)
	if err != nil {
		return controlReply{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/"+what, strings.NewReader(string(body)))
	if err != nil {
		return controlReply{}, err
	}
	req.Header.Set("Authorization", "Bearer "+token.text)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialOwner(ctx, dir, locked.Owner, addr)
	}
	res, err := (&http.Transport{DisableKeepAlives: true, DialContext: dial}).RoundTrip(req) // no proxy of the environment
	if err != nil {
		return controlReply{}, fmt.Errorf("ask the server that owns %s: %w", dir, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return controlReply{}, fmt.Errorf("the server that owns %s refused: %s", dir, res.Status)
	}
	for lines := json.NewDecoder(res.Body); ; {
		var a controlReply
		switch err := lines.Decode(&a); {
		case err != nil:
			return a, fmt.Errorf("the server that owns %s stopped answering: %w", dir, err)
		case a.Error != "":
			return a, errors.New(a.Error)
		case a.Scrub != nil || a.Backup != nil || a.Planned != nil:
			return a, nil
		case said != nil:
			if err := said(a); err != nil {
				return a, err
			}
		}
	}
}
