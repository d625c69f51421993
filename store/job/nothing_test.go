package job_test

import (
	"errors"
	"testing"

	"spaces/store/job"
	"spaces/store/storetest"
)

func TestAFolderInWhichNothingIsFoundIsTold(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{}, f.Store)
	for kind, spec := range map[string]job.Spec{
		"delete":   {Kind: job.Delete},
		"download": {Kind: job.Download, LocalDir: t.TempDir()},
	} {
		fill(t, f.Store, "media", "full/1", "a")
		spec.Sources = []job.Source{object("media", "a"), folder("media", "full/"), folder("media", "gone/")}
		status := done(t, m, spec)
		if len(status.Remarks) != 1 || status.Remarks[0] != (job.Failure{Name: "gone/", Err: job.ErrNothingThere}) || status.ObjectsDone != 2 {
			t.Errorf("%s of %d objects has the remarks %v", kind, status.ObjectsDone, status.Remarks)
		}
	}
}

func TestAFolderWhoseTrueNameIsNotToldIsNotCalledDeleted(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a", "real\ufffd/1")
	m := manager(t, job.Options{}, f.Store)
	status := run(t, m, job.Spec{Kind: job.Delete, Sources: []job.Source{object("media", "a"), folder("media", "real\ufffd/"), folder("media", "dir\ufffd/")}})
	if status.Phase != job.Failed || status.FailedCount != 1 || status.Failed[0].Name != "media/dir\ufffd/" || !errors.Is(status.Failed[0].Err, job.ErrNameUntold) {
		t.Errorf("it is %v with the failures %v", status.Phase, status.Failed)
	}
	if status.ObjectsDone != 2 || len(status.Remarks) != 0 {
		t.Errorf("%d are deleted, and the remarks are %v", status.ObjectsDone, status.Remarks)
	}
	for _, e := range m.Effects() {
		if e.Kind == job.TreeGone && e.Ref.Key == "dir\ufffd/" {
			t.Error("its row is told as gone")
		}
	}
}
