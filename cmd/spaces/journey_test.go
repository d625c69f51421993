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
	"sync"
	"testing"

	"spaces/tui/kit"
)

// TestJourneyOnTheEmbeddedStore and its remote twin are the main job from end to end, with the real program on a
// terminal and real input: Go's own source tree.

func TestJourneyOnTheEmbeddedStore(t *testing.T) {
	h := newHome(t)
	j := journey{t: t, home: h, panel: []string{program(t), "--data", h.data()}, trash: true}
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
	trash bool // deleting moves to it
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

// createSpace makes the Space by the dialog.
func (j *journey) createSpace() {
	j.term.press("a")
	j.term.see("Create a Space")
	j.term.press("Go_Source") // not a name: told before anything is sent
	j.term.see("no capital letters")
	for range len("Go_Source") {
		j.term.press("backspace")
	}
	j.term.press(journeySpace)
	j.term.see("This name can be used")
	j.term.press("enter")
	j.term.see("▸ " + journeySpace)
}

// upload stages the tree by its path, as a drop onto the terminal delivers it, and waits for the whole batch.
func (j *journey) upload() {
	j.term.press("u")
	j.term.see("Upload to " + journeySpace)
	j.term.paste(filepath.Join(goTree(j.t), "src"))
	total := countFiles(j.t, filepath.Join(goTree(j.t), "src"))
	j.term.see("src/", total+" files")
	j.term.press("u")
	j.term.see("Uploading")
	j.wait(total + " of " + total + " objects")
}

// wait opens the transfers drawer until its only job has ended well, and clears it.
func (j *journey) wait(texts ...string) {
	j.t.Helper()
	j.term.press("w")
	screen := j.term.see(append(texts, "Transfers", "done")...)
	if strings.Contains(screen, "failed") {
		j.t.Errorf("something failed:\n%s", screen)
	}
	j.term.press("x")
	j.term.until("an empty drawer", func(s string) bool { return !strings.Contains(s, "done") })
	j.term.press("esc")
	j.term.until("no drawer", func(s string) bool { return !strings.Contains(s, "Transfers") })
}

// countFiles counts the files that an upload of dir takes, as the panel writes the number.
func countFiles(t *testing.T, dir string) string {
	n := 0
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			n++
		}
		return err
	})
	if err != nil || n < 5000 {
		t.Fatalf("%d files below %s: %v", n, dir, err)
	}
	return kit.Count(n)
}

// shareOne finds a file by its whole key from the root of the Space and makes a link to it.
func (j *journey) shareOne() *url.URL {
	j.term.press("/", journeyFile)
	j.term.see("1 begins with")
	j.term.press("enter")
	j.term.see("src/net/http/", "responsecontroller.go", "▌  server.go")
	j.term.press("s")
	j.term.see("Quick Share", "Expires", "Unix ")
	screen := j.term.until("a link", func(s string) bool { return linkText.MatchString(joinBox(s)) }) // broken over lines anywhere
	j.term.press("c")
	j.term.see("Sent to the terminal's clipboard")
	j.term.until("a text on the clipboard", func(string) bool { return j.term.clipboard() != "" }) // which a terminal gets beside its frames
	link := j.term.clipboard()
	if !strings.Contains(joinBox(screen), link) || !linkText.MatchString(link) {
		j.t.Fatalf("the clipboard got %q; the screen shows\n%s", link, screen)
	}
	u, err := url.Parse(link)
	if err != nil {
		j.t.Fatal(err)
	}
	j.term.press("esc")
	j.term.until("no dialog", func(s string) bool { return !strings.Contains(s, "Quick Share") })
	return u
}

// joinBox puts the lines of the dialog that a link is broken over together again.
func joinBox(screen string) string {
	var b strings.Builder
	for line := range strings.Lines(screen) {
		cells := strings.Split(line, "│")
		for _, c := range cells {
			if text := strings.TrimSpace(c); !strings.Contains(text, " ") && len(text) > 40 || strings.HasPrefix(text, "http") {
				b.WriteString(text)
			}
		}
	}
	return b.String()
}

// download fetches the whole tree again and compares it with the original.
func (j *journey) download() {
	j.term.press("h", "h", "h")
	j.term.see("▌▸ src/")
	dir := filepath.Join(j.home.dir, "fetched")
	if err := os.Mkdir(dir, 0o755); err != nil {
		j.t.Fatal(err)
	}
	j.term.press("W")
	j.term.see("Directory", "counted, complete")
	for range len(j.home.dir) {
		j.term.press("backspace")
	}
	j.term.press(dir, "enter")
	j.term.see("Downloading")
	j.wait("Download src/", "done")
	files := sameTree(j.t, filepath.Join(goTree(j.t), "src"), filepath.Join(dir, "src"))
	j.t.Logf("%d files came back the same", files)
}

// deleteFolder deletes one folder with everything in it, after looking at the plan and refusing once.
func (j *journey) deleteFolder() {
	j.term.press("enter")
	j.term.see("▌▸ net/") // where the cursor was left
	j.term.press("g", "g")
	j.term.see("▸ archive/")
	j.term.press("/", "archive")
	j.term.see("1 begins with", "Esc clear")
	j.term.press("enter") // the narrowed listing is the page's again
	j.term.see("m move")
	j.term.press("enter")
	j.term.see("src/archive/")
	j.term.press("h")
	j.term.see("▌▸ archive/")
	j.term.press("d")
	j.term.see("1 folder", "counted, complete", "[ Cancel ]")
	j.term.press("enter") // the default answer is no
	j.term.until("no dialog", func(s string) bool { return !strings.Contains(s, "Cancel ]") })
	j.term.see("▸ archive/")
	j.term.press("d")
	j.term.see("counted, complete", "[ Cancel ]")
	j.term.press("y")
	j.term.until("no archive/", func(s string) bool { return !strings.Contains(s, "▸ archive/") })
	j.wait(map[bool]string{true: "Move archive/ to the trash", false: "Delete"}[j.trash], "done")
}

func (j *journey) quit() {
	j.term.press("ctrl+c", "ctrl+c")
	if code := j.term.ended(); code != 0 {
		j.t.Errorf("the panel ended with %d:\n%s", code, j.term.text())
	}
}

var goRoot = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	return strings.TrimSpace(string(out)), err
})

// goTree is a directory with the source tree of the Go distribution below src/.
func goTree(t testing.TB) string {
	t.Helper()
	root, err := goRoot()
	if err != nil {
		t.Fatal(err)
	}
	return root
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
