package job_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// portals answer with 300 kB that are not the object of 300 kB that was listed.
var portals = map[string]storetest.Fault{
	"a login page":                  storetest.Page("text/html", page),
	"a login page that has no type": storetest.Page("application/octet-stream", page),
	"an object with another ETag":   storetest.Header("ETag", `"0cc175b9c0f1b6a831c399e269772661"`),
	"an object without an ETag":     storetest.Header("ETag", ""),
}

var page = strings.Repeat("<p>Log in</p>\n", 1<<15)[:300_000]

func TestAnAnswerThatIsNotTheObjectNeverBecomesTheFile(t *testing.T) {
	for name, fault := range portals {
		for how, part := range map[string]int64{"whole": 0, "in ranges": 100_000} {
			t.Run(name+", "+how, func(t *testing.T) {
				out := t.TempDir()
				synctest.Test(t, func(t *testing.T) {
					f := storetest.New(t)
					f.Space(t, "media")
					storetest.Put(t, f.Store, "media", "x", strings.Repeat("0123456789", 30_000))
					f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/x"), Fault: fault})
					m := job.New(job.Options{PartSize: part, Conns: store.ConnsOf(f.Store)})
					defer m.Close(t.Context())
					status := run(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "x")}, LocalDir: out})
					if status.Phase != job.Failed || status.FailedCount != 1 || len(files(t, out)) != 0 {
						t.Errorf("ended %v, %v, with %d files", status.Phase, status.Failed, len(files(t, out)))
					}
				})
			})
		}
	}
}

func TestAnEmptyListingOfALoginPageIsNoListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		fill(t, f.Store, "media", "d/a", "d/b")
		f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "list-type"), Fault: storetest.Page("application/xhtml+xml", "<html><body/></html>")})
		m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
		defer m.Close(t.Context())
		status := run(t, m, job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{folder("media", "d/")}})
		if status.Phase != job.Failed || store.KindOf(status.Failed[0].Err) != store.Unreachable {
			t.Errorf("ended %v, %v", status.Phase, status.Failed)
		}
	})
}

func TestAnUploadThatSomethingElseAnsweredIsNotDone(t *testing.T) {
	content := strings.Repeat("x", 6<<20)
	for name, c := range map[string]struct {
		match []string
		fault storetest.Fault
		part  int64
	}{
		"whole, a page":       {[]string{"PUT", "/x"}, storetest.Page("text/html", "<html>"), 0},
		"whole, no ETag":      {[]string{"PUT", "/x"}, storetest.Header("ETag", ""), 0},
		"a part":              {[]string{"PUT", "partNumber"}, storetest.Page("text/plain", "OK"), 5 << 20},
		"the beginning":       {[]string{"POST", "uploads"}, storetest.Page("text/html", "<html>"), 5 << 20},
		"the completion":      {[]string{"POST", "uploadId"}, storetest.Page("text/plain", "OK"), 5 << 20},
		"an empty completion": {[]string{"POST", "uploadId"}, storetest.Page("text/plain", ""), 5 << 20},
		"a completion of XML": {[]string{"POST", "uploadId"}, storetest.Page("text/xml", "<ok/>"), 5 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, map[string]string{"x": content})
			synctest.Test(t, func(t *testing.T) {
				f := storetest.New(t)
				f.Space(t, "media")
				f.Faults.Add(storetest.Rule{Match: storetest.Is(c.match[0], c.match[1:]...), Fault: c.fault})
				m := job.New(job.Options{PartSize: c.part, Conns: store.ConnsOf(f.Store)})
				defer m.Close(t.Context())
				status := run(t, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir + "/x"}}, Dest: store.Ref{Space: "media"}})
				if status.Phase != job.Failed || store.KindOf(status.Failed[0].Err) != store.Unreachable {
					t.Errorf("ended %v, %v", status.Phase, status.Failed)
				}
			})
		})
	}
}

// untold lets a copy be made and answers without its ETag, so that it has to be looked at.
func untold(next http.RoundTripper, r *http.Request) (*http.Response, error) {
	resp, err := next.RoundTrip(r)
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	resp.Body.Close()
	return storetest.Document(r, "<CopyObjectResult></CopyObjectResult>"), nil
}

func TestASourceIsKeptWhenSomethingElseAnswersForItsCopy(t *testing.T) {
	for name, rule := range map[string]storetest.Rule{
		"the copy":           {Match: storetest.Is("PUT", "/y"), Fault: storetest.Page("text/html", "<html>")},
		"the look at it":     {Match: storetest.Is("HEAD", "/y"), Fault: storetest.Page("text/html", "0123456789")},
		"a look without tag": {Match: storetest.Is("HEAD", "/y"), Fault: storetest.Header("ETag", "")},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := storetest.New(t)
				f.Space(t, "media")
				storetest.Put(t, f.Store, "media", "x", "0123456789")
				for _, method := range []string{"PUT", "POST"} { // by itself and in a batch
					f.Faults.Add(storetest.Rule{Match: storetest.Is(method, "renameObject"), Fault: storetest.Answer(501, "NotImplemented")})
				}
				f.Faults.Add(rule)
				f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/y"), Fault: untold})
				m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
				defer m.Close(t.Context())
				status := run(t, m, job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{object("media", "x")},
					Dest: store.Ref{Space: "media"}, Name: "y"})
				f.Faults.Clear()
				if status.Phase != job.Failed || storetest.Read(t, f.Store, "media", "x") != "0123456789" {
					t.Errorf("ended %v, %v", status.Phase, status.Failed)
				}
			})
		})
	}
}
