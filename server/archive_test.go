package server_test

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/sigv4"
	"spaces/server/storage"
)

// unpacked are the members of an archive; a folder has no text.
func unpacked(t testing.TB, kind, body string) map[string]string {
	t.Helper()
	got := map[string]string{}
	add := func(name string, r io.Reader) {
		text, err := io.ReadAll(r)
		if _, twice := got[name]; err != nil || twice {
			t.Fatalf("%s: %q: %v, there before: %v", kind, name, err, twice)
		}
		got[name] = string(text)
	}
	if kind == "tar" {
		for r := tar.NewReader(strings.NewReader(body)); ; {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				return got
			}
			if err != nil {
				t.Fatal(err)
			}
			add(h.Name, r)
		}
	}
	r, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.File {
		o, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		add(m.Name, o)
		o.Close()
	}
	return got
}

func membersOf(archive map[string]string) (names []string) {
	for name := range archive {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestAFolderComesAsAnArchive(t *testing.T) {
	f := withSpace(t)
	large := pattern(3 << 20)
	for key, body := range map[string]string{"photos/a.jpg": "a", "photos/sub/large": large, "photos/sub/empty/": "", "photos/": "", "other": "no", "photos2": "no"} {
		f.want(200, "PUT", target("media", key), body)
	}
	f.want(200, "PUT", "/media?versioning", `<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>`)
	f.want(200, "PUT", "/media/photos/a.jpg", "the newest")
	f.want(200, "PUT", "/media/photos/gone", "deleted")
	f.want(204, "DELETE", "/media/photos/gone", "")
	f.want(200, "PUT", "/media/photos/summed", "has a CRC32", "X-Amz-Checksum-Crc32", base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte("has a CRC32")))))
	for kind, media := range map[string]string{"zip": "application/zip", "tar": "application/x-tar"} {
		at := "/media?archive=" + kind + "&prefix=photos/"
		for _, a := range []answer{f.want(200, "GET", at, "", "Range", "bytes=0-3"), f.want(200, "HEAD", at, "")} {
			for name, want := range map[string]string{
				"Content-Type": media, "Accept-Ranges": "none", "Content-Disposition": `attachment; filename="photos.` + kind + `"; filename*=UTF-8''photos.` + kind, "Etag": "", "Content-Range": "",
			} {
				if got := a.Header.Get(name); got != want {
					t.Errorf("%s %s: %q, want %q", a.Request.Method, name, got, want)
				}
			}
			if a.Request.Method == "HEAD" {
				continue
			}
			got := unpacked(t, kind, a.body)
			if len(got) != 4 || got["a.jpg"] != "the newest" || got["sub/large"] != large || got["summed"] != "has a CRC32" || got["sub/empty/"] != "" {
				t.Errorf("%s: %q", kind, membersOf(got))
			}
		}
	}
	all := f.want(200, "GET", "/media?archive=zip", "")
	if got := unpacked(t, "zip", all.body); len(got) != 7 || !strings.Contains(all.Header.Get("Content-Disposition"), `"media.zip"`) {
		t.Errorf("%q %v", membersOf(got), all.Header)
	}
	url := sigv4.Presign(f.request("GET", "/media?archive=zip&prefix=photos/", ""), accessKey, secretKey, region, time.Now(), time.Hour)
	if a := f.send(withURL(f.request("GET", "/media", ""), url)); len(unpacked(t, "zip", a.body)) != 4 {
		t.Error("presigned:", a.StatusCode, a.body)
	}
}

func TestArchivesThatThereAreNot(t *testing.T) {
	f := withSpace(t)
	f.fill("photos/a")
	f.refuse(400, "InvalidArgument", "GET", "/media?archive=rar&prefix=photos/", "")
	f.refuse(400, "InvalidArgument", "GET", "/media?archive", "")
	f.refuse(400, "InvalidArgument", "GET", "/media?archive=zip&prefix=pho", "")
	f.refuse(404, "NoSuchKey", "GET", "/media?archive=zip&prefix=none/", "")
	f.refuse(404, "NoSuchBucket", "GET", "/none?archive=zip", "")
	f.refuse(501, "NotImplemented", "GET", "/media?archive=zip&versions", "")
	f.refuse(501, "NotImplemented", "GET", "/media/photos/a?archive=zip", "")
	f.refuse(400, "InvalidRequest", "GET", "/media?archive=zip", "", customer("k")...)
	f.want(200, "PUT", "/empty", "")
	if got := unpacked(t, "zip", f.want(200, "GET", "/empty?archive=zip", "").body); len(got) != 0 {
		t.Error(got)
	}
}

