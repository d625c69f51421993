package archive_test

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"spaces/server/archive"
)

func TestHostileKeysHaveHarmlessNames(t *testing.T) {
	for key, want := range map[string]string{
		"a/b.txt": "a/b.txt", "photo 1.jpg": "photo 1.jpg", ".hidden": ".hidden", "a/": "a/", "100%.txt": "100%.txt",
		"../x": "%2E%2E/x", "a/../../x": "a/%2E%2E/%2E%2E/x", "a/./b": "a/%2E/b", "..": "%2E%2E", "../": "%2E%2E/", "...": "..%2E",
		"/etc/passwd": "%00/etc/passwd", "a//b": "a/%00/b", "//": "%00/%00/", "/": "%00/",
		`C:\x`: "C%3A%5Cx", `..\x`: "..%5Cx", "c:": "c%3A", "a:b": "a%3Ab", "CON": "%43ON", "nul.txt": "%6Eul.txt", "com1": "%63om1", "COM10": "COM10", "lpt¹.x": "%6Cpt¹.x",
		"a.": "a%2E", "a ": "a%20", "a./b": "a%2E/b", "a\x01b": "a%01b", "\x1b]0;x\x07": "%1B]0;x%07", "a\nb": "a%0Ab", "\x7f": "%7F", "\u009b": "%C2%9B",
		"a\u202eb": "a%E2%80%AEb", "%2e%2e/x": "%252e%252e/x", "%2F": "%252F", "%00": "%2500", "%zz": "%zz", "é": "é", `what?*"<>|`: "what%3F%2A%22%3C%3E%7C",
	} {
		if got := archive.Name(key, false); got != want {
			t.Errorf("%q is %q, want %q", key, got, want)
		}
	}
	if got := archive.Name("a", true); got != "a%00" {
		t.Errorf("beside its folder: %q", got)
	}
	if a, b := archive.Marker(""), archive.Marker("a/"); a != "%2F" || b != "a/%2F" {
		t.Errorf("the bytes of markers: %q %q", a, b)
	}
}

func FuzzNamesStayInsideAndApart(f *testing.F) {
	for _, k := range []string{"a", "../x", "a//b", "%00", "a%00", "C:", "CON", "a.", "%", "%2", "%%3A", "/", "..%2F", "a\x00"} {
		f.Add(k, "a")
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		for _, k := range []string{one, other} {
			if k == "" || strings.ToValidUTF8(k, "") != k || strings.Contains(k, "\x00") {
				t.Skip()
			}
		}
		a, b := forms(one), forms(other)
		for i, name := range a {
			in := strings.TrimSuffix(name, "/")
			if !filepath.IsLocal(in) || path.Clean(in) != in || strings.ContainsAny(name, "\\:") {
				t.Errorf("%q leads astray: %q", one, name)
			}
			for j, to := range b {
				if one != other && strings.TrimSuffix(name, "/") == strings.TrimSuffix(to, "/") && one+"/" != other && other+"/" != one {
					t.Errorf("%q and %q are both %q (%d, %d)", one, other, name, i, j)
				}
			}
		}
	})
}

// forms are all the names that a key can have.
func forms(key string) []string {
	if strings.HasSuffix(key, "/") {
		return []string{archive.Name(key, false), archive.Marker(key)}
	}
	return []string{archive.Name(key, false), archive.Name(key, true)}
}
