package store_test

import (
	"archive/zip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

// zipAt gets a link, and names what is in it.
func zipAt(t *testing.T, url string) (names []string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %v %.300s", resp.Status, err, text)
	}
	r, err := zip.NewReader(strings.NewReader(string(text)), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		names = append(names, f.Name)
	}
	return names
}

func TestAFolderIsSharedAsOneFile(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	const folder = "é +%2F?x#y/ü&=/"
	storetest.Put(t, f.Store, "media", folder+"a.txt", "content")
	storetest.Put(t, f.Store, "media", "other", "content")
	if err := f.Store.KeepsLinks(t.Context()); err != nil { // an answer tells whose server it is
		t.Fatal(err)
	}
	if _, err := f.Store.List(t.Context(), store.ListRequest{Space: "media", Max: 1}); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{folder: "a.txt", "": "other " + folder + "a.txt"} {
		ref := store.Ref{Space: "media", Key: key}
		l, err := f.Store.ShareFolder(t.Context(), ref, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(zipAt(t, l.URL), " "); strings.ReplaceAll(got, "%3F", "?") != strings.ReplaceAll(want, "%2F", "%252F") {
			t.Errorf("%q has %q, want %q", key, got, want)
		}
		kept, err := f.Store.MakeLink(t.Context(), ref, store.LinkOptions{Folder: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(zipAt(t, kept.URL)); got != len(zipAt(t, l.URL)) {
			t.Errorf("kept: %d", got)
		}
		for what, n := range map[string]store.Shared{"signed zip": f.Store.SharedLink(ref, "", l, false, time.Now()), "kept zip": f.Store.SharedKept(kept)} {
			if n.What() != what || !n.Kept && !strings.Contains(n.TakeBack(), "delete the folder") {
				t.Errorf("%s: %+v", n.What(), n)
			}
		}
	}
	if _, err := f.Store.ShareFolder(t.Context(), store.Ref{Space: "media", Key: "none/"}, time.Hour); store.KindOf(err) != store.NotFound {
		t.Error(err)
	}
	if got := store.ArchiveName(store.Ref{Space: "media", Key: "a/b/"}) + store.ArchiveName(store.Ref{Space: "media"}); got != "b.zipmedia.zip" {
		t.Error(got)
	}
}

// A server of before takes the request for one of S3's, and answers well.
func TestAServerThatGivesNoArchivesIsFound(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a/b", "content")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "archive"), Fault: storetest.Answer(200, "")})
	if err := f.Store.CheckArchive(t.Context(), store.Ref{Space: "media", Key: "a/"}); store.KindOf(err) != store.Unsupported {
		t.Error(err)
	}
}
