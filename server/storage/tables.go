package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2/sstable"
)

// metaTable is a table of the metadata.
type metaTable struct {
	name        string // of its file
	size        int    // in bytes
	first, last []byte // records in it
}

// tableNames are the tables that are in use.
func (e *Engine) tableNames() (all []metaTable, err error) {
	levels, err := e.db.SSTables()
	if err != nil {
		return nil, damaged(err)
	}
	seen := map[string]bool{}
	for _, level := range levels {
		for _, t := range level {
			name := fmt.Sprintf("%06d.sst", uint64(t.BackingSSTNum))
			if !seen[name] {
				seen[name] = true
				all = append(all, metaTable{name, int(t.Size), t.Smallest.UserKey, t.Largest.UserKey})
			}
		}
	}
	return all, nil
}

// checkTable reads all blocks of a table, which have checksums.
func (e *Engine) checkTable(ctx context.Context, name string) error {
	f, err := e.fs.Open(e.fs.PathJoin(e.path("meta"), name))
	if err != nil {
		return err
	}
	readable, err := sstable.NewSimpleReadable(f)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	o := e.pebbleOptions()
	o.EnsureDefaults()
	r, err := sstable.NewReader(ctx, readable, o.MakeReaderOptions())
	if err != nil {
		return errors.Join(err, readable.Close())
	}
	return errors.Join(r.ValidateBlockChecksums(), r.Close())
}

// finding says that a table is damaged.
func (t metaTable) finding(err error) Finding {
	f := Finding{Fault: FaultDamaged, Offset: -1, Text: fmt.Sprintf("the table meta/%s, from %s to %s: %v", t.name, recordName(t.first), recordName(t.last), err)}
	f.Space, _ = recordOwner(t.first)
	if last, _ := recordOwner(t.last); last != f.Space {
		f.Space = ""
	}
	return f
}
