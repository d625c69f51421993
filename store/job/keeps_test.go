package job_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// two are servers with a Space "media" each. The first holds a small and a large object, public and tagged.
func two(t *testing.T) (here, there *storetest.Fixture, m *job.Manager) {
	t.Helper()
	here = storetest.New(t)
	there = storetest.New(t, storetest.Config(func(c *store.Config) { c.Conn = "there" }))
	here.Space(t, "media")
	there.Space(t, "media")
	props := store.Props{ContentType: "text/x", Meta: map[string]string{"owner": "sammy"}, Tags: map[string]string{"t": "v"}, Access: store.PublicRead}
	for key, size := range map[string]int{"f/small": 10, "f/other": 20, "f/large": 12 << 20} {
		_, err := here.Store.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader(strings.Repeat("x", size)), int64(size), props, store.PutOptions{})
		check(t, err)
	}
	return here, there, manager(t, job.Options{PartSize: 5 << 20, Workers: 2}, here.Store, there.Store)
}

func away(kind job.Kind) job.Spec {
	return job.Spec{Kind: kind, To: "there", Sources: []job.Source{folder("media", "f/")}, Dest: store.Ref{Space: "media"}}
}

func remarks(s job.Status) string {
	var list []string
	for _, r := range s.Remarks {
		list = append(list, r.Err.Error())
	}
	return strings.Join(list, "; ")
}

func TestWhatTheOtherEndpointRefusesIsLeftOutAndRemarkedOn(t *testing.T) {
	refuses := func(header string) storetest.Rule {
		return storetest.Rule{Match: func(r *http.Request) bool { return r.Header.Get(header) != "" }, Fault: storetest.Answer(501, "NotImplemented")}
	}
	for name, x := range map[string]struct {
		headers      []string
		want         []error
		access, tags bool
	}{
		"permissions": {[]string{"X-Amz-Acl"}, []error{job.ErrAccessIgnored}, false, true},
		"tags":        {[]string{"X-Amz-Tagging"}, []error{job.ErrTagsLost}, true, false},
		"both":        {[]string{"X-Amz-Acl", "X-Amz-Tagging"}, []error{job.ErrAccessIgnored, job.ErrTagsLost}, false, false},
		"neither":     {nil, nil, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, there, m := two(t)
			for _, h := range x.headers {
				there.Faults.Add(refuses(h))
			}
			status := done(t, m, away(job.Move))
			if len(status.Remarks) != len(x.want) {
				t.Errorf("the remarks are %q", remarks(status))
			}
			for _, err := range x.want {
				if !strings.Contains(remarks(status), err.Error()) {
					t.Errorf("%q is not among the remarks %q", err, remarks(status))
				}
			}
			for _, key := range []string{"f/small", "f/other", "f/large"} {
				r := store.Ref{Space: "media", Key: key}
				access, err := there.Store.Access(t.Context(), r)
				check(t, err)
				tags, err := there.Store.Tags(t.Context(), r)
				check(t, err)
				info, err := there.Store.Head(t.Context(), r)
				check(t, err)
				if (access == store.PublicRead) != x.access || (tags["t"] == "v") != x.tags || info.Meta["owner"] != "sammy" || info.ContentType != "text/x" {
					t.Errorf("%s came with %v, %v, %v", key, access, tags, info.Props)
				}
			}
			wantKeys(t, there.Store, "media", "", "f/large", "f/other", "f/small")
		})
	}
}

// As Ceph does it after an upload in parts.
func TestTagsThatGetLostOnTheWayAreSetAfterwards(t *testing.T) {
	_, there, m := two(t)
	there.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "tagging"), Times: 2, Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, `<Tagging><TagSet></TagSet></Tagging>`), nil
	}})
	status := done(t, m, away(job.Copy))
	if len(status.Remarks) != 0 {
		t.Errorf("the remarks are %q", remarks(status))
	}
	sets := 0
	for _, r := range there.Faults.Requests() {
		if strings.HasPrefix(r, "PUT") && strings.HasSuffix(r, "?tagging") {
			sets++
		}
	}
	if sets != 3 {
		t.Errorf("tags were set %d times, want 3", sets)
	}
}

func TestGrantsAndWhatMayNotBeReadAreRemarkedOn(t *testing.T) {
	here, there, m := two(t)
	here.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "f/small?tagging"), Fault: storetest.Answer(403, "AccessDenied")})
	here.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "f/small?acl"), Fault: storetest.Answer(403, "AccessDenied")})
	here.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "f/other?acl"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, `<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList><Grant>`+
			`<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>friend</ID></Grantee><Permission>READ</Permission>`+
			`</Grant></AccessControlList></AccessControlPolicy>`), nil
	}})
	status := done(t, m, away(job.Copy))
	for _, err := range []error{job.ErrGrantsLeft, job.ErrUnread} {
		if !strings.Contains(remarks(status), err.Error()) {
			t.Errorf("%q is not among the remarks %q", err, remarks(status))
		}
	}
	for key, want := range map[string]store.Access{"f/small": store.Private, "f/other": store.Private, "f/large": store.PublicRead} {
		if access, err := there.Store.Access(t.Context(), store.Ref{Space: "media", Key: key}); err != nil || access != want {
			t.Errorf("%s is %v (%v), want %v", key, access, err, want)
		}
	}
}

func TestAMoveOntoItselfByAnotherConnectionKeepsTheObject(t *testing.T) {
	for _, known := range []bool{true, false} {
		for _, kind := range []job.Kind{job.Move, job.Copy} {
			t.Run(fmt.Sprintf("%v, known to be one endpoint %v", kind, known), func(t *testing.T) {
				f := storetest.New(t, storetest.Unknown())
				f.Space(t, "media")
				fill(t, f.Store, "media", "f/1", "f/sub/2", "single")
				from := f.Open(t, nil)
				to := f.Open(t, func(c *store.Config) { c.Conn = "to" })
				if !known {
					to = f.Open(t, func(c *store.Config) { c.Conn, c.Dial = "to", f.Server.Dial })
				}
				if from.Same(to) != known {
					t.Fatalf("they are the same: %v", from.Same(to))
				}
				m := manager(t, job.Options{}, from, to)
				status := run(t, m, job.Spec{Kind: kind, From: from.Conn(), To: "to", Sources: []job.Source{folder("media", "f/"), object("media", "single")}, Dest: store.Ref{Space: "media"}})
				wantKeys(t, f.Store, "media", "", "f/1", "f/sub/2", "single")
				for _, key := range []string{"f/1", "f/sub/2", "single"} {
					if !isWhole(t, f.Store, key, key) {
						t.Errorf("%s holds something else", key)
					}
				}
				if kind == job.Move && !known && (status.Phase != job.Failed || status.FailedCount == 0) {
					t.Errorf("the move ended %v: %v", status.Phase, status.Failed)
				}
			})
		}
	}
}

func TestAMoveBetweenEndpointsDeletesNothingThatDidNotArrive(t *testing.T) {
	here, there, m := two(t)
	there.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "f/large"), Fault: storetest.Answer(404, "NoSuchKey")})
	status := run(t, m, away(job.Move))
	if status.Phase != job.Failed {
		t.Errorf("the move ended %v", status.Phase)
	}
	if _, err := here.Store.Head(t.Context(), store.Ref{Space: "media", Key: "f/large"}); err != nil {
		t.Errorf("the source: %v", err)
	}
	for _, f := range status.Failed {
		if f.Name == "f/large" && !errors.Is(f.Err, store.NotFound) {
			t.Errorf("it failed for %v", f.Err)
		}
	}
}
