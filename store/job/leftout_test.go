//go:build unix

package job_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestWhatCannotBeUploadedIsListedBefore(t *testing.T) {
	outside := tree(t, map[string]string{"secret": "s", "sub/x": "x"})
	dir := tree(t, map[string]string{"ok": "x", "d/in": "y", "caf\xe9.txt": "z", "n\xff/x": "z"})
	check(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	t.Chdir(dir) // the path of a socket is short
	l, err := net.Listen("unix", "socket")
	check(t, err)
	defer l.Close()
	for name, to := range map[string]string{"out": filepath.Join(outside, "secret"), "outdir": outside, "dangling": "nowhere", "in": "d/in", "indir": "d"} {
		check(t, os.Symlink(to, filepath.Join(dir, name)))
	}
	for _, follow := range []bool{false, true} {
		f := storetest.New(t)
		f.Space(t, "media")
		m := manager(t, job.Options{}, f.Store)
		p := m.Plan(job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: dir}, {Local: filepath.Join(dir, "caf\xe9.txt")}, {Local: filepath.Join(dir, "pipe")}},
			Dest: store.Ref{Space: "media"}, Name: "", Links: follow, Policy: job.Overwrite})
		check(t, p.Count(t.Context()))
		want := map[string]string{"caf\xe9.txt": "not UTF-8", "n\xff": "not UTF-8", "pipe": "pipe", "socket": "socket", "outdir": "", "dangling": "nowhere", "indir": "folder"}
		keys := []string{"ok", "d/in", "in"}
		if follow {
			keys = append(keys, "out")
		} else {
			want["out"] = "a link to outside is not followed"
		}
		got := p.LeftOut()
		if n := p.Totals().LeftOut; n != len(want)+2 || len(got) != n || !p.Totals().Complete {
			t.Errorf("%d are left out: %v", n, got)
		}
		for _, one := range got {
			if why, ok := want[filepath.Base(one.Name)]; !ok || !strings.Contains(one.Err.Error(), why) {
				t.Errorf("%q is left out: %v", one.Name, one.Err)
			}
		}
		status := await(t, m, m.Start(p), ended)
		if status.Phase != job.Done || status.LeftOut != len(got) || status.ObjectsDone != len(keys) {
			t.Errorf("ended %v: %v, %d left out, %d done", status.Phase, status.Failed, status.LeftOut, status.ObjectsDone)
		}
		for i := range keys {
			keys[i] = filepath.Base(dir) + "/" + keys[i]
		}
		wantKeys(t, f.Store, "media", "", keys...)
		for _, r := range f.Faults.Requests() {
			if strings.Contains(r, "caf") {
				t.Errorf("sent was %s", r)
			}
		}
	}
}
