package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func (f *fixture) current(keys ...string) string {
	var have []string
	for _, k := range keys {
		if o, err := f.Head("s", k); err == nil {
			have = append(have, k+"="+o.ETag[:4])
		}
	}
	return strings.Join(have, " ")
}

func TestRenamesOfABatchSeeThoseBeforeThem(t *testing.T) {
	for _, v := range []Versioning{Unversioned, Enabled, Suspended} {
		t.Run(string(v), func(t *testing.T) {
			f := setUp(t)
			f.put("a", "first")
			f.put("b", "second")
			if v != Unversioned {
				f.must(f.SetVersioning("s", v))
			}
			a, b := f.current("a"), f.current("b")
			done, err := f.RenameBatch(f.ctx, "s", []Renaming{{From: "a", To: "x"}, {From: "b", To: "a"}, {From: "x", To: "b"}, {From: "x", To: "y"}, {From: "b", To: "b"}})
			f.must(err)
			var errs []error
			for _, d := range done {
				errs = append(errs, d.Err)
			}
			if errs[0] != nil || errs[1] != nil || errs[2] != nil || !errors.Is(errs[3], ErrNoKey) || !errors.Is(errs[4], ErrSameKey) {
				t.Errorf("errors are %v", errs)
			}
			if got, want := f.current("a", "b", "x", "y"), "a"+b[1:]+" b"+a[1:]; got != want {
				t.Errorf("there is %s, want %s", got, want)
			}
		})
	}
}

func TestOneLockedVersionKeepsNoOtherOfABatch(t *testing.T) {
	for _, v := range []Versioning{Suspended, Enabled} {
		f := setUp(t)
		f.put("free", "y")
		_, err := f.Put(f.ctx, "s", "locked", f.stage("x"), Attrs{Lock: Lock{Hold: true}}, Checksum{}, nil)
		f.must(err)
		f.must(f.SetVersioning("s", v))
		done, err := f.RenameBatch(f.ctx, "s", []Renaming{{From: "locked", To: "elsewhere"}, {From: "free", To: "moved"}})
		f.must(err)
		if done[1].Err != nil {
			t.Errorf("%s: %v", v, done[1].Err)
		}
		if v == Suspended && (!errors.Is(done[0].Err, ErrLocked) || f.current("elsewhere") != "" || f.current("locked") == "") {
			t.Errorf("%s: %v", v, done[0].Err)
		}
		if v == Enabled && done[0].Err != nil { // the version stays below a marker
			t.Errorf("%s: %v", v, done[0].Err)
		}
	}
}

func TestABatchThatChangesNothingCommitsNothing(t *testing.T) {
	f := setUp(t)
	refuse := errors.New("no")
	f.put("a", "x")
	done, err := f.RenameBatch(f.ctx, "s", []Renaming{{From: "a", To: "b", Source: func(*Object) error { return refuse }}, {From: "a", To: "b", Dest: func(*Object) error { return refuse }}})
	if err != nil || !errors.Is(done[0].Err, refuse) || !errors.Is(done[1].Err, refuse) || f.current("a", "b") == "" {
		t.Errorf("%v, %v", done, err)
	}
	ended, stop := context.WithCancel(f.ctx)
	stop()
	if _, err := f.RenameBatch(ended, "s", []Renaming{{From: "a", To: "b"}, {From: "b", To: "c"}}); !errors.Is(err, context.Canceled) || !strings.HasPrefix(f.current("a", "b", "c"), "a=") {
		t.Errorf("%v, there is %s", err, f.current("a", "b", "c"))
	}
}

func BenchmarkRenameBatch(b *testing.B) {
	f := setUp(b)
	const n = 1000
	list := make([]Renaming, n)
	for i := range n {
		f.put(fmt.Sprintf("0/%04d", i), "x")
	}
	for round := 0; b.Loop(); round++ {
		for i := range n {
			list[i] = Renaming{From: fmt.Sprintf("%d/%04d", round, i), To: fmt.Sprintf("%d/%04d", round+1, i)}
		}
		done, err := f.RenameBatch(f.ctx, "s", list)
		f.must(err)
		if i := slices.IndexFunc(done, func(d Renamed) bool { return d.Err != nil }); i >= 0 {
			b.Fatal(done[i].Err)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N*n)/float64(time.Microsecond), "µs/object")
}
