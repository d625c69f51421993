package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

// lists says whether a request lists objects.
var lists = storetest.Is("GET", "list-type")

func TestPagesThatAreReadAtOnceAreThoseThatComeOneByOne(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	for _, key := range storetest.HostileKeys() {
		storetest.Put(t, f.Store, "media", key, "x")
	}
	for _, delimiter := range []string{"", "/"} {
		r := store.ListRequest{Space: "media", Delimiter: delimiter}
		want := everyPage(t, f.Store, r)
		for _, pages := range []int{2, 3, 16} {
			r.Max, r.Pages = 3, pages
			if got := everyPage(t, f.Store, r); !slices.Equal(got, want) {
				t.Errorf("delimiter %q, %d pages:\n got %+v\nwant %+v", delimiter, pages, got, want)
			}
		}
	}
}

// heldBody gives the rest of an answer when something has happened.
type heldBody struct {
	io.Reader
	io.Closer
}

// waiting is a reader that has nothing, once something has happened.
type waiting struct {
	until <-chan struct{}
	done  <-chan struct{}
}

func (w waiting) Read([]byte) (int, error) {
	select {
	case <-w.until:
		return 0, io.EOF
	case <-w.done:
		return 0, errors.New("it did not happen")
	}
}

func TestThePageAfterIsAskedForWhileOneIsStillComing(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	for i := range 40 {
		storetest.Put(t, f.Store, "media", fmt.Sprintf("%0400d", i), "x")
	}
	second := make(chan struct{})
	f.Faults.Add(storetest.Rule{Match: lists, Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil {
			return resp, err
		}
		text, err := io.ReadAll(resp.Body)
		if len(text) < 10<<10 {
			t.Error("the answer is short: all of it is looked at before the rest is read")
		}
		end := len(text) - 100
		resp.Body = heldBody{io.MultiReader(bytes.NewReader(text[:end]), waiting{second, r.Context().Done()}, bytes.NewReader(text[end:])), resp.Body}
		return resp, err
	}})
	f.Faults.Add(storetest.Rule{Match: lists, Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		close(second)
		return next.RoundTrip(r)
	}})
	page, err := f.Store.List(t.Context(), store.ListRequest{Space: "media", Max: 30, Pages: 2})
	if err != nil || page.More || len(page.Entries) != 40 {
		t.Errorf("%d %v %v", len(page.Entries), page.More, err)
	}
}

func TestWhatFailsAfterTheFirstPageIsLeftToWhoAsksForIt(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	for i := range 9 {
		storetest.Put(t, f.Store, "media", fmt.Sprint(i), "x")
	}
	r := store.ListRequest{Space: "media", Max: 3, Pages: 3}
	refused := storetest.Rule{Match: storetest.Is("GET", "continuation-token"), Fault: storetest.Answer(403, "AccessDenied")}
	f.Faults.Add(refused)
	page, err := f.Store.List(t.Context(), r)
	if err != nil || len(page.Entries) != 3 || !page.More {
		t.Fatalf("%+v %v", page, err)
	}
	f.Faults.Clear()
	r.After = page.Next
	if page, err = f.Store.List(t.Context(), r); err != nil || len(page.Entries) != 6 || page.More {
		t.Errorf("%+v %v", page, err)
	}
	f.Faults.Add(storetest.Rule{Match: lists, Fault: storetest.Answer(403, "AccessDenied")})
	if _, err := f.Store.List(t.Context(), r); store.KindOf(err) != store.Denied {
		t.Error(err)
	}
}

// An answer that tells one token at its beginning and ends with another is of an attempt that was given up, or of a liar.
func TestAPageIsTakenOnlyWhereTheOneBeforeEnds(t *testing.T) {
	document := func(first, last, next string) storetest.Fault {
		text := "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>" + first + "</NextContinuationToken>"
		if next != "" {
			text = "<ListBucketResult><IsTruncated>false</IsTruncated>"
		}
		text += "<Contents><Key>" + last + "</Key><Size>1</Size></Contents>"
		if next == "" && first != "good" {
			text += "<NextContinuationToken>good</NextContinuationToken>"
		}
		return storetest.Page("application/xml", text+"</ListBucketResult>")
	}
	f := storetest.New(t, storetest.Unknown())
	behind := func(token string) func(*http.Request) bool {
		return func(r *http.Request) bool { return r.URL.Query().Get("continuation-token") == token }
	}
	f.Faults.Add(storetest.Rule{Match: behind("good"), Fault: document("", "b", "end")})
	f.Faults.Add(storetest.Rule{Match: behind("bad"), Fault: document("", "c", "end")})
	f.Faults.Add(storetest.Rule{Match: lists, Fault: document("bad", "a", "")})
	got := everyPage(t, f.Store, store.ListRequest{Space: "media", Pages: 8})
	if len(got) != 2 || got[0].Key != "a" || got[1].Key != "b" {
		t.Errorf("%+v", got)
	}
}

func TestPagesThatTakeLongAreShownOneByOne(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	for i := range 9 {
		storetest.Put(t, f.Store, "media", fmt.Sprint(i), "x")
	}
	var mu sync.Mutex
	now := time.Now()
	s := f.Open(t, func(c *store.Config) {
		c.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			now = now.Add(time.Second)
			return now
		}
	})
	f.Faults.Clear()
	page, err := s.List(t.Context(), store.ListRequest{Space: "media", Max: 3, Pages: 3})
	if err != nil || len(page.Entries) != 3 || !page.More || len(f.Faults.Requests()) != 1 {
		t.Errorf("%+v %v %q", page, err, f.Faults.Requests())
	}
}

// Whatever is written and deleted meanwhile, what stays is listed once, and what never was is not.
func TestPagesThatAreReadAtOnceAreCompleteWhileThingsChange(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	var stable []string
	for i := range 300 {
		key := fmt.Sprintf("%03d", i)
		storetest.Put(t, f.Store, "media", key, "x")
		stable = append(stable, key)
	}
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for n := range 2 {
		writers.Go(func() {
			for i := n; ; i += 7 {
				select {
				case <-stop:
					return
				default:
				}
				key := fmt.Sprintf("%03d-%d", i%300, n)
				if _, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{}); err != nil {
					t.Error(err)
					return
				}
				if err := f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: key}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 20 {
		var kept []string
		last := ""
		for _, e := range everyPage(t, f.Store, store.ListRequest{Space: "media", Max: 20, Pages: 5}) {
			if e.Key <= last {
				t.Errorf("%q comes after %q", e.Key, last)
			}
			if last = e.Key; len(e.Key) == 3 {
				kept = append(kept, e.Key)
			}
		}
		if !slices.Equal(kept, stable) {
			t.Errorf("%d of %d keys", len(kept), len(stable))
		}
	}
	close(stop)
	writers.Wait()
}
