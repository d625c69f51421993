package store_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

func TestALinkThatTheServerKeeps(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a.txt", "content")
	ref := store.Ref{Space: "media", Key: "a.txt"}
	if err := f.Store.KeepsLinks(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := f.Store.MakeLink(t.Context(), ref, store.LinkOptions{Password: "sesame", ShareOptions: store.ShareOptions{Attachment: "ä.txt"}})
	if err != nil || l.URL == "" || !l.HasPassword || l.State != "active" || !l.Until.IsZero() {
		t.Fatalf("%+v %v", l, err)
	}
	resp, err := http.PostForm(l.URL, map[string][]string{"password": {"sesame"}})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if string(text) != "content" || !strings.Contains(resp.Header.Get("Content-Disposition"), "%C3%A4.txt") {
		t.Errorf("%s %s", text, resp.Header)
	}
	until := time.Now().Add(60 * 24 * time.Hour).Truncate(time.Second)
	if l, err = f.Store.ExtendLink(t.Context(), l.ID, until); err != nil || !l.Until.Equal(until) {
		t.Errorf("%+v %v", l, err)
	}
	n := f.Store.SharedKept(l)
	now := f.Store.LinksNow([]store.Shared{n, {ID: "lost", Conn: f.Store.Conn(), Kept: true, Space: "x"}, {ID: "other", Conn: "other", Kept: true, Space: "x"}}, []store.KeptLink{l, {ID: "theirs", State: "used", Made: time.Now().Add(time.Hour)}}, true, time.Now())
	var states []string
	for _, x := range now {
		states = append(states, x.ID[:4]+" "+x.State)
	}
	if got := strings.Join(states, ", "); got != "thei used, "+l.ID[:4]+" active, lost gone, othe active" {
		t.Error(got)
	}
	if err := f.Store.EndLink(t.Context(), l.ID); err != nil {
		t.Fatal(err)
	}
	if err := f.Store.EndLink(t.Context(), l.ID); store.KindOf(err) != store.NotFound {
		t.Error(err)
	}
	if _, err := f.Store.MakeLink(t.Context(), store.Ref{Space: "media", Key: "nothing"}, store.LinkOptions{}); store.KindOf(err) != store.NotFound {
		t.Error(err)
	}
}

func TestEndpointsThatKeepNoLinksSaySo(t *testing.T) {
	asked := 0
	other := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<Error><Code>NoSuchBucket</Code></Error>")
	})
	server := httptest.NewServer(other)
	t.Cleanup(server.Close)
	s, err := store.Open(t.Context(), store.Config{Endpoint: server.URL, AccessKey: "AK", SecretKey: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.KeepsLinks(t.Context()); store.KindOf(err) != store.Unsupported {
			t.Error(err)
		}
	}
	if asked != 1 {
		t.Errorf("it is asked %d times", asked)
	}
}
