package storage

import (
	"context"
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/sstable/blob"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// valueFS looks at the files in which Pebble keeps larger values when they are
// opened. Pebble panics where one is gone or where its end cannot be read, also
// in a compaction, which would end the process (pebble v2.1.7, findOrCreateBlob
// reports no file as corrupt). So that is an error before Pebble has the file,
// and not one that Pebble takes for corruption, or for that there is no file.
type valueFS struct{ vfs.FS }

func (v valueFS) Open(name string, opts ...vfs.OpenOption) (vfs.File, error) {
	f, err := v.FS.Open(name, opts...)
	if !strings.HasSuffix(name, ".blob") {
		return f, err
	}
	base := v.FS.PathBase(name)
	if isMissing(err) {
		return nil, fmt.Errorf("%w: the file meta/%s is not there", ErrCorrupt, base)
	}
	if err != nil {
		return nil, err
	}
	if err := checkValueFile(f); err != nil {
		_ = f.Close()
		if pebble.IsCorruptionError(err) {
			return nil, fmt.Errorf("%w: the file meta/%s: %v", ErrCorrupt, base, err)
		}
		return nil, fmt.Errorf("read meta/%s: %w", base, err)
	}
	return f, nil
}

// Unwrap shows what is below, for those who look through wrappers.
func (v valueFS) Unwrap() vfs.FS { return v.FS }

// checkValueFile reads the end of a file of values, which has a checksum.
func checkValueFile(f vfs.File) error {
	r, err := sstable.NewSimpleReadable(unclosed{f})
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = blob.NewFileReader(context.Background(), r, blob.FileReaderOptions{})
	return err
}

// unclosed stays open for who goes on reading.
type unclosed struct{ vfs.File }

func (unclosed) Close() error { return nil }