// In HTTP/1.0 an answer that was cut looks like one that ended: a zip shows that itself.
func TestATarIsNotSentWhereItsEndCannotBeTold(t *testing.T) {
	f := withSpace(t)
	f.fill("a")
	for kind, want := range map[string]string{"tar": "400", "zip": "200"} {
		c := f.dial()
		io.WriteString(c, strings.Replace(f.head("GET", "/media?archive="+kind, 0), "HTTP/1.1", "HTTP/1.0", 1))
		if line, err := bufio.NewReader(c).ReadString('\n'); !strings.Contains(line, want) {
			t.Errorf("%s: %q %v", kind, line, err)
		}
	}
}

func TestWhatIsInTheTrashStaysThere(t *testing.T) {
	f := withSpace(t)
	f.fill("a", ".trash/x/b", ".trasher")
	if got := membersOf(unpacked(t, "zip", f.want(200, "GET", "/media?archive=zip", "").body)); !slices.Equal(got, []string{".trasher", "a"}) {
		t.Error(got)
	}
	if got := membersOf(unpacked(t, "zip", f.want(200, "GET", "/media?archive=zip&prefix=.trash/", "").body)); !slices.Equal(got, []string{"x/b"}) {
		t.Error(got)
	}
}

func TestAnArchiveNeedsTheRightToReadEachObject(t *testing.T) {
	f := newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	f.fill("open/a", "open/b", "mixed/a", "mixed/secret", "z")
	reader, stranger := f.newKey("reader", readOnly("media")), f.newKey("other", readOnly("elsewhere"))
	const open, mixed = "/media?archive=zip&prefix=open/", "/media?archive=zip&prefix=mixed/"
	get := func(who string, at string) answer {
		switch who {
		case "reader":
			return f.as(reader, "GET", at, "")
		case "stranger":
			return f.as(stranger, "GET", at, "")
		case "root":
			return f.do("GET", at, "")
		}
		return f.anonymous("GET", at, "")
	}
	check := func(what string, want map[string]int) {
		t.Helper()
		for _, who := range []string{"root", "reader", "stranger", "anonymous"} {
			for at, name := range map[string]string{open: "open", mixed: "mixed"} {
				status := want[who+" "+name]
				if status == 0 {
					status = 403
				}
				a := get(who, at)
				if a.StatusCode != status || status == 403 && a.code() != "AccessDenied" {
					t.Errorf("%s: %s of %s: %d %s", what, who, name, a.StatusCode, a.code())
				}
				if status == 200 && len(unpacked(t, "zip", a.body)) != 2 {
					t.Errorf("%s: %s of %s: %q", what, who, name, membersOf(unpacked(t, "zip", a.body)))
				}
			}
		}
	}
	check("as it is", map[string]int{"root open": 200, "root mixed": 200, "reader open": 200, "reader mixed": 200})

	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "public-read")
	for _, key := range []string{"open/a", "open/b", "mixed/a"} {
		f.want(200, "PUT", "/media/"+key+"?acl", "", "X-Amz-Acl", "public-read")
	}
	acls := map[string]int{"root open": 200, "root mixed": 200, "reader open": 200, "reader mixed": 200, "anonymous open": 200, "stranger open": 200}
	check("by ACLs", acls)

	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "private")
	check("without the list", map[string]int{"root open": 200, "root mixed": 200, "reader open": 200, "reader mixed": 200})

	f.setPolicy(statement("Deny", "GetObject", "media/mixed/secret", ""), statement("Allow", "ListBucket", "media", `{"StringLike":{"s3:prefix":"open/*"}}`),
		statement("Allow", "GetObject", "media/open/*", ""))
	check("by a policy", map[string]int{"root open": 200, "reader open": 200, "anonymous open": 200, "stranger open": 200})
	if a := f.anonymous("HEAD", open, ""); a.StatusCode != 200 {
		t.Error("HEAD:", a.StatusCode)
	}
	if a := f.anonymous("HEAD", mixed, ""); a.StatusCode != 403 {
		t.Error("HEAD:", a.StatusCode)
	}
}

func TestWhatNeedsACustomersKeyIsNamed(t *testing.T) {
	f := withSpace(t)
	f.fill("a", "z")
	f.want(200, "PUT", "/media/locked", "secret", customer("k")...)
	a := f.refuse(400, "InvalidRequest", "GET", "/media?archive=zip", "")
	if first(a.body, "Key") != "locked" || !strings.Contains(first(a.body, "Message"), "customer's key") {
		t.Error(a.body)
	}
}

