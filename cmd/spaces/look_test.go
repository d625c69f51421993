package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// looking is a home whose profile "box" is a server with a Space "media" in it.
func looking(t *testing.T, keys ...string) (h home, st *store.Store) {
	t.Helper()
	h = newHome(t)
	s := newHome(t).serve(t, program(t), "127.0.0.1:0")
	h.write(t, fmt.Sprintf("[profiles.box]\nendpoint = %q\naddressing = \"path\"\ncredentials = \"keys\"\naccess_key_id = %q\nsecret_access_key = %q\n", "http://"+s.addr, testKey, testSecret))
	st = s.open(t)
	if err := st.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		storetest.Put(t, st, "media", key, "content")
	}
	return h, st
}

// sees runs a command and compares what it prints, line by line.
func (h home) sees(t *testing.T, want string, args ...string) {
	t.Helper()
	out, errs, err := h.run(t, args...)
	if err != nil || out != want {
		t.Errorf("%q: %v\n%s\nprints\n%s\nwant\n%s", args, err, errs, out, want)
	}
}

// fails runs a command that has to end with a status, and gives what it prints.
func (h home) fails(t *testing.T, status int, args ...string) (out, errs string) {
	t.Helper()
	out, errs, err := h.run(t, args...)
	exit, _ := err.(*exec.ExitError)
	if exit == nil || exit.ExitCode() != status {
		t.Errorf("%q: %v, want the status %d\n%s", args, err, status, errs)
	}
	return out, errs
}

// fetched asks a URL as a browser does, without keys.
func fetched(t *testing.T, method, url, body string) (http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v\n%s", resp.Status, err, got)
	}
	return resp.Header, string(got)
}

func TestLsListsOneLevelOrAll(t *testing.T) {
	h, _ := looking(t, "a.txt", "images/1.jpg", "images/deep/2.jpg", "images/", "images2/x")
	h.sees(t, "media/\n", "ls", "box:")
	h.sees(t, "media/\n", "ls", "--profile", "box")
	h.sees(t, "a.txt\nimages/\nimages2/\n", "ls", "box:media")
	h.sees(t, "1.jpg\ndeep/\n", "ls", "box:media/images")
	h.sees(t, "1.jpg\ndeep/2.jpg\n", "ls", "-r", "box:media/images/")
	h.sees(t, "a.txt\n", "ls", "box:media/a.txt")
	h.sees(t, "images/\nimages2/\n", "ls", "box:media/im*")
	h.sees(t, "images/1.jpg\nimages/deep/2.jpg\n", "ls", "box:media/**.jpg")
	h.sees(t, "box:media/images:\n1.jpg\ndeep/\n\nbox:media/images2/:\nx\n", "ls", "box:media/images", "box:media/images2/")
	out, errs := h.fails(t, 1, "ls", "box:media/none", "box:media/images2")
	if out != "box:media/images2:\nx\n" || !strings.Contains(errs, "spaces: box:media/none: find media/none: there is no file or folder") {
		t.Errorf("%s%s", out, errs)
	}
	if _, errs = h.fails(t, 2, "ls", "media"); !strings.Contains(errs, "s3://SPACE/KEY") {
		t.Error(errs)
	}
	h.fails(t, 2, "ls", "--no-such-flag")
	h.fails(t, 1, "ls", "box:nospace")
}

func TestJSONTellsEveryByteOfAKey(t *testing.T) {
	h, _ := looking(t, "<a>&\x1b[31m", "b")
	out, _, err := h.run(t, "ls", "-r", "--json", "box:media")
	var keys []string
	for line := range strings.Lines(out) {
		var e entryJSON
		if err := json.Unmarshal([]byte(line), &e); err != nil || *e.Size != 7 || e.Modified == nil {
			t.Errorf("%v: %s", err, line)
		}
		keys = append(keys, e.Key)
	}
	if want := "<a>&\x1b[31m b"; err != nil || strings.Join(keys, " ") != want {
		t.Errorf("%v: %q, want %q", err, keys, want)
	}
	h.sees(t, "<a>&\x1b[31m\x00b\x00", "find", "--print0", "box:media")
	if k := jsonKey(store.Ref{Key: "b\xff"}); string(k.Bytes) != "b\xff" {
		t.Errorf("bytes that are no text are %q", k.Bytes)
	}
}

func TestNamesCannotDriveTheTerminal(t *testing.T) {
	h, _ := looking(t, "a\x1b[2Jb")
	for _, args := range [][]string{{"ls", "box:media"}, {"find", "box:media"}, {"stat", "box:media/*"}, {"ls", "--versions", "box:media"}, {"du", "box:media/*"}} {
		x := newTerminal(t, h.command(program(t), args...), 100, 30)
		x.see(`a\x1b[2Jb`)
		if x.ended(); strings.Contains(string(x.output()), "\x1b[2J") {
			t.Errorf("%q drives the terminal", args)
		}
	}
}

