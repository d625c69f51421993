package server_test

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// parts is a form with files.
func parts(files ...string) string {
	var b strings.Builder
	for i := 0; i < len(files); i += 3 {
		fmt.Fprintf(&b, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=%q\r\nContent-Type: %s\r\n\r\n%s\r\n", files[i], files[i+1], files[i+2])
	}
	return b.String() + "--x--\r\n"
}

const ofParts = "multipart/form-data; boundary=x"

func TestFilesAreReceivedIntoOneFolder(t *testing.T) {
	f, _ := linking(t)
	f.want(200, "PUT", "/media/in/photo.jpg", "mine")
	l := f.link(`{"bucket":"media","key":"in/","receive":{"max_size":100,"max_files":5}}`).Link
	page := f.browse("GET", l.Path, "")
	_, shown, _ := strings.Cut(page.body, "<main>")
	shown, _, _ = strings.Cut(shown, "</main>")
	if page.StatusCode != 200 || !strings.Contains(shown, "5 files more") || strings.Contains(shown, "photo") || strings.Contains(shown, "media") || strings.Contains(shown, "in/") {
		t.Fatal(page.StatusCode, shown)
	}
	a := f.anonymous("PUT", l.Path+"/photo.jpg", "theirs", "Content-Type", "image/jpeg", "X-Amz-Acl", "public-read", "X-Amz-Meta-A", "b", "X-Amz-Tagging", "a=b")
	if a.StatusCode != 200 || a.body != "photo.jpg: received, 6 bytes.\n" {
		t.Error("it says what there is already:", a.StatusCode, a.body)
	}
	if a := f.want(200, "GET", "/media/in/photo.jpg", ""); a.body != "mine" {
		t.Error("a file was replaced:", a.body)
	}
	a = f.want(200, "GET", "/media/in/photo%20(2).jpg", "")
	if a.body != "theirs" || a.Header.Get("X-Amz-Meta-A") != "" || a.Header.Get("X-Amz-Tagging-Count") != "" || a.Header.Get("Content-Type") != "image/jpeg" {
		t.Error(a.body, a.Header)
	}
	if a := f.anonymous("GET", "/media/in/photo%20(2).jpg", ""); a.StatusCode != 403 {
		t.Error("it is public:", a.StatusCode)
	}
	a = f.browse("POST", l.Path, parts("a.txt", "text/plain", "A", "b.txt", "text/plain", strings.Repeat("b", 101), "<b>c", "text/html", "<p>"), "Content-Type", ofParts)
	if a.StatusCode != 413 || !strings.Contains(a.body, "a.txt: received") || !strings.Contains(a.body, "b.txt: That file is too large") || strings.Contains(a.body, "<b>c") {
		t.Error(a.StatusCode, a.body)
	}
	s := f.linkState(l.ID).Link
	if s.Received != 3 || len(s.Arrivals) != 3 || s.Arrivals[0].Name != "photo (2).jpg" || s.State != "active" {
		t.Errorf("%+v", s)
	}
	for range 2 {
		f.anonymous("PUT", l.Path+"/more", "x")
	}
	for _, method := range []string{"GET", "PUT", "POST"} {
		if a := f.browse(method, l.Path+"/more", "x", "Content-Type", ofParts); a.StatusCode != 410 {
			t.Error(method, a.StatusCode, a.body)
		}
	}
}

func TestHostileNamesStayInTheFolder(t *testing.T) {
	f, _ := linking(t)
	l := f.link(`{"bucket":"media","key":"in/","receive":{}}`).Link
	before := strings.Count(f.dump(), ` "`)
	names := []string{"../out", "..", "a/../../out", "/abs", `..\..\out`, "x\r\nSet-Cookie: a=b", ".trash/x", "\u202etxt.exe", "<script>alert(1)</script>", strings.Repeat("ä", 2000)}
	for _, name := range names {
		a := f.browse("PUT", l.Path+"/"+url.PathEscape(name), "x")
		if a.StatusCode != 200 || a.Header.Get("Set-Cookie") != "" || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("%.40q: %d %s", name, a.StatusCode, a.body)
		}
		a = f.browse("POST", l.Path, parts(strings.NewReplacer("\r", "", "\n", "").Replace(name), "text/plain", "x"), "Content-Type", ofParts)
		if strings.Contains(a.body, "<script>alert") {
			t.Error(a.body)
		}
	}
	for _, line := range strings.Split(f.dump(), "\n") {
		if strings.HasPrefix(line, ` "`) && !strings.HasPrefix(line, ` "in/`) && !strings.HasPrefix(line, ` "report.html`) {
			t.Error(line)
		}
	}
	if after := strings.Count(f.dump(), ` "`); after < before+len(names) {
		t.Error(after-before, "files are there")
	}
}

