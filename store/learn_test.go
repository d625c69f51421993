package store_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestOurServerIsKnownByItsAnswersWhereverItRuns(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	s := f.Store
	if s.CanRename() || s.Embedded() {
		t.Error("something is assumed before it has answered")
	}
	f.Space(t, "media")
	storetest.Put(t, s, "media", "a", "x")
	if !s.CanRename() || s.CanChooseRegion() || s.Embedded() {
		t.Error("it is not known by its answers")
	}
	from, to := store.Ref{Space: "media", Key: "a"}, store.Ref{Space: "media", Key: "b"}
	if err := s.Rename(t.Context(), from, to); err != nil {
		t.Error(err)
	}
	if info, err := s.Head(t.Context(), to); err != nil || info.Checksum.Value == "" {
		t.Errorf("no checksum: %+v %v", info, err)
	}
	f.Faults.Clear()
	if _, err := s.Copy(t.Context(), to, from, store.CopyOptions{Size: 6 << 30}); err != nil {
		t.Error(err)
	}
	if sent := f.Faults.Requests(); slices.ContainsFunc(sent, func(r string) bool { return strings.Contains(r, "uploads") }) {
		t.Errorf("a large copy goes by parts: %v", sent)
	}
}

func TestNothingIsAssumedOfAnotherServer(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a", "x")
	other := func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Header("Server", "MinIO")(next, r)
	}
	f.Faults.Add(storetest.Rule{Fault: other})
	from, to := store.Ref{Space: "media", Key: "a"}, store.Ref{Space: "media", Key: "b"}
	// It took the port of ours: the answer to the rename itself tells.
	if err := f.Store.Rename(t.Context(), from, to); store.KindOf(err) != store.Unreachable {
		t.Errorf("a rename by a server that has none: %v", err)
	}
	if f.Store.CanRename() || !f.Store.CanChooseRegion() {
		t.Error("it is still taken for ours")
	}
	f.Faults.Clear()
	f.Faults.Add(storetest.Rule{Fault: other})
	s := f.Open(t, nil)
	storetest.Keys(t, s, "media", "")
	if err := s.Rename(t.Context(), from, to); store.KindOf(err) != store.Unsupported {
		t.Error(err)
	}
	for _, r := range f.Faults.Requests() {
		if strings.Contains(r, "rename") || strings.Contains(r, "encoding-type") {
			t.Errorf("sent %q", r)
		}
	}
}
