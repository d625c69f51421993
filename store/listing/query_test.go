package listing

import (
	"strings"
	"testing"
	"time"

	"spaces/store"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func TestAQueryFindsWhatItSays(t *testing.T) {
	objects := map[string]store.Entry{}
	for name, e := range map[string]store.Entry{
		"a.jpg":              {Size: 5, Modified: noon.Add(-time.Hour)},
		"B.JPG":              {Size: 100e6 + 1, Modified: noon.AddDate(0, 0, -8)},
		"2024/c.jpg":         {Size: 1000, Modified: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)},
		"2024/x1.png":        {Size: 1024, Modified: time.Date(2026, 10, 31, 23, 59, 59, 0, time.UTC)},
		"2024/deep/x2.png":   {Size: 2048, Modified: noon},
		"2024/deep/x22.png":  {Size: 0},
		"my file [1] *.txt":  {Size: 7, Modified: noon},
		"old/2026-11-01.log": {Size: 9, Modified: noon},
		"folder/":            {},
	} {
		e.Key = name
		objects[name] = e
	}
	for query, want := range map[string]string{
		"*.jpg":                  "2024/c.jpg B.JPG a.jpg",
		"*.JPG":                  "B.JPG",
		"jpg":                    "2024/c.jpg B.JPG a.jpg",
		"**/x?.png":              "2024/deep/x2.png 2024/x1.png",
		"2024/*.png":             "2024/x1.png",
		"/2024/*.png":            "2024/x1.png",
		"2024/**.png":            "2024/deep/x2.png 2024/deep/x22.png 2024/x1.png",
		"/2024/x":                "2024/x1.png",
		"deep/x":                 "2024/deep/x2.png 2024/deep/x22.png",
		"deep":                   "",
		"{a,b}.jpg":              "a.jpg B.JPG",
		"x[0-9].png":             "2024/deep/x2.png 2024/x1.png",
		"x[!2]*":                 "2024/x1.png",
		"!*.jpg !*.png size>0":   "my file [1] *.txt old/2026-11-01.log",
		"size>100M":              "B.JPG",
		">100M":                  "B.JPG",
		"size=1k":                "2024/c.jpg",
		"size=1Ki":               "2024/x1.png",
		"<1k size>=7":            "my file [1] *.txt old/2026-11-01.log",
		"age>7d":                 "2024/c.jpg 2024/x1.png B.JPG",
		">7d":                    "2024/c.jpg 2024/x1.png B.JPG",
		"<2h":                    "2024/deep/x2.png a.jpg my file [1] *.txt old/2026-11-01.log",
		"2026-11-01..2026-11-02": "2024/c.jpg",
		"2026-11-01":             "2024/c.jpg",
		"..2026-10-31":           "2024/x1.png",
		"2026-11-20..":           "2024/deep/x2.png a.jpg my file [1] *.txt old/2026-11-01.log",
		"2026-11":                "old/2026-11-01.log",
		`"file [1] *"`:           "my file [1] *.txt",
		`*\[1\]*`:                "my file [1] *.txt",
		"folder":                 "folder/",
		"*.jpg size>100M age>7d": "B.JPG",
	} {
		q, err := ParseQuery(query, noon)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		got := map[string]bool{}
		for name, e := range objects {
			if is := q.Match(name, &e); is {
				got[name] = true
				if !strings.HasPrefix(name, q.Prefix) {
					t.Errorf("%s: %s does not begin with %s", query, name, q.Prefix)
				}
			}
		}
		wanted := map[string]bool{}
		for name := range objects {
			wanted[name] = strings.Contains(" "+want+" ", " "+name+" ")
			if got[name] != wanted[name] {
				t.Errorf("%s: %q found: %v", query, name, got[name])
			}
		}
	}
}

func TestAQueryAsksOnlyForWhatCanMatch(t *testing.T) {
	for query, want := range map[string]string{"2024/*.jpg": "2024/", "2024/IMG_0?.jpg": "2024/IMG_0", "/IMG_*": "IMG_", "/IMG": "IMG", "*.jpg": "", "**/a": "",
		"x 2024/* size>1": "2024/", "!2024/*": "", "2024/{a,b}/*": "2024/", `2024/\[x*`: "2024/"} {
		if q, err := ParseQuery(query, noon); err == nil && q.Prefix != want || err != nil && !strings.HasPrefix(query, "!") {
			t.Errorf("%s asks for %q, want %q: %v", query, q.Prefix, want, err)
		}
	}
}

func TestAMistakeInAQueryIsTold(t *testing.T) {
	for query, want := range map[string]string{"": "write what to look for", "size>": "is no size", "size>1X": "is no size", "size1": "", "size": "",
		"age>7": "is no age", "age 7": "", "a size=x": "is no size", "2026-13-01": "is no day", "2026-11-05..2026-11-01": "ends before it begins", "[a": "is not closed",
		"{a": "is not closed", `"a`: "is not closed", "size>9999999999T": "is no size", "age>99999y": "is no age", "[]": "is not closed", "age:7d": "write > or <",
		">": "is no size"} {
		_, err := ParseQuery(query, noon)
		if got := ""; err != nil {
			got = err.Error()
			if want == "" || !strings.Contains(got, want) {
				t.Errorf("%q: %s, want %q", query, got, want)
			}
		} else if want != "" {
			t.Errorf("%q is taken", query)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, q := range []string{"*.jpg size>1M", "{a,[b-c]}**/x", `"a b" 2026-11-01..`, "[!a]\\", "!x <1k >7d"} {
		f.Add(q, "a/b.jpg")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		q, err := ParseQuery(text, noon)
		if err == nil && q.Match(name, &store.Entry{Size: 1, Modified: noon}) && !strings.HasPrefix(name, q.Prefix) {
			t.Errorf("%q matches %q, which does not begin with %q", text, name, q.Prefix)
		}
	})
}
