package storetest

import (
	"strings"
	"testing"

	"spaces/store"
)

func testReplace(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	r := store.Ref{Space: space, Key: "notes/é +.txt"}
	props := fullProps()
	put := must[store.Info](t)(s.Put(ctx, r, strings.NewReader("old"), 3, props, store.PutOptions{}))
	was := must[store.Info](t)(s.Head(ctx, r))
	replace := func(text string, was store.Info, o store.ReplaceOptions) (store.Info, error) {
		return s.Replace(ctx, was, strings.NewReader(text), int64(len(text)), o)
	}
	saved := must[store.Info](t)(replace("new text", was, store.ReplaceOptions{}))
	if got := Read(t, s, space, r.Key); got != "new text" || saved.Size != 8 || saved.ETag == put.ETag {
		t.Errorf("it is %q; saving said %+v", got, saved)
	}
	wantProps(t, s, r, props)

	_, err := replace("late", was, store.ReplaceOptions{})
	wantKind(t, "saving over what was changed meanwhile", err, store.Precondition)
	if got := Read(t, s, space, r.Key); got != "new text" {
		t.Errorf("what was changed meanwhile is %q", got)
	}
	_, err = replace("late", was, store.ReplaceOptions{As: r})
	wantKind(t, "saving under a name that is taken", err, store.Exists)
	other := store.Ref{Space: space, Key: "notes/other.txt"}
	must[store.Info](t)(replace("late", was, store.ReplaceOptions{As: other}))
	if got := Read(t, s, space, other.Key); got != "late" {
		t.Errorf("the other one is %q", got)
	}
	wantProps(t, s, other, props)
	must[store.Info](t)(replace("forced", was, store.ReplaceOptions{Force: true}))
	if got := Read(t, s, space, r.Key); got != "forced" {
		t.Errorf("forced, it is %q", got)
	}

	check(t, s.Delete(ctx, r))
	_, err = replace("again", was, store.ReplaceOptions{})
	if kind := store.KindOf(err); kind != store.NotFound && kind != store.Precondition {
		t.Errorf("saving what was deleted meanwhile: %v", err)
	}
	must[store.Info](t)(replace("again", was, store.ReplaceOptions{Force: true}))
}
