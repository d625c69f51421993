package server_test

import (
	"testing"

	"spaces/server"
)

func FuzzRange(f *testing.F) {
	for _, s := range []string{"bytes=0-1", "bytes=-5", "bytes=5-", "bytes=", "bytes=0-99999999999999999999", "bytes=1-0", "items=0-1", "bytes=0-0,1-1"} {
		f.Add(s, int64(10))
	}
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			return
		}
		off, n, partial, ok := server.ParseRange(header, size)
		if !ok {
			return
		}
		if off < 0 || n < 0 || off+n > size || off+n < 0 || partial && n == 0 || !partial && (off != 0 || n != size) {
			t.Errorf("%q of %d: %d+%d", header, size, off, n)
		}
	})
}

func FuzzTags(f *testing.F) {
	for _, s := range []string{"a=1", "a=1&b=2", "a", "=", "&", "%zz=1", "a=%C3%A9", "a=1&a=2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tags, err := server.ParseTags(s)
		if err == nil && len(tags) > 10 {
			t.Errorf("%d tags", len(tags))
		}
	})
}
