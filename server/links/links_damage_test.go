package links

import (
	"errors"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/storage"
)

// A link that cannot be read is not forgotten: nobody could take it back then.
func TestALinkThatCannotBeReadIsDamage(t *testing.T) {
	engine, err := storage.Open("data", storage.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	for _, text := range []string{"{", `{"id":"other","bucket":"media"}`, `{"id":"id"}`, "{}"} {
		if err := engine.PutRecords(recordKind, map[string][]byte{"id": []byte(text)}); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(engine, nil); !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
