package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spaces/server/local"
	"spaces/store"
)

// anyBlob is the file of a blob.
func anyBlob(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "blobs", "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return files[0]
}

func TestARunningStoreIsScrubbedBackedUpAndRestored(t *testing.T) {
	h := newHome(t)
	s, _ := h.start(t)
	c := s.open(t)
	if err := c.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	body := bytes.Repeat([]byte("0123456789"), 100_000)
	name := store.Ref{Space: "media", Key: "dir/\x1b[31mlarge"}
	if _, err := c.Put(t.Context(), name, bytes.NewReader(body), int64(len(body)), store.Props{}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	if out, errs, err := h.run(t, "scrub"); err != nil || !strings.Contains(out, "1 bodies of 1000000 bytes") || !strings.Contains(out, "nothing is wrong") {
		t.Fatal(out, errs, err)
	}
	to := filepath.Join(h.dir, "copies", "monday")
	if err := os.Mkdir(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if out, errs, err := h.run(t, "backup", to); err != nil || !strings.Contains(out, "1 blobs of 1000000 bytes") {
		t.Fatal(out, errs, err)
	}
	if _, errs, err := h.run(t, "backup", to); err == nil || !strings.Contains(errs, "something already") {
		t.Error("a backup was written over:", errs)
	}
	if _, errs, err := h.run(t, "fsck"); err == nil || !strings.Contains(errs, "in use by spaces serve") {
		t.Error("a store in use was checked:", errs)
	}
	breakAndFind(t, h)
	s.stop()
	if out, errs, err := h.run(t, "scrub"); err == nil || !strings.Contains(out, " at 262144") {
		t.Error(out, errs, err)
	}
	other := newHome(t)
	if out, errs, err := other.run(t, "restore", to); err != nil || !strings.Contains(out, "1 objects of 1000000 bytes") {
		t.Fatal(out, errs, err)
	}
	if _, errs, err := other.run(t, "restore", to); err == nil {
		t.Error("a store was restored over another:", errs)
	}
	if out, errs, err := other.run(t, "scrub"); err != nil {
		t.Error(out, errs, err)
	}
	s, _ = other.start(t)
	got, _, err := s.open(t).Get(t.Context(), name, store.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if text, err := io.ReadAll(got); err != nil || !bytes.Equal(text, body) {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

// breakAndFind flips a bit of the only blob, in a file of its own: the backup keeps the one it is linked to.
func breakAndFind(t *testing.T, h home) {
	t.Helper()
	path := anyBlob(t, h.data())
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[300_000] ^= 1
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, err := h.run(t, "scrub")
	if err == nil || !strings.Contains(out, "media/dir/") || !strings.Contains(out, "large version ") || !strings.Contains(out, " at 262144") || strings.Contains(out, "\x1b") {
		t.Errorf("%q %q %v", out, errs, err)
	}
}

func TestTheControlListenerWantsTheToken(t *testing.T) {
	h := newHome(t)
	h.start(t)
	addr := h.owner(t).Control
	token, err := local.Dir{Path: h.data()}.AdminToken()
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, host, auth, body string) int {
		t.Helper()
		req, err := http.NewRequest(method, "http://"+addr+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		req.Header.Set("Authorization", auth)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		if res.StatusCode == 200 && strings.Contains(string(text), "error") {
			return 0
		}
		return res.StatusCode
	}
	good := "Bearer " + token.Text
	to := filepath.Join(h.dir, "copy")
	for name, k := range map[string]struct {
		method, path, host, auth, body string
		want                           int
	}{
		"no token":          {"POST", "/backup", "", "", `{"to":"` + to + `"}`, 401},
		"another token":     {"POST", "/backup", "", good + "x", `{"to":"` + to + `"}`, 401},
		"another scheme":    {"POST", "/backup", "", "Basic " + token.Text, `{"to":"` + to + `"}`, 401},
		"a page's name":     {"POST", "/backup", "evil.example", good, `{"to":"` + to + `"}`, 421},
		"another method":    {"GET", "/backup", "", good, "", 405},
		"no document":       {"POST", "/backup", "", good, "", 400},
		"an unknown member": {"POST", "/scrub", "", good, `{"delete":true}`, 400},
		"a negative rate":   {"POST", "/scrub", "", good, `{"rate":-1}`, 400},
		"a relative path":   {"POST", "/backup", "", good, `{"to":"copy"}`, 0},
	} {
		if got := ask(k.method, k.path, k.host, k.auth, k.body); got != k.want {
			t.Errorf("%s: %d", name, got)
		}
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("a backup was made")
	}
	if got := ask("POST", "/scrub", "", good, "{}"); got != 200 {
		t.Error(got)
	}
}

// owner is the record of the process that owns the data directory.
func (h home) owner(t *testing.T) (o local.Owner) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(h.data(), "owner"))
	if err == nil {
		err = json.Unmarshal(text, &o)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestTheStoreOfAnOpenPanelIsBackedUpToo(t *testing.T) {
	h := newHome(t)
	if err := os.MkdirAll(h.data(), 0o700); err != nil {
		t.Fatal(err)
	}
	e := local.Dir{Path: h.data(), Now: time.Now}.Store(local.RootKey{ID: testKey, Secret: testSecret}, "")
	conn, err := e.Dial(t.Context(), "tcp", "localhost")
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	to := filepath.Join(h.dir, "copy")
	if out, errs, err := h.run(t, "backup", to); err != nil {
		t.Error(out, errs, err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if out, errs, err := newHome(t).run(t, "restore", to); err != nil {
		t.Error(out, errs, err)
	}
}

func TestFsckAndScrubMakeNoDirectory(t *testing.T) {
	h := newHome(t)
	for _, args := range [][]string{{"fsck"}, {"scrub"}, {"backup", filepath.Join(h.dir, "copy")}, {"restore", filepath.Join(h.dir, "none")}} {
		if out, errs, err := h.run(t, args...); err == nil || errs == "" {
			t.Errorf("%v: %q %q", args, out, errs)
		}
		if _, err := os.Stat(h.data()); err == nil {
			t.Fatalf("%v made a directory", args)
		}
	}
	if _, errs, err := h.run(t, "fsck", "--repair", "everything"); err == nil || errs == "" {
		t.Error(errs)
	}
}
