package main

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"spaces/store"
)

// TestJourneyOnTheEmbeddedStore and its remote twin are the main job from end to end, with the real program on a
// terminal and real input: Go's own source tree.

func TestJourneyOnTheEmbeddedStore(t *testing.T) {
	h := newHome(t)
	j := journey{t: t, home: h, panel: []string{program(t), "--data", h.data()}}
	link := j.run()
	expired := h.serveAhead(t, link.Host)
	j.wantExpired(link)
	expired.stop()
	j.comeBack()
}

func TestJourneyOnARemoteEndpoint(t *testing.T) {
	server := newHome(t)
	s := server.serve(t, program(t), "127.0.0.1:0")
	h := newHome(t)
	h.env = []string{"AWS_ACCESS_KEY_ID=" + testKey, "AWS_SECRET_ACCESS_KEY=" + testSecret}
	j := journey{t: t, home: h, panel: []string{program(t), "--endpoint", "http://" + s.addr}}
	link := j.run()
	if link.Host != s.addr {
		t.Errorf("the link leads to %s, not to the endpoint %s", link.Host, s.addr)
	}
	s.stop()
	expired := server.serveAhead(t, s.addr)
	j.wantExpired(link)
	expired.stop()
	server.serve(t, program(t), s.addr)
	j.comeBack()
}

// serveAhead runs a server on the data directory whose clock is eight days ahead.
func (h home) serveAhead(t *testing.T, listen string) *service {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return h.serve(t, self, listen, "TEST_CLOCK_AHEAD=192h")
}

type journey struct {
	t     *testing.T
	home  home
	panel []string
	term  *terminal
}

const (
	journeySpace = "go-source"
	journeyFile  = "src/net/http/server.go"
)

// run does everything up to quitting the panel, and returns the link it shared.
func (j *journey) run() *url.URL {
	j.open()
	j.createSpace()
	j.upload()
	link := j.shareOne()
	j.wantFile(link)
	j.download()
	j.deleteFolder()
	j.quit()
	return link
}

func (j *journey) open() {
	cmd := exec.Command(j.panel[0], j.panel[1:]...)
	cmd.Dir = j.home.dir
	cmd.Env = j.home.environ(j.home.env...)
	j.term = newTerminal(j.t, cmd, 120, 40)
	j.term.see("Spaces")
}

// goTree is a directory with the source tree of the Go distribution below src/.
func goTree(t testing.TB) string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// wantFile fetches the link as anybody can and compares.
func (j *journey) wantFile(link *url.URL) {
	j.t.Helper()
	want, err := os.ReadFile(filepath.Join(goTree(j.t), journeyFile))
	if err != nil {
		j.t.Fatal(err)
	}
	status, got := fetch(j.t, link)
	if status != http.StatusOK || !bytes.Equal(got, want) {
		j.t.Errorf("the link answered %d with %d bytes; want the file's %d", status, len(got), len(want))
	}
	tampered := *link
	tampered.Path = strings.Replace(link.Path, "server.go", "client.go", 1)
	if status, _ := fetch(j.t, &tampered); status != http.StatusForbidden {
		j.t.Errorf("the link led to another file: %d", status)
	}
}

func (j *journey) wantExpired(link *url.URL) {
	j.t.Helper()
	status, body := fetch(j.t, link)
	if status != http.StatusForbidden || !strings.Contains(string(body), "Request has expired") {
		j.t.Errorf("a link past its end answered %d %s", status, body)
	}
}

func fetch(t *testing.T, link *url.URL) (int, []byte) {
	t.Helper()
	resp, err := http.Get(link.String())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body
}

// sameTree compares two directories byte for byte and returns the number of files.
func sameTree(t *testing.T, want, got string) int {
	t.Helper()
	files := 0
	for _, pair := range [][2]string{{want, got}, {got, want}} {
		err := filepath.WalkDir(pair[0], func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			rel, _ := filepath.Rel(pair[0], path)
			other := filepath.Join(pair[1], rel)
			if pair[0] == got {
				_, err := os.Stat(other)
				return err
			}
			files++
			a, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b, err := os.ReadFile(other)
			if err == nil && !bytes.Equal(a, b) {
				t.Errorf("%s differs", rel)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	return files
}

var linkText = regexp.MustCompile(`https?://\S+X-Amz-Signature=[0-9a-f]{64}`)

// comeBack opens the panel once more and compares what is there with what was left.
func (j *journey) comeBack() {
	out, stderr, err := j.home.run(j.t, append(j.panel[1:], journeySpace+"/src/")...)
	if err != nil {
		j.t.Fatalf("%v: %s", err, stderr)
	}
	if strings.Contains(out, "archive/") || !strings.Contains(out, "net/\t-") {
		j.t.Errorf("src/ holds\n%s", out)
	}
	j.open()
	j.term.see(journeySpace)
	j.quit()
}

var _ = store.Ref{}
