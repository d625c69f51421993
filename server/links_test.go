package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/keyring"
	"spaces/server/links"
)

// linkClock is the clock of links alone: signatures go on by the real one.
type linkClock struct{ ahead atomic.Int64 }

func (k *linkClock) now() time.Time           { return time.Now().Add(time.Duration(k.ahead.Load())) }
func (k *linkClock) advance(by time.Duration) { k.ahead.Add(int64(by)) }

// linking is a server with links, and a Space with an object.
func linking(t *testing.T, change ...func(*server.Config)) (*fixture, *linkClock) {
	t.Helper()
	clock := &linkClock{}
	f := newFixture(t, append([]func(*server.Config){withRing, func(c *server.Config) {
		book, err := links.Open(c.Engine, clock.now)
		if err != nil {
			t.Fatal(err)
		}
		c.Links = book
	}}, change...)...)
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/report.html", "<script>alert(1)</script>", "Content-Type", "text/html", "X-Amz-Meta-Secret", "inside")
	return f, clock
}

type linkMade struct {
	Link struct {
		ID, Key, State, Path, Token string
		Used, Received              int64
		Arrivals                    []links.Arrival
		HasPassword                 bool `json:"has_password"`
	}
}

// link makes a link with the root key.
func (f *fixture) link(body string) linkMade {
	f.Helper()
	return f.linkOf(f.do("POST", "/v2/spaces/links", body))
}

func (f *fixture) linkOf(a answer) (m linkMade) {
	f.Helper()
	if err := json.Unmarshal([]byte(a.body), &m); err != nil || a.StatusCode >= 300 {
		f.Fatal(a.StatusCode, a.body)
	}
	return m
}

func (f *fixture) linkState(id string) linkMade {
	f.Helper()
	return f.linkOf(f.do("GET", "/v2/spaces/links/"+id, ""))
}

// browse opens a link as a browser does.
func (f *fixture) browse(method, path, body string, headers ...string) answer {
	f.Helper()
	return f.anonymous(method, path, body, append([]string{"Accept", "text/html,*/*"}, headers...)...)
}

const plainLink = `{"bucket":"media","key":"report.html"}`

const urlencoded = "application/x-www-form-urlencoded"

func TestALinkGivesItsObjectUntilItIsTakenBack(t *testing.T) {
	f, _ := linking(t)
	l := f.link(plainLink).Link
	a := f.browse("GET", l.Path, "")
	if a.StatusCode != 200 || a.body != "<script>alert(1)</script>" {
		t.Fatal(a.StatusCode, a.body)
	}
	for name, part := range map[string]string{
		"Content-Disposition": `attachment; filename="report.html"`, "Content-Security-Policy": "sandbox", "Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
	} {
		if !strings.HasPrefix(a.Header.Get(name), part) && !strings.Contains(a.Header.Get(name), part) {
			t.Errorf("%s: %q", name, a.Header.Get(name))
		}
	}
	if a.Header.Get("X-Amz-Meta-Secret") != "" {
		t.Error("metadata go out by a link")
	}
	if a := f.browse("GET", l.Path, "", "Range", "bytes=1-6"); a.StatusCode != 206 || a.body != "script" {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.browse("HEAD", l.Path, ""); a.StatusCode != 200 || a.ContentLength != 25 {
		t.Error(a.StatusCode, a.ContentLength)
	}
	if a := f.browse("GET", l.Path, "", "If-None-Match", a.Header.Get("Etag")); a.StatusCode != 304 {
		t.Error(a.StatusCode)
	}
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		if a := f.browse(method, l.Path, ""); a.StatusCode != 405 || strings.Contains(a.body, "alert(1)") {
			t.Errorf("%s: %d %s", method, a.StatusCode, a.body)
		}
	}
	if s := f.linkState(l.ID).Link; s.State != "active" || s.Used != 2 || s.Token != "" {
		t.Errorf("%+v", s)
	}
	f.want(204, "DELETE", "/v2/spaces/links/"+l.ID, "")
	if a := f.browse("GET", l.Path, ""); a.StatusCode != 404 || strings.Contains(a.body, "alert(1)") {
		t.Error("it works when it is taken back:", a.StatusCode, a.body)
	}
	if a := f.do("DELETE", "/v2/spaces/links/"+l.ID, ""); a.StatusCode != 404 {
		t.Error(a.StatusCode)
	}
}

