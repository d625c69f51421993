package storage

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// damagedDir is where damaged logs are kept as they were found.
const damagedDir = "damaged"

// salvage cuts a damaged log before the first write that is not whole, takes
// the logs after it away, and moves the blob files whose records may have been
// there out of use. The store is then as it was before that write. The logs are
// kept in damagedDir as they were found. It says what it did. The marks come
// last: until then nobody opens the directory, and salvage can be repeated.
func salvage(dir string, o Options) (did []string, err error) {
	e := &Engine{dir: dir, o: withDefaults(o), broken: make(chan struct{})}
	e.log = e.o.Logger
	e.room.open(e)
	if err := e.openDir(); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.lock.Close()) }()
	c, err := e.checkLogs()
	d, ok := errors.AsType[*DamageError](err)
	if !ok || !d.Salvageable() {
		return nil, errors.Join(err, errors.New("there is no damaged log"))
	}
	n, _ := markNameOf(d.File)
	if c.ends == nil {
		if err := e.keepOut(c, n); err != nil {
			return nil, err
		}
	}
	kept, err := e.takeLogs(c, n, d.Offset)
	if err != nil {
		return nil, err
	}
	did = append(did, fmt.Sprintf("the log was cut at the damage, and is kept as it was in %s, as %s; %s", damagedDir, strings.Join(kept, ", "), d.what()))
	moved, err := e.moveStaged()
	if err != nil {
		return nil, err
	}
	for log := range c.ends {
		if log.kind == markLog && log.num >= n.num {
			delete(c.ends, log)
		}
	}
	return append(did, moved...), e.writeMarks(c)
}

// keepOut makes marks by which a log that has none goes on being damaged.
func (e *Engine) keepOut(c *logCheck, n markName) error {
	l, err := e.readLog(n)
	if err != nil {
		return err
	}
	c.ends = markTable{n: int64(len(l.data))}
	return e.writeMarks(c)
}

func (e *Engine) writeMarks(c *logCheck) error {
	m, err := openMarks(e.fs, e.path(marksFile), c.keptMarks, c.run)
	if err != nil {
		return err
	}
	return m.close()
}

// takeLogs takes the logs from n on away, the youngest first, but the whole
// beginning of n itself, and says what the copies are called.
func (e *Engine) takeLogs(c *logCheck, n markName, whole int64) (kept []string, err error) {
	if err := e.makeDir(damagedDir); err != nil {
		return nil, err
	}
	for i := len(c.logs) - 1; i >= 0 && c.logs[i] >= n.num; i-- {
		log := markName{markLog, c.logs[i]}
		name, err := e.keepLog(log.file())
		if err != nil {
			return nil, err
		}
		kept = append(kept, name)
		path := e.fs.PathJoin(e.path("meta"), log.file())
		if log != n {
			err = e.fs.Remove(path)
		} else {
			var l logText
			if l, err = e.readLog(n); err == nil {
				err = writeFile(e.fs, path, l.data[:whole])
			}
		}
		if err != nil {
			return nil, fmt.Errorf("cut meta/%s: %w", log.file(), err)
		}
	}
	return kept, syncDir(e.fs, e.path("meta"))
}

// moveStaged moves the blob files that the next start would take for uploads
// that never ended, and those that are younger.
func (e *Engine) moveStaged() (did []string, err error) {
	po := e.pebbleOptions()
	po.ReadOnly, po.ErrorIfNotExists = true, true
	if e.db, err = e.openStillMeta(po); err != nil {
		return nil, damaged(err)
	}
	defer func() { err = errors.Join(err, e.db.Close()) }()
	if err := e.loadNumbers(); err != nil {
		return nil, err
	}
	err = eachBlobFile(e, func(dir, name string) error {
		id, err := strconv.ParseUint(name, 16, 64)
		if err != nil || blobDir(id) != dir || id < e.blobs.low {
			return nil
		}
		if _, ok, err := e.get(ref{kindBlob, id}.key()); ok || err != nil {
			return err
		}
		did = append(did, movedLost(id))
		return e.moveLost(id)
	})
	return did, err
}

// keepLog copies a log to damagedDir.
func (e *Engine) keepLog(file string) (name string, err error) {
	if name, err = e.freeName(damagedDir, file); err != nil {
		return "", err
	}
	n, _ := markNameOf(file)
	l, err := e.readLog(n)
	if err == nil {
		err = writeFile(e.fs, e.fs.PathJoin(e.path(damagedDir), name), l.data)
	}
	if err != nil {
		return "", fmt.Errorf("keep meta/%s: %w", file, err)
	}
	return name, nil
}
