package job_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// garbled has the first byte of an answer's body another.
func garbled(next http.RoundTripper, r *http.Request) (*http.Response, error) {
	resp, err := next.RoundTrip(r)
	if err == nil {
		first := make([]byte, 1)
		if _, err := io.ReadFull(resp.Body, first); err != nil {
			return nil, err
		}
		first[0] ^= 1
		resp.Body = &struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(first), resp.Body), resp.Body}
	}
	return resp, err
}

// What was garbled on its way is written to no other endpoint, by whichever kind of job.
func TestWhatWasGarbledOnItsWayIsCarriedNowhere(t *testing.T) {
	for name, spec := range map[string]job.Spec{
		"a copy":   {Kind: job.Copy, To: "there", Sources: []job.Source{folder("media", "")}, Dest: store.Ref{Space: "media"}},
		"a mirror": mirror(),
	} {
		here, there, m := sides(t)
		put(t, here.Store, "a", "content of a", store.Props{}, store.PutOptions{})
		here.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool {
			return r.Method == "GET" && r.URL.Path == "/media/a" && r.URL.RawQuery == "x-id=GetObject"
		}, Fault: garbled})
		if s := begin(t, m, spec); s.FailedCount != 1 {
			t.Errorf("%s ended %v, failed %v", name, s.Phase, s.Failed)
		}
		if keys := storetest.Keys(t, there.Store, "media", ""); len(keys) > 0 {
			t.Errorf("%s wrote %q", name, keys)
		}
	}
}