func TestTokensCannotBeHadByGuessingNorFromTheRecords(t *testing.T) {
	f, _ := linking(t)
	l := f.link(plainLink).Link
	for _, path := range []string{
		"/.link/", "/.link/" + l.ID, "/.link/" + l.Token[1:], "/.link/" + l.Token + "a", "/.link/" + strings.ToUpper(l.Token), "/.link//" + l.Token, "/.link/../media/report.html", "/.link/%2e%2e/media/report.html",
	} {
		if a := f.browse("GET", path, ""); a.StatusCode != 404 || strings.Contains(a.body, "alert(1)") {
			t.Error(path, a.StatusCode, a.body)
		}
	}
	records, err := f.engine.Records("link")
	if err != nil {
		t.Fatal(err)
	}
	for id, text := range records {
		if strings.Contains(id+string(text), l.Token) {
			t.Error("the token is stored")
		}
	}
	if a := f.do("GET", "/v2/spaces/links", ""); strings.Contains(a.body, l.Token) || !strings.Contains(a.body, l.ID) {
		t.Error(a.body)
	}
}

func TestAPathOfLinksIsAKeyWhereTheHostNamesASpace(t *testing.T) {
	f, _ := linking(t)
	l := f.link(plainLink).Link
	f.want(200, "PUT", l.Path, "an object", "Host", "media.s3.example.com")
	if a := f.want(200, "GET", l.Path, "", "Host", "media.s3.example.com"); a.body != "an object" {
		t.Error(a.body)
	}
	f.refuse(400, "InvalidBucketName", "PUT", "/.linked/x", "x")
}

// A page of a link must not be of the origin of somebody's website, whose scripts could read it.
func TestALinkIsNotOpenedAtAWebsite(t *testing.T) {
	f, _ := linking(t, func(c *server.Config) { c.WebsiteDomains = []string{siteDomain} })
	f.want(200, "PUT", "/media?website", website(indexDoc))
	l := f.link(plainLink).Link
	for _, host := range []string{"media." + siteDomain, siteDomain, "other." + siteDomain} {
		if a := f.browse("GET", l.Path, "", "Host", host); a.StatusCode < 400 || strings.Contains(a.body, "report") {
			t.Errorf("%s: %d %s", host, a.StatusCode, a.body)
		}
		if a := f.do("GET", "/v2/spaces/links", "", "Host", host); a.StatusCode < 400 {
			t.Errorf("%s: the API answers %d %s", host, a.StatusCode, a.body)
		}
	}
	if s := f.linkState(l.ID).Link; s.Used != 0 || s.State != "active" {
		t.Errorf("%+v", s)
	}
}

func TestNoTokenAndNoPasswordGetIntoALog(t *testing.T) {
	var log bytes.Buffer
	var mu sync.Mutex
	f, _ := linking(t, func(c *server.Config) {
		c.Log = slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, nil))
	})
	l := f.link(`{"bucket":"media","key":"report.html","password":"open sesame"}`).Link
	f.browse("POST", l.Path, "password=open+sesame", "Content-Type", urlencoded)
	f.browse("GET", l.Path+"?a=%zz", "")
	f.browse("GET", "/%2elink/"+l.Token, "")
	f.server.Shutdown(t.Context()) // the lines are written when requests have ended
	mu.Lock()
	defer mu.Unlock()
	if text := log.String(); strings.Contains(text, l.Token) || strings.Contains(text, "sesame") || !strings.Contains(text, l.ID) {
		t.Error(text)
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func TestALinkForOnceGivesItselfToOneOfMany(t *testing.T) {
	f, _ := linking(t)
	l := f.link(`{"bucket":"media","key":"report.html","once":true}`).Link
	for range 3 { // programs that look at links in messages
		if a := f.browse("GET", l.Path, ""); a.StatusCode != 200 || strings.Contains(a.body, "alert(1)") || !strings.Contains(a.body, "report.html") {
			t.Fatal(a.StatusCode, a.body)
		}
		if a := f.browse("HEAD", l.Path, ""); a.StatusCode != 200 {
			t.Fatal(a.StatusCode)
		}
	}
	var whole, refused atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			switch a := f.browse("POST", l.Path, "", "Range", "bytes=0-3"); {
			case a.StatusCode == 200 && a.body == "<script>alert(1)</script>":
				whole.Add(1)
			case a.StatusCode == 409, a.StatusCode == 410:
				refused.Add(1)
			default:
				t.Error(a.StatusCode, a.body)
			}
		})
	}
	all.Wait()
	if whole.Load() != 1 || refused.Load() != 19 {
		t.Errorf("%d got it, %d did not", whole.Load(), refused.Load())
	}
	if a := f.browse("GET", l.Path, ""); a.StatusCode != 410 {
		t.Error(a.StatusCode)
	}
	if s := f.linkState(l.ID).Link; s.State != "used" || s.Used != 1 {
		t.Errorf("%+v", s)
	}
}

