package server_test

import (
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

const day = 24 * time.Hour

func TestARetentionIsNotOverByAClockThatIsSet(t *testing.T) {
	now, ran := time.Now(), time.Duration(0)
	clock := func() time.Time { return now }
	engine, err := storage.Open("data", storage.Options{FS: vfs.NewMem(), Now: clock, Ran: func() time.Duration { return ran }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	f := newFixture(t, func(c *server.Config) { c.Engine, c.Now = engine, clock })
	do := func(status int, method, target, body string, headers ...string) answer {
		t.Helper()
		r := f.request(method, target, body, headers...)
		sigv4.Sign(r, accessKey, secretKey, region, payloadHash(r), now)
		a := f.send(r)
		if a.StatusCode != status {
			t.Errorf("%s %s: %d %s, want %d", method, target, a.StatusCode, a.body, status)
		}
		return a
	}
	until := now.Add(30 * day).UTC().Format(time.RFC3339)
	do(200, "PUT", "/media", "", "X-Amz-Bucket-Object-Lock-Enabled", "true")
	for _, mode := range []string{"COMPLIANCE", "GOVERNANCE"} {
		put := do(200, "PUT", "/media/"+mode, "x", "X-Amz-Object-Lock-Mode", mode, "X-Amz-Object-Lock-Retain-Until-Date", until, "Content-Md5", md5Base64("x"))
		version := "/media/" + mode + "?versionId=" + put.Header.Get("X-Amz-Version-Id")
		now = now.Add(40 * day)
		for range 2 {
			do(403, "DELETE", version, "")
			do(403, "PUT", "/media/"+mode+"?retention", "<Retention/>")
			now, ran = now.Add(time.Hour), ran+time.Hour
		}
		now = now.Add(-40 * day)
	}
	do(403, "DELETE", "/media/COMPLIANCE?versionId="+first(do(200, "GET", "/media?versions&prefix=COMPLIANCE", "").body, "VersionId"), "")
	now, ran = now.Add(30*day), ran+30*day
	do(204, "DELETE", "/media/COMPLIANCE?versionId="+first(do(200, "GET", "/media?versions&prefix=COMPLIANCE", "").body, "VersionId"), "")
	do(200, "PUT", "/media/GOVERNANCE?retention", "<Retention/>")
}
