package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
)

const handWritten = `# my own
theme = "dark"   # at night
keymap = 'vim'

  [bind]
delete = [ "D" ]

[profiles.ceph]  # the box
	endpoint = 'http://127.0.0.1:7480' # inside
	addressing = "path"
	spaces = [
		"a", # first
		"b",
	]

# the office
[profiles . "office"]
endpoint = "https://office.example.com"
read_only = true
# end
`

func TestAnEditLeavesTheRestOfTheConfigurationAsItsUserWroteIt(t *testing.T) {
	ceph := profile{Endpoint: "http://127.0.0.1:7480", Addressing: "path", Spaces: []string{"a", "b"}}
	office := profile{Endpoint: "https://office.example.com", ReadOnly: true}
	with := func(p profile, change func(*profile)) *profile { change(&p); return &p }
	for name, c := range map[string]struct {
		profile  string
		to       *profile
		old, new string
	}{
		"a value": {"ceph", with(ceph, func(p *profile) { p.Endpoint = "http://[::1]:7480" }),
			`endpoint = 'http://127.0.0.1:7480' # inside`, `endpoint = "http://[::1]:7480" # inside`},
		"a line more": {"ceph", with(ceph, func(p *profile) { p.Region = "default" }),
			"\t\t\"b\",\n\t]\n", "\t\t\"b\",\n\t]\n\tregion = \"default\"\n"},
		"a line less":    {"ceph", with(ceph, func(p *profile) { p.Addressing = "" }), "\taddressing = \"path\"\n", ""},
		"several lines":  {"ceph", with(ceph, func(p *profile) { p.Spaces = nil }), "\tspaces = [\n\t\t\"a\", # first\n\t\t\"b\",\n\t]\n", ""},
		"another way":    {"ceph", with(ceph, func(p *profile) { p.Spaces = []string{"c"} }), "spaces = [\n\t\t\"a\", # first\n\t\t\"b\",\n\t]", `spaces = ["c"]`},
		"before the end": {"office", with(office, func(p *profile) { p.UploadAccess = "public-read" }), "read_only = true\n", "read_only = true\nupload_access = \"public-read\"\n"},
		"off":            {"office", with(office, func(p *profile) { p.ReadOnly = false }), "read_only = true\n", ""},
		"nothing":        {"office", &office, "", ""},
		"no office":      {"office", nil, "[profiles . \"office\"]\nendpoint = \"https://office.example.com\"\nread_only = true\n", ""},
		"no box": {"ceph", nil, "[profiles.ceph]  # the box\n\tendpoint = 'http://127.0.0.1:7480' # inside\n\taddressing = \"path\"\n" +
			"\tspaces = [\n\t\t\"a\", # first\n\t\t\"b\",\n\t]\n\n", ""},
		"a new one": {"do", &profile{Endpoint: "https://nyc3.digitaloceanspaces.com", Region: "nyc3", Credentials: "keys", AccessKey: "AK", SecretKey: `a"b\c`},
			"# end\n", "# end\n\n[profiles.do]\nendpoint = \"https://nyc3.digitaloceanspaces.com\"\nregion = \"nyc3\"\ncredentials = \"keys\"\naccess_key_id = \"AK\"\nsecret_access_key = 'a\"b\\c'\n"},
		"a dotted name": {"a.b", &profile{Endpoint: "https://x"}, "# end\n", "# end\n\n[profiles.\"a.b\"]\nendpoint = \"https://x\"\n"},
	} {
		for _, kind := range []string{"plain", "CRLF", "BOM"} {
			convert := func(s string) string {
				switch kind {
				case "CRLF":
					return strings.ReplaceAll(s, "\n", "\r\n")
				case "BOM":
					return "\ufeff" + s
				}
				return s
			}
			path := writeConfig(t, convert(handWritten), 0o600)
			if _, err := changeProfile(path, c.profile, c.to); err != nil {
				t.Errorf("%s, %s: %v", name, kind, err)
				continue
			}
			got, err := os.ReadFile(path)
			if want := convert(strings.Replace(handWritten, c.old, c.new, 1)); err != nil || string(got) != want {
				t.Errorf("%s, %s: it reads\n%s\nwant\n%s", name, kind, got, want)
			}
		}
	}
}

