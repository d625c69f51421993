package store_test

import (
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// cutShort is an error answer whose body ends in the middle, as when the endpoint or something before it dies.
func cutShort(status int, code string) storetest.Fault {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		refuse := roundTrip(func(r *http.Request) (*http.Response, error) { return storetest.Answer(status, code)(next, r) })
		return storetest.CutBody(30)(refuse, r)
	}
}

// What an answer would have said is not known when it breaks off: it is no refusal, whatever its status is.
func TestAnAnswerThatBreaksOffIsNoRefusal(t *testing.T) {
	for _, status := range []int{400, 403, 404, 409, 412, 500, 501} {
		f := storetest.New(t)
		f.Space(t, "media")
		f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media/a"), Times: 2, Fault: cutShort(status, "Whatever")})
		_, err := f.Store.Put(store.Once(t.Context()), store.Ref{Space: "media", Key: "a"}, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{})
		if store.KindOf(err) != store.Unreachable || !store.Transient(err) {
			t.Errorf("%d, once: %v (%s)", status, err, store.KindOf(err))
		}
		storetest.Put(t, f.Store, "media", "a", "x")
	}
}

func TestCodesThatSayAgainAreTransientWhateverTheirStatus(t *testing.T) {
	for code, want := range map[string]bool{"RequestTimeout": true, "IncompleteBody": true, "OperationAborted": true, "InternalError": true, "InvalidRequest": false} {
		f := storetest.New(t)
		f.Space(t, "media")
		f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media/a"), Times: 1, Fault: storetest.Answer(400, code)})
		_, err := f.Store.Put(store.Once(t.Context()), store.Ref{Space: "media", Key: "a"}, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{})
		if store.Transient(err) != want {
			t.Errorf("%s: transient is %v", code, !want)
		}
	}
}
