package local

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spaces/server/storage"
)

// fillDue makes a data directory with objects that a rule wants to go, and twice as many that it does not.
func fillDue(t *testing.T, path string, objects int) {
	t.Helper()
	e, err := storage.Open(path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rules := "<LifecycleConfiguration><Rule><ID>old</ID><Status>Enabled</Status><Filter><Prefix>tmp/</Prefix></Filter>" +
		"<Expiration><Date>2020-01-01T00:00:00Z</Date></Expiration></Rule></LifecycleConfiguration>"
	for name, config := range map[string]map[string][]byte{"media": {"lifecycle": []byte(rules)}, "other": nil} {
		if err := e.CreateSpace(storage.Space{Name: name, Owner: "spaces", Config: config}); err != nil {
			t.Fatal(err)
		}
	}
	put := func(space, key string) {
		t.Helper()
		body, err := e.Stage(t.Context(), strings.NewReader("hello"), storage.StageOptions{Size: 5})
		if err != nil {
			t.Fatal(err)
		}
		defer body.Discard()
		if _, err := e.Put(t.Context(), space, key, body, storage.Attrs{}, storage.Checksum{}, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range objects {
		put("media", fmt.Sprint("tmp/", i))
		put("media", fmt.Sprint("kept", i))
		put("other", fmt.Sprint("tmp/", i))
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestTheOpenPanelSweeps lets the days go by at the panel's store, hour by hour.
func TestTheOpenPanelSweeps(t *testing.T) {
	path := t.TempDir()
	fillDue(t, path, 3)
	var late, looks atomic.Int64
	dir := Dir{Path: path, Now: func() time.Time {
		looks.Add(1)
		return time.Now().Add(time.Duration(late.Load()) * time.Hour)
	}}
	s := dir.newStore(RootKey{ID: "id", Secret: "secret"}, "", time.Millisecond)
	if err := s.open(); err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background())
	e := s.own.engine
	if _, err := e.CreateUpload(t.Context(), "other", "big", storage.Attrs{}, "", ""); err != nil {
		t.Fatal(err)
	}
	count := func() (objects, uploads int) {
		for _, space := range []string{"media", "other"} {
			sp, err := e.Space(space)
			if err != nil {
				t.Fatal(err)
			}
			u, _, _, err := e.Uploads(space, storage.UploadsQuery{Max: 10})
			if err != nil {
				t.Fatal(err)
			}
			objects, uploads = objects+int(sp.Objects), uploads+len(u)
		}
		return objects, uploads
	}
	hours := func(n int) {
		for range n {
			late.Add(1)
			for seen := looks.Load() + 2; looks.Load() < seen; { // a whole sweep in between
				runtime.Gosched()
			}
		}
	}
	hours(2)
	if objects, uploads := count(); objects != 6 || uploads != 1 {
		t.Error("what is due stays, or more than that goes:", objects, uploads)
	}
	hours(29 * 24)
	if _, uploads := count(); uploads != 1 {
		t.Error("an upload of 29 days is gone")
	}
	hours(3 * 24)
	if _, uploads := count(); uploads != 0 {
		t.Error("an upload of 32 days stays")
	}
	records, err := e.Records("sweep")
	if err != nil || len(records) != 2 {
		t.Error(records, err)
	}
}
