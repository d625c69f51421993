package job_test

import (
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestConflictsOfVeryManyAreFoundALittleAtATime(t *testing.T) {
	job.FewClashes(t, 7, 50)
	for name, sources := range map[string][]job.Source{
		"folders":    {folder("media", "a/"), folder("media", "b/"), object("media", "one")},
		"everything": {everything("media", "")},
	} {
		for _, policy := range []job.Policy{job.Skip, job.Differs, job.KeepBoth} {
			t.Run(name+" "+policy.String(), func(t *testing.T) {
				f := storetest.New(t)
				f.Space(t, "media")
				f.Space(t, "other")
				keys := append(append(numberedKeys("a/", 130), numberedKeys("b/", 70)...), "one")
				fill(t, f.Store, "media", keys...)
				there := 0
				for i, key := range keys {
					if i%3 == 0 {
						storetest.Put(t, f.Store, "other", key, "other")
						there++
					}
				}
				storetest.Put(t, f.Store, "other", "a/beside", "other")
				m := manager(t, job.Options{}, f.Store)
				p := m.Plan(job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: sources, Dest: store.Ref{Space: "other"}, Policy: policy})
				exist := 0
				check(t, p.Each(t.Context(), func(s job.PlannedStep) error {
					if s.Exists {
						exist++
					}
					return nil
				}))
				if n := p.Totals().Conflicts; n != there || exist != there || len(p.Conflicts()) != 7 {
					t.Errorf("in the way are %d, of steps %d, told %d; want %d", n, exist, len(p.Conflicts()), there)
				}
				status := await(t, m, m.Start(p), ended)
				want := map[job.Policy]int{job.Skip: len(keys) + 1, job.Differs: len(keys) + 1, job.KeepBoth: len(keys) + 1 + there}[policy]
				if got := len(storetest.Keys(t, f.Store, "other", "")); status.Phase != job.Done || got != want {
					t.Errorf("it ended %v, with %d objects there, want %d", status.Phase, got, want)
				}
			})
		}
	}
}
