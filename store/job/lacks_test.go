package job_test

import (
	"net/http"
	"slices"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// What a destination has not is known before anything is copied, when the source has it.
func TestAPlanTellsWhatItsDestinationCannotKeep(t *testing.T) {
	here, there := storetest.New(t, storetest.Unknown()), storetest.New(t, storetest.Unknown())
	here.Space(t, "media")
	there.Space(t, "backup")
	fill(t, here.Store, "media", "a", "b")
	there.Faults.Add(storetest.Rule{Match: storetest.Is(http.MethodGet, "?acl"), Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
	there.Faults.Add(storetest.Rule{Match: storetest.Is(http.MethodGet, "?tagging"), Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
	m := manager(t, job.Options{}, here.Store, there.Store)
	lacks := func(from, to *store.Store, space, dest string) []error {
		p := m.Plan(job.Spec{Kind: job.Copy, From: from.Conn(), To: to.Conn(), Sources: rows(space, []string{"a"}), Dest: store.Ref{Space: dest}})
		check(t, p.Count(t.Context()))
		return p.Lacks()
	}
	if got := lacks(here.Store, there.Store, "media", "backup"); !slices.Equal(got, []error{job.ErrKeepsNoAccess, job.ErrKeepsNoTags}) {
		t.Errorf("it tells %v", got)
	}
	fill(t, there.Store, "backup", "a")
	if got := lacks(there.Store, here.Store, "backup", "media"); len(got) > 0 {
		t.Errorf("back it tells %v", got)
	}
	if got := lacks(here.Store, here.Store, "media", "media"); len(got) > 0 {
		t.Errorf("within one Space it tells %v", got)
	}
}
