package job_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// manager makes one for some stores that is closed with the test.
func manager(t testing.TB, o job.Options, stores ...*store.Store) *job.Manager {
	t.Helper()
	o.Conns = store.ConnsOf(stores...)
	m := job.New(o)
	job.Hurry(m)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := m.Close(ctx); err != nil {
			t.Errorf("closing the manager: %v", err)
		}
	})
	return m
}

// await waits by Changed until a job's status satisfies want.
func await(t testing.TB, m *job.Manager, id job.ID, want func(job.Status) bool) job.Status {
	t.Helper()
	limit := time.After(10 * time.Minute) // of a machine that has much else to do
	for {
		for _, s := range m.Snapshot() {
			if s.ID == id && want(s) {
				return s
			}
		}
		select {
		case <-m.Changed():
		case <-limit:
			t.Fatalf("the job does not get there: %.1000s", fmt.Sprintf("%+v", m.Snapshot()))
		}
	}
}

func ended(s job.Status) bool { return s.Phase.Ended() }

// run counts a plan, does it and waits for its end.
func run(t testing.TB, m *job.Manager, s job.Spec) job.Status {
	t.Helper()
	p := m.Plan(s)
	if err := p.Count(t.Context()); err != nil {
		t.Logf("counting: %v", err)
	}
	return await(t, m, m.Start(p), ended)
}

// done is run for what has to succeed.
func done(t testing.TB, m *job.Manager, s job.Spec) job.Status {
	t.Helper()
	status := run(t, m, s)
	if status.Phase != job.Done || status.FailedCount != 0 {
		t.Fatalf("the job ended %v: %v", status.Phase, status.Failed)
	}
	if status.Objects != status.ObjectsDone || status.Bytes != status.BytesDone {
		t.Errorf("done are %d of %d objects and %d of %d bytes", status.ObjectsDone, status.Objects, status.BytesDone, status.Bytes)
	}
	return status
}

// tree writes files below a new directory: names to contents. A name that ends in a slash is a directory.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			check(t, os.MkdirAll(at, 0o755))
			continue
		}
		check(t, os.MkdirAll(filepath.Dir(at), 0o755))
		check(t, os.WriteFile(at, []byte(content), 0o644))
	}
	return dir
}

// files reads what tree writes.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	check(t, filepath.WalkDir(dir, func(at string, d os.DirEntry, err error) error {
		if err != nil || at == dir {
			return err
		}
		rel, err := filepath.Rel(dir, at)
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(at)
		found[filepath.ToSlash(rel)] = string(b)
		return err
	}))
	return found
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fill puts keys, each with its own name as content: many of them by a few requests, where the endpoint has that.
func fill(t testing.TB, s *store.Store, space string, keys ...string) {
	t.Helper()
	for len(keys) >= 100 && s.CanPutMany() {
		n := min(1000, len(keys))
		var list []store.Packed
		for _, key := range keys[:n] {
			list = append(list, store.Packed{Key: key, Body: []byte("content of " + key), Props: store.Props{ContentType: "text/plain"}})
		}
		placed, err := s.PutMany(t.Context(), space, list, false)
		check(t, err)
		for i, p := range placed {
			if p.Err != nil { // its name is for a request of its own
				storetest.Put(t, s, space, list[i].Key, "content of "+list[i].Key)
			}
		}
		keys = keys[n:]
	}
	for _, key := range keys {
		storetest.Put(t, s, space, key, "content of "+key)
	}
}

// within opens the server of a Fixture as this program's own, whatever the Fixture says it is: to fill it.
func within(t testing.TB, f *storetest.Fixture) *store.Store {
	return f.Open(t, func(c *store.Config) { c.Dial = f.Server.Dial })
}

func numberedKeys(prefix string, n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("%s%05d", prefix, i)
	}
	return keys
}

func wantKeys(t testing.TB, s *store.Store, space, prefix string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := storetest.Keys(t, s, space, prefix); !slices.Equal(got, want) {
		t.Errorf("below %q are %q, want %q", prefix, got, want)
	}
}

func folder(space, key string) job.Source {
	return job.Source{Ref: store.Ref{Space: space, Key: key}, Folder: true}
}

func object(space, key string) job.Source {
	return job.Source{Ref: store.Ref{Space: space, Key: key}}
}

// truncate cuts the last bytes of a file off.
func truncate(t testing.TB, path string) {
	t.Helper()
	info, err := os.Stat(path)
	check(t, err)
	check(t, os.Truncate(path, info.Size()/2))
}