func TestWhatTheServerEncryptedIsInAnArchive(t *testing.T) {
	f := newFixture(t, withMasters(t, true))
	f.want(200, "PUT", "/media", "")
	for key, body := range map[string]string{"small": "hello", "large": pattern(300_000)} {
		f.want(200, "PUT", "/media/"+key, body)
		if got := unpacked(t, "tar", f.want(200, "GET", "/media?archive=tar", "").body); got[key] != body {
			t.Errorf("%s: %d bytes", key, len(got[key]))
		}
	}
}

// None of the members may be missing from an archive that looks whole, and no damage be in it.
func TestAnArchiveWithDamageBreaksOff(t *testing.T) {
	fs := vfs.NewMem()
	f := newFixtureOn(t, fs)
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/a", pattern(1000))
	f.want(200, "PUT", "/media/many", pattern(4<<20))
	f.want(200, "PUT", "/media/z", pattern(1000))
	if damage(t, fs, "data/blobs") != 1 {
		t.Fatal("there are other files than blobs")
	}
	for _, kind := range []string{"zip", "tar"} {
		status, text, whole := f.heard("GET", "/media?archive="+kind, "")
		if status != 200 || whole || len(text) == 0 {
			t.Errorf("%s: %d, %d bytes, whole: %v", kind, status, len(text), whole)
		}
		if _, err := zip.NewReader(strings.NewReader(text), int64(len(text))); err == nil {
			t.Error("what came is an archive")
		}
	}
}

// fillMany stores n objects, k000000 and so on.
func (f *fixture) fillMany(n int) {
	f.Helper()
	ctx := context.Background()
	for i := range n {
		body, err := f.engine.Stage(ctx, strings.NewReader("x"), storage.StageOptions{Size: 1})
		if err == nil {
			_, err = f.engine.Put(ctx, "media", fmt.Sprintf("k%06d", i), body, storage.Attrs{}, storage.Checksum{}, nil)
		}
		if err != nil {
			f.Fatal(err)
		}
	}
}

// Beyond the objects that are looked at before, a refusal is a cut.
func TestARefusalLateInAnArchiveBreaksItOff(t *testing.T) {
	f := withSpace(t)
	f.fillMany(10_050)
	f.fill("late")
	at := "/media?archive=zip"
	if status, text, whole := f.heard("GET", at, ""); status != 200 || !whole || len(unpacked(t, "zip", text)) != 10_051 {
		t.Fatal("it is not all there:", status, whole)
	}
	f.want(200, "PUT", "/media/late", "secret", customer("k")...)
	if status, text, whole := f.heard("GET", at, ""); status != 200 || whole || len(text) == 0 {
		t.Errorf("%d, %d bytes, whole: %v", status, len(text), whole)
	}
	f.setPolicy(statement("Deny", "GetObject", "media/late", ""))
	if status, text, whole := f.heard("GET", at, ""); status != 200 || whole || len(text) == 0 {
		t.Errorf("denied: %d, %d bytes, whole: %v", status, len(text), whole)
	}
	f.setPolicy(statement("Deny", "GetObject", "media/k000100", ""))
	f.refuse(403, "AccessDenied", "GET", at, "")
}

// straying are those that would lead an unpacker out of its folder, or be lost in it.
var straying = []string{
	"f/../x", "f//abs", "f/a//b", `f/C:\x`, `f/..\x`, "f/./y", "f/a", "f/a/", "f/a/b", "f/a-b", "f/a%00", "f/%2e%2e/x", "f/CON", "f/dot.", "f/dot", "f/\x1b[31m", "f/nl\nnl", "f/dir/",
	"f/A", "f/\u202egpj.exe", "f//", "f/é", "f/e\u0301",
}

func TestHostileKeysStayInTheirFolder(t *testing.T) {
	f := withSpace(t)
	for _, key := range straying {
		body := "of " + key
		if key == "f/dir/" || key == "f/a/" {
			body = ""
		}
		f.want(200, "PUT", target("media", key), body)
	}
	f.want(200, "PUT", "/media/f/", "of the folder")
	for _, kind := range []string{"zip", "tar"} {
		a := f.want(200, "GET", "/media?archive="+kind+"&prefix=f/", "")
		got := unpacked(t, kind, a.body)
		if len(got) != len(straying)+1 || got["%2F"] != "of the folder" || got["a%00"] != "of f/a" || got["a/b"] != "of f/a/b" || got["%2E%2E/x"] != "of f/../x" {
			t.Errorf("%s: %d of %d: %q", kind, len(got), len(straying)+1, got)
		}
		for name := range got {
			if !filepath.IsLocal(name) {
				t.Errorf("%s: %q", kind, name)
			}
		}
		tools := [][]string{{"unzip", "-q", "archive", "-d", "out"}, {"python3", "-m", "zipfile", "-e", "archive", "out"}}
		if kind == "tar" {
			tools = [][]string{{"tar", "-x", "-C", "out", "-f", "archive"}}
		}
		for _, tool := range tools {
			unpackBy(t, tool, a.body, got)
		}
	}
}