func TestFilesOfAnotherTypeAreNotReceived(t *testing.T) {
	f, _ := linking(t)
	l := f.link(`{"bucket":"media","key":"","receive":{"types":["image/*"]}}`).Link
	const png = "\x89PNG\x0D\x0A\x1A\x0A"
	if a := f.anonymous("PUT", l.Path+"/a.png", png, "Content-Type", "text/html"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.want(200, "GET", "/media/a.png", ""); a.Header.Get("Content-Type") != "image/png" {
		t.Error("it is stored as what its sender says:", a.Header.Get("Content-Type"))
	}
	if a := f.anonymous("PUT", l.Path+"/b.png", "<html><script>", "Content-Type", "image/png"); a.StatusCode != 415 {
		t.Error(a.StatusCode, a.body)
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/b.png", "")
}

func TestLimitsHoldForManyAtOnce(t *testing.T) {
	f, _ := linking(t)
	l := f.link(`{"bucket":"media","key":"in/","receive":{"max_files":4,"max_size":10}}`).Link
	var came atomic.Int32
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if a := f.anonymous("PUT", l.Path+"/same.txt", "x"); a.StatusCode == 200 {
				came.Add(1)
			}
			f.anonymous("PUT", l.Path+"/large.txt", "more than ten")
		})
	}
	all.Wait()
	if came.Load() != 4 || strings.Count(f.dump(), ` "in/same`) != 4 || strings.Contains(f.dump(), "large") {
		t.Error(came.Load(), f.dump())
	}
}

// cutBody gives something and then fails.
type cutBody struct {
	first io.Reader
	then  func()
}

func (b *cutBody) Read(p []byte) (int, error) {
	if n, err := b.first.Read(p); err == nil {
		return n, nil
	}
	b.then()
	return 0, io.ErrUnexpectedEOF
}

func TestACutUploadLeavesNothing(t *testing.T) {
	f, _ := linking(t)
	l := f.link(`{"bucket":"media","key":"in/","receive":{"max_files":1}}`).Link
	for _, length := range []int64{-1, 2 << 20} {
		req := f.request("PUT", l.Path+"/large", "")
		req.Body, req.ContentLength = io.NopCloser(&cutBody{strings.NewReader(pattern(1 << 20)), func() {}}), length
		if res, err := f.client.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == 200 {
				t.Error("it is taken for whole")
			}
		}
	}
	body := parts("a", "text/plain", "x")
	if a := f.browse("POST", l.Path, body[:len(body)-10], "Content-Type", ofParts); a.StatusCode != 400 {
		t.Error(a.StatusCode, a.body)
	}
	for f.anonymous("PUT", l.Path+"/whole", "x").StatusCode == 410 { // until the place of those is free again
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		default:
		}
	}
	if d := f.dump(); strings.Count(d, ` "in/`) != 1 || !strings.Contains(d, ` "in/whole"`) {
		t.Error(d)
	}
}

func TestAnUploadEndsWhenItsLinkIsTakenBack(t *testing.T) {
	f, _ := linking(t)
	l := f.link(`{"bucket":"media","key":"in/","receive":{}}`).Link
	req := f.request("PUT", l.Path+"/large", "")
	revoke := func() { f.want(204, "DELETE", "/v2/spaces/links/"+l.ID, "") }
	rest := io.MultiReader(strings.NewReader(pattern(1<<20)), onRead(sync.OnceFunc(revoke)), strings.NewReader(pattern(1<<20)))
	req.Body, req.ContentLength = io.NopCloser(rest), 2<<20
	if res, err := f.client.Do(req); err == nil {
		res.Body.Close()
		if res.StatusCode == 200 {
			t.Error("it came")
		}
	}
	if strings.Contains(f.dump(), "in/large") {
		t.Error(f.dump())
	}
}

// onRead does something when it is read, and is empty.
type onRead func()

func (do onRead) Read([]byte) (int, error) { do(); return 0, io.EOF }

func TestReceivingGoesByTheRightsOfTheMaker(t *testing.T) {
	f, clock := linking(t)
	guest := f.newKey("guest", readWrite("media"))
	l := f.linkOf(f.as(guest, "POST", "/v2/spaces/links", `{"bucket":"media","key":"in/","receive":{},"expires_at":"`+time.Now().Add(time.Hour).UTC().Format(time.RFC3339)+`"}`)).Link
	if a := f.anonymous("PUT", l.Path+"/a", "x"); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	f.api("PUT", "/v2/spaces/keys/"+guest.ID, `{"name":"guest","grants":[{"bucket":"media","permission":"read"}]}`)
	if a := f.anonymous("PUT", l.Path+"/b", "x"); a.StatusCode != 404 {
		t.Error(a.StatusCode, a.body)
	}
	f.api("PUT", "/v2/spaces/keys/"+guest.ID, `{"name":"guest","grants":[{"bucket":"media","permission":"readwrite"}]}`)
	clock.advance(2 * time.Hour)
	if a := f.anonymous("PUT", l.Path+"/b", "x"); a.StatusCode != 410 {
		t.Error("it has expired:", a.StatusCode, a.body)
	}
	if d := f.dump(); strings.Count(d, ` "in/`) != 1 {
		t.Error(d)
	}
}

func TestWhatIsReceivedIsEncryptedWhereEverythingIs(t *testing.T) {
	f, _ := linking(t, withMasters(t, true))
	l := f.link(`{"bucket":"media","key":"in/","receive":{}}`).Link
	f.anonymous("PUT", l.Path+"/a", "x")
	if a := f.want(200, "GET", "/media/in/a", ""); a.Header.Get("X-Amz-Server-Side-Encryption") != "AES256" {
		t.Error(a.Header)
	}
	give := f.link(`{"bucket":"media","key":"in/a"}`).Link
	if a := f.browse("GET", give.Path, ""); a.StatusCode != 200 || a.body != "x" {
		t.Error(a.StatusCode, a.body)
	}
}
