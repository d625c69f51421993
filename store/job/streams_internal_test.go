package job

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// link carries bytes at a rate that all bodies share, and none of them at more than one of its own. Rates are bytes a second.
type link struct {
	shared, each float64
	delay        time.Duration // before the answer
	disk         bool          // it is the disk that is waited for

	mu sync.Mutex
	on int
}

// send carries one body, from when it has its slot.
func (l *link) send(f *flow, size int64) {
	const piece = 256 << 10
	l.mu.Lock()
	l.on++
	l.mu.Unlock()
	for ; size > 0; size -= piece {
		l.mu.Lock()
		rate := min(l.each, l.shared/float64(l.on))
		l.mu.Unlock()
		took := time.Duration(piece / rate * float64(time.Second))
		time.Sleep(took)
		if l.disk {
			f.wrote(took)
		}
		f.count(piece)
	}
	l.mu.Lock()
	l.on--
	l.mu.Unlock()
}

// object sends parts of 16 MiB, as putParts does.
func (l *link) object(ctx context.Context, s *streams, most, parts int) {
	f := s.begin(most)
	defer f.end()
	var wg sync.WaitGroup
	defer wg.Wait()
	atOnce := make(chan struct{}, most)
	for n := 0; n < parts && ctx.Err() == nil; n++ {
		handed, err := f.ready(ctx)
		if err != nil {
			return
		}
		atOnce <- struct{}{}
		wg.Go(func() {
			defer func() { <-atOnce }()
			defer handed()
			leave, err := f.take(ctx)
			if err != nil {
				return
			}
			l.send(f, 16<<20)
			leave()
			handed()
			time.Sleep(l.delay)
		})
	}
}

// uses says how many bodies of an object are on the wire when a time is over, and how much of it two or more were.
func uses(t *testing.T, l *link, objects, most int, after time.Duration) (wide int) {
	synctest.Test(t, func(t *testing.T) {
		s := newStreams()
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range objects {
			wg.Go(func() { l.object(ctx, s, most, 1<<20) })
		}
		time.Sleep(after)
		s.mu.Lock()
		wide = s.wide
		s.mu.Unlock()
		cancel()
		wg.Wait()
	})
	return wide
}

const mega = 1e6

func TestStreamsAreAddedWhereTheyPay(t *testing.T) {
	for name, c := range map[string]struct {
		link    *link
		objects int
		most    int
		want    []int
	}{
		"one stream fills the link":                  {&link{shared: 500 * mega, each: 1000 * mega, delay: 50 * time.Millisecond}, 1, 16, []int{1}},
		"one stream fills a slow link":               {&link{shared: 1 * mega, each: 10 * mega}, 1, 16, []int{1}},
		"a stream carries a tenth of the link":       {&link{shared: 50 * mega, each: 5 * mega}, 1, 10, []int{8, 10}},
		"a stream carries a third":                   {&link{shared: 15 * mega, each: 5 * mega}, 1, 16, []int{4}},
		"as many as the endpoint allows":             {&link{shared: 5000 * mega, each: 5 * mega}, 1, 10, []int{10}},
		"the answers take longer than the bodies":    {&link{shared: 500 * mega, each: 500 * mega, delay: 300 * time.Millisecond}, 1, 16, []int{1}},
		"many objects fill it with one stream each":  {&link{shared: 50 * mega, each: 5 * mega}, 16, 10, []int{1}},
		"two objects leave half of a long fat link":  {&link{shared: 80 * mega, each: 5 * mega}, 2, 10, []int{8}},
		"one at a time is all that there may be":     {&link{shared: 50 * mega, each: 5 * mega}, 1, 1, []int{1}},
		"it is slower than the least that it counts": {&link{shared: 20e3, each: 20e3}, 1, 16, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := uses(t, c.link, c.objects, c.most, time.Minute); !slices.Contains(c.want, got) {
				t.Errorf("it uses %d, want %d", got, c.want)
			}
		})
	}
}

// Who waits for the disk gets no more streams, whatever a trial of them would show.
func TestStreamsAreNotAddedWhereTheDiskIsWaitedFor(t *testing.T) {
	l := &link{shared: 50 * mega, each: 5 * mega, disk: true}
	if got := uses(t, l, 1, 10, time.Minute); got != 1 {
		t.Errorf("it uses %d", got)
	}
}
