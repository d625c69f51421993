package job_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// past is a versioned Space, seen by another client.
type past struct {
	*testing.T
	*storetest.Fixture
	other *minio.Client
	m     *job.Manager
}

func newPast(t *testing.T) *past {
	t.Helper()
	p := &past{T: t}
	p.Fixture = storetest.New(t, storetest.Listener())
	p.Space(t, "media")
	check(t, p.Engine.SetVersioning("media", storage.Enabled))
	var err error
	p.other, err = minio.New(strings.TrimPrefix(p.URL, "http://"), &minio.Options{Creds: credentials.NewStaticV4(storetest.AccessKey, storetest.SecretKey, ""), Region: "us-east-1"})
	check(t, err)
	p.m = manager(t, job.Options{}, p.Store)
	return p
}

// write stores a body and gives the ID of its version.
func (p *past) write(key, body string) string {
	p.Helper()
	info, err := p.other.PutObject(p.Context(), "media", key, strings.NewReader(body), int64(len(body)),
		minio.PutObjectOptions{ContentType: "text/x-" + body, UserMetadata: map[string]string{"Body": body}})
	check(p, err)
	return info.VersionID
}

func (p *past) remove(key string) {
	p.Helper()
	check(p, p.other.RemoveObject(p.Context(), "media", key, minio.RemoveObjectOptions{}))
}

// reads is what another client reads, "-" where there is nothing.
func (p *past) reads(key string) string {
	p.Helper()
	o, err := p.other.GetObject(p.Context(), "media", key, minio.GetObjectOptions{})
	check(p, err)
	body, err := io.ReadAll(o)
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return "-"
	}
	check(p, err)
	return string(body)
}

// history is what another client sees of a key: "+" for a version, "x" for a marker, the newest first.
func (p *past) history(key string) string {
	p.Helper()
	text := ""
	for o := range p.other.ListObjects(p.Context(), "media", minio.ListObjectsOptions{Prefix: key, Recursive: true, WithVersions: true}) {
		check(p, o.Err)
		text += map[bool]string{true: "x", false: "+"}[o.IsDeleteMarker]
	}
	return text
}

func (p *past) does(s job.Spec) job.Status {
	p.Helper()
	status := run(p.T, p.m, s)
	if status.Phase != job.Done {
		p.Fatalf("%v: %v", status.Phase, status.Failed)
	}
	return status
}

func TestADeletedFolderComesBackAsItWas(t *testing.T) {
	p := newPast(t)
	for i := range 5 {
		p.write(fmt.Sprintf("d/%d", i), "old")
		p.write(fmt.Sprintf("d/%d", i), "new")
	}
	p.remove("d/1")
	p.remove("d/2")
	p.remove("d/2") // twice, so that two markers hide it
	p.write("d/sub/deep", "deep")
	p.remove("d/sub/deep")
	p.write("e/other", "other")
	p.remove("e/other")
	plan := p.m.Plan(job.Spec{Kind: job.Restore, Sources: []job.Source{folder("media", "d/")}})
	check(t, plan.Count(t.Context()))
	if n := plan.Totals(); n.Objects != 3 || n.Markers != 4 || n.Bytes != int64(len("new")*2+len("deep")) {
		t.Errorf("%+v", n)
	}
	if s := await(t, p.m, p.m.Start(plan), ended); s.Phase != job.Done {
		t.Fatalf("%v", s.Failed)
	}
	for key, want := range map[string]string{"d/0": "new", "d/1": "new", "d/2": "new", "d/sub/deep": "deep", "e/other": "-"} {
		if got := p.reads(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if got := p.history("d/2"); got != "++" {
		t.Error("markers are left:", got)
	}
	effects := p.m.Effects()
	if !slices.ContainsFunc(effects, func(e job.Effect) bool { return e.Kind == job.Stale && e.Ref.Key == "d/" }) {
		t.Errorf("nobody is told: %+v", effects)
	}
}

func TestAnOlderVersionIsCopiedOnTopWithAllItHas(t *testing.T) {
	p := newPast(t)
	old := p.write("a", "old")
	p.write("a", "new")
	p.does(job.Spec{Kind: job.Restore, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "a"}, Version: old}}})
	info, err := p.other.StatObject(t.Context(), "media", "a", minio.StatObjectOptions{})
	check(t, err)
	if p.reads("a") != "old" || info.ContentType != "text/x-old" || info.UserMetadata["Body"] != "old" || p.history("a") != "+++" {
		t.Errorf("%q %+v %s", p.reads("a"), info, p.history("a"))
	}
	// Of a deleted file too.
	p.remove("a")
	p.does(job.Spec{Kind: job.Restore, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "a"}, Version: old}}})
	if p.reads("a") != "old" {
		t.Errorf("%q", p.reads("a"))
	}
}

