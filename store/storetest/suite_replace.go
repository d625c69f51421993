package storetest

import (
	"strings"

	"spaces/store"
)

func testReplace(t *target) {
	ctx, space := t.Context(), t.newSpace()
	r := store.Ref{Space: space, Key: "notes/é +.txt"}
	props := t.props()
	put := must[store.Info](t)(t.Store.Put(ctx, r, strings.NewReader("old"), 3, props, store.PutOptions{}))
	was := must[store.Info](t)(t.Store.Head(ctx, r))
	replace := func(text string, was store.Info, o store.ReplaceOptions) (store.Info, error) {
		return t.Store.Replace(ctx, was, strings.NewReader(text), int64(len(text)), o)
	}
	saved := must[store.Info](t)(replace("new text", was, store.ReplaceOptions{}))
	if got := Read(t, t.Store, space, r.Key); got != "new text" || saved.Size != 8 || saved.ETag == put.ETag {
		t.Errorf("it is %q; saving said %+v", got, saved)
	}
	t.wantProps(r, props)

	_, err := replace("late", was, store.ReplaceOptions{})
	wantKind(t, "saving over what was changed meanwhile", err, store.Precondition)
	if got := Read(t, t.Store, space, r.Key); got != "new text" {
		t.Errorf("what was changed meanwhile is %q", got)
	}
	_, err = replace("late", was, store.ReplaceOptions{As: r})
	wantKind(t, "saving under a name that is taken", err, store.Exists)
	other := store.Ref{Space: space, Key: "notes/other.txt"}
	must[store.Info](t)(replace("late", was, store.ReplaceOptions{As: other}))
	if got := Read(t, t.Store, space, other.Key); got != "late" {
		t.Errorf("the other one is %q", got)
	}
	t.wantProps(other, props)
	must[store.Info](t)(replace("forced", was, store.ReplaceOptions{Force: true}))
	if got := Read(t, t.Store, space, r.Key); got != "forced" {
		t.Errorf("forced, it is %q", got)
	}

	check(t, t.Store.Delete(ctx, r))
	_, err = replace("again", was, store.ReplaceOptions{})
	if kind := store.KindOf(err); kind != store.NotFound && kind != store.Precondition {
		t.Errorf("saving what was deleted meanwhile: %v", err)
	}
	must[store.Info](t)(replace("again", was, store.ReplaceOptions{Force: true}))
}
