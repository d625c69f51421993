package job_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// full is an object with all that one can have.
func full(t *testing.T, s *store.Store, key string) store.Ref {
	t.Helper()
	r := store.Ref{Space: "media", Key: key}
	_, err := s.Put(t.Context(), r, strings.NewReader("0123456789"), 10, store.Props{ContentType: "text/plain", CacheControl: "no-cache",
		ContentLanguage: "de", ContentDisposition: "inline", Expires: "Thu, 01 Dec 2033 16:00:00 GMT", Meta: map[string]string{"owner": "é", "x": "y"},
		Tags: map[string]string{"team": "sea + shore", "b": ""}, Access: store.PublicRead}, store.PutOptions{})
	check(t, err)
	return r
}

// wantAll checks that only the Content-Type of a full object is another one.
func wantAll(t *testing.T, s *store.Store, r store.Ref, contentType string) {
	t.Helper()
	info, err := s.Head(t.Context(), r)
	check(t, err)
	tags, err := s.Tags(t.Context(), r)
	check(t, err)
	access, err := s.Access(t.Context(), r)
	check(t, err)
	if info.ContentType != contentType || info.CacheControl != "no-cache" || info.ContentLanguage != "de" || info.ContentDisposition != "inline" ||
		info.Expires != "Thu, 01 Dec 2033 16:00:00 GMT" || !maps.Equal(info.Meta, map[string]string{"owner": "é", "x": "y"}) ||
		!maps.Equal(tags, map[string]string{"team": "sea + shore", "b": ""}) || access != store.PublicRead {
		t.Errorf("%s is %+v with tags %q, %s", r.Key, info.Props, tags, access)
	}
}

func isCopy(r *http.Request) bool {
	return r.Method == "PUT" && r.Header.Get("X-Amz-Copy-Source") != ""
}

func contentType(to string) job.Edit { return job.Edit{Set: map[string]string{"Content-Type": to}} }

func TestChangingMetadataKeepsAllElse(t *testing.T) {
	for name, o := range map[string][]storetest.Option{
		"embedded": nil, "unknown": {storetest.Unknown()},
		"in parts":                 {storetest.Unknown(), storetest.Config(func(c *store.Config) { c.MultipartCopy = 5 })},
		"in parts, with checksums": {storetest.Config(func(c *store.Config) { c.MultipartCopy = 5 })},
	} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t, o...)
			f.Space(t, "media")
			r := full(t, f.Store, "a")
			before, err := f.Store.Head(t.Context(), r)
			check(t, err)
			m := manager(t, job.Options{}, f.Store)
			status := await(t, m, m.Start(m.Plan(job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")},
				Edit: contentType("text/html")})), ended)
			if status.Phase != job.Done || len(status.Remarks) > 0 {
				t.Errorf("it ended as %v, %v, %v", status.Phase, status.Failed, status.Remarks)
			}
			wantAll(t, f.Store, r, "text/html")
			after, err := f.Store.Head(t.Context(), r)
			check(t, err)
			if after.Checksum != before.Checksum || after.Class != before.Class {
				t.Errorf("it had %+v in %q, and has %+v in %q", before.Checksum, before.Class, after.Checksum, after.Class)
			}
		})
	}
}

// Ceph drops the tags of an object at a copy onto itself, whatever the request says of them.
func TestTagsAndPermissionsThatACopyLostAreGivenBack(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	r := full(t, f.Store, "a")
	other := f.Open(t, func(c *store.Config) { c.Wrap = nil })
	f.Faults.Add(storetest.Rule{Match: isCopy, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil { // lost, as another client would see it in this moment
			check(t, other.SetTags(t.Context(), store.Ref{Space: "media", Key: "a"}, nil))
			check(t, other.SetAccess(t.Context(), store.Ref{Space: "media", Key: "a"}, store.Private))
		}
		return resp, err
	}})
	m := manager(t, job.Options{}, f.Store)
	done(t, m, job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: contentType("text/html")})
	wantAll(t, f.Store, r, "text/html")
}

func TestWhatCannotBeGivenBackIsRemarked(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	full(t, f.Store, "a")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "/media/a"), Skip: 2, // of the plan, and before
		Fault: storetest.Header("Content-Language", "", "X-Amz-Meta-X", "")})
	m := manager(t, job.Options{}, f.Store)
	status := await(t, m, m.Start(m.Plan(job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")},
		Edit: contentType("text/html")})), ended)
	if len(status.Remarks) != 1 || !errors.Is(status.Remarks[0].Err, job.ErrNotKept) ||
		!strings.HasSuffix(status.Remarks[0].Err.Error(), ": Content-Language, x-amz-meta-x") {
		t.Errorf("remarked is %v", status.Remarks)
	}
}

