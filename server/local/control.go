package local

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"spaces/server"
	"spaces/server/certs"
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
	Planned  *Planned              `json:"planned,omitempty"`
	Progress *storage.ScrubReport  `json:"progress,omitempty"`
	Scrub    *storage.ScrubReport  `json:"scrub,omitempty"`
	Backup   *storage.BackupReport `json:"backup,omitempty"`
	Checks   []server.Check        `json:"checks,omitempty"`
	Error    string                `json:"error,omitempty"`

	Certificates *[]certs.Status `json:"certificates,omitempty"`
}

type control struct {
	dir     Dir
	found   *atomic.Int64 // by the last scrub
	checkup func(context.Context) []server.Check
	engine  *storage.Engine
	token   string
	addr    string // of the S3 API, as the directory tells it to others
	now     func() time.Time
	certs   func() []certs.Status
	busy    sync.Mutex // one scrub at a time
	copies  sync.Mutex // and one backup, which does not wait for the hours of a scrub
}

// handler is what the control listener answers.
func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /owner", c.prove)
	mux.HandleFunc("POST /scrub", c.handle(&c.busy, c.logged("scrub", c.scrub)))
	mux.HandleFunc("POST /backup", c.handle(&c.copies, c.logged("backup", c.backup)))
	mux.HandleFunc("POST /doctor", c.handle(new(sync.Mutex), c.doctor))
	mux.HandleFunc("POST /certificates", c.handle(nil, c.certificates))
	mux.HandleFunc("POST /lifecycle", c.handle(new(sync.Mutex), c.lifecycle))
	return mux
}

// handle checks who asks, and answers in lines of JSON. What shares busy is done one at a time; with nil, as often as it
// is asked for.
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
		if err := d.Decode(&q); err != nil || q.Rate < 0 || d.More() {
			http.Error(w, "the request cannot be read", http.StatusBadRequest)
			return
		}
		if busy != nil {
			if !busy.TryLock() {
				http.Error(w, "another command of this kind is under way already", http.StatusConflict)
				return
			}
			defer busy.Unlock()
		}
		lines := json.NewEncoder(w)
		flush := http.NewResponseController(w)
		say := func(a controlReply) {
			_ = errors.Join(flush.SetWriteDeadline(time.Now().Add(unreadTimeout)), lines.Encode(a), flush.Flush())
		}
		say(controlReply{}) // it has begun
		if err := do(r.Context(), q, say); err != nil {
			say(controlReply{Error: err.Error()})
		}
	}
}

// logged has the log tell of what failed, and not only whoever asked for it, who may be a timer.
func (c *control) logged(work string, do func(context.Context, controlRequest, func(controlReply)) error) func(context.Context, controlRequest, func(controlReply)) error {
	return func(ctx context.Context, q controlRequest, say func(controlReply)) error {
		err := do(ctx, q, say)
		if err != nil && ctx.Err() == nil {
			c.dir.log(work).Error("what was asked for failed", "to", q.To, "cause", err)
		}
		return err
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
		c.found.Store(int64(len(rep.Findings)))
		c.dir.scrubbed(rep)
		say(controlReply{Scrub: rep})
	}
	return err
}

func (c *control) backup(ctx context.Context, q controlRequest, say func(controlReply)) error {
	if !filepath.IsAbs(q.To) {
		return errors.New("the path of a backup must be absolute")
	}
	began := c.now()
	rep, err := c.engine.Backup(ctx, q.To)
	if err == nil {
		c.dir.backedUp(began, q.To, rep)
		say(controlReply{Backup: rep})
	}
	return err
}

// lifecycle answers Dir.Plan.
func (c *control) lifecycle(ctx context.Context, q controlRequest, say func(controlReply)) error {
	sum, err := plan(ctx, c.engine, c.now, q.Space, func(list []sweep.Due) error {
		if len(list) > 0 {
			say(controlReply{Due: list})
		}
		return ctx.Err()
	})
	if err == nil {
		say(controlReply{Planned: &sum})
	}
	return err
}

// doctor answers Dir.Checkup.
func (c *control) doctor(ctx context.Context, _ controlRequest, say func(controlReply)) error {
	say(controlReply{Checks: c.checkup(ctx)})
	return nil
}