func TestADownloadThatBreaksOffLeavesALinkForOnce(t *testing.T) {
	f, _ := linking(t)
	f.want(200, "PUT", "/media/large", pattern(40<<20))
	l := f.link(`{"bucket":"media","key":"large","once":true}`).Link
	res, err := f.client.Do(f.request("POST", l.Path, ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := res.Body.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if a := f.browse("POST", l.Path, ""); a.StatusCode != 409 {
		t.Error("two at once:", a.StatusCode)
	}
	res.Body.Close()
	for f.linkOf(f.do("GET", "/v2/spaces/links/"+l.ID, "")).Link.State != "active" { // as soon as the server sees it
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		default:
		}
	}
	if a := f.browse("POST", l.Path, ""); a.StatusCode != 200 || len(a.body) != 40<<20 {
		t.Error(a.StatusCode, len(a.body))
	}
	if a := f.browse("POST", l.Path, ""); a.StatusCode != 410 {
		t.Error(a.StatusCode)
	}
}

func TestAPasswordIsAskedForByAForm(t *testing.T) {
	f, _ := linking(t)
	l := f.link(`{"bucket":"media","key":"report.html","password":"grün & 1+1"}`).Link
	if !l.HasPassword {
		t.Error("it has no password")
	}
	a := f.browse("GET", l.Path, "")
	if a.StatusCode != 200 || !strings.Contains(a.body, `type="password"`) || strings.Contains(a.body, "report") {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.browse("GET", l.Path+"?password=gr%C3%BCn+%26+1%2B1", ""); strings.Contains(a.body, "alert(1)") {
		t.Error("it is taken from the address")
	}
	for _, wrong := range []string{"", "password=", "password=nope", "other=1"} {
		if a := f.browse("POST", l.Path, wrong, "Content-Type", urlencoded); a.StatusCode != 403 || strings.Contains(a.body, "alert(1)") || !strings.Contains(a.body, "not the password") {
			t.Errorf("%q: %d %s", wrong, a.StatusCode, a.body)
		}
	}
	right := "password=" + url.QueryEscape("grün & 1+1")
	if a := f.browse("POST", l.Path, right, "Content-Type", urlencoded); a.StatusCode != 200 || !strings.Contains(a.body, "alert(1)") {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.browse("POST", l.Path, "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\ngrün & 1+1\r\n--x--\r\n", "Content-Type", "multipart/form-data; boundary=x"); a.StatusCode != 200 {
		t.Error("as curl -F sends it:", a.StatusCode, a.body)
	}
}

func TestPasswordsCannotBeTriedOnAndOn(t *testing.T) {
	f, _ := linking(t)
	l := f.link(`{"bucket":"media","key":"report.html","password":"1234"}`).Link
	try := func(p string) int {
		return f.browse("POST", l.Path, "password="+p, "Content-Type", urlencoded).StatusCode
	}
	for range 3 {
		if try("1234") != 200 {
			t.Fatal("the right one is refused")
		}
	}
	var wrong, slow atomic.Int32
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			switch try(fmt.Sprint("no", i)) {
			case 403:
				wrong.Add(1)
			case 429:
				slow.Add(1)
			}
		})
	}
	all.Wait()
	if wrong.Load() > 12 || wrong.Load()+slow.Load() != 40 { // ten, and what comes back meanwhile on a slow machine
		t.Errorf("%d were looked at, %d were not", wrong.Load(), slow.Load())
	}
}

