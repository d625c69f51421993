package job_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func mirror(change ...func(*job.Spec)) job.Spec {
	s := job.Spec{Kind: job.Mirror, To: "there", Sources: []job.Source{folder("media", "")}, Dest: store.Ref{Space: "media"}}
	for _, c := range change {
		c(&s)
	}
	return s
}

// sides are two servers with an empty Space "media" each.
func sides(t *testing.T, opts ...storetest.Option) (here, there *storetest.Fixture, m *job.Manager) {
	t.Helper()
	here = storetest.New(t, opts...)
	there = storetest.New(t, append(opts, storetest.Config(func(c *store.Config) { c.Conn = "there" }))...)
	here.Space(t, "media")
	there.Space(t, "media")
	return here, there, manager(t, job.Options{PartSize: 5 << 20, Workers: 3}, here.Store, there.Store)
}

func put(t testing.TB, s *store.Store, key, body string, p store.Props, o store.PutOptions) store.Info {
	t.Helper()
	info, err := s.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader(body), int64(len(body)), p, o)
	check(t, err)
	return info
}

// inParts uploads an object in parts of given sizes.
func inParts(t testing.TB, s *store.Store, key string, p store.Props, sizes ...int) {
	t.Helper()
	u, err := s.CreateUpload(t.Context(), store.Ref{Space: "media", Key: key}, p)
	check(t, err)
	var parts []store.Part
	for i, size := range sizes {
		part, err := s.UploadPart(t.Context(), u, i+1, strings.NewReader(strings.Repeat(string(rune('a'+i)), size)), 0, int64(size))
		check(t, err)
		parts = append(parts, part)
	}
	_, err = s.CompleteUpload(t.Context(), u, parts, store.PutOptions{})
	check(t, err)
}

// whole is all that an object has, in a line.
func whole(t testing.TB, s *store.Store, key, version string) string {
	t.Helper()
	r := store.Ref{Space: "media", Key: key}
	body, info, err := s.Get(t.Context(), r, store.GetOptions{Version: version})
	check(t, err)
	defer body.Close()
	content, err := io.ReadAll(body)
	check(t, err)
	_, err = s.Belongings(t.Context(), &info, version)
	check(t, err)
	short := string(content)
	if len(short) > 40 {
		short = fmt.Sprint(len(short), " bytes")
	}
	return fmt.Sprintf("%q %s %s %v", short, info.ETag, info.Class, info.Props)
}

func wantMirrored(t *testing.T, here, there *storetest.Fixture) {
	t.Helper()
	keys := storetest.Keys(t, here.Store, "media", "")
	wantKeys(t, there.Store, "media", "", keys...)
	for _, key := range keys {
		if a, b := whole(t, here.Store, key, ""), whole(t, there.Store, key, ""); a != b {
			t.Errorf("%q is\n%s\nand there\n%s", key, a, b)
		}
	}
}

var allProps = store.Props{ContentType: "text/x", CacheControl: "no-cache", ContentEncoding: "x", ContentDisposition: "inline", ContentLanguage: "de",
	Expires: "Thu, 01 Jan 2032 00:00:00 GMT", Meta: map[string]string{"owner": "sämmy"}, Tags: map[string]string{"t v": "v+w"}, Access: store.PublicRead}

// fillAll puts objects of all kinds.
func fillAll(t testing.TB, s *store.Store) {
	t.Helper()
	put(t, s, "empty", "", store.Props{}, store.PutOptions{})
	put(t, s, "a/small", "x", allProps, store.PutOptions{})
	put(t, s, "a/cold", "x", store.Props{}, store.PutOptions{Class: "STANDARD_IA"})
	put(t, s, "a/", "", store.Props{ContentType: "application/x-directory"}, store.PutOptions{})
	put(t, s, "up/../and \x01 ünïcødé//", "odd", store.Props{}, store.PutOptions{})
	put(t, s, "one request", strings.Repeat("x", 12<<20), allProps, store.PutOptions{})
	inParts(t, s, "odd parts", allProps, 6<<20, 6<<20, 100)
	inParts(t, s, "one part", store.Props{}, 1000)
}

