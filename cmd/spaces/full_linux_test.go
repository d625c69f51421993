package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"spaces/server/chance"
	"spaces/server/powercut"
)

// smallDisks are file systems of their own that can be crammed. tmpfs takes the last byte at once, ext4 when it likes.
var smallDisks = map[string]func(t *testing.T, size int64) string{
	"tmpfs": func(t *testing.T, size int64) string {
		dir := t.TempDir()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
			chance.Say(t, "NOT TESTED: a full disk: "+err.Error())
			t.Skipf("NOT TESTED: a full disk needs the right to mount one: %v", err)
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
		return dir
	},
	"ext4": func(t *testing.T, size int64) string { return powercut.New(t, size, "commit=5").Dir() },
}

// takeAll takes what is left of a disk, as another program may, and gives what gives it back.
func takeAll(t *testing.T, dir string, n int) (giveBack func()) {
	t.Helper()
	name := filepath.Join(dir, fmt.Sprint("others", n))
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; size /= 16 {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

// crammed is a server on a disk that gets full.
type crammed struct {
	*writer
	home     home
	s        *service
	answers  int
	refusals int
	bad      int
}

// grow does something that needs room, until that is refused for want of it, or n times.
func (f *crammed) grow(n int, method, path, body string, header ...string) (done []string) {
	f.t.Helper()
	for i := range n {
		at := strings.ReplaceAll(path, "@", fmt.Sprint(f.made, "-", i))
		a, err := f.call(method, at, strings.ReplaceAll(body, "@", fmt.Sprint(f.made, "-", i)), header...)
		f.answers++
		if err != nil || a.status >= 300 && a.status != http.StatusInsufficientStorage {
			f.bad++
			f.t.Errorf("%s %s on a full disk: %d %.300s, %v", method, at, a.status, a.body, err)
			return done
		}
		if a.status == http.StatusInsufficientStorage {
			f.refusals++
			return done
		}
		done = append(done, at)
	}
	return done
}

// growEveryWay does all that needs room.
func (f *crammed) growEveryWay(n int) (objects []string) {
	f.t.Helper()
	f.made++
	for _, size := range []int{1 << 20, 100 << 10, 4 << 10, 100} {
		objects = append(objects, f.grow(n, "PUT", fmt.Sprintf("/media/%d-@", size), strings.Repeat("x", size))...)
	}
	f.grow(n, "PUT", "/media/meta", "", "X-Amz-Copy-Source", "/media/keep", "X-Amz-Metadata-Directive", "REPLACE", "X-Amz-Meta-A", strings.Repeat("m", 1500))
	objects = append(objects, f.grow(n, "PUT", "/media/copy-@", "", "X-Amz-Copy-Source", "/media/keep")...)
	f.grow(n, "PUT", "/media/keep?tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>"+strings.Repeat("@", 20)+"</Value></Tag></TagSet></Tagging>")
	f.grow(n, "PUT", "/media/keep?acl", "", "X-Amz-Acl", "public-read")
	f.grow(n, "POST", "/media/upload-@?uploads", "")
	f.grow(n, "PUT", "/media/upload?partNumber=1&uploadId="+f.inside, strings.Repeat("p", 200<<10))
	f.grow(n, "POST", "/media?changeObjects", "<ChangeObjects><Tag><Key>n</Key><Value>@</Value></Tag><Object><Key>keep</Key></Object></ChangeObjects>")
	f.grow(n, "PUT", "/made-@", "")
	f.grow(n, "PUT", "/media?cors", documents[0].doc)
	f.grow(n, "PUT", "/media?policy", strings.NewReplacer("TOKEN", "a", "SPACE", "media").Replace(documents[2].doc))
	f.grow(min(n, 50), "POST", keysAt, `{"name":"@","grants":[{"bucket":"media","permission":"read"}]}`)
	f.grow(min(n, 50), "POST", linksAt, `{"bucket":"media","key":"keep"}`)
	return objects
}

// remove deletes the first n objects, which is answered in one of these ways, and gives the others.
func (f *crammed) remove(objects []string, n int, want ...int) []string {
	f.t.Helper()
	for _, path := range objects[:n] {
		if a, err := f.call("DELETE", path, ""); err != nil || !slices.Contains(want, a.status) {
			f.bad++
			f.t.Errorf("DELETE %s on a full disk: %d %.300s, %v", path, a.status, a.body, err)
		}
	}
	return objects[n:]
}

// whole looks whether an old object is what it was.
func (f *crammed) whole() {
	f.t.Helper()
	for _, key := range []string{"keep", "keep2"} {
		if a, err := f.call("GET", "/media/"+key, ""); err != nil || a.status != 200 || a.body != string(pattern(key, 300<<10)) {
			f.bad++
			f.t.Errorf("%s is %d, %d bytes, %v", key, a.status, len(a.body), err)
		}
	}
}

// start starts the server, without its log: every refusal is in it.
func (f *crammed) start() {
	f.t.Helper()
	cmd := f.home.serving(program(f.t), "127.0.0.1:0")
	cmd.Stderr = nil
	f.s = launch(f.t, cmd)
	first, err := f.s.lines.ReadString('\n')
	if err != nil {
		f.t.Fatalf("the server ended before it listened: %v", err)
	}
	_, f.addr, _ = strings.Cut(strings.TrimSpace(first), "http://")
	f.s.drain()
}

// restart ends the server and starts it on the disk as it is.
func (f *crammed) restart(end func(*service)) {
	f.t.Helper()
	end(f.s)
	f.start()
}

func TestAFullDiskIsRefusedAndNothingElse(t *testing.T) {
	for name, disk := range smallDisks {
		t.Run(name, func(t *testing.T) {
			h := home{dir: disk(t, 64<<20)}
			f := &crammed{home: h, writer: &writer{load: &load{t: t}, http: http.DefaultClient}}
			f.start()
			f.must("PUT", "/media", "")
			f.must("PUT", "/logs", "")
			f.must("PUT", "/media?logging", strings.ReplaceAll(strings.ReplaceAll(documents[5].doc, "TOKEN", "log"), "SPACE", "media"))
			f.must("PUT", "/media/keep", string(pattern("keep", 300<<10)))
			f.must("PUT", "/media/keep2", string(pattern("keep2", 300<<10)))
			f.inside = elements(f.must("POST", "/media/upload?uploads", "").body, "UploadId")[0]
			f.must("PUT", "/media/upload?partNumber=2&uploadId="+f.inside, "part")
			objects := f.growEveryWay(200)
			others := []func(){takeAll(t, h.dir, 0)}
			objects = append(objects, f.growEveryWay(3)...)
			f.whole()
			if f.refusals < 10 {
				t.Errorf("only %d refusals", f.refusals)
			}
			f.commands()
			objects = f.remove(objects, len(objects)/2, 204)
			f.restart((*service).kill) // on a full disk
			f.whole()
			f.restart((*service).stop)
			f.whole()
			for i := range 6 { // what is given for deletes is taken by others, and there is nothing more to give
				others = append(others, takeAll(t, h.dir, 1+i))
				objects = f.remove(objects, 1, 204, 507)
				f.grow(1, "PUT", "/media/more", "x")
				f.whole()
			}
			for _, giveBack := range others {
				giveBack()
			}
			f.must("PUT", "/media/without-a-restart", strings.Repeat("x", 2<<20))
			for i := range 3 {
				others[i] = takeAll(t, h.dir, i)
				objects = f.remove(objects, 1, 204, 507)
			}
			f.s.stop()
			if code := f.s.cmd.ProcessState.ExitCode(); code != 0 {
				f.bad++
				t.Errorf("a stop on a full disk ends with %d", code)
			}
			for _, giveBack := range others[:3] {
				giveBack()
			}
			f.start()
			f.remove(objects, len(objects), 204)
			f.must("PUT", "/media/again", strings.Repeat("x", 2<<20))
			f.must("POST", keysAt, `{"name":"again","grants":[]}`)
			f.whole()
			f.s.stop()
			if out, errs, err := h.run(t, "fsck"); err != nil {
				f.bad++
				t.Errorf("fsck says %v\n%s%s", err, out, errs)
			}
			chance.Say(t, fmt.Sprintf("%d writes to a full %s, %d refused with 507, %d violations", f.answers, name, f.refusals, f.bad))
		})
	}
}

// commands has the commands say that the disk is full.
func (f *crammed) commands() {
	f.t.Helper()
	f.home.env = []string{"SPACES_ACCESS_KEY_ID=" + testKey, "SPACES_SECRET_ACCESS_KEY=" + testSecret}
	file := filepath.Join(f.t.TempDir(), "file")
	if err := os.WriteFile(file, pattern("file", 1<<20), 0o600); err != nil {
		f.t.Fatal(err)
	}
	for _, args := range [][]string{{"keys", "create", "one", "--grant", "media:read"}, {"cp", file, "s3://media/file"}, {"cp", "s3://media/keep", filepath.Join(f.home.dir, "download")}} {
		out, errs, err := f.home.run(f.t, args...)
		if said := out + errs; err == nil || !strings.Contains(said, "disk is full") && !strings.Contains(said, "no space left") {
			f.bad++
			f.t.Errorf("spaces %q says %v\n%s", args, err, said)
		}
	}
	if _, err := os.Lstat(filepath.Join(f.home.dir, "download")); err == nil {
		f.bad++
		f.t.Error("a download that had no room has its name")
	}
}