func TestVersionsAreListedWithWhatIsDeleted(t *testing.T) {
	h, st := looking(t)
	if err := st.SetVersioning(t.Context(), "media", store.Versioned); err != nil {
		t.Fatal(err)
	}
	storetest.Put(t, st, "media", "a", "one")
	storetest.Put(t, st, "media", "a", "three")
	storetest.Put(t, st, "media", "ab", "x")
	if err := st.Delete(t.Context(), store.Ref{Space: "media", Key: "a"}); err != nil {
		t.Fatal(err)
	}
	out, _, err := h.run(t, "ls", "--versions", "--json", "box:media/a")
	var list []versionJSON
	for line := range strings.Lines(out) {
		var v versionJSON
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	if err != nil || len(list) != 3 || !list[0].Deleted || !list[0].Latest || *list[1].Size != 5 || *list[2].Size != 3 {
		t.Fatalf("%v: %s", err, out)
	}
	h.sees(t, "three", "cat", "--version-id", list[1].Version, "box:media/a")
	h.fails(t, 1, "cat", "box:media/a")
	out, _, err = h.run(t, "stat", "--version-id", list[2].Version, "box:media/a")
	if wantText(t, "stat", out, "Size          3 B", list[2].Version); err != nil {
		t.Error(err)
	}
}

func TestCatWritesBytes(t *testing.T) {
	h, st := looking(t, "a", "dir/b.log", "dir/c.log", "dir/d/e.log")
	big := strings.Repeat("0123456789abcdef", 200_000)
	storetest.Put(t, st, "media", "big", big)
	storetest.Put(t, st, "media", "empty", "")
	h.sees(t, big+"content", "cat", "box:media/big", "box:media/empty", "box:media/a")
	h.sees(t, "contentcontent", "cat", "box:media/dir/*")
	h.sees(t, "123", "cat", "--range", "1-3", "box:media/big")
	h.sees(t, "cdef", "cat", "--range", "-4", "box:media/big")
	h.sees(t, "nt", "cat", "--range", "5-", "box:media/a")
	h.sees(t, "content", "cat", "--range", "-100", "box:media/a")
	for _, wrong := range []string{"1", "-", "3-1", "a-b", "--5", "-0"} {
		h.fails(t, 2, "cat", "--range", wrong, "box:media/a")
	}
	if out, errs := h.fails(t, 1, "cat", "box:media/none", "box:media/a"); out != "content" || !strings.Contains(errs, "box:media/none") {
		t.Errorf("%q %s", out, errs)
	}
	h.fails(t, 1, "cat", "box:media/dir/")
}

func TestDuCountsFolders(t *testing.T) {
	h, _ := looking(t, "a", "dir/b", "dir/deep/c", "dir/deep/d")
	const deep, dir, all = "14            2  media/dir/deep/\n", "21            3  media/dir/\n", "28            4  media/\n"
	pad := func(lines ...string) (text string) {
		for _, l := range lines {
			text += strings.Repeat(" ", 11) + l
		}
		return text
	}
	h.sees(t, pad(deep, dir, all), "du", "--bytes", "box:media")
	h.sees(t, pad(dir, all), "du", "--bytes", "-d", "1", "box:media")
	h.sees(t, pad(all), "du", "--bytes", "-s", "box:")
	h.sees(t, `{"space":"media","key":"dir/deep/","objects":2,"bytes":14}`+"\n"+`{"space":"media","key":"dir/","objects":3,"bytes":21}`+"\n", "du", "--json", "box:media/dir")
	h.fails(t, 1, "du", "box:media/none")
}

func TestFindTellsFilesAndFolders(t *testing.T) {
	h, st := looking(t, "a.jpg", "dir/B.JPG", "dir/b.jpg", "dir/deep/c.jpg", "dir/deep/d.txt")
	storetest.Put(t, st, "media", "dir/large.txt", strings.Repeat("x", 2000))
	h.sees(t, "a.jpg\ndir/b.jpg\ndir/deep/c.jpg\n", "find", "box:media", "--name", "*.jpg")
	h.sees(t, "dir/deep/c.jpg\n", "find", "box:media/dir", "--name", "**/[c-z].jpg", "--smaller", "1k")
	h.sees(t, "dir/large.txt\n", "find", "box:media", "--larger", "1k", "--newer", "1h")
	h.sees(t, "", "find", "box:media", "--older", "1h")
	h.sees(t, "", "find", "box:media", "--newer", "2999-01-01")
	h.sees(t, "dir/deep/d.txt\n", "find", "box:media", "*.txt", "<1k")
	h.sees(t, "dir/\ndir/deep/\n", "find", "box:media", "--type", "folder")
	h.sees(t, "dir/deep/\n", "find", "box:media", "--type", "folder", "--name", "d[a-e]*")
	for _, wrong := range [][]string{{"--larger", "x"}, {"--newer", "soon"}, {"--type", "x"}, {"--type", "folder", "--larger", "1k"}, {"size>x"}} {
		h.fails(t, 2, append([]string{"find", "box:media"}, wrong...)...)
	}
}

func TestSpacesAreMadeAndRemoved(t *testing.T) {
	h, st := looking(t, "a")
	h.sees(t, "Created one-more\nCreated another\n", "mb", "--versioning", "--public-listing", "box:one-more", "box:another")
	if v, err := st.Versioning(t.Context(), "another"); err != nil || v != store.Versioned {
		t.Error(v, err)
	}
	if a, err := st.Access(t.Context(), store.Ref{Space: "another"}); err != nil || a != store.PublicRead {
		t.Error(a, err)
	}
	h.fails(t, 1, "mb", "box:another")
	h.fails(t, 2, "mb", "box:another/x")
	h.sees(t, "Removed another\n", "rb", "box:another")
	if _, errs := h.fails(t, 1, "rb", "box:media"); !strings.Contains(errs, "--force") {
		t.Error(errs)
	}
	h.fails(t, 2, "rb", "--force", "box:media")
	x := newTerminal(t, h.command(program(t), "rb", "--force", "box:media"), 90, 20)
	x.see("media holds 1 object of 7 B", "Type its name")
	x.press("wrong", "enter")
	if code := x.ended(); code != 1 || len(storetest.Keys(t, st, "media", "")) != 1 {
		t.Errorf("the status is %d", code)
	}
	x = newTerminal(t, h.command(program(t), "rb", "--force", "box:media"), 90, 20)
	x.see("Type its name")
	x.press("media", "enter")
	x.see("Removed media")
	h.sees(t, "Removed one-more\n", "rb", "--force", "--yes", "box:one-more")
	h.sees(t, "", "ls", "box:")
}

func TestSharesAreAsQuickShareMakesThem(t *testing.T) {
	h, st := looking(t, "a b.txt")
	out, errs, err := h.run(t, "share", "--json", "--expires", "2h", "--attachment", "ä.txt", "box:media/a b.txt")
	var l linkJSON
	if json.Unmarshal([]byte(out), &l) != nil || err != nil || errs != "" || l.Expires == nil {
		t.Fatal(out, errs, err)
	}
	header, body := fetched(t, "GET", l.URL, "")
	if body != "content" || header.Get("Content-Disposition") != "attachment; filename*=utf-8''%C3%A4.txt" {
		t.Errorf("%q %v", body, header)
	}
	out, _, err = h.run(t, "share", "--upload", "box:media/new")
	if err != nil {
		t.Fatal(err)
	}
	fetched(t, "PUT", strings.TrimSpace(out), "uploaded")
	if got := storetest.Read(t, st, "media", "new"); got != "uploaded" {
		t.Errorf("it is %q", got)
	}
	if _, errs := h.fails(t, 2, "share", "--upload", "--expires", "8d", "box:media/new"); !strings.Contains(errs, "7 days at most") {
		t.Error(errs)
	}
	h.fails(t, 1, "share", "box:media/none")
	h.fails(t, 1, "share", "box:media/none/")
	h.fails(t, 1, "share", "--public", "box:media/")
	if out, _, err := h.run(t, "share", "box:media/"); err != nil || !strings.Contains(string(out), "archive=zip") {
		t.Error(out, err)
	}
	h.fails(t, 1, "share", "--public", "box:media/new")
	h.fails(t, 2, "share", "--public", "--upload", "box:media/new")
	if err := st.SetAccess(t.Context(), store.Ref{Space: "media", Key: "new"}, store.PublicRead); err != nil {
		t.Fatal(err)
	}
	h.sees(t, st.PublicURL(store.Ref{Space: "media", Key: "new"})+"\n", "share", "--public", "box:media/new")
}

func TestALinkOfThisMachineSaysWhenItWorks(t *testing.T) {
	h := newHome(t)
	h.sees(t, "Created media\n", "mb", "s3://media")
	out, errs, err := h.run(t, "share", "--upload", "s3://media/x")
	if err != nil || !strings.HasPrefix(out, "http://127.0.0.1:") || !strings.Contains(errs, "while spaces or spaces serve runs") {
		t.Error(out, errs, err)
	}
}

func TestWhoReadsNoFurtherEndsItQuietly(t *testing.T) {
	var keys []string
	for i := range 3000 {
		keys = append(keys, fmt.Sprintf("a folder with a long name/%06d", i))
	}
	h, _ := looking(t, keys...)
	cmd := h.command(program(t), "ls", "-r", "box:media")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	cmd.Stdout, cmd.Stderr = w, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	r.Close()
	err = cmd.Wait()
	if exit, _ := err.(*exec.ExitError); exit == nil || exit.ExitCode() != 141 || errs.String() != "" {
		t.Errorf("%v: %s", err, errs.String())
	}
}

func TestLookingLeavesNothingBehind(t *testing.T) {
	h, _ := looking(t, "a")
	h.sees(t, "a\n", "ls", "box:media")
	if _, err := os.Stat(h.data()); err == nil {
		t.Error("a store was made")
	}
	if left, _ := filepath.Glob(filepath.Join(h.dir, "spaces", "*")); len(left) > 0 {
		t.Errorf("there is %q", left)
	}
}