func TestAMirrorCarriesEverythingAndThenCostsAListingOfEachSide(t *testing.T) {
	here, there, m := sides(t)
	fillAll(t, here.Store)
	status := done(t, m, mirror())
	if status.Objects != 8 || len(status.Remarks) > 0 {
		t.Errorf("it wrote %d objects, remarks %v", status.Objects, status.Remarks)
	}
	wantMirrored(t, here, there)
	here.Faults.Clear()
	there.Faults.Clear()
	if again := done(t, m, mirror()); again.Objects != 0 {
		t.Errorf("the second mirror wrote %d objects", again.Objects)
	}
	for name, f := range map[string]*storetest.Fixture{"source": here, "destination": there} {
		got := f.Faults.Requests()
		slices.Sort(got)
		if len(got) != 2 || got[1] != "GET /media?versioning" || !strings.HasPrefix(got[0], "GET /media?encoding-type&list-type") {
			t.Errorf("the second mirror asked the %s %q", name, got)
		}
	}
}

func TestAMirrorWritesWhatChangedAndDeletesOnRequest(t *testing.T) {
	here, there, m := sides(t)
	fill(t, here.Store, "media", "new", "same", "size", "content")
	fill(t, there.Store, "media", "same")
	put(t, there.Store, "size", "other", store.Props{}, store.PutOptions{})
	put(t, there.Store, "content", "Content of content", store.Props{}, store.PutOptions{})
	put(t, there.Store, "only there", "12345", store.Props{}, store.PutOptions{})
	p := m.Plan(mirror(func(s *job.Spec) { s.Prune = true }))
	check(t, p.Count(t.Context()))
	want := job.Differences{New: 1, Changed: 2, Same: 1, Only: 1, OnlyBytes: 5}
	if got := p.Totals().Differences; got != want {
		t.Errorf("the plan says %+v, want %+v", got, want)
	}
	p.Prune(false)
	await(t, m, m.Start(p), ended)
	wantKeys(t, there.Store, "media", "", "new", "same", "size", "content", "only there")
	if status := done(t, m, mirror(func(s *job.Spec) { s.Prune = true })); status.Pruned != 1 || status.Objects != 0 {
		t.Errorf("%d deleted, %d written, want 1 and none", status.Pruned, status.Objects)
	}
	wantMirrored(t, here, there)
}

func TestAMirrorDeletesNothingUnlessAllIsWritten(t *testing.T) {
	here, there, m := sides(t)
	fill(t, here.Store, "media", "a", "b")
	fill(t, there.Store, "media", "only")
	there.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media/b"), Fault: storetest.Answer(403, "AccessDenied")})
	status := run(t, m, mirror(func(s *job.Spec) { s.Prune = true }))
	if status.Phase != job.Failed || status.FailedCount != 1 || status.Pruned != 0 {
		t.Errorf("it ended %v with %d failures, %d deleted", status.Phase, status.FailedCount, status.Pruned)
	}
	wantKeys(t, there.Store, "media", "", "a", "only")
	there.Faults.Clear()
	m.Retry(status.ID)
	await(t, m, status.ID, func(s job.Status) bool { return s.Phase == job.Done })
	wantMirrored(t, here, there)
}

func TestAnEmptySourceDoesNotEmptyTheDestination(t *testing.T) {
	_, there, m := sides(t)
	fill(t, there.Store, "media", "a", "b")
	if status := run(t, m, mirror(func(s *job.Spec) { s.Prune = true })); status.Phase != job.Failed {
		t.Errorf("it ended %v", status.Phase)
	}
	wantKeys(t, there.Store, "media", "", "a", "b")
}

func TestAMirrorNoticesWhatIsWrittenToMeanwhile(t *testing.T) {
	for name, size := range map[string]int{"small": 10, "in parts": 6 << 20} {
		t.Run(name, func(t *testing.T) {
			here, there, m := sides(t)
			if size > 5<<20 {
				inParts(t, here.Store, "f", store.Props{ContentType: "text/old"}, 5<<20, size-5<<20)
			} else {
				put(t, here.Store, "f", strings.Repeat("o", size), store.Props{ContentType: "text/old"}, store.PutOptions{})
			}
			here.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/media/f"), Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
				other := here.Open(t, func(c *store.Config) { c.Wrap = nil })
				put(t, other, "f", strings.Repeat("n", size), store.Props{ContentType: "text/new"}, store.PutOptions{})
				return next.RoundTrip(r)
			}})
			done(t, m, mirror())
			wantMirrored(t, here, there)
		})
	}
}

