package storage

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// gated is a file system whose syncs of logs wait while a gate is shut.
type gated struct {
	vfs.FS
	gate *atomic.Pointer[chan struct{}] // nil: open
	held chan struct{}                  // gets one for each sync that waits
}

type gatedFile struct {
	vfs.File
	g gated
}

func (f gatedFile) wait() {
	if gate := f.g.gate.Load(); gate != nil {
		f.g.held <- struct{}{}
		<-*gate
	}
}

func (f gatedFile) Sync() error     { f.wait(); return f.File.Sync() }
func (f gatedFile) SyncData() error { f.wait(); return f.File.SyncData() }

func (g gated) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := g.FS.Create(name, c)
	if err == nil && strings.HasSuffix(name, ".log") {
		f = gatedFile{f, g}
	}
	return f, err
}

// What one delete has made visible and not yet durable, another must not acknowledge: after a power cut it would be back.
func TestNobodyIsToldOfADeleteThatIsNotDurable(t *testing.T) {
	for name, again := range map[string]func(*Engine) error{
		"one": func(e *Engine) error {
			_, err := e.Delete(context.Background(), "s", "k", nil)
			return err
		},
		"several": func(e *Engine) error {
			_, err := e.DeleteBatch(context.Background(), "s", []Doomed{{Key: "k"}, {Key: "never there"}})
			return err
		},
		"changed": func(e *Engine) error {
			_, err := e.ChangeBatch(context.Background(), "s", []Change{{Key: "k", Attrs: func(o Object) (Attrs, error) { return o.Attrs, nil }}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			fs := gated{vfs.NewMem(), new(atomic.Pointer[chan struct{}]), make(chan struct{}, 100)}
			f := setUpAt(t, fs)
			f.put("k", "x")
			e := f.Engine
			gate := make(chan struct{})
			fs.gate.Store(&gate)
			first := make(chan error, 1)
			go func() {
				_, err := e.Delete(context.Background(), "s", "k", nil)
				first <- err
			}()
			<-fs.held
			for { // it is visible
				if _, err := e.Head("s", "k"); err != nil {
					break
				}
				runtime.Gosched()
			}
			var open atomic.Bool
			second := make(chan error, 1)
			go func() {
				err := again(e)
				if !open.Load() {
					t.Error("it was acknowledged before it was durable")
				}
				second <- err
			}()
			for range 10_000 { // time enough for who does not wait
				runtime.Gosched()
			}
			open.Store(true)
			fs.gate.Store(nil)
			close(gate)
			if err := <-first; err != nil {
				t.Error(err)
			}
			if err := <-second; err != nil {
				t.Error(err)
			}
		})
	}
}