func TestALinkEndsInTimeAndIsExtended(t *testing.T) {
	f, clock := linking(t)
	until := time.Now().Add(30 * 24 * time.Hour).UTC().Truncate(time.Second)
	l := f.link(`{"bucket":"media","key":"report.html","expires_at":"` + until.Format(time.RFC3339) + `"}`).Link
	clock.advance(29 * 24 * time.Hour) // longer than signatures last
	if a := f.browse("GET", l.Path, ""); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	clock.advance(2 * 24 * time.Hour)
	if a := f.browse("GET", l.Path, ""); a.StatusCode != 410 || !strings.Contains(a.body, "expired") {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.do("PUT", "/v2/spaces/links/"+l.ID, `{"expires_at":"2001-01-01T00:00:00Z"}`); a.StatusCode != 400 {
		t.Error(a.StatusCode, a.body)
	}
	f.linkOf(f.do("PUT", "/v2/spaces/links/"+l.ID, `{"expires_at":"`+until.Add(24*time.Hour*10).Format(time.RFC3339)+`"}`))
	if a := f.browse("GET", l.Path, ""); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
}

func TestALinkMayWhatItsMakerMayNow(t *testing.T) {
	f, _ := linking(t)
	f.want(200, "PUT", "/other", "")
	f.want(200, "PUT", "/other/x", "x")
	guest := f.newKey("guest", readOnly("media"))
	l := f.linkOf(f.as(guest, "POST", "/v2/spaces/links", plainLink)).Link
	for _, body := range []string{`{"bucket":"other","key":"x"}`, `{"bucket":"nowhere","key":"x"}`, `{"bucket":"media","key":"in/","receive":{}}`} {
		if a := f.as(guest, "POST", "/v2/spaces/links", body); a.StatusCode != 403 {
			t.Error(body, a.StatusCode, a.body)
		}
	}
	of := f.link(plainLink).Link
	if a := f.as(guest, "GET", "/v2/spaces/links", ""); !strings.Contains(a.body, l.ID) || strings.Contains(a.body, of.ID) {
		t.Error("a key sees the links of another:", a.body)
	}
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		if a := f.as(guest, method, "/v2/spaces/links/"+of.ID, `{}`); a.StatusCode != 404 {
			t.Error(method, a.StatusCode, a.body)
		}
	}
	f.api("PUT", "/v2/spaces/keys/"+guest.ID, `{"name":"guest","grants":[{"bucket":"other","permission":"read"}]}`)
	if a := f.browse("GET", l.Path, ""); a.StatusCode != 404 || strings.Contains(a.body, "alert(1)") {
		t.Error("its key has lost the Space:", a.StatusCode, a.body)
	}
	f.api("PUT", "/v2/spaces/keys/"+guest.ID, `{"name":"guest","grants":[{"bucket":"media","permission":"read"}]}`)
	if a := f.browse("GET", l.Path, ""); a.StatusCode != 200 {
		t.Error(a.StatusCode)
	}
	f.api("DELETE", "/v2/spaces/keys/"+guest.ID, "")
	if a := f.browse("GET", l.Path, ""); a.StatusCode != 404 {
		t.Error("its key is deleted:", a.StatusCode, a.body)
	}
	if s := f.linkState(l.ID).Link; s.State != "dead" {
		t.Error(s.State)
	}
}

