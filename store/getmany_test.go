package store_test

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestManyComeByOneRequest(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	etag := storetest.Put(t, f.Store, "media", "a", "content of a").ETag
	storetest.Put(t, f.Store, "media", "b", "")
	var said []string
	err := f.Store.GetMany(t.Context(), "media", []store.Wanted{{Key: "a", ETag: etag, Size: 12}, {Key: "a", ETag: "other", Size: 12}, {Key: "a", Size: 11}, {Key: "b\x01"}, {Key: "none", Size: 5}, {Key: "b"}},
		func(i int, info store.Info, body []byte, err error) {
			said = append(said, info.Ref.Key+":"+string(body)+string(store.KindOf(err)))
		})
	want := "a:content of a|a:" + string(store.Precondition) + "|a:" + string(store.Precondition) + "|none:" + string(store.NotFound) + "|b:"
	if got := strings.Join(said, "|"); err != nil || got != want {
		t.Errorf("%v %q, want %q", err, got, want)
	}
}
