package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server"
	"spaces/server/chance"
	"spaces/server/storage"
)

// badDisk fails every read from the n-th on.
type badDisk struct{ n, reads, failed atomic.Int64 }

func (d *badDisk) MaybeError(op errorfs.Op) error {
	n := d.n.Load()
	switch op.Kind {
	case errorfs.OpFileRead, errorfs.OpFileReadAt, errorfs.OpOpen:
		if n > 0 && d.reads.Add(1) >= n {
			d.failed.Add(1)
			return errorfs.ErrInjected
		}
	}
	return nil
}

func (d *badDisk) String() string { return "a bad disk" }

// on starts a server on a copy of a disk, of which nothing is in memory yet.
func (d *badDisk) on(t *testing.T, mem *vfs.MemFS) *fixture {
	copied := mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(1, 1))})
	engine, err := storage.Open("data", storage.Options{FS: errorfs.Wrap(copied, d)})
	if err != nil {
		t.Fatal(err)
	}
	s := server.New(server.Config{Engine: engine, Secret: secret, Owner: "owner"})
	transport := &http.Transport{DialContext: s.Dial, DisableCompression: true}
	t.Cleanup(func() {
		d.n.Store(0)
		transport.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		_ = s.Shutdown(ctx)
		_ = engine.Close()
	})
	return &fixture{TB: t, engine: engine, server: s, client: &http.Client{Transport: transport}}
}

// heard is what a client has of an answer that may break off.
func (f *fixture) heard(method, at, body string, headers ...string) (status int, text string, whole bool) {
	a, err := f.try(context.Background(), method, at, body, headers...)
	if a.Response == nil {
		return 0, "", false
	}
	return a.StatusCode, a.body, err == nil
}

// TestADiskThatCannotBeReadIsAnErrorAndNotAnAbsence fails reads from the first on, from the second, and so on.
func TestADiskThatCannotBeReadIsAnErrorAndNotAnAbsence(t *testing.T) {
	mem := vfs.NewCrashableMem()
	f := newFixtureOn(t, mem)
	f.want(200, "PUT", "/media", "")
	bodies := map[string]string{"small": pattern(3000), "large": pattern(700 << 10)}
	for key, body := range bodies {
		f.want(200, "PUT", "/media/"+key, body)
	}
	for i := range 100 {
		f.want(200, "PUT", fmt.Sprintf("/media/many/%03d", i), pattern(2000+i))
	}
	upload := f.want(200, "POST", "/media/parts?uploads", "")
	id := between(upload.body, "UploadId")[0]
	part := f.want(200, "PUT", "/media/parts?partNumber=1&uploadId="+id, pattern(100<<10))
	complete := "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + part.Header.Get("ETag") + "</ETag></Part></CompleteMultipartUpload>"
	if err := f.engine.Close(); err != nil { // all of it goes to tables
		t.Fatal(err)
	}
	asked, refused, bad := 0, 0, 0
	wrong := func(form string, args ...any) {
		t.Helper()
		bad++
		t.Errorf(form, args...)
	}
	for _, q := range []struct {
		name, method, at, body, copied string
		headers                        []string
	}{
		{name: "small", method: "GET", at: "/media/small"},
		{name: "large", method: "GET", at: "/media/large"},
		{method: "HEAD", at: "/media/small"},
		{method: "GET", at: "/media?list-type=2"},
		{method: "GET", at: "/media?versions"},
		{method: "GET", at: "/media?uploads"},
		{method: "GET", at: "/media/parts?uploadId=" + id},
		{method: "PUT", at: "/media/copy", copied: "large", headers: []string{"X-Amz-Copy-Source", "/media/large"}},
		{method: "POST", at: "/media/parts?uploadId=" + id, body: complete},
		{method: "PUT", at: "/media/parts?partNumber=2&uploadId=" + id, headers: []string{"X-Amz-Copy-Source", "/media/large", "X-Amz-Copy-Source-Range", "bytes=5-400000"}},
		{method: "DELETE", at: "/media/small"},
	} {
		d := &badDisk{}
		good := d.on(t, mem)
		_, want, _ := good.heard(q.method, q.at, q.body, q.headers...)
		for n := int64(1); n < 40; n++ {
			d := &badDisk{}
			f := d.on(t, mem)
			d.n.Store(n)
			status, text, whole := f.heard(q.method, q.at, q.body, q.headers...)
			failed := d.failed.Load()
			d.n.Store(0)
			asked++
			switch {
			case status >= 500 || status == 200 && !whole || status == 0:
				refused++
				if status >= 500 && q.method != "HEAD" && !strings.Contains(text, "<Code>") {
					wrong("%s %s, read %d: %d without a code: %s", q.method, q.at, n, status, text)
				}
			case status >= 300:
				wrong("%s %s, read %d: %d %s", q.method, q.at, n, status, text)
			case q.name != "" && text != bodies[q.name]:
				wrong("%s, read %d: %d bytes of %d are a whole answer", q.name, n, len(text), len(bodies[q.name]))
			case q.method == "GET" && q.name == "" && text != want:
				wrong("%s, read %d: another answer than from a good disk:\n%s\n%s", q.at, n, text, want)
			case q.copied != "" && f.want(200, "GET", "/media/copy", "").body != bodies[q.copied]:
				wrong("%s, read %d: a copy of something else", q.at, n)
			}
			if failed == 0 {
				break // it reads no more than that
			}
		}
	}
	if refused < 10 {
		t.Errorf("only %d of %d were refused", refused, asked)
	}
	chance.Figure(t, asked, "requests while reads of the disk failed", bad)
}