func TestAMirrorLeavesWhatIsDeletedMeanwhile(t *testing.T) {
	here, there, m := sides(t)
	fill(t, here.Store, "media", "f", "g")
	here.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/media/f"), Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		check(t, here.Open(t, func(c *store.Config) { c.Wrap = nil }).Delete(t.Context(), store.Ref{Space: "media", Key: "f"}))
		return next.RoundTrip(r)
	}})
	status := run(t, m, mirror())
	if status.Phase != job.Done || status.Skipped != 1 || len(status.Remarks) != 1 || !errors.Is(status.Remarks[0].Err, job.ErrVanished) {
		t.Errorf("it ended %v, %d skipped, remarks %v", status.Phase, status.Skipped, status.Remarks)
	}
	wantKeys(t, there.Store, "media", "", "g")
}

// versions of a key as they are told, the oldest first.
func versions(t testing.TB, s *store.Store, key string) (list []string) {
	t.Helper()
	all, _, err := s.VersionsOf(t.Context(), store.Ref{Space: "media", Key: key}, 1000)
	check(t, err)
	slices.Reverse(all)
	for _, v := range all {
		if v.Marker {
			list = append(list, "deleted")
		} else {
			list = append(list, whole(t, s, key, v.ID))
		}
	}
	return list
}

func wantSameVersions(t *testing.T, here, there *storetest.Fixture, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if a, b := versions(t, here.Store, key), versions(t, there.Store, key); !slices.Equal(a, b) || len(a) == 0 {
			t.Errorf("%q has the versions\n%s\nand there\n%s", key, strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
	}
}

func TestAMirrorCarriesVersionsInOrder(t *testing.T) {
	here, there, m := sides(t)
	for _, f := range []*storetest.Fixture{here, there} {
		check(t, f.Store.SetVersioning(t.Context(), "media", store.Versioned))
	}
	remove := func(s *store.Store, key string) { check(t, s.Delete(t.Context(), store.Ref{Space: "media", Key: key})) }
	put(t, here.Store, "a", "one", allProps, store.PutOptions{})
	put(t, here.Store, "a", "two", store.Props{Access: store.PublicRead}, store.PutOptions{})
	put(t, here.Store, "a", "two", store.Props{ContentType: "text/other"}, store.PutOptions{})
	put(t, here.Store, "b", "one", store.Props{}, store.PutOptions{})
	remove(here.Store, "b")
	put(t, here.Store, "b", "again", store.Props{}, store.PutOptions{})
	put(t, here.Store, "gone", "one", store.Props{}, store.PutOptions{})
	remove(here.Store, "gone")
	inParts(t, here.Store, "parts", allProps, 5<<20, 10)
	put(t, here.Store, "parts", "small now", store.Props{}, store.PutOptions{})
	put(t, there.Store, "a", "one", allProps, store.PutOptions{})
	keys := []string{"a", "b", "gone", "parts"}

	status := done(t, m, mirror())
	wantSameVersions(t, here, there, keys...)
	if status.Objects != 4 {
		t.Errorf("it wrote %d keys", status.Objects)
	}
	if again := done(t, m, mirror()); again.Objects != 0 {
		t.Errorf("the second mirror wrote %d keys", again.Objects)
	}

	put(t, here.Store, "b", "and again", store.Props{}, store.PutOptions{})
	remove(here.Store, "a")
	put(t, there.Store, "only there", "x", store.Props{}, store.PutOptions{})
	done(t, m, mirror(func(s *job.Spec) { s.Prune = true }))
	wantSameVersions(t, here, there, keys...)
	if got := versions(t, there.Store, "only there"); len(got) != 2 || got[1] != "deleted" {
		t.Errorf("what only the destination had is %q", got)
	}
	if again := done(t, m, mirror(func(s *job.Spec) { s.Prune = true })); again.Objects+again.Pruned != 0 {
		t.Errorf("the last mirror wrote %d keys and deleted %d", again.Objects, again.Pruned)
	}
}

func TestALostAnswerMakesNoVersionTwice(t *testing.T) {
	here, there, m := sides(t)
	for _, f := range []*storetest.Fixture{here, there} {
		check(t, f.Store.SetVersioning(t.Context(), "media", store.Versioned))
	}
	put(t, here.Store, "a", "one", store.Props{}, store.PutOptions{})
	put(t, here.Store, "a", "one", store.Props{}, store.PutOptions{})
	check(t, here.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "a"}))
	put(t, here.Store, "a", "two", store.Props{}, store.PutOptions{})
	there.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media/a"), Skip: 1, Times: 1, Fault: storetest.DropAnswer})
	there.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE", "/media/a"), Times: 1, Fault: storetest.DropAnswer})
	there.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media/a"), Times: 1, Fault: storetest.Reset})
	done(t, m, mirror())
	wantSameVersions(t, here, there, "a")
}

