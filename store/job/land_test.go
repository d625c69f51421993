package job_test

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"spaces/store/job"
	"spaces/store/storetest"
)

// journal checks the order in which files become durable: content, name, the folder of the name, done.
type journal struct {
	t *testing.T
	m *job.Manager

	mu            sync.Mutex
	synced, named map[string]bool // by name below the destination
	durable       map[string]bool
	folders       map[string]bool // that were synced
	fail          func(op, name string) error
	out           string
}

func watch(t *testing.T, m *job.Manager, out string) *journal {
	j := &journal{t: t, m: m, out: out, synced: map[string]bool{}, named: map[string]bool{}, durable: map[string]bool{}, folders: map[string]bool{}}
	job.Watch(m, j.note)
	return j
}

func (j *journal) note(op, name string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.fail != nil {
		if err := j.fail(op, name); err != nil {
			return err
		}
	}
	switch op {
	case "sync":
		content, err := os.ReadFile(filepath.Join(j.out, name))
		if err != nil {
			j.t.Errorf("syncing %s: %v", name, err)
		}
		j.synced[string(content)] = true
	case "rename":
		if !j.synced["content of "+filepath.ToSlash(name)] {
			j.t.Errorf("%s gets its name before its content is synced", name)
		}
		j.named[name] = true
	case "syncdir":
		j.folders[name] = true
		for file := range j.named {
			if filepath.Dir(file) == name {
				j.durable[file] = true
			}
		}
	}
	if done := j.m.Snapshot()[0].ObjectsDone; done > len(j.durable) {
		j.t.Errorf("%d files count as done, of %d only the folders were synced", done, len(j.durable))
	}
	return nil
}

func TestAFileIsOnTheDiskBeforeItCountsAsDone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	var keys []string
	for i := range 200 {
		keys = append(keys, fmt.Sprintf("d%d/e/f%03d", i%7, i))
	}
	fill(t, f.Store, "media", keys...)
	m, out := manager(t, job.Options{}, f.Store), t.TempDir()
	j := watch(t, m, out)
	done(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "")}, LocalDir: out})
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.named) != len(keys) || len(j.durable) != len(keys) {
		t.Errorf("%d files got names, the folders of %d were synced", len(j.named), len(j.durable))
	}
	for i := range 7 {
		for _, dir := range []string{".", fmt.Sprint("d", i)} {
			if !j.folders[dir] {
				t.Errorf("%s holds a new folder and was never synced", dir)
			}
		}
	}
}

func TestAFailedSyncIsNeverDone(t *testing.T) {
	for name, c := range map[string]struct {
		op, at string
		failed int
	}{
		"of one file":            {"sync", "b", 1},
		"of a folder":            {"syncdir", "d", 3},
		"of what holds a folder": {"syncdir", ".", 3},
	} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			fill(t, f.Store, "media", "d/a", "d/b", "d/c")
			m, out := manager(t, job.Options{}, f.Store), t.TempDir()
			watch(t, m, out).fail = func(op, name string) error {
				if op == c.op && (name == c.at || strings.HasPrefix(path.Base(name), "."+c.at+".")) {
					return syscall.EIO
				}
				return nil
			}
			status := run(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "d/")}, LocalDir: out})
			if status.Phase != job.Failed || status.FailedCount != c.failed || !errors.Is(status.Failed[0].Err, syscall.EIO) {
				t.Errorf("ended %v, failed %v", status.Phase, status.Failed)
			}
			for name, content := range files(t, out) {
				if content != "content of "+name || name == "d/"+c.at {
					t.Errorf("there is %s with %q", name, content)
				}
			}
		})
	}
}
