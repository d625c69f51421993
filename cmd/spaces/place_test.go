package main

import (
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

func TestAPlaceIsFoundHoweverItIsWritten(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "dir/a file.txt", "12345")
	ref := store.Ref{Space: "media", Key: "dir/a file.txt"}
	link, err := f.Store.Share(t.Context(), ref, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	file := "a file.txt\t5\t"
	for text, want := range map[string]string{
		"": "media\t", "/": "media\t", "media": "dir/\t-", "media/": "dir/\t-", "s3://media": "dir/\t-",
		"media/dir": file, "/media/dir/": file, "S3://media/dir/": file, "media/dir/a file.txt": file,
		f.Store.PublicURL(ref): file, link.URL: file, f.URL + "/media/dir/": file,
	} {
		var out strings.Builder
		p, err := findPlace(t.Context(), f.Store, text, true)
		if err == nil {
			err = printPlace(t.Context(), &out, f.Store, p)
		}
		if err != nil || !strings.HasPrefix(out.String(), want) {
			t.Errorf("%q prints %q, want %q: %v", text, out.String(), want, err)
		}
	}
	for text, kind := range map[string]store.Kind{
		"media/typo/": store.NotFound, "media/typo": store.NotFound, "other": store.NoSpace,
		"https://example.com/media/dir/": store.InvalidName, "media?tags": store.InvalidName,
	} {
		if p, err := findPlace(t.Context(), f.Store, text, true); store.KindOf(err) != kind {
			t.Errorf("%q is %v: %v", text, p, err)
		}
	}
}

func TestAMistypedFolderInAPipeFails(t *testing.T) {
	h := newHome(t)
	h.env = []string{"SPACES_ACCESS_KEY_ID=" + testKey, "SPACES_SECRET_ACCESS_KEY=" + testSecret}
	wantError(t, h, []string{"media"}, "no Space")
	s := h.serve(t, program(t), "127.0.0.1:0")
	c := s.open(t)
	if err := c.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	storetest.Put(t, c, "media", "img/1.png", "1234")
	wantError(t, h, []string{"media/imgs/"}, "no file or folder", "media/imgs/", "Check the name")
	out, stderr, err := h.run(t, c.PublicURL(store.Ref{Space: "media", Key: "img/1.png"}))
	if err != nil || !strings.HasPrefix(out, "1.png\t4\t") {
		t.Errorf("%q %q %v", out, stderr, err)
	}
}
