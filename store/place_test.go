package store_test

import (
	"errors"
	"testing"
	"time"

	"spaces/store"
)

func TestPlacesAreReadAsPeopleTypeThem(t *testing.T) {
	index, do := store.Place{}, store.Place{Conn: "do"}
	folder := store.Place{Conn: "do", Space: "media", Prefix: "a/", Key: "a/x"}
	for _, c := range []struct {
		text string
		at   store.Place
		want store.Place
	}{
		{"", index, index},
		{"", folder, folder},
		{"/", folder, do},
		{"//", index, index},
		{"s3://", folder, do},
		{"media", index, store.Place{Space: "media"}},
		{"media/", do, store.Place{Conn: "do", Space: "media"}},
		{"media/b/", index, store.Place{Space: "media", Prefix: "b/"}},
		{"media/b/c", index, store.Place{Space: "media", Prefix: "b/", Key: "b/c"}},
		{"media/c", index, store.Place{Space: "media", Key: "c"}},
		{"media//c/", index, store.Place{Space: "media", Prefix: "/c/"}},
		{"media/../%20?x#y", index, store.Place{Space: "media", Prefix: "../", Key: "../%20?x#y"}},
		{"/media/b/", folder, store.Place{Conn: "do", Space: "media", Prefix: "b/"}},
		{"s3://media/b", index, store.Place{Space: "media", Key: "b"}},
		{"S3://media/b/", folder, store.Place{Conn: "do", Space: "media", Prefix: "b/"}},
		{"b/", folder, store.Place{Conn: "do", Space: "media", Prefix: "a/b/"}},
		{"b", folder, store.Place{Conn: "do", Space: "media", Prefix: "a/", Key: "a/b"}},
		{"10:30/", folder, store.Place{Conn: "do", Space: "media", Prefix: "a/10:30/"}},
		{"media/10:30/", index, store.Place{Space: "media", Prefix: "10:30/"}},
		{"media?settings", do, store.Place{Conn: "do", Space: "media", Tab: store.Settings}},
		{"media?usage/b/", do, store.Place{Conn: "do", Space: "media", Prefix: "b/", Tab: store.Usage}},
		{"?keys", do, store.Place{Conn: "do", Tab: store.AccessKeys}},
		{"aws:?public", do, store.Place{Conn: "aws", Tab: store.Public}},
		{"aws:", do, store.Place{Conn: "aws"}},
		{"@aws", do, store.Place{Conn: "aws"}},
		{"@aws", folder, store.Place{Conn: "do", Space: "media", Prefix: "a/", Key: "a/@aws"}},
		{"aws:media/b", index, store.Place{Conn: "aws", Space: "media", Key: "b"}},
		{"aws:/media/b/", index, store.Place{Conn: "aws", Space: "media", Prefix: "b/"}},
		{"@aws:media/b/", folder, store.Place{Conn: "aws", Space: "media", Prefix: "b/"}},
		{"@:media/b/", folder, store.Place{Space: "media", Prefix: "b/"}},
		{"http://127.0.0.1:9000#KEY:media/b", index, store.Place{Conn: "http://127.0.0.1:9000#KEY", Space: "media", Key: "b"}},
	} {
		if got, err := store.ParsePlace(c.text, c.at); err != nil || got != c.want {
			t.Errorf("%q at %v is %+v, want %+v: %v", c.text, c.at, got, c.want, err)
		}
	}
	for _, text := range []string{"media?tags", "media?keys", "?settings", "?keys/b", "https://media.example.com/b", "HTTP://x"} {
		if got, err := store.ParsePlace(text, index); !errors.Is(err, store.InvalidName) {
			t.Errorf("%q is %+v: %v", text, got, err)
		}
	}
}

func TestPlacesAreReadBackAsTheyPrint(t *testing.T) {
	for text, p := range map[string]store.Place{
		"/":                     {},
		"do:":                   {Conn: "do"},
		"media/":                {Space: "media"},
		"media/b":               {Space: "media", Key: "b"},
		"media/a/b/":            {Space: "media", Prefix: "a/b/"},
		"?connections":          {Tab: store.Connections},
		"do:?keys":              {Conn: "do", Tab: store.AccessKeys},
		"media?find/a/":         {Space: "media", Prefix: "a/", Tab: store.Find},
		"do:media/a/b":          {Conn: "do", Space: "media", Prefix: "a/", Key: "a/b"},
		"media//":               {Space: "media", Prefix: "/"},
		"do:media?settings/":    {Conn: "do", Space: "media", Tab: store.Settings},
		"https://x.y#K:media/@": {Conn: "https://x.y#K", Space: "media", Key: "@"},
	} {
		back, err := store.ParsePlace(text, store.Place{})
		if p.String() != text || err != nil || back != p {
			t.Errorf("%+v prints as %q, want %q, and reads back as %+v: %v", p, p, text, back, err)
		}
	}
	onFolder := store.Place{Space: "media", Prefix: "a/", Key: "a/b/"}
	if got := onFolder.String(); got != "media/a/" {
		t.Errorf("with the cursor on a folder it is %q", got)
	}
}

func FuzzPlacesReadBack(f *testing.F) {
	for _, text := range []string{"media/a/b", "do:media?settings/x", "@a:b/c", "s3://m/", "http://h#k:m/x", "::", "a/:b", ":s3://a", "@:@a:b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := store.ParsePlace(text, store.Place{})
		if err != nil {
			return
		}
		if back, err := store.ParsePlace(p.String(), store.Place{}); err != nil || back != p {
			t.Errorf("%q is %+v, prints as %q and reads back as %+v: %v", text, p, p, back, err)
		}
	})
}

func TestAPlaceKnowsWhatIsAboveIt(t *testing.T) {
	p := store.Place{Conn: "do", Space: "media", Prefix: "a/b/", Key: "a/b/c"}
	for _, want := range []store.Place{
		{Conn: "do", Space: "media", Prefix: "a/", Key: "a/b/"}, {Conn: "do", Space: "media", Key: "a/"}, {Conn: "do", Key: "media"},
	} {
		if p = p.Above(); p != want {
			t.Errorf("above is %+v, want %+v", p, want)
		}
	}
}

func TestATabIsBesideTheFilesOrTheIndex(t *testing.T) {
	for text, want := range map[string]string{
		"media?settings/": "media/", "media?usage/a/b/": "media/a/b/", "do:?keys": "do:", "?connections": "/", "media/a/b/": "media/a/", "media/": "/",
	} {
		p, err := store.ParsePlace(text, store.Place{})
		if up := p.Above(); err != nil || up.String() != want {
			t.Errorf("above %s is %s, not %s: %v", text, up, want, err)
		}
	}
}

func TestAFolderAtATimeIsAPlace(t *testing.T) {
	at := time.Date(2026, 11, 3, 14, 5, 6, 7e6, time.UTC)
	for _, p := range []store.Place{{Space: "media", Prefix: "d/", Tab: store.Past}, {Conn: "do", Space: "media", Prefix: "d/", Tab: store.AsOf(at)}} {
		back, err := store.ParsePlace(p.String(), store.Place{})
		if err != nil || back != p {
			t.Errorf("%s is read as %+v, %v", p, back, err)
		}
	}
	if got, is := store.AsOf(at).Past(); !is || !got.Equal(at) {
		t.Errorf("%v, %v", got, is)
	}
	for _, text := range []string{"media?versions-/", "media?versions-yesterday/", "media?version/", "?versions"} {
		if p, err := store.ParsePlace(text, store.Place{}); err == nil {
			t.Errorf("%s is read as %+v", text, p)
		}
	}
}