func TestLinksAreManagedByKeysOnly(t *testing.T) {
	f, _ := linking(t)
	stranger := keyring.Key{ID: "DOSTRANGER", Secret: "x"}
	if a := f.as(stranger, "GET", "/v2/spaces/links", ""); a.StatusCode != 403 {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.anonymous("GET", "/v2/spaces/links", ""); a.StatusCode < 400 {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.api("POST", "/v2/spaces/links", plainLink); a.StatusCode != 403 {
		t.Error("the token makes a link of nobody's:", a.StatusCode, a.body)
	}
	for _, bad := range []string{
		``, `[]`, `{"bucket":"media"}`, `{"bucket":"media","key":".trash/x"}`, `{"bucket":"media","key":"a/../../b"}`, `{"bucket":"media","key":"report.html","expires_at":"2001-01-01T00:00:00Z"}`,
		`{"bucket":"media","key":"x","receive":{}}`, `{"bucket":"media","key":"in/","once":true,"receive":{}}`, `{"bucket":"media","key":"in/","receive":{"max_size":-1}}`,
		`{"bucket":"media","key":"in/","receive":{"types":["<b>"]}}`, `{"bucket":"media","key":"report.html","password":"` + strings.Repeat("x", 2000) + `"}`,
	} {
		if a := f.do("POST", "/v2/spaces/links", bad); a.StatusCode != 400 {
			t.Errorf("%.80s: %d %s", bad, a.StatusCode, a.body)
		}
	}
	if a := f.do("POST", "/v2/spaces/links", `{"bucket":"media","key":"nothing"}`); a.StatusCode != 404 {
		t.Error(a.StatusCode, a.body)
	}
}

func TestALinkToWhatIsGoneOrHasVersions(t *testing.T) {
	f, _ := linking(t)
	f.want(200, "PUT", "/media?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	first := f.want(200, "PUT", "/media/doc", "first").Header.Get("X-Amz-Version-Id")
	old := f.link(`{"bucket":"media","key":"doc","version":"` + first + `"}`).Link
	current := f.link(`{"bucket":"media","key":"doc"}`).Link
	once := f.link(`{"bucket":"media","key":"doc","once":true}`).Link
	f.want(200, "PUT", "/media/doc", "second")
	if a := f.browse("GET", old.Path, ""); a.body != "first" {
		t.Error(a.body)
	}
	if a := f.browse("GET", current.Path, ""); a.body != "second" {
		t.Error(a.body)
	}
	f.want(204, "DELETE", "/media/doc", "")
	if a := f.browse("GET", old.Path, ""); a.body != "first" {
		t.Error("a version that is there:", a.StatusCode, a.body)
	}
	for _, l := range []string{current.Path, once.Path} {
		if a := f.browse("GET", l, ""); a.StatusCode != 404 || !strings.Contains(a.body, "nothing here any more") {
			t.Error(a.StatusCode, a.body)
		}
	}
	f.want(204, "DELETE", "/media/doc?versionId="+first, "")
	if a := f.browse("GET", old.Path, ""); a.StatusCode != 404 {
		t.Error(a.StatusCode)
	}
}

func TestWhatIsUnderWayEndsWhenALinkIsTakenBack(t *testing.T) {
	f, _ := linking(t)
	f.want(200, "PUT", "/media/large", pattern(64<<20))
	l := f.link(`{"bucket":"media","key":"large"}`).Link
	res, err := f.client.Do(f.request("GET", l.Path, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	f.want(204, "DELETE", "/v2/spaces/links/"+l.ID, "")
	var got bytes.Buffer
	if _, err := got.ReadFrom(res.Body); err == nil || got.Len() == 64<<20 {
		t.Errorf("it came to its end: %d bytes, %v", got.Len(), err)
	}
}

func TestNamesOnPagesAreText(t *testing.T) {
	f, _ := linking(t)
	key := `<img src=x onerror=alert(1)>"'&.txt`
	f.want(200, "PUT", target("media", key), "x", "Content-Type", "image/svg+xml")
	body, _ := json.Marshal(map[string]any{"bucket": "media", "key": key, "once": true})
	l := f.link(string(body)).Link
	a := f.browse("GET", l.Path, "")
	if a.StatusCode != 200 || strings.Contains(a.body, "<img") || !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(a.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Error(a.StatusCode, a.body, a.Header)
	}
	a = f.browse("POST", l.Path, "")
	if d := a.Header.Get("Content-Disposition"); a.StatusCode != 200 || !strings.HasPrefix(d, "attachment;") || strings.ContainsAny(d, "<>\r\n") {
		t.Error(a.StatusCode, d)
	}
}

func TestLinksAreThereAfterARestart(t *testing.T) {
	f, _ := linking(t)
	l := f.link(`{"bucket":"media","key":"report.html","once":true,"password":"x"}`).Link
	book, err := links.Open(f.engine, nil)
	if err != nil {
		t.Fatal(err)
	}
	held := book.Find(l.Token)
	if held == nil || held.Usable() != nil {
		t.Fatal("it is gone")
	}
	if _, err := held.Take(); err != nil { // and then the server is killed
		t.Fatal(err)
	}
	if book, err = links.Open(f.engine, nil); err != nil {
		t.Fatal(err)
	}
	if err := book.Find(l.Token).Usable(); err == nil {
		t.Error("one who got it before a crash and one after have it both")
	}
}