func TestOlderVersionsStayBehindWhereTheDestinationKeepsNone(t *testing.T) {
	here, there, m := sides(t)
	check(t, here.Store.SetVersioning(t.Context(), "media", store.Versioned))
	put(t, here.Store, "a", "one", store.Props{}, store.PutOptions{})
	put(t, here.Store, "a", "two", store.Props{}, store.PutOptions{})
	p := m.Plan(mirror())
	check(t, p.Count(t.Context()))
	if losses := p.Losses(); !slices.Equal(losses, []error{job.ErrNoHistory}) {
		t.Errorf("the plan says of what is lost: %v", losses)
	}
	await(t, m, m.Start(p), ended)
	wantMirrored(t, here, there)
}

func TestThePlanOfAMirrorTellsWhatTheDestinationDoesNotKeep(t *testing.T) {
	here, there, m := sides(t, storetest.Unknown())
	put(t, here.Store, "a", "one", allProps, store.PutOptions{})
	for _, what := range []string{"acl", "tagging"} {
		there.Faults.Add(storetest.Rule{Match: storetest.Is("GET", what), Fault: storetest.Answer(501, "NotImplemented")})
	}
	p := m.Plan(mirror())
	check(t, p.Count(t.Context()))
	if losses := p.Losses(); !slices.Equal(losses, []error{job.ErrKeepsNoAccess, job.ErrKeepsNoTags}) {
		t.Errorf("the plan says of what is lost: %v", losses)
	}
}

func TestAMirrorIsBetweenFoldersAndOneServerToo(t *testing.T) {
	begun := time.Now() // all is of one second: what was written later would have to be mirrored
	here := storetest.New(t, storetest.Clock(func() time.Time { return begun }))
	here.Space(t, "media")
	m := manager(t, job.Options{}, here.Store)
	fill(t, here.Store, "media", "a/", "a/x", "a/b/y", "c/", "c/only")
	spec := job.Spec{Kind: job.Mirror, Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "c/"}, Prune: true}
	done(t, m, spec)
	wantKeys(t, here.Store, "media", "c/", "c/", "c/x", "c/b/y")
	here.Space(t, "other")
	spec.Dest = store.Ref{Space: "other"}
	done(t, m, spec)
	wantKeys(t, here.Store, "other", "", "x", "b/y")
	spec.Sources, spec.Dest = []job.Source{folder("other", "")}, store.Ref{Space: "media", Key: "a/"}
	if status := done(t, m, spec); status.Objects+status.Pruned != 0 {
		t.Errorf("back again %d objects were written and %d deleted", status.Objects, status.Pruned)
	}
	spec.Dest = store.Ref{Space: "other", Key: "deeper/"}
	if err := m.Plan(spec).Count(t.Context()); err == nil {
		t.Error("a mirror into itself is planned")
	}
}

func TestHeadersThatChangedAreMirrored(t *testing.T) {
	var ahead atomic.Int64
	begun := time.Now()
	here, there, m := sides(t, storetest.Clock(func() time.Time { return begun.Add(time.Duration(ahead.Load())) }))
	put(t, here.Store, "a", "one", store.Props{ContentType: "text/old"}, store.PutOptions{})
	done(t, m, mirror())
	ahead.Store(int64(time.Minute))
	put(t, here.Store, "a", "one", store.Props{ContentType: "text/new"}, store.PutOptions{})
	if status := done(t, m, mirror()); status.Objects != 1 {
		t.Errorf("%d objects were written", status.Objects)
	}
	wantMirrored(t, here, there)
}

func TestWalkTellsEachDifferenceAndChangesNothing(t *testing.T) {
	here, there, m := sides(t)
	fill(t, here.Store, "media", "a", "b", "c")
	fill(t, there.Store, "media", "b", "d")
	put(t, there.Store, "c", "other", store.Props{}, store.PutOptions{})
	there.Faults.Clear()
	got := map[string]string{}
	check(t, m.Plan(mirror()).Walk(t.Context(), func(d job.Difference) error {
		got[d.Name] = d.Change.String()
		return nil
	}))
	if want := map[string]string{"a": "add", "c": "replace", "d": "delete"}; !maps.Equal(got, want) {
		t.Errorf("it tells of %v, want %v", got, want)
	}
	for _, r := range there.Faults.Requests() {
		if !strings.HasPrefix(r, "GET ") {
			t.Errorf("it sent %s", r)
		}
	}
	broken := errors.New("cannot write")
	if err := m.Plan(mirror()).Walk(context.Background(), func(job.Difference) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("an error of who is told ends it with %v", err)
	}
}

