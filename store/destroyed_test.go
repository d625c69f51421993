package store_test

import (
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

func TestADestroyedSpaceIsListedAndBroughtBack(t *testing.T) {
	for name, options := range map[string][]storetest.Option{"embedded": nil, "elsewhere": {storetest.Listener()}} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t, options...)
			s, ctx := f.Store, t.Context()
			f.Space(t, "media")
			storetest.Put(t, s, "media", "a", "content")
			d, err := s.DestroySpace(ctx, "media")
			if err != nil || d.Name != "media" || d.Objects != 1 || d.Bytes != 7 || d.Until.Sub(d.Destroyed) != 7*24*time.Hour {
				t.Fatalf("%+v %v", d, err)
			}
			if _, err := s.DestroySpace(ctx, "media"); store.KindOf(err) != store.NoSpace {
				t.Errorf("again: %v", err)
			}
			list, err := s.Destroyed(ctx)
			if err != nil || len(list) != 1 || list[0] != d {
				t.Errorf("listed: %+v %v", list, err)
			}
			f.Space(t, "media")
			if err := s.Undestroy(ctx, d, ""); store.KindOf(err) != store.Exists {
				t.Errorf("its name is taken: %v", err)
			}
			if err := s.Undestroy(ctx, d, "again"); err != nil {
				t.Error(err)
			}
			if got := storetest.Read(t, s, "again", "a"); got != "content" {
				t.Errorf("%q", got)
			}
			d, err = s.DestroySpace(ctx, "again")
			if err == nil {
				err = s.EndDestroyed(ctx, d)
			}
			if err != nil {
				t.Error(err)
			}
			if err := s.Undestroy(ctx, d, ""); store.KindOf(err) != store.NoSpace {
				t.Errorf("ended: %v", err)
			}
		})
	}
}

// Other servers are not asked, and one from before is asked once.
func TestWhoKeepsNoDestroyedSpacesIsLeftAlone(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	if _, err := f.Store.DestroySpace(t.Context(), "media"); store.KindOf(err) != store.Unsupported || f.Store.KeepsDestroyed() {
		t.Error(err)
	}
	old := storetest.New(t)
	old.Space(t, "media")
	old.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "destroy"), Fault: storetest.Answer(501, "NotImplemented")})
	if _, err := old.Store.DestroySpace(t.Context(), "media"); store.KindOf(err) != store.Unsupported || old.Store.KeepsDestroyed() {
		t.Error(err)
	}
}

func TestAReadOnlyConnectionDestroysNothing(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	s := f.Open(t, func(c *store.Config) { c.ReadOnly = "The configuration says so." })
	if _, err := s.DestroySpace(t.Context(), "media"); store.KindOf(err) != store.Denied {
		t.Errorf("destroyed: %v", err)
	}
	d, err := f.Store.DestroySpace(t.Context(), "media")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Undestroy(t.Context(), d, ""); store.KindOf(err) != store.Denied {
		t.Errorf("brought back: %v", err)
	}
	if err := s.EndDestroyed(t.Context(), d); store.KindOf(err) != store.Denied {
		t.Errorf("ended: %v", err)
	}
}
