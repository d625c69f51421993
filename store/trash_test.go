package store_test

import (
	"testing"
	"time"

	"spaces/store"
)

func TestTheNameOfABatchTellsWhenItWasDeleted(t *testing.T) {
	at := time.Date(2026, 11, 26, 22, 0, 1, 5, time.FixedZone("", 3600))
	b := store.NewTrashBatch(at)
	got, public, rest, ok := store.TrashBatchOf(b.Prefix() + "a/b")
	if !ok || public || rest != "a/b" || got != b || !b.At.Equal(at.Truncate(time.Second)) {
		t.Errorf("%+v %v %q %v", got, public, rest, ok)
	}
	if got, public, rest, ok = store.TrashBatchOf(b.Public()); !ok || !public || rest != "" || got != b {
		t.Errorf("%+v %v %q %v", got, public, rest, ok)
	}
	for _, key := range []string{"", ".trash/", ".trash/x/", "a/.trash/20261126T220000Z-abcdef/", ".trash/20261126T220000Z-abcdef", ".trash/20261126T220000Z/a",
		".trash/20261126T220000Z-abcde/a", ".trash/20261126T220000Z-abcde1/a", ".trash/20261126T220000Z-ABCDEF/a", ".trash/20261326T220000Z-abcdef/a",
		".trash/20261126T220000Z-abcdef-private/a", ".trash//20261126T220000Z-abcdef/a"} {
		if _, _, _, ok := store.TrashBatchOf(key); ok {
			t.Errorf("%q is taken for a batch", key)
		}
	}
}
