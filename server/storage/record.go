package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// recNote begins the small records that the layers above keep here, which are
// about no Space: a kind without NUL in it, NUL, an id.
const recNote = 'k'

func noteKey(kind, id string) []byte { return within(recNote, kind, id) }

// Records gives all records of a kind by their ids. It reads from the disk:
// who asks often keeps the answer.
func (e *Engine) Records(kind string) (map[string][]byte, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.leave()
	from := noteKey(kind, "")
	found := map[string][]byte{}
	err := e.scan(from, after(from), func(key, value []byte) (bool, error) {
		found[string(key[len(from):])] = append([]byte(nil), value...)
		return true, nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the records %q: %w", kind, err)
	}
	return found, nil
}

// PutRecords writes records of a kind by their ids, all or none; a nil value
// removes. What is written is durable when it returns. Values are small: they
// are read whole, and live among the metadata.
func (e *Engine) PutRecords(kind string, values map[string][]byte) error {
	enter := e.enterWrite
	for _, v := range values {
		if v != nil {
			enter = e.enterGrow
		}
	}
	if err := enter(); err != nil {
		return err
	}
	defer e.leave()
	t := e.begin()
	for _, id := range slices.Sorted(maps.Keys(values)) {
		if v := values[id]; v == nil {
			t.delete(noteKey(kind, id))
		} else {
			t.set(noteKey(kind, id), v)
		}
	}
	if err := t.commit(context.Background(), &held{}); err != nil {
		return fmt.Errorf("write the records %q: %w", kind, err)
	}
	return nil
}
