package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store/storetest"
)

// listed are the links that the program lists, by what they are for.
func (h home) listed(t *testing.T, args ...string) map[string]listedLink {
	t.Helper()
	out, errs, err := h.run(t, append([]string{"share", "--list", "--json", "--profile", "box"}, args...)...)
	if err != nil {
		t.Fatal(errs, err)
	}
	list := map[string]listedLink{}
	for line := range strings.Lines(out) {
		var l listedLink
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err, line)
		}
		list[l.What()] = l
	}
	return list
}

func answeredBy(t *testing.T, url string) int {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func TestLinksAreListedExtendedAndTakenBack(t *testing.T) {
	h, _ := looking(t, "a.txt")
	signed, _, err := h.run(t, "share", "box:media/a.txt")
	if err != nil {
		t.Fatal(err)
	}
	kept, errs, err := h.run(t, "share", "--expires", "30d", "box:media/a.txt")
	if err != nil {
		t.Fatal(errs, err)
	}
	if kept = strings.TrimSpace(kept); answeredBy(t, kept) != 200 {
		t.Error(kept)
	}
	cmd := h.command(program(t), "share", "--once", "--password-stdin", "box:media/a.txt")
	cmd.Stdin = strings.NewReader("open sesame\n")
	secret, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.PostForm(strings.TrimSpace(string(secret)), map[string][]string{"password": {"open sesame"}})
	if err != nil || resp.StatusCode != 200 {
		t.Error(resp.Status, err)
	}
	if text, err := io.ReadAll(resp.Body); err != nil || string(text) != "content" {
		t.Error(string(text), err)
	}
	resp.Body.Close()
	list := h.listed(t)
	if l := list["signed"]; l.State != "active" || l.URL != "" || !strings.Contains(l.TakeBack, "delete the access key") {
		t.Errorf("%+v", l)
	}
	if l := list["kept"]; l.State != "active" || l.URL != kept || l.Used != 1 {
		t.Errorf("%+v", l)
	}
	if l := list["once"]; l.State != "used" || l.Used != 1 || !l.Password {
		t.Errorf("%+v", l)
	}
	if _, errs := h.fails(t, 1, "share", "--profile", "box", "--revoke", list["signed"].ID); !strings.Contains(errs, "move, rename or delete the file") {
		t.Error(errs)
	}
	h.sees(t, "", "share", "--profile", "box", "--extend", list["kept"].ID, "--expires", "never")
	if l := h.listed(t)["kept"]; !l.Until.IsZero() {
		t.Error(l.Until)
	}
	h.sees(t, "", "share", "--profile", "box", "--revoke", list["kept"].ID[:8])
	if got := answeredBy(t, kept); got != 404 {
		t.Error(got)
	}
	if l := h.listed(t)["kept"]; l.State != "revoked" || l.URL != "" {
		t.Errorf("%+v", l)
	}
	if _, errs, err := h.run(t, "share", "box:media/"); err != nil {
		t.Fatal(errs, err)
	}
	if l := h.listed(t)["signed zip"]; l.Key != "" || l.Archive != "zip" || !strings.Contains(l.TakeBack, "the folder") {
		t.Errorf("%+v", l)
	}
	h.fails(t, 1, "share", "--profile", "box", "--revoke", "nothing")
	h.fails(t, 2, "share", "--upload", "--keep", "box:media/a.txt")
	var notes string
	_ = filepath.WalkDir(h.dir, func(path string, d os.DirEntry, _ error) error {
		if d.Name() == sharedFile {
			notes = path
		}
		return nil
	})
	text, err := os.ReadFile(notes)
	if err != nil || strings.Contains(string(text), "sesame") || strings.Contains(string(text), "Signature") || strings.Contains(string(text), strings.TrimSpace(signed)) {
		t.Errorf("%v\n%s", err, text)
	}
	if info, err := os.Stat(notes); err != nil {
		t.Error(err)
	} else if info.Mode().Perm()&0o077 != 0 {
		t.Error(info.Mode())
	}
}

func TestALinkOfAConnectionOfTheEnvironmentIsListedByItsHost(t *testing.T) {
	h, st := looking(t, "a.txt")
	h.env = []string{"AWS_ACCESS_KEY_ID=" + testKey, "AWS_SECRET_ACCESS_KEY=" + testSecret}
	if _, errs, err := h.run(t, "share", "--endpoint", st.Endpoint(), "--path-style", "s3://media/a.txt"); err != nil {
		t.Fatal(errs, err)
	}
	if _, errs, err := h.run(t, "share", "box:media/a.txt"); err != nil {
		t.Fatal(errs, err)
	}
	out, errs, err := h.run(t, "share", "--list", "--profile", "box")
	if err != nil || strings.Contains(out, "#") || strings.Contains(out, testKey) {
		t.Errorf("%v %s\n%s", err, errs, out)
	}
	host := strings.TrimPrefix(st.Endpoint(), "http://")
	if !strings.Contains(out, host+": media/a.txt") || !strings.Contains(out, "box:media/a.txt") {
		t.Error(out)
	}
}

func TestReceiveTakesFilesIntoAFolder(t *testing.T) {
	h, st := looking(t)
	out, errs, err := h.run(t, "receive", "--max-size", "1K", "--max-files", "2", "--types", "text/plain", "--expires", "3d", "box:media/in/")
	if err != nil {
		t.Fatal(errs, err)
	}
	link := strings.TrimSpace(out)
	fetched(t, "PUT", link+"/hello.txt", "hello")
	if got := storetest.Read(t, st, "media", "in/hello.txt"); got != "hello" {
		t.Errorf("it is %q", got)
	}
	if l := h.listed(t)["receive"]; l.Received != 1 || len(l.Came) != 1 || l.Came[0].Name != "hello.txt" {
		t.Errorf("%+v", l)
	}
	h.fails(t, 2, "receive", "box:media/file.txt")
	h.fails(t, 1, "receive", "--types", "<b>", "box:media/in/")
	h.fails(t, 2, "receive", "--max-size", "much", "box:media/in/")
}