func TestAnEditAtTheEndOfAFileWithoutALastNewline(t *testing.T) {
	path := writeConfig(t, "[profiles.a]\nendpoint = \"https://a\"", 0o600)
	if _, err := changeProfile(path, "a", &profile{Endpoint: "https://a", Region: "r", ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := changeProfile(path, "b", &profile{Endpoint: "https://b"}); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(path)
	if want := "[profiles.a]\nendpoint = \"https://a\"\nregion = \"r\"\nread_only = true\n\n[profiles.b]\nendpoint = \"https://b\"\n"; string(got) != want {
		t.Errorf("it reads\n%s", got)
	}
}

func TestWhatCannotBeEditedIsLeftAlone(t *testing.T) {
	for name, text := range map[string]string{
		"inline":  "[profiles]\nbox = { endpoint = 'https://a' }\n",
		"dotted":  "profiles.box.endpoint = 'https://a'\n",
		"mistake": "[profiles.box]\nendpoint = 'https://a'\nendpiont = 1\n",
	} {
		path := writeConfig(t, text, 0o600)
		for _, p := range []*profile{nil, {Endpoint: "https://b"}} {
			if _, err := changeProfile(path, "box", p); err == nil || !strings.Contains(err.Error(), "by hand") && !strings.Contains(err.Error(), "mistake") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got, _ := os.ReadFile(path); string(got) != text {
			t.Errorf("%s: it reads\n%s", name, got)
		}
	}
}

func TestTheConfigurationIsWrittenForItsOwnerThroughALink(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "dotfiles", "config.toml")
	link := filepath.Join(dir, "spaces", "config.toml")
	for _, p := range []string{real, link} {
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(real, []byte("theme = \"light\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skip(err)
	}
	if _, err := changeProfile(link, "a", &profile{Endpoint: "https://a", Credentials: "keys", AccessKey: "k", SecretKey: "s"}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("it is a link no more: %v, %v", info, err)
	}
	info, err := os.Stat(real)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if c, err := loadConfig(link); err != nil || c.Theme != "light" || c.Profiles["a"].SecretKey != "s" {
		t.Errorf("%+v, %v", c, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", ".config-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	fresh := filepath.Join(dir, "new", "spaces", "config.toml")
	if _, err := changeProfile(fresh, "a", &profile{Endpoint: "https://a"}); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(fresh); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

func FuzzAnEditOfAnyConfiguration(f *testing.F) {
	f.Add(handWritten, "ceph", "https://b")
	f.Add("[profiles.a]\nendpoint='x'", "a", "y")
	f.Add("", "a", "y")
	f.Fuzz(func(t *testing.T, text, name, endpoint string) {
		if store.WrongProfile(store.Profile{Name: name, Endpoint: endpoint}) != "" {
			return
		}
		path := writeConfig(t, text, 0o600)
		before, wrong := parseConfig(path, []byte(strings.TrimPrefix(text, "\ufeff")))
		for _, p := range []*profile{{Endpoint: endpoint, ReadOnly: true, Spaces: []string{"x"}}, {Endpoint: endpoint}, nil} {
			after, err := changeProfile(path, name, p)
			if err != nil {
				if got, _ := os.ReadFile(path); wrong != nil && string(got) != text {
					t.Fatalf("a file with a mistake was changed: %q", got)
				}
				return
			}
			if read, err := loadConfig(path); err != nil || onlyChanged(before, read, name, p) != nil || onlyChanged(after, read, name, p) != nil {
				t.Fatalf("%v: %+v", err, read)
			}
		}
	})
}
