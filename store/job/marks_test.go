package job_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"spaces/store/job"
	"spaces/store/storetest"
)

// halfDownloaded is an object of 12 MiB, of which a download that was killed has one range and a part of the next.
func halfDownloaded(t *testing.T, f *storetest.Fixture) (spec job.Spec, state, content string) {
	t.Helper()
	f.Space(t, "media")
	content = noise(12 << 20)
	storetest.Put(t, f.Store, "media", "big", content)
	spec = job.Spec{Kind: job.Download, Sources: []job.Source{object("media", "big")}, LocalDir: t.TempDir()}
	state = t.TempDir()
	errand{URL: f.URL, Ledger: state, Spec: spec, Method: "GET", Has: "/media/big", After: 1, Stops: 2 << 20}.dies(t)
	return spec, state, content
}

// firstAsked notes where the first range begins that is asked for from now on.
func firstAsked(f *storetest.Fixture) func() int64 {
	var mu sync.Mutex
	first := int64(-1)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/media/big"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		from, _, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Range"), "bytes="), "-")
		if n, err := strconv.ParseInt(from, 10, 64); err == nil && first < 0 {
			first = n
		}
		return next.RoundTrip(r)
	}})
	return func() int64 { mu.Lock(); defer mu.Unlock(); return first }
}

func TestAKilledDownloadGoesOnInTheMiddleOfARange(t *testing.T) {
	if boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err != nil || len(boot) == 0 {
		t.Skip("nothing tells whether the machine was started again")
	}
	f := storetest.New(t, storetest.Listener())
	spec, state, content := halfDownloaded(t, f)
	first := firstAsked(f)
	m := afterwards(t, f.Store, state, 4)
	if u := wantUnfinished(t, m, 1)[0]; u.Bytes < 6<<20 || u.Bytes > 7<<20 {
		t.Errorf("of the file are %d bytes there", u.Bytes)
	}
	again(t, m)
	if got := first(); got < 6<<20 || got > 7<<20 {
		t.Errorf("it was read from %d on", got)
	}
	wantFile(t, spec, content)
	wantNothingNoted(t, state)
}

// What was only written may be gone when the machine was started again: a power cut takes it.
func TestWhatAPowerCutMayHaveTakenIsDownloadedAgain(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	spec, state, content := halfDownloaded(t, f)
	notes, err := filepath.Glob(filepath.Join(state, "job-*.jsonl"))
	check(t, err)
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	for _, path := range notes {
		text, err := os.ReadFile(path)
		check(t, err)
		check(t, os.WriteFile(path, bytes.ReplaceAll(text, bytes.TrimSpace(boot), []byte("another")), 0o600))
	}
	taken := filepath.Join(spec.LocalDir, ".big.spaces.part")
	part, err := os.OpenFile(taken, os.O_WRONLY, 0)
	check(t, err)
	_, err = part.WriteAt(make([]byte, 7<<20-5<<20), 5<<20)
	check(t, err)
	check(t, part.Close())
	first := firstAsked(f)
	again(t, afterwards(t, f.Store, state, 4))
	if got := first(); got != 0 && got != 5<<20 { // the first range was synced, or that was not noted yet
		t.Errorf("it was read from %d on", got)
	}
	wantFile(t, spec, content)
}

func wantFile(t *testing.T, spec job.Spec, want string) {
	t.Helper()
	if got, err := os.ReadFile(filepath.Join(spec.LocalDir, "big")); err != nil || string(got) != want {
		t.Errorf("the file is %d bytes, %v", len(got), err)
	}
}
