package storage

import (
	"encoding/binary"
	"io"

	"github.com/cockroachdb/pebble/v2"
)

// A counters record is the sum of two varints, objects and bytes, of all that
// was merged into it, so that writers of one Space never wait for each other.
var counterMerger = &pebble.Merger{
	Name: "spaces.counters.1",
	Merge: func(_, value []byte) (pebble.ValueMerger, error) {
		c := &counters{}
		return c, c.add(value)
	},
}

type counters struct{ objects, bytes int64 }

func (c counters) encode() []byte {
	return binary.AppendVarint(binary.AppendVarint(make([]byte, 0, 2*binary.MaxVarintLen64), c.objects), c.bytes)
}

func (c *counters) add(value []byte) error {
	objects, n := binary.Varint(value)
	if n <= 0 {
		return errRecord
	}
	bytes, m := binary.Varint(value[n:])
	if m <= 0 {
		return errRecord
	}
	c.objects += objects
	c.bytes += bytes
	return nil
}

func (c *counters) MergeNewer(value []byte) error { return c.add(value) }
func (c *counters) MergeOlder(value []byte) error { return c.add(value) }
func (c *counters) Finish(bool) ([]byte, io.Closer, error) {
	return c.encode(), nil, nil
}
