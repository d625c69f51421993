package store_test

import (
	"errors"
	"net/http"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestAServerTellsItsRootKeyWhatIsWrong(t *testing.T) {
	for name, option := range map[string]storetest.Option{"here": storetest.Disk(t.TempDir()), "elsewhere": storetest.Listener()} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t, option)
			said := store.Check{Name: "scrub", State: store.CheckWrong, Sentence: "damaged: media/\x1b[2J", Advice: "Restore it."}
			f.Box(3, said)
			if _, err := f.Store.Spaces(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := f.Store.Findings(); n != 3 {
				t.Errorf("%d findings are told with the Spaces", n)
			}
			checks, err := f.Store.Checkup(t.Context())
			if err != nil || len(checks) != 1 || checks[0] != said {
				t.Errorf("it says %+v, %v", checks, err)
			}
			f.Box(0)
			if _, err := f.Store.Spaces(t.Context()); err != nil || f.Store.Findings() != 0 {
				t.Errorf("%d findings are told when there are none, %v", f.Store.Findings(), err)
			}
		})
	}
}

func TestAServerTellsAKeyWithLimitsNothing(t *testing.T) {
	f := storetest.New(t)
	f.Box(3, store.Check{Name: "scrub"})
	k, err := f.Store.CreateKey(t.Context(), "limited", []store.Grant{{Permission: store.KeyRead}})
	if err != nil {
		t.Fatal(err)
	}
	limited := f.Open(t, func(c *store.Config) { c.AccessKey, c.SecretKey = k.ID, k.Secret.Reveal() })
	if _, err := limited.Spaces(t.Context()); err != nil || limited.Findings() != 0 {
		t.Errorf("it is told of %d findings, %v", limited.Findings(), err)
	}
	if checks, err := limited.Checkup(t.Context()); !errors.Is(err, store.Denied) || checks != nil {
		t.Errorf("it is told %+v, %v", checks, err)
	}
}

func TestNobodyElseIsAskedWhatIsWrong(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Box(3, store.Check{Name: "scrub"})
	if _, err := f.Store.Spaces(t.Context()); err != nil || f.Store.Findings() != 0 {
		t.Errorf("%d findings are believed, %v", f.Store.Findings(), err)
	}
	if _, err := f.Store.Checkup(t.Context()); !errors.Is(err, store.Unsupported) {
		t.Errorf("asking it: %v", err)
	}
	ours := storetest.New(t)
	for _, status := range []int{http.StatusNotFound, http.StatusForbidden, http.StatusServiceUnavailable} {
		ours.Faults.Add(storetest.Rule{Fault: storetest.Answer(status, "NoSuchBucket")})
		if _, err := ours.Store.Checkup(t.Context()); err == nil {
			t.Errorf("an answer of %d is a check-up", status)
		}
	}
}
