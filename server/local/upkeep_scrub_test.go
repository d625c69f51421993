package local

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server"
)

// scrubs makes the scrubber of a box, at a time that the test sets.
func (s *sick) scrubs(at *time.Time, log io.Writer) *scrubber {
	d := s.Dir
	d.Now = func() time.Time { return *at }
	d.Log = slog.New(slog.NewJSONHandler(log, nil))
	return newScrubber(d, s.own.engine, ScrubEvery, &s.own.found)
}

func (s *sick) upkeepNow() Upkeep {
	s.Helper()
	u, err := s.Upkeep()
	if err != nil {
		s.Fatal(err)
	}
	return u
}

func TestAServerScrubsByItselfOnceAWeek(t *testing.T) {
	s := newSick(t, false)
	s.put("a")
	at := noon
	w := s.scrubs(&at, io.Discard)
	runs := func(want time.Time) {
		t.Helper()
		if err := w.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := s.upkeepNow().Scrub.At; !got.Equal(want) {
			t.Errorf("at %v the last scrub is of %v, want %v", at, got, want)
		}
	}
	runs(noon)
	at = noon.Add(6 * 24 * time.Hour)
	runs(noon)
	at = noon.Add(7 * 24 * time.Hour)
	runs(at)
	at = noon // the clock was wrong before
	runs(noon)
	if n := w.bodies.Load(); n != 3 {
		t.Errorf("%d bodies were read", n)
	}
}

func TestAScrubGoesOnAfterARestart(t *testing.T) {
	s := newSick(t, false)
	for i := range 4 {
		s.put(fmt.Sprint(i))
	}
	s.damage()
	at := noon
	first := s.scrubs(&at, io.Discard)
	ctx, cancel := context.WithCancel(t.Context())
	first.part, first.rate = 300_000, 0
	first.log = slog.New(slog.NewTextHandler(writerFunc(func([]byte) { // the first finding is told: cut the second part short
		if first.bodies.Load() > 1 {
			cancel()
		}
	}), nil))
	if err := first.run(ctx); err == nil {
		t.Fatal("the scrub was not cut short")
	}
	u := s.upkeepNow()
	if u.part.Next == nil || u.part.Note.Bodies != 2 || !u.Scrub.At.IsZero() {
		t.Fatalf("it is noted: %+v", u)
	}
	if f := s.scrub(t.Context()); f.state != server.CheckWrong || !strings.Contains(f.sentence, "under way found 2 places of damage so far") {
		t.Errorf("the check says %s: %s", f.state, f.sentence)
	}
	at = noon.Add(time.Hour)
	var log bytes.Buffer
	if err := s.scrubs(&at, &log).run(t.Context()); err != nil {
		t.Fatal(err)
	}
	u = s.upkeepNow()
	if u.part.Next != nil || u.Scrub.Bodies != 4 || u.Scrub.Found != 4 || !u.Scrub.At.Equal(at) {
		t.Errorf("it is noted: %+v", u)
	}
	if n := strings.Count(log.String(), "the scrub found damage"); n != 2 || !strings.Contains(log.String(), "damaged: media/3") {
		t.Errorf("the log of the second process: %s", log.String())
	}
	if got := s.own.found.Load(); got != 4 {
		t.Errorf("the server tells of %d", got)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

func TestMetricsTellOfTheUpkeep(t *testing.T) {
	s := newSick(t, false)
	s.put("a")
	s.damage()
	watched, err := s.own.aside(t.Context(), "Admin", "127.0.0.1:0", s.own.server.Admin())
	if err != nil {
		t.Fatal(err)
	}
	metrics := func() string {
		t.Helper()
		res, err := http.Get("http://" + watched + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if text := metrics(); strings.Contains(text, "_last_") || !strings.Contains(text, "\nspaces_scrub_bodies_read_total 0\n") {
		t.Errorf("before anything was done: %s", text)
	}
	at := noon
	s.own.scrubs.dir.Now = func() time.Time { return at }
	if err := s.own.scrubs.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.backedUp(noon, "/b")
	text := metrics()
	for _, want := range []string{
		"spaces_scrub_bodies_read_total 1", "spaces_scrub_last_bodies 1", "spaces_scrub_last_findings 1",
		fmt.Sprint("spaces_scrub_last_timestamp_seconds ", noon.Unix()), fmt.Sprint("spaces_backup_last_timestamp_seconds ", noon.Unix()),
	} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("there is no line %q in %s", want, text)
		}
	}
}