func TestTwoMirrorsAtATimeMakeNoVersionTwice(t *testing.T) {
	here, there, m := sides(t)
	for _, f := range []*storetest.Fixture{here, there} {
		check(t, f.Store.SetVersioning(t.Context(), "media", store.Versioned))
	}
	put(t, here.Store, "a", "one", store.Props{}, store.PutOptions{})
	put(t, here.Store, "a", "two", store.Props{}, store.PutOptions{})
	there.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media/a"), Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		other := there.Open(t, func(c *store.Config) { c.Wrap = nil })
		put(t, other, "a", "one", store.Props{}, store.PutOptions{})
		return next.RoundTrip(r)
	}})
	done(t, m, mirror())
	wantSameVersions(t, here, there, "a")
}

func TestAMirrorGetsThroughAFlakyNetwork(t *testing.T) {
	here, there, m := sides(t)
	for i := range 25 {
		put(t, here.Store, fmt.Sprintf("f/%02d", i), strings.Repeat(string(rune('a'+i%26)), i*300), allProps, store.PutOptions{})
	}
	inParts(t, here.Store, "large", allProps, 5<<20, 5<<20, 9)
	for _, f := range []*storetest.Fixture{here, there} {
		for _, fault := range []storetest.Fault{storetest.SlowDown(), storetest.Reset, storetest.DropAnswer, storetest.CutBody(100), storetest.ErrorIn200("InternalError")} {
			f.Faults.Add(storetest.Rule{Rate: 0.05, Fault: fault})
		}
	}
	status := run(t, m, mirror())
	for status.Phase == job.Failed { // more in a row than one step takes
		m.Retry(status.ID)
		status = await(t, m, status.ID, func(s job.Status) bool { return s.Phase.Ended() })
	}
	here.Faults.Clear()
	there.Faults.Clear()
	wantMirrored(t, here, there)
}

func TestAKeyThatTheEndpointRenamesIsAFailure(t *testing.T) {
	here, there, m := sides(t)
	put(t, here.Store, "a/../b", "one", store.Props{}, store.PutOptions{})
	put(t, here.Store, "c", "two", store.Props{}, store.PutOptions{})
	there.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "b"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		check(t, r.Body.Close())
		other := there.Open(t, func(c *store.Config) { c.Wrap = nil })
		put(t, other, "b", "one", store.Props{}, store.PutOptions{})
		r, err := http.NewRequestWithContext(r.Context(), "HEAD", "http://embedded/media/b", nil)
		check(t, err)
		resp, err := next.RoundTrip(r)
		if err == nil {
			resp.StatusCode, resp.Status = 200, "200 OK"
			resp.Header.Set("Etag", `"f97c5d29941bfb1b2fdab0874906ab82"`)
		}
		return resp, err
	}})
	status := run(t, m, mirror())
	if status.Phase != job.Failed || status.FailedCount != 1 || status.Failed[0].Name != "a/../b" {
		t.Errorf("it ended %v: %v", status.Phase, status.Failed)
	}
}

func TestMarkersOfOneSecondMayBeListedAnywhere(t *testing.T) {
	a, b, c := store.Version{Size: 1, ETag: "a"}, store.Version{Size: 1, ETag: "b"}, store.Version{Size: 1, ETag: "c"}
	m := store.Version{Marker: true}
	list := func(v ...store.Version) []store.Version { return v }
	for name, x := range map[string]struct{ ours, theirs, missing []store.Version }{
		"nothing there":         {list(a, m, b), nil, list(a, m, b)},
		"all there":             {list(a, m, b), list(a, m, b), nil},
		"all in other order":    {list(a, m, b), list(m, a, b), nil},
		"deleted in the end":    {list(a, b, m), list(a, b, m), nil},
		"not yet deleted":       {list(a, m), list(a), list(m)},
		"some":                  {list(a, m, b, c), list(m, a, b), list(c)},
		"the first gone here":   {list(b, c), list(a, b), list(c)},
		"all gone but a marker": {list(m), list(a, m), nil},
		"the same twice":        {list(a, m, a), list(a), list(m, a)},
		"the same twice, some":  {list(a, m, a), list(a, m), list(a)},
		"something else":        {list(a, b), list(c), list(a, b)},
		"back again":            {list(a, m, b), list(a, m), list(b)},
	} {
		if got := job.MissingVersions(x.ours, x.theirs); !slices.Equal(got, x.missing) {
			t.Errorf("%s: missing are %v, want %v", name, got, x.missing)
		}
	}
}
