package job_test

import (
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// What a job goes on with is told with its title, and not ended; what nobody knows is.
func TestUploadsOfJobsAreToldAndNotEnded(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	stray, err := f.Store.CreateUpload(t.Context(), store.Ref{Space: "media", Key: "stray"}, store.Props{})
	check(t, err)
	_, err = f.Store.UploadPart(t.Context(), stray, 1, strings.NewReader("part"), 0, 4)
	check(t, err)
	entered := make(chan struct{}, 100)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Fault: storetest.Hang(entered)})
	ledger, err := job.OpenLedger(t.TempDir())
	check(t, err)
	t.Cleanup(func() { check(t, ledger.Close()) })
	m := manager(t, job.Options{Ledger: ledger, PartSize: 5 << 20}, f.Store)
	dir := tree(t, map[string]string{"big": noise(11 << 20)})
	m.Start(m.Plan(job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media"}}))
	<-entered
	list, err := m.UploadsHeld(t.Context(), f.Store, "media", "")
	check(t, err)
	if len(list) != 2 || list[0].Key != "stray" || list[0].Job != "" || !strings.HasPrefix(list[1].Job, "Upload ") {
		t.Fatalf("there are %+v", list)
	}
	if w, err := job.WeighUpload(t.Context(), f.Store, stray); err != nil || w.Parts != 1 || w.Bytes != 4 {
		t.Errorf("its parts are %+v, %v", w, err)
	}
	if err := m.EndUpload(t.Context(), f.Store, list[1].Upload); err == nil || !strings.Contains(err.Error(), "a job goes on with it") {
		t.Errorf("ending the job's: %v", err)
	}
	for range 2 { // the second time it is no more
		check(t, m.EndUpload(t.Context(), f.Store, stray))
	}
	wantUploads(t, f, 1)
}
