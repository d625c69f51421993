package store_test

import (
	"maps"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestMetadataBeyondASCIIIsReadAsItWasWritten(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	meta := map[string]string{"name": "café noir", "place": "日本語", "plain": "a=?b", "same": "=?nothing?="}
	r := store.Ref{Space: "media", Key: "a"}
	if _, err := f.Store.Put(t.Context(), r, strings.NewReader("x"), 1, store.Props{Meta: meta}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	if head, err := f.Store.Head(t.Context(), r); err != nil || !maps.Equal(head.Meta, meta) {
		t.Errorf("%v, %v; want %v", head.Meta, err, meta)
	}
}