func TestAFolderComesBackAsItWasAtATime(t *testing.T) {
	p := newPast(t)
	p.write("d/changed", "before")
	p.write("d/deleted", "before")
	p.write("d/twice", "before")
	p.write("d/gone", "before")
	p.remove("d/gone")
	var at time.Time // the newest that there is
	for o := range p.other.ListObjects(t.Context(), "media", minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
		if check(t, o.Err); o.LastModified.After(at) {
			at = o.LastModified
		}
	}
	for !time.Now().After(at.Add(time.Millisecond)) { // what follows is later by more than dates tell
		runtime.Gosched()
	}
	p.write("d/changed", "after")
	p.remove("d/deleted")
	p.write("d/twice", "after")
	p.remove("d/twice")
	p.write("d/new", "after")
	p.write("d/gone", "after")
	p.does(job.Spec{Kind: job.Restore, At: at, Sources: []job.Source{folder("media", "d/")}})
	for key, want := range map[string]string{"changed": "before", "deleted": "before", "twice": "before", "new": "after", "gone": "after"} {
		if got := p.reads("d/" + key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

func TestAPurgeLeavesWhatIsCurrentAndNothingElse(t *testing.T) {
	p := newPast(t)
	p.write("d/a", "1")
	p.write("d/a", "2")
	p.remove("d/a")
	p.write("d/a", "3")
	p.write("d/deleted", "1")
	p.remove("d/deleted")
	p.write("d/only", "1")
	p.write("e", "1")
	p.write("e", "2")
	plan := p.m.Plan(job.Spec{Kind: job.Purge, Sources: []job.Source{folder("media", "d/")}})
	check(t, plan.Count(t.Context()))
	if n := plan.Totals(); n.Objects != 5 || n.Markers != 2 || n.Versions != 3 {
		t.Errorf("%+v", n)
	}
	if s := await(t, p.m, p.m.Start(plan), ended); s.Phase != job.Done {
		t.Fatalf("%v", s.Failed)
	}
	for key, want := range map[string]string{"d/a": "+", "d/deleted": "", "d/only": "+", "e": "++"} {
		if got := p.history(key); got != want {
			t.Errorf("%s has %q, want %q", key, got, want)
		}
	}
	if p.reads("d/a") != "3" {
		t.Error(p.reads("d/a"))
	}
}

func TestOneVersionIsRemovedAndTheRowIsNotTakenForGone(t *testing.T) {
	p := newPast(t)
	old := p.write("a", "old")
	p.write("a", "new")
	p.m.Effects()
	p.does(job.Spec{Kind: job.Purge, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "a"}, Version: old}}})
	if p.history("a") != "+" || p.reads("a") != "new" {
		t.Error(p.history("a"), p.reads("a"))
	}
	if effects := p.m.Effects(); slices.ContainsFunc(effects, func(e job.Effect) bool { return e.Kind == job.RowGone }) {
		t.Errorf("%+v", effects)
	}
}

func TestAnOlderVersionIsDownloaded(t *testing.T) {
	p := newPast(t)
	old := p.write("a.txt", "old")
	p.write("a.txt", "newer")
	dir := t.TempDir()
	p.does(job.Spec{Kind: job.Download, LocalDir: dir, Name: "then.txt", Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "a.txt"}, Version: old,
		Entry: store.Entry{Key: "a.txt", Size: 3, ETag: "149603e6c03516362a8da23f624db945"}}}})
	if body, err := os.ReadFile(filepath.Join(dir, "then.txt")); err != nil || string(body) != "old" {
		t.Errorf("%q, %v", body, err)
	}
}

func TestTheVersionOfASourceIsWrittenDown(t *testing.T) {
	want := job.Spec{Kind: job.Restore, At: time.Unix(1e9, 0).UTC(), Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "a"}, Version: "v", Marker: true}}}
	text, err := json.Marshal(want)
	check(t, err)
	var got job.Spec
	check(t, json.Unmarshal(text, &got))
	if got.Kind != want.Kind || !got.At.Equal(want.At) || got.Sources[0] != want.Sources[0] {
		t.Errorf("%s", text)
	}
}