// unpackBy has a tool unpack an archive, and looks whether each file is there and nothing beside the folder.
func unpackBy(t *testing.T, tool []string, archive string, want map[string]string) {
	t.Helper()
	if _, err := exec.LookPath(tool[0]); err != nil {
		t.Log("not installed: " + tool[0])
		return
	}
	dir := t.TempDir()
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "archive"), []byte(archive), 0o600), os.Mkdir(filepath.Join(dir, "out"), 0o700)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool[0], tool[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C.UTF-8")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", tool[0], err, said)
	}
	for name, body := range want {
		if strings.HasSuffix(name, "/") {
			continue
		}
		if got, err := os.ReadFile(filepath.Join(dir, "out", name)); err != nil || string(got) != body {
			t.Errorf("%s: %q is %q: %v", tool[0], name, got, err)
		}
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 2 {
		t.Error("beside the folder:", list, err)
	}
}

func TestAClientThatGoesAwayEndsItsArchive(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/large", pattern(16<<20))
	f.want(200, "PUT", "/media/z", "z")
	before := runtime.NumGoroutine()
	res, err := f.client.Do(sign(f.request("GET", "/media?archive=tar", "")))
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res, err)
	}
	io.CopyN(io.Discard, res.Body, 1000)
	res.Body.Close()
	for runtime.NumGoroutine() > before+2 {
		runtime.Gosched()
	}
	f.want(204, "DELETE", "/media/large", "")
}

func TestALinkGivesAFolder(t *testing.T) {
	f, _ := linking(t)
	f.fill("photos/a", "photos/b", ".trash/photos/c")
	l := f.link(`{"bucket":"media","key":"photos/","archive":"zip"}`).Link
	a := f.browse("GET", l.Path, "", "Range", "bytes=5-")
	if a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body, l)
	}
	if got := membersOf(unpacked(t, "zip", a.body)); a.StatusCode != 200 || !slices.Equal(got, []string{"a", "b"}) {
		t.Fatal(a.StatusCode, got)
	}
	for name, part := range map[string]string{"Content-Disposition": `attachment; filename="photos.zip"`, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"} {
		if !strings.Contains(a.Header.Get(name), part) {
			t.Errorf("%s: %q", name, a.Header.Get(name))
		}
	}
	if n := f.linkState(l.ID).Link.Used; n != 1 {
		t.Errorf("it was used %d times", n)
	}
	once := f.link(`{"bucket":"media","key":"","archive":"zip","once":true,"password":"sesame","attachment":"all.zip"}`).Link
	if a := f.browse("GET", once.Path, ""); a.StatusCode != 200 || !strings.Contains(a.body, "<form") {
		t.Error(a.StatusCode, a.body)
	}
	a = f.browse("POST", once.Path, "password=sesame", "Content-Type", urlencoded)
	if got := membersOf(unpacked(t, "zip", a.body)); !slices.Contains(got, "photos/a") || strings.Contains(strings.Join(got, " "), ".trash") || !strings.Contains(a.Header.Get("Content-Disposition"), "all.zip") {
		t.Error(got, a.Header)
	}
	if a := f.browse("POST", once.Path, "password=sesame", "Content-Type", urlencoded); a.StatusCode != 410 {
		t.Error("a second time:", a.StatusCode)
	}
	for body, status := range map[string]int{
		`{"bucket":"media","key":"photos","archive":"zip"}`: 400, `{"bucket":"media","key":"photos/","archive":"tar"}`: 400, `{"bucket":"media","key":"none/","archive":"zip"}`: 404,
		`{"bucket":"media","key":"photos/","archive":"zip","version":"null"}`: 400, `{"bucket":"media","key":".trash/photos/","archive":"zip"}`: 400,
	} {
		if a := f.do("POST", "/v2/spaces/links", body); a.StatusCode != status {
			t.Errorf("%s: %d %s", body, a.StatusCode, a.body)
		}
	}
	f.want(200, "PUT", "/media/photos/locked", "secret", customer("k")...)
	if a := f.browse("GET", l.Path, ""); a.StatusCode != 400 {
		t.Error("with an object that cannot be read:", a.StatusCode, a.body)
	}
}
