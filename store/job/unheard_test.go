package job_test

import (
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestAnUploadThatAKilledProgramHasNotHeardOfIsEnded(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	content := noise(11 << 20)
	dir, state := tree(t, map[string]string{"big": content}), t.TempDir()
	elsewhere := func(key string) store.Upload {
		u, err := f.Store.CreateUpload(t.Context(), store.Ref{Space: "media", Key: key}, store.Props{})
		check(t, err)
		return u
	}
	spec := job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media", Key: "in/"}}
	errand{URL: f.URL, Ledger: state, Spec: spec, Method: "POST", Has: "uploads", Lost: true}.dies(t)
	wantUploads(t, f, 1)
	other, atWork := elsewhere("in/bigger"), elsewhere("in/big") // of programs on other machines
	_, err := f.Store.UploadPart(t.Context(), atWork, 1, strings.NewReader("x"), 0, 1)
	check(t, err)

	again(t, afterwards(t, f.Store, state, 1))
	wantContent(t, f, "in/big", content)
	wantNothingNoted(t, state)
	open, err := f.Store.Uploads(t.Context(), "media", "")
	check(t, err)
	if len(open) != 2 || open[0] != atWork || open[1] != other {
		t.Errorf("open uploads are %v, want those of others: %v, %v", open, atWork, other)
	}
}

func TestAnUploadThatAKilledProgramHasNotHeardOfIsEndedWithTheJob(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	dir, state := tree(t, map[string]string{"big": noise(11 << 20)}), t.TempDir()
	spec := job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media", Key: "in/"}}
	errand{URL: f.URL, Ledger: state, Spec: spec, Method: "POST", Has: "uploads", Lost: true}.dies(t)
	m := afterwards(t, f.Store, state, 1)
	check(t, m.End(t.Context(), wantUnfinished(t, m, 1)[0].ID))
	wantUploads(t, f, 0)
	wantNothingNoted(t, state)
}

func TestAnUploadBegunLongBeforeIsLeftAlone(t *testing.T) {
	f := storetest.New(t, storetest.Listener(), longAgo)
	f.Space(t, "media")
	dir, state := tree(t, map[string]string{"big": noise(11 << 20)}), t.TempDir()
	spec := job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media", Key: "in/"}}
	before, err := f.Store.CreateUpload(t.Context(), store.Ref{Space: "media", Key: "in/big"}, store.Props{}) // dated an hour ago
	check(t, err)
	errand{URL: f.URL, Ledger: state, Spec: spec, Method: "POST", Has: "uploads"}.dies(t)
	again(t, afterwards(t, f.Store, state, 1))
	if open, err := f.Store.Uploads(t.Context(), "media", ""); err != nil || len(open) != 1 || open[0] != before {
		t.Errorf("open uploads are %v, %v", open, err)
	}
}

func TestNoUploadIsLeftWhereAnAnswerGotLost(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	dir := tree(t, map[string]string{"big": noise(11 << 20)})
	ledger, err := job.OpenLedger(t.TempDir())
	check(t, err)
	defer ledger.Close()
	m := manager(t, job.Options{Ledger: ledger, PartSize: 5 << 20}, f.Store)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "?uploads"), Times: 1, Fault: storetest.DropAnswer})
	done(t, m, job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media", Key: "in/"}})
	wantUploads(t, f, 0)
	wantUnfinished(t, m, 0)
}

// A copy of parts that is an object, and was not given its tags yet when the program was killed.
func TestACopyThatArrivedWithoutItsTagsGetsThem(t *testing.T) {
	a, b := storetest.New(t, storetest.Listener(), longAgo), storetest.New(t, storetest.Listener())
	a.Space(t, "from")
	b.Space(t, "media")
	content := noise(12 << 20)
	from, to := store.Ref{Space: "from", Key: "d/big"}, store.Ref{Space: "media", Key: "d/big"}
	_, err := a.Store.Put(t.Context(), from, strings.NewReader(content), int64(len(content)), store.Props{Tags: map[string]string{"a": "b"}}, store.PutOptions{})
	check(t, err)
	e := errand{URL: b.URL, From: a.URL, Ledger: t.TempDir(), Method: "POST", Has: "uploadId", Lost: true,
		Spec: job.Spec{Kind: job.Move, Sources: []job.Source{folder("from", "d/")}, Dest: store.Ref{Space: "media"}}}
	e.dies(t)
	check(t, b.Store.SetTags(t.Context(), to, nil))
	ledger, err := job.OpenLedger(e.Ledger)
	check(t, err)
	defer ledger.Close()
	sent := sentParts(b)
	again(t, manager(t, job.Options{Ledger: ledger, PartSize: 5 << 20, Workers: 1}, a.Store, b.Store))
	if tags, err := b.Store.Tags(t.Context(), to); err != nil || tags["a"] != "b" || len(sent()) > 0 {
		t.Errorf("tags are %v, %v; sent again was %q", tags, err, sent())
	}
	wantKeys(t, a.Store, "from", "")
	wantContent(t, b, "d/big", content)
}
