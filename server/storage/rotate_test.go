package storage

import (
	"context"
	"errors"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// The metadata store has moments at which it gives up for good: a new log, a
// new manifest. Nobody may hang then, and reads must go on.
func TestAMetadataStoreThatGivesUpHangsNobody(t *testing.T) {
	for name, match := range map[string]func(errorfs.Op) bool{
		"a new log": func(o errorfs.Op) bool {
			return (o.Kind == errorfs.OpCreate || o.Kind == errorfs.OpReuseForWrite) && strings.HasSuffix(o.Path, ".log")
		},
		"the directory of the log": func(o errorfs.Op) bool { return isSync(o.Kind) && o.Path == "data/meta" },
		"the manifest is written":  func(o errorfs.Op) bool { return o.Kind == errorfs.OpFileWrite && strings.Contains(o.Path, "MANIFEST") },
		"the manifest is synced":   func(o errorfs.Op) bool { return isSync(o.Kind) && strings.Contains(o.Path, "MANIFEST") },
		"the log is written":       func(o errorfs.Op) bool { return o.Kind == errorfs.OpFileWrite && strings.HasSuffix(o.Path, ".log") },
	} {
		t.Run(name, func(t *testing.T) {
			mem := vfs.NewCrashableMem()
			fs, inj := failing(mem, func(o errorfs.Op) error {
				if match(o) {
					return syscall.EIO
				}
				return nil
			})
			o := small(fs)
			o.Inline = 40 << 10
			o.block = defaultBlock
			o.memory = 512 << 10
			f := &fixture{t, openAt(t, fs, o), t.Context()}
			f.must(f.CreateSpace(Space{Name: "s"}))
			f.put("old", "old")
			inj.armed.Store(true)
			acked := overwhelm(f)
			if err := refused(f.ctx, f.Engine); err != nil {
				t.Error(err)
			}
			if f.read("s", "old") != "old" {
				t.Error("the old object is gone")
			}
			after := openAt(t, mem.CrashClone(vfs.CrashCloneCfg{}), o)
			for k, body := range acked {
				if got, err := readAll(f.ctx, after, "s", k); err != nil || got != body {
					t.Errorf("%q was acknowledged: %d bytes, %v", k, len(got), err)
				}
			}
		})
	}
}

// overwhelm puts from several writers until the engine refuses, and answers
// what was acknowledged.
func overwhelm(f *fixture) map[string]string {
	f.t.Helper()
	var mu sync.Mutex
	acked := map[string]string{}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 2000 {
				key := strings.Repeat(string(rune('a'+w)), i%50+1)
				body := strings.Repeat(key, 30<<10/len(key))
				err := putInline(f.ctx, f.Engine, key, body)
				if errors.Is(err, ErrReadOnly) {
					mu.Lock()
					delete(acked, key) // the old or the new body
					mu.Unlock()
					return
				}
				if err != nil {
					f.t.Errorf("put: %v", err)
					return
				}
				mu.Lock()
				acked[key] = body
				mu.Unlock()
			}
			f.t.Error("the engine never refused")
		})
	}
	wg.Wait()
	return acked
}

func putInline(ctx context.Context, e *Engine, key, body string) error {
	s, err := e.Stage(ctx, strings.NewReader(body), StageOptions{Size: int64(len(body))})
	if err != nil {
		return err
	}
	defer s.Discard()
	_, err = e.Put(ctx, "s", key, s, Attrs{}, Checksum{}, nil)
	return err
}
