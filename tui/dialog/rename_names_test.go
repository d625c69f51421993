package dialog

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
)

func names(keys ...string) (list []job.Source) {
	for _, key := range keys {
		list = append(list, job.Source{Ref: store.Ref{Space: "media", Key: key}, Folder: strings.HasSuffix(key, "/")})
	}
	return list
}

func TestNamesAreReadAsTheyWereWritten(t *testing.T) {
	all := names("d/a.txt", "d/b\nc\x1b.txt", "d/caf\xe9", "d/f/", "d/a\\b", "d/ blank ")
	text := namesText(all)
	if strings.Contains(text, "\x1b") || strings.Contains(text, "\xe9") || strings.Count(text, "\n") != 2+len(all) {
		t.Errorf("the text is %q", text)
	}
	if list, err := renamed(text, "d/", all); len(list) != 0 || err != nil {
		t.Errorf("nothing was changed: %v, %v", list, err)
	}
	edit := strings.NewReplacer("a.txt", "é.txt", `b\x0ac\x1b.txt`, "plain.txt", "f/", "g", "\n", "\r\n")
	list, err := renamed(edit.Replace(text), "d/", all)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, s := range list {
		got += s.Ref.Key + "=" + s.Name + ";"
	}
	if want := "d/a.txt=é.txt;d/b\nc\x1b.txt=plain.txt;d/f/=g;"; got != want {
		t.Errorf("to be renamed are %q, want %q", got, want)
	}
	if list, err := renamed("3\ta\n1\tx\n# 9\n\n2\tc\n", "", names("a", "b", "c")); err == nil || list != nil {
		t.Errorf("a name that another one has: %v, %v", list, err)
	}
}

func TestNamesThatCannotBeAreRefusedWithTheirLine(t *testing.T) {
	all := names("a", "b", "c", "f/")
	for text, want := range map[string]string{
		"1\tx\n2\tb\n3\tc\n":                                        "the line of number 4, “f/”, is missing",
		"1\tx\n1\ty\n2\tb\n3\tc\n4\tf/\n":                           "lines 1 and 2 have the same number",
		"1\tx\n2\tb\n3\tc\n4\tf/\n5\tz":                             "line 5 does not begin with one of the numbers",
		"1 x\n2\tb\n3\tc\n4\tf/\n":                                  "line 1 does not begin with one of the numbers",
		"1\t\n2\tb\n3\tc\n4\tf/\n":                                  "line 1: type a name",
		"1\ta\n2\tx/y\n3\tc\n4\tf/\n":                               "line 2: a name has no slash in it",
		"1\ta\n2\tx/\n3\tc\n4\tf/\n":                                "line 2: there is an empty name between two slashes",
		"1\ta\n2\tb\n3\tc\n4\t..\n":                                 "line 4: “..” is not a name",
		"1\tx\n2\tx\n3\tc\n4\tf/\n":                                 "“a” and “b” would both become “x”",
		"1\tb\n2\ta\n3\tc\n4\tf/\n":                                 "“a” would become “b”, which is the name of another one of them",
		"1\tb\n2\tx\n3\tc\n4\tf/\n":                                 "“a” would become “b”, which is the name of another one of them",
		"1\ta\n2\t" + strings.Repeat("x", 1025) + "\n3\tc\n4\tf/\n": "line 2: the whole name is longer",
	} {
		if _, err := renamed(text, "", all); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
	if list, err := renamed("1\tf\n2\tb\n3\tc\n4\tf/\n", "", all); err != nil || len(list) != 1 {
		t.Errorf("a file may be called as a folder is: %v, %v", list, err)
	}
}

func FuzzNames(f *testing.F) {
	f.Add("1\tx\n2\ty\n", "a", "b\n")
	f.Fuzz(func(t *testing.T, text, one, two string) {
		if one == "" || two == "" || one == two || strings.Contains(one+two, "/") {
			return
		}
		all := names(one, two)
		if list, err := renamed(namesText(all), "", all); err == nil && len(list) > 0 {
			t.Errorf("%q, %q: nothing was changed, and there are %v", one, two, list)
		}
		list, err := renamed(text, "", all)
		if err != nil {
			return
		}
		for _, s := range list {
			if s.Name == "" || strings.Contains(s.Name, "/") || s.Name == s.Ref.Key {
				t.Errorf("%q is to be called %q", s.Ref.Key, s.Name)
			}
		}
	})
}