// A retry must not take what the first try left behind for what the object had.
func TestWhatACopyLostIsGivenBackAtTheSecondTry(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	r := full(t, f.Store, "a")
	other := f.Open(t, func(c *store.Config) { c.Wrap = nil })
	f.Faults.Add(storetest.Rule{Match: isCopy, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			check(t, other.SetTags(t.Context(), store.Ref{Space: "media", Key: "a"}, nil))
		}
		return resp, err
	}})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "?tagging"), Times: 1, Fault: storetest.Answer(403, "AccessDenied")})
	m := manager(t, job.Options{}, f.Store)
	id := m.Start(m.Plan(job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: contentType("text/html")}))
	if status := await(t, m, id, ended); status.Phase != job.Failed {
		t.Fatalf("it ended as %v", status.Phase)
	}
	m.Retry(id)
	if status := await(t, m, id, ended); status.Phase != job.Done {
		t.Fatalf("it ended as %v, %v", status.Phase, status.Failed)
	}
	wantAll(t, f.Store, r, "text/html")
}

// This program's server finds that out itself: see ChangeObjects.
func TestAnObjectThatIsAsItShouldBeIsNotWritten(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	full(t, f.Store, "a")
	m := manager(t, job.Options{}, f.Store)
	f.Faults.Clear()
	done(t, m, job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: contentType("text/plain")})
	done(t, m, job.Spec{Kind: job.Tags, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: job.Edit{Set: map[string]string{"b": ""}, Unset: []string{"c"}}})
	for _, q := range f.Faults.Requests() {
		if !strings.HasPrefix(q, "GET ") && !strings.HasPrefix(q, "HEAD ") {
			t.Errorf("sent was %s", q)
		}
	}
}

func TestTagsChangeOnlyWhereTheyWereEdited(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	a, b := full(t, f.Store, "d/a"), store.Ref{Space: "media", Key: "d/b"}
	fill(t, f.Store, "media", "d/b")
	m := manager(t, job.Options{}, f.Store)
	done(t, m, job.Spec{Kind: job.Tags, From: f.Store.Conn(), Sources: []job.Source{folder("media", "d/")},
		Edit: job.Edit{Set: map[string]string{"new": "é"}, Unset: []string{"b"}}})
	for r, want := range map[store.Ref]map[string]string{a: {"team": "sea + shore", "new": "é"}, b: {"new": "é"}} {
		if tags, err := f.Store.Tags(t.Context(), r); err != nil || !maps.Equal(tags, want) {
			t.Errorf("tags of %s are %v, %v", r, tags, err)
		}
	}
	body, _, err := f.Store.Get(t.Context(), a, store.GetOptions{})
	check(t, err)
	defer body.Close()
	if text, err := io.ReadAll(body); string(text) != "0123456789" {
		t.Errorf("the object is %q, %v", text, err)
	}
}

func TestTagsThatAreTooManyAreNotSent(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a")
	set := map[string]string{}
	for _, k := range strings.Split("abcdefghijk", "") {
		set[k] = k
	}
	m := manager(t, job.Options{}, f.Store)
	f.Faults.Clear()
	status := await(t, m, m.Start(m.Plan(job.Spec{Kind: job.Tags, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: job.Edit{Set: set}})), ended)
	if status.FailedCount != 1 || !strings.Contains(status.Failed[0].Err.Error(), "at most 10 tags, these are 11") {
		t.Errorf("it ended as %v, %v", status.Phase, status.Failed)
	}
	for _, q := range f.Faults.Requests() {
		if strings.HasPrefix(q, "PUT ") {
			t.Errorf("sent was %s", q)
		}
	}
}

func TestAnEndpointWithoutTagsIsRemembered(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	fill(t, f.Store, "media", "a")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "?tagging"), Fault: storetest.Answer(501, "NotImplemented")})
	if !f.Store.HasTags() {
		t.Fatal("it is said to have none before it was asked")
	}
	m := manager(t, job.Options{}, f.Store)
	err := m.Do(t.Context(), job.Spec{Kind: job.Tags, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: job.Edit{Set: map[string]string{"a": "b"}}})
	if !errors.Is(err, store.Unsupported) || f.Store.HasTags() {
		t.Errorf("it said %v, and is said to have tags: %v", err, f.Store.HasTags())
	}
	done(t, m, job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: contentType("text/html")})
}

// The write may have been done although its answer says otherwise.
func TestWhatACopyOfUnknownEndLostIsGivenBack(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	r := full(t, f.Store, "a")
	other := f.Open(t, func(c *store.Config) { c.Wrap = nil })
	f.Faults.Add(storetest.Rule{Match: isCopy, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		resp.Body.Close()
		check(t, other.SetTags(t.Context(), store.Ref{Space: "media", Key: "a"}, nil))
		return storetest.Answer(403, "AccessDenied")(next, r)
	}})
	m := manager(t, job.Options{}, f.Store)
	if err := m.Do(t.Context(), job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: contentType("text/html")}); !errors.Is(err, store.Denied) {
		t.Errorf("it ended as %v", err)
	}
	wantAll(t, f.Store, r, "text/html")
}
