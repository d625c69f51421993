package storage

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// logCheck is what a look at the logs gives, before Pebble reads them.
type logCheck struct {
	keptMarks
	logs []uint64 // those that are needed, ascending
}

// checkMeta checks the logs, and for one who writes opens the marks.
func (e *Engine) checkMeta(writes bool) (*logCheck, error) {
	c, err := e.checkLogs()
	if err != nil || !writes {
		return c, err
	}
	var run logRun
	if _, err := io.ReadFull(e.o.Rand, run[:]); err != nil {
		return nil, fmt.Errorf("make a number for the marks: %w", err)
	}
	e.marks, err = openMarks(e.fs, e.path(marksFile), c.keptMarks, run)
	return c, err
}

// checkLogs looks whether the manifest and the logs have all that was
// acknowledged: a *DamageError says that they have not. It changes nothing.
func (e *Engine) checkLogs() (*logCheck, error) {
	c := &logCheck{}
	var err error
	if c.keptMarks, err = readMarks(e.fs, e.path(marksFile)); err != nil {
		return nil, err
	}
	d, err := pebble.Peek(e.path("meta"), e.fs)
	if err != nil && !isMissing(err) {
		return nil, damaged(err)
	}
	if err != nil || !d.Exists {
		return c, e.checkEmpty(c)
	}
	current, ok := markNameOf(e.fs.PathBase(d.ManifestFilename))
	if !ok {
		return nil, fmt.Errorf("%w: the manifest of the metadata is said to be %q", ErrCorrupt, d.ManifestFilename)
	}
	if err := c.current(current); err != nil {
		return c, err
	}
	oldest, err := e.checkManifest(c, current)
	if err != nil {
		return c, err
	}
	return c, e.checkNeeded(c, oldest)
}

// current compares the manifest in use with those that the marks know.
func (c *logCheck) current(n markName) error {
	newest := uint64(0)
	for m := range c.ends {
		if m.kind == markManifest {
			newest = max(newest, m.num)
		}
	}
	if _, known := c.ends[n]; known || newest == 0 {
		return nil
	}
	if n.num < newest {
		return &DamageError{File: n.file(), Why: "it is older than the one that was in use: what points to that is lost"}
	}
	c.ends = nil // of before a program that makes none
	return nil
}

// checkEmpty is for metadata that are not there: that is right before they
// were made, and never after.
func (e *Engine) checkEmpty(c *logCheck) error {
	found := c.ends[markName{kind: markMade}] > 0
	err := eachBlobFile(e, func(string, string) error { found = true; return io.EOF })
	if err != nil && !errors.Is(err, io.EOF) && !isMissing(err) {
		return err
	}
	if found {
		return fmt.Errorf("%w: the metadata are not there, though they were", ErrCorrupt)
	}
	return nil
}

// checkManifest answers with the number of the oldest log that is needed. An
// edit is written when the one before it is durable: what follows something
// torn is proof that it was whole.
func (e *Engine) checkManifest(c *logCheck, n markName) (oldest uint64, err error) {
	l, err := e.readLog(n)
	if err != nil {
		return 0, err
	}
	r := l.read()
	if r.chunks < c.ends[n] || len(r.after) > 0 {
		return 0, &DamageError{File: n.file(), Offset: r.chunks, Whole: len(r.records), Why: "it does not say any more which tables there are"}
	}
	return oldestLog(r.records), e.checkValues(r.records)
}

// checkNeeded looks at the logs from oldest on.
func (e *Engine) checkNeeded(c *logCheck, oldest uint64) error {
	names, err := e.fs.List(e.path("meta"))
	if err != nil {
		return fmt.Errorf("list the metadata: %w", err)
	}
	for _, base := range names {
		if n, ok := markNameOf(base); ok && n.kind == markLog && n.num >= oldest {
			c.logs = append(c.logs, n.num)
		}
	}
	slices.Sort(c.logs)
	for _, n := range slices.SortedFunc(maps.Keys(c.ends), markName.compare) {
		held := c.ends[n] > chunkRecycled // more than the mark of a log that was closed
		if n.kind == markLog && n.num >= oldest && held && !slices.Contains(c.logs, n.num) {
			return &DamageError{File: n.file(), Why: "it is not there"}
		}
	}
	for i, num := range c.logs {
		if err := e.checkLog(c, markName{markLog, num}, i == len(c.logs)-1); err != nil {
			return err
		}
	}
	return nil
}

func (n markName) compare(o markName) int {
	return cmp.Or(cmp.Compare(n.kind, o.kind), cmp.Compare(n.num, o.num))
}

// checkLog compares one log with its mark, and with what its own records say
// was durable before they were written. Logs before the last were closed.
func (e *Engine) checkLog(c *logCheck, n markName, last bool) error {
	l, err := e.readLog(n)
	if err != nil {
		return err
	}
	l.last = c.run
	r := l.read()
	whole := r.chunks
	if r.how != notEnded && c.ends[n]-whole <= chunkRecycled { // no more than the mark of a log that was closed
		whole = c.ends[n]
	}
	switch {
	case whole < c.ends[n], r.promised > r.chunks, r.closed && c.ends == nil, !last && r.how == logTorn:
		return l.damage(n, r)
	}
	return nil
}

// readLog reads a log or a manifest.
func (e *Engine) readLog(n markName) (logText, error) { return readLogIn(e.fs, e.path("meta"), n) }

func readLogIn(fs vfs.FS, meta string, n markName) (logText, error) {
	l := logText{num: uint32(n.num)}
	if n.kind == markManifest {
		l.num = 0
	}
	f, err := fs.Open(fs.PathJoin(meta, n.file()))
	if err == nil {
		l.data, err = readWhole(f)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return l, fmt.Errorf("read meta/%s: %w", n.file(), err)
	}
	return l, nil
}

// marksOf are marks for metadata that are whole and that nobody writes to.
func marksOf(fs vfs.FS, meta string) (keptMarks, error) {
	k := keptMarks{ends: markTable{markName{kind: markMade}: 1}}
	d, err := pebble.Peek(meta, fs)
	if err != nil {
		return k, err
	}
	current, _ := markNameOf(fs.PathBase(d.ManifestFilename))
	names, err := fs.List(meta)
	if err != nil {
		return k, err
	}
	for _, base := range names {
		n, ok := markNameOf(base)
		if !ok || n != current && n.kind != markLog {
			continue
		}
		l, err := readLogIn(fs, meta, n)
		if err != nil {
			return k, err
		}
		k.ends[n] = l.read().chunks
	}
	return k, nil
}

func readWhole(f vfs.File) ([]byte, error) {
	i, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b := make([]byte, i.Size())
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return b[:n], err
}
