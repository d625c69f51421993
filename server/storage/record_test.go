package storage

import (
	"maps"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func TestRecordsOutliveTheEngineAndStayAmongTheirKind(t *testing.T) {
	fs := vfs.NewMem()
	open := func() *Engine {
		e, err := Open("data", Options{FS: fs})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := open()
	put := func(kind string, values map[string][]byte) {
		t.Helper()
		if err := e.PutRecords(kind, values); err != nil {
			t.Fatal(err)
		}
	}
	put("key", map[string][]byte{"a": []byte("1"), "b": []byte("2"), "": []byte("3")})
	put("keys", map[string][]byte{"a": []byte("other")})
	put("key", map[string][]byte{"a": nil, "c": []byte("4")})
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = open()
	defer e.Close()
	got, err := e.Records("key")
	if err != nil {
		t.Fatal(err)
	}
	if ids := slices.Sorted(maps.Keys(got)); !slices.Equal(ids, []string{"", "b", "c"}) || string(got["c"]) != "4" {
		t.Errorf("%q", got)
	}
	if got, err := e.Records("ke"); err != nil || len(got) != 0 {
		t.Errorf("%q %v", got, err)
	}
}

func TestRecordsOfAClosedEngineAreRefused(t *testing.T) {
	e, err := Open("data", Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	e.Close()
	if err := e.PutRecords("key", map[string][]byte{"a": []byte("1")}); err == nil {
		t.Error("written")
	}
	if _, err := e.Records("key"); err == nil {
		t.Error("read")
	}
}
