package job

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestChangesAreToldTenTimesASecondAtMostAndTheLastOneSurely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ticks := newTicker(time.Now)
		told := 0
		for range 10_000 { // ten seconds of a change each millisecond
			ticks.touch()
			time.Sleep(time.Millisecond)
			select {
			case <-ticks.c:
				told++
			default:
			}
		}
		if told < 90 || told > 101 {
			t.Errorf("told %d times in 10 s", told)
		}
		time.Sleep(time.Second)
		for len(ticks.c) > 0 {
			<-ticks.c
		}
		ticks.touch()
		ticks.touch()
		<-ticks.c // the first at once
		<-ticks.c // the second after a while
		ticks.touch()
		ticks.stop()
		time.Sleep(time.Second)
		synctest.Wait()
	})
}

func TestSpeedIsThatOfTheLastSeconds(t *testing.T) {
	var s speed
	start := time.Unix(1000, 0)
	bytes := int64(0)
	for i := range 60 {
		bytes += 100
		if i >= 30 {
			bytes += 900
		}
		s.add(sample{at: start.Add(time.Duration(i) * time.Second), bytes: bytes, objects: int64(i)})
	}
	rate, objects := s.rates(sample{at: start.Add(60 * time.Second), bytes: bytes + 1000, objects: 60})
	if rate < 990 || rate > 1010 || objects < 0.99 || objects > 1.01 {
		t.Errorf("rates are %v bytes and %v objects a second, want 1000 and 1", rate, objects)
	}
	if got := left(30_000, 10, rate, objects); got.Round(time.Second) != 30*time.Second {
		t.Errorf("30,000 bytes take %v", got)
	}
	if got := left(0, 10, 0, 2); got != 5*time.Second {
		t.Errorf("10 objects take %v", got)
	}
}

func TestTheTimeLeftIsNotEstimatedFromTheFirstSteps(t *testing.T) {
	const workers = 16
	var s speed
	start := time.Unix(1000, 0)
	at := func(ms int, objects int64) sample {
		now := sample{at: start.Add(time.Duration(ms) * time.Millisecond), bytes: objects, objects: objects}
		s.add(now)
		return now
	}
	for ms := range 5000 { // counting
		at(ms, 0)
	}
	for _, c := range []struct {
		ms             int
		objects        int64
		byObjects, any bool
	}{{5100, 1, false, false}, {6000, 10, false, false}, {6900, 16, false, false}, {7100, 16, false, true}, {7200, 210, true, true}} {
		now := at(c.ms, c.objects)
		if got := s.steady(now, false, workers); got != c.byObjects {
			t.Errorf("after %d ms and %d steps: steady is %v by objects", c.ms, c.objects, got)
		}
		if got := s.steady(now, true, workers); got != c.any {
			t.Errorf("after %d ms and %d steps: steady is %v by bytes", c.ms, c.objects, got)
		}
	}
	if _, objects := s.rates(at(7250, 225)); objects < 99 || objects > 101 {
		t.Errorf("%v objects a second: the time of counting is in it", objects)
	}
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	s := newSteps("")
	want := []record{
		{},
		{source: 3, name: "a/b", size: 1 << 40, modified: time.Unix(1700000000, 0), etag: "0123456789abcdef0123456789abcdef"},
		{source: 300, name: "\x00\xff", size: 1, modified: time.Unix(1700000000, 123), etag: "0123456789abcdef0123456789abcdef-10000"},
		{name: "odd tags", etag: "ABCDEF"},
		{name: "odd", etag: "0123456789ABCDEF0123456789ABCDEF"},
		{name: "odd", etag: "0123456789abcdef0123456789abcdef-007"},
		{name: "odd", etag: "-"},
	}
	for i := range 5000 {
		r := want[i%len(want)]
		if _, err := s.add(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	s.close()
	i := 0
	s.each(func(at pos, r record) bool {
		if w := want[i%len(want)]; r.name != w.name || r.etag != w.etag || r.size != w.size || !r.modified.Equal(w.modified) || r.source != w.source {
			t.Fatalf("record %d is %+v, want %+v", i, r, w)
		}
		i++
		return true
	})
	taken := 0
	for {
		at, records, err := s.take(t.Context(), 7, true, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(at) == 0 {
			break
		}
		for n := range at {
			if records[n].name != want[(taken+n)%len(want)].name {
				t.Fatalf("taken as %d: %+v", taken+n, records[n])
			}
		}
		taken += len(at)
		s.done(at...)
	}
	if i != 5000 || taken != 5000 {
		t.Errorf("seen %d, taken %d of 5000", i, taken)
	}
	for n, c := range s.chunks[:len(s.chunks)-1] {
		if c.data != nil {
			t.Errorf("chunk %d is kept although all of it is done", n)
		}
	}
}
