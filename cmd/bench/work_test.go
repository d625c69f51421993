package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// tiny is work for tests of what is done, not of how fast.
var tiny = size{rounds: 1, sample: time.Millisecond, large: 24 << 20, keys: 1000, deleted: 1000, files: 20, mid: 2}

// ours is a server of this program, as make bench runs it.
func ours(t *testing.T) (s *server, program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "spaces")
	if err := command(t.Context(), "../..", "go", "build", "-trimpath", "-o", program, "./cmd/spaces"); err != nil {
		t.Fatal(err)
	}
	s, err := start(t.Context(), filepath.Join(t.TempDir(), this), serveSpaces(program))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.end)
	return s, program
}

// Every row does on a real server what it says, and its clients' rows do.
func TestTheWorkIsDone(t *testing.T) {
	s, program := ours(t)
	for _, w := range serverWork(tiny) {
		for range 2 { // what was written does not stand in the way of the next round
			r := row{ready: func(ctx context.Context, _ string) (func() (sample, error), error) { return w.ready(ctx, s) }}
			if got, err := r.turn(t.Context(), this, false); err != nil || got.figure <= 0 || got.took <= 0 {
				t.Errorf("%s: %+v %v", w.name, got, err)
			}
		}
	}
	b := bencher{z: tiny, work: t.TempDir(), servers: map[string]*server{this: s}, now: built{program: program}}
	if err := b.furnish(t.Context()); err != nil {
		t.Fatal(err)
	}
	client := func(kind string) row {
		return row{ready: func(ctx context.Context, side string) (func() (sample, error), error) {
			return b.house.ready(ctx, side, kind)
		}}
	}
	if err := b.house.mids(); err != nil {
		t.Fatal(err)
	}
	kinds := slices.Concat(clientWork(tiny), elsewhereWork(tiny)[4:]) // the first four are the same
	for _, k := range kinds {
		for range 2 {
			if got, err := client(k.kind).turn(t.Context(), this, false); err != nil || got.figure <= 0 {
				t.Errorf("%s: %+v %v", k.name, got, err)
			}
		}
	}
	// A client that does nothing, and says that all is well, has no figure.
	lazy := b.house.clients[this]
	lazy.program = "true"
	b.house.clients["lazy"] = lazy
	for _, k := range kinds {
		if _, err := client(k.kind).turn(t.Context(), "lazy", false); err == nil {
			t.Errorf("%s: what was not done has a figure", k.name)
		}
	}
}

func TestServersEnd(t *testing.T) {
	s, _ := ours(t)
	s.end()
	if err := s.once(t.Context(), func(*conn) error { return nil }); err == nil {
		t.Error("the server answers after its end")
	}
}

func TestAServerThatDoesNotStartSaysWhy(t *testing.T) {
	if _, err := start(t.Context(), filepath.Join(t.TempDir(), "false"), serveSpaces("false")); err == nil || !strings.Contains(err.Error(), "false ended") {
		t.Error(err)
	}
}

// A server that is fast because it answers wrongly has no figure.
func TestWrongAnswersAreNoticed(t *testing.T) {
	right := func(i int, size int64) string { return string(content(i, size)) }
	var answer atomic.Value // connections of the last case may still ask
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		answer.Load().(http.HandlerFunc)(w, r)
	}))
	defer web.Close()
	s := &server{host: web.Listener.Addr().String(), filled: map[string]bool{}}
	says := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); io.WriteString(w, text) }
	}
	reads := func(c *conn) error { return get(c, "k", 7, 0, small, "") }
	lists := func(c *conn) error { return list(c, space, "p/", "", 2) }
	writes := func(c *conn) error { return put(c, space, "k", 0, small) }
	page := func(keys int, more string) string {
		return "<ListBucketResult>" + strings.Repeat("<Contents><Key>k</Key></Contents>", keys) + more + "</ListBucketResult>"
	}
	for _, c := range []struct {
		name   string
		do     func(*conn) error
		answer http.HandlerFunc
		good   bool
	}{
		{"what was written", reads, says(200, right(7, small)), true},
		{"another object", reads, says(200, right(8, small)), false},
		{"a flipped byte", reads, says(200, right(7, small-1)+"\x00"), false},
		{"too little", reads, says(200, right(7, small-1)), false},
		{"too much", reads, says(200, right(7, small+1)), false},
		{"an error", reads, says(404, right(7, small)), false},
		{"all keys", lists, says(200, page(2, "<IsTruncated>false</IsTruncated>")), true},
		{"a key too few", lists, says(200, page(1, "")), false},
		{"no way on", lists, says(200, page(2, "<IsTruncated>true</IsTruncated>")), false},
		{"always the same page", lists, says(200, page(2, "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>")), false},
		{"written", writes, says(200, ""), true},
		{"an error in a success", writes, says(200, "<Error><Code>InternalError</Code></Error>"), false},
		{"refused", writes, says(503, ""), false},
	} {
		answer.Store(c.answer)
		if err := s.once(t.Context(), c.do); (err == nil) != c.good {
			t.Errorf("%s: %v", c.name, err)
		}
		// And a single one among many ends the work.
		_, err := s.spread(t.Context(), 4, time.Millisecond, func(conn *conn, _ int) (float64, error) { return 1, c.do(conn) })
		if (err == nil) != c.good {
			t.Errorf("%s, spread: %v", c.name, err)
		}
	}
}

func TestWorkEndsWithItsContext(t *testing.T) {
	asked := make(chan struct{}, 8)
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	defer web.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	s := &server{host: web.Listener.Addr().String(), filled: map[string]bool{}}
	if _, err := s.spread(ctx, 4, time.Hour, func(c *conn, _ int) (float64, error) {
		_, err := c.do(call{method: "GET", space: space})
		return 1, err
	}); err == nil {
		t.Error("work that was ended has a figure")
	}
}

func TestTimesDoesExactlySoMany(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	s := &server{host: web.Listener.Addr().String()}
	for _, n := range []int{1, 3, 100} {
		if got, err := s.times(t.Context(), 16, n, func(*conn, int) (float64, error) { return 1, nil }); got != float64(n) || err != nil {
			t.Error(fmt.Sprint(n), got, err)
		}
	}
}
