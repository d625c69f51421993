// Package accesslog is what requests leave behind them: lines in the log of the server, for its operator, and records in
// the logs that Spaces ask for (PutBucketLogging), which are delivered as objects. Neither ever holds a request up. What
// a request was is told by whoever serves it.
package accesslog

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Options say where a Log is. Path is required.
type Options struct {
	Path     string
	MaxBytes int64        // a file that has as many is set aside; 0: 64 MiB
	Keep     int          // files set aside that are kept, PATH.1 being the newest; 0: 8
	Log      *slog.Logger // of trouble with the log itself; nil: none
}

// Log writes a JSON line for each request to a file that only its owner
// may read. The lines are made and written by a goroutine of its own: a
// request leaves what is known of it and goes on. When the disk cannot keep
// up, lines are dropped and counted, except those that are to be kept, which wait
// in memory.
type Log struct {
	o       Options
	lines   chan Line
	dropped atomic.Uint64
	mu      sync.Mutex
	must    []Line // that found the queue full
	quit    chan struct{}
	once    sync.Once
	ended   sync.WaitGroup

	file *os.File
	w    *bufio.Writer
	size int64
	buf  []byte
	told uint64 // of dropped, how many the log says
}

// Sizes of the queue, in lines: of what may be dropped, and of what may not.
const (
	queueLines = 8192
	keptLines  = 65536
)

// Open goes on with the file at o.Path. Close must follow.
func Open(o Options) (*Log, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 64 << 20
	}
	if o.Keep <= 0 {
		o.Keep = 8
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &Log{o: o, lines: make(chan Line, queueLines), quit: make(chan struct{})}
	if err := a.open(); err != nil {
		return nil, fmt.Errorf("open the access log: %w", err)
	}
	a.ended.Go(a.run)
	return a, nil
}

// Close writes what is queued. Requests that end later are not logged.
func (a *Log) Close() error {
	a.once.Do(func() { close(a.quit) })
	a.ended.Wait()
	if a.file == nil {
		return nil
	}
	return errors.Join(a.w.Flush(), a.file.Close())
}

// Dropped is how many lines were lost.
func (a *Log) Dropped() uint64 { return a.dropped.Load() }

// Record takes the line of a request. It never blocks.
func (a *Log) Record(l Line) {
	if len(l.Agent) > maxAgent {
		l.Agent = l.Agent[:maxAgent]
	}
	select {
	case a.lines <- l:
		return
	default:
	}
	if l.Kept {
		a.mu.Lock()
		defer a.mu.Unlock()
		if len(a.must) < keptLines {
			a.must = append(a.must, l)
			return
		}
	}
	a.dropped.Add(1)
}

// flushEvery is how long lines are collected before they are written to the
// file: one call to the system for all of them.
const flushEvery = 200 * time.Millisecond

func (a *Log) run() {
	var flush <-chan time.Time // nil: nothing is collected
	for {
		select {
		case l := <-a.lines:
			a.write(&l)
			if flush == nil {
				flush = time.After(flushEvery)
			}
		case <-flush:
			flush = nil
			a.rest()
		case <-a.quit:
			for len(a.lines) > 0 {
				l := <-a.lines
				a.write(&l)
			}
			a.rest()
			return
		}
	}
}

// rest writes what waits elsewhere, when the queue is empty.
func (a *Log) rest() {
	a.mu.Lock()
	must := a.must
	a.must = nil
	a.mu.Unlock()
	for i := range must {
		a.write(&must[i])
	}
	if n := a.dropped.Load(); n != a.told && a.file != nil {
		a.buf = fmt.Appendf(a.buf[:0], "{\"time\":%q,\"dropped\":%d}\n", time.Now().UTC().Format(lineTime), n-a.told)
		a.told = n
		a.put()
	}
	if a.file != nil {
		a.check(a.w.Flush())
	}
}

// write makes the line and puts it into the buffer.
func (a *Log) write(l *Line) {
	if a.file == nil { // a write failed before
		if err := a.open(); err != nil {
			a.dropped.Add(1)
			return
		}
	}
	a.buf = l.appendJSON(a.buf[:0])
	a.put()
}

func (a *Log) put() {
	if a.size > 0 && a.size+int64(len(a.buf)) > a.o.MaxBytes {
		a.rotate()
	}
	if a.file == nil {
		a.dropped.Add(1)
		return
	}
	n, err := a.w.Write(a.buf)
	a.size += int64(n)
	a.check(err)
}

// check gives the file up after an error; the next line opens it again.
func (a *Log) check(err error) {
	if err == nil {
		return
	}
	a.o.Log.Error("the access log cannot be written", "err", err)
	a.dropped.Add(1)
	_ = a.file.Close()
	a.file = nil
}

func (a *Log) open() error {
	f, err := os.OpenFile(a.o.Path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(0o600)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	a.file, a.size, a.w = f, info.Size(), bufio.NewWriterSize(f, 64<<10)
	return nil
}

// rotate sets the file aside and begins another.
func (a *Log) rotate() {
	if a.check(a.w.Flush()); a.file == nil {
		return
	}
	err := a.file.Close()
	a.file = nil
	name := func(n int) string { return fmt.Sprintf("%s.%d", a.o.Path, n) }
	for n := a.o.Keep - 1; n > 0; n-- {
		if e := os.Rename(name(n), name(n+1)); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	err = errors.Join(err, os.Rename(a.o.Path, name(1)), a.open())
	if err != nil {
		a.o.Log.Error("the access log cannot be set aside", "err", err)
	}
}
