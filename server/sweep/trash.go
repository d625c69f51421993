package sweep

import (
	"context"
	"errors"
	"strings"
	"time"

	"spaces/server/storage"
)

// KeepTrash is how long a Space's trash is kept, unless KeepTrashFor says otherwise.
const KeepTrash = 30 * 24 * time.Hour

// Clients move what is deleted to trashPrefix, a folder for each delete whose name begins with when that was (README,
// "Looking after the data"). A folder with another name is somebody's own, and stays.
const (
	trashPrefix  = ".trash/"
	trashTime    = "20060102T150405Z"
	trashLetters = 6
	trashRule    = "trash" // in logs
)

// KeepTrashFor sets how long what is in the trash stays; 0 is for ever. It is set before Run.
func (w *Sweeper) KeepTrashFor(d time.Duration) { w.keepTrash = d }

// emptyTrash removes the batches of a Space that are old enough, for good where it keeps no versions.
func (w *Sweeper) emptyTrash(ctx context.Context, sp *storage.Space, now time.Time) (done Swept, err error) {
	if w.keepTrash <= 0 {
		return done, nil
	}
	q := storage.ListQuery{Prefix: trashPrefix, Delimiter: "/", Max: pageSize}
	for more := true; more; {
		var rows []storage.Listed
		if rows, more, err = w.engine.List(ctx, sp.Name, q); err != nil {
			return done, err
		}
		for _, row := range rows {
			q.After = row.Key
			at, ok := trashedAt(row.Key)
			if !row.Prefix || !ok || now.Sub(at) < w.keepTrash {
				continue
			}
			due := func(number uint64) bool { return now.Sub(w.misdated.made(number, at)) >= w.keepTrash }
			n, err := w.emptyBatch(ctx, sp, row.Key, due)
			if done.Objects += n; err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// trashedAt is when the batch of a folder was deleted; false: it is no batch.
func trashedAt(folder string) (time.Time, bool) {
	name := strings.TrimSuffix(strings.TrimPrefix(folder, trashPrefix), "/")
	stamp, letters, _ := strings.Cut(strings.TrimSuffix(name, "-public"), "-")
	at, err := time.Parse(trashTime, stamp)
	ok := err == nil && len(letters) == trashLetters && strings.Trim(letters, "abcdefghijklmnopqrstuvwxyz234567") == ""
	return at, ok
}

// emptyBatch removes what was moved to a folder by writes that due says are long ago: the name is from the clock of this
// machine, which may have been behind (see misdated).
func (w *Sweeper) emptyBatch(ctx context.Context, sp *storage.Space, prefix string, due func(number uint64) bool) (n int, err error) {
	q := storage.ListQuery{Prefix: prefix, Max: pageSize}
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		var rows []storage.Listed
		if rows, more, err = w.engine.List(ctx, sp.Name, q); err != nil || len(rows) == 0 {
			return n, err
		}
		list := make([]storage.Doomed, 0, len(rows))
		kept := rows[:0]
		for _, row := range rows {
			q.After = row.Key
			if len(w.misdated) > 0 {
				o, err := w.engine.Head(sp.Name, row.Key)
				if errors.Is(err, storage.ErrNoKey) || err == nil && !due(o.Seq) {
					continue
				}
				if err != nil {
					return n, err
				}
			}
			list, kept = append(list, storage.Doomed{Key: row.Key}), append(kept, row)
		}
		rows = kept
		gone, err := w.engine.DeleteBatch(ctx, sp.Name, list)
		if err != nil {
			return n, err
		}
		for i := range gone {
			switch {
			case gone[i].Err == nil:
				n++
				w.tell(sp, &Due{Space: sp.Name, Action: Delete, Key: rows[i].Key, Rule: trashRule, Size: rows[i].Size})
			case !errors.Is(gone[i].Err, storage.ErrNoKey):
				w.log.Warn("an object stays in the trash", "space", sp.Name, "key", rows[i].Key, "cause", gone[i].Err)
			}
		}
	}
	return n, nil
}
