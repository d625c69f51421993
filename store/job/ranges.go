package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

const (
	markEvery = 1 << 20 // bytes that are written before that is noted
	runMost   = 8       // ranges that one request is for: each costs the time of a round trip in which nothing comes
)

// fetchParts reads a large object by ranges, as many at once as streams have it, all of one version. What an earlier download
// has written is not read again, and verified with the rest.
func (j *job) fetchParts(ctx context.Context, s Step, f *part, t *tally) (store.Info, error) {
	var info store.Info
	err := j.try(ctx, func(ctx context.Context) (err error) {
		info, err = j.plan.from.HeadVersion(ctx, s.From, s.Version)
		return err
	})
	if err == nil {
		err = s.isStill(info)
	}
	if err == nil {
		err = j.fetchRanges(ctx, s, info, f, t)
	}
	if err != nil {
		return info, err
	}
	return info, verifyFile(f.File, info)
}

func (j *job) fetchRanges(ctx context.Context, s Step, info store.Info, f *part, t *tally) error {
	if err := f.Truncate(info.Size); err != nil {
		return fmt.Errorf("writing the file: %w", bareFile(err))
	}
	t.add(f.there())
	way := j.m.streams(j.plan.from, false).begin(bodiesOf(j.plan.from, j.m.o.Workers))
	defer way.end()
	g, ctx := errgroup.WithContext(ctx)
	keep := &keeper{part: f}
	var stopped error
	for next := int64(0); ; {
		leave, err := way.take(ctx)
		if err != nil {
			stopped = err
			break
		}
		r := f.run(next, way.share(f.Size-next, f.Chunk))
		if next = r.end; r.off == r.end {
			leave()
			break
		}
		g.Go(func() error {
			defer store.Caught(ctx)
			defer leave()
			return j.fetchRun(ctx, s, info, &runSink{part: f, off: r.off, noted: r.off, keep: keep, way: way, tally: t}, r)
		})
	}
	err, unkept := g.Wait(), keep.wait()
	return cmp.Or(err, unkept, stopped)
}

// run is a stretch of a file that one request is for.
type run struct{ off, end int64 }

// run is the next stretch behind from that is missing, of so many ranges at most; an empty one at the end when nothing is.
func (p *part) run(from int64, ranges int) run {
	n := int((from + p.Chunk - 1) / p.Chunk)
	for int64(n)*p.Chunk < p.Size && (p.Done[n] || p.Far[n] >= p.lengthOf(n)) {
		n++
	}
	r := run{off: min(int64(n)*p.Chunk+p.Far[n], p.Size)}
	for r.end = r.off; ranges > 0 && r.end < p.Size; ranges-- {
		r.end = min(int64(n+1)*p.Chunk, p.Size)
		if n++; p.Done[n] || p.Far[n] > 0 {
			break
		}
	}
	return r
}

// keeper puts ranges on the disk that are whole, beside the download.
type keeper struct {
	part *part

	mu     sync.Mutex
	whole  []int
	busy   bool
	failed error
	idle   sync.WaitGroup
}

// add takes over a range that was written, and syncs all that there are when the last sync is over.
func (k *keeper) add(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.whole = append(k.whole, n)
	if k.part.at == nil || k.busy || k.failed != nil {
		return
	}
	k.busy = true
	k.idle.Go(k.sync)
}

func (k *keeper) sync() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.whole) > 0 && k.failed == nil {
		whole := k.whole
		k.whole = nil
		k.mu.Unlock()
		err := k.part.Sync()
		if err == nil {
			k.part.at.ranged(k.part.Path, whole)
		}
		k.mu.Lock()
		if err != nil {
			k.failed = fmt.Errorf("writing the file: %w", bareFile(err))
		}
	}
	k.busy = false
}

// wait returns when nothing is synced any more. What was not yet is when the file gets its name. A sync that failed must be
// told here: the next one would not fail any more.
func (k *keeper) wait() error {
	k.mu.Lock()
	k.whole = nil
	k.mu.Unlock()
	k.idle.Wait()
	return k.failed
}

// fetchRun reads one stretch, going on where a broken answer ended.
func (j *job) fetchRun(ctx context.Context, s Step, info store.Info, w *runSink, r run) error {
	for w.off < r.end {
		err := j.try(ctx, func(ctx context.Context) error {
			from := w.off
			body, got, err := j.plan.from.Get(ctx, s.From, store.GetOptions{Offset: from, Length: r.end - from, IfMatch: info.ETag, Version: s.Version})
			if err != nil {
				return err
			}
			defer body.Close()
			if err := isStill(got, info.Size, info.ETag); err != nil {
				return err
			}
			_, err = copyAll(w, io.LimitReader(body, r.end-from), r.end-from)
			if err == nil && w.off < r.end {
				err = io.ErrUnexpectedEOF
			}
			return goOn(err, w.off > from)
		})
		if err != nil && !errors.Is(err, errGoOn) {
			return err
		}
	}
	return nil
}

// runSink takes bytes that arrive for a stretch of a file, and has noted how far it is.
type runSink struct {
	part  *part
	off   int64 // where the next byte goes
	noted int64 // up to which
	keep  *keeper
	way   *flow
	tally *tally
}

func (w *runSink) Write(p []byte) (int, error) {
	began := time.Now()
	n, err := w.part.WriteAt(p, w.off)
	w.way.wrote(time.Since(began))
	for left := int64(n); left > 0; { // no note is of two ranges
		k := int(w.off / w.part.Chunk)
		step := min(left, int64(k+1)*w.part.Chunk-w.off)
		w.off, left = w.off+step, left-step
		w.note(k)
	}
	w.tally.add(int64(n))
	w.way.count(int64(n))
	if err != nil {
		err = fmt.Errorf("writing the file: %w", bareFile(err))
	}
	return n, err
}

// note notes of a range how far it was written.
func (w *runSink) note(k int) {
	far := w.off - int64(k)*w.part.Chunk
	whole := far == w.part.lengthOf(k)
	if !whole && w.off-w.noted < markEvery {
		return
	}
	w.noted = w.off
	w.part.at.marked(w.part.Path, k, far)
	if whole {
		w.keep.add(k)
	}
}
