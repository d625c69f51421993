package storage

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// What one has ended and is not durable yet, another is not told to be over:
// versions, uploads that were completed and that were aborted.
func TestNobodyIsToldThatSomethingIsOverBeforeItIsDurable(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name    string
		do      func(f *fixture, version string, u Upload, p CompletePart) error
		visible func(f *fixture, version string, u Upload) error
	}{
		{"a version", func(f *fixture, version string, _ Upload, _ CompletePart) error {
			_, err := f.DeleteVersion(ctx, "v", "k", version, false, nil)
			return err
		}, func(f *fixture, version string, _ Upload) error {
			_, err := f.HeadVersion("v", "k", version)
			return err
		}},
		{"a completed upload", func(f *fixture, _ string, u Upload, p CompletePart) error {
			_, err := f.Complete(ctx, "s", "u", u.ID, []CompletePart{p}, nil, nil)
			return err
		}, func(f *fixture, _ string, u Upload) error { _, err := f.Upload("s", "u", u.ID); return err }},
		{"an aborted upload", func(f *fixture, _ string, u Upload, _ CompletePart) error { return f.Abort(ctx, "s", "u", u.ID) },
			func(f *fixture, _ string, u Upload) error { _, err := f.Upload("s", "u", u.ID); return err }},
	} {
		t.Run(c.name, func(t *testing.T) {
			fs := gated{vfs.NewMem(), new(atomic.Pointer[chan struct{}]), make(chan struct{}, 100)}
			f := setUpAt(t, fs)
			f.must(f.CreateSpace(Space{Name: "v", Versioning: Enabled}))
			o := f.putIn("v", "k")
			u := f.beginUpload("u")
			p := f.part(u, 1, "x")
			gate := make(chan struct{})
			fs.gate.Store(&gate)
			var open atomic.Bool
			answers := make(chan error, 2)
			do := func() {
				err := c.do(f, o.VersionID(), u, p)
				if !open.Load() {
					t.Error("it was answered before it was durable")
				}
				answers <- err
			}
			go do()
			<-fs.held
			for c.visible(f, o.VersionID(), u) == nil {
				runtime.Gosched()
			}
			go do()
			for range 10_000 { // time enough for who does not wait
				runtime.Gosched()
			}
			open.Store(true)
			fs.gate.Store(nil)
			close(gate)
			for range 2 {
				if err := <-answers; err != nil && !errors.Is(err, ErrNoVersion) && !errors.Is(err, ErrNoUpload) {
					t.Error(err)
				}
			}
		})
	}
}
