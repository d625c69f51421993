package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/store/storetest"
)

// The tests named TestPoint… go through the control panel point by point: the real program on a terminal, its keys
// pressed, and what came of it looked at through a client that shares no code with it. The endpoint is a `spaces serve`
// of each test, or the engine that the environment names: ENGINE, of the table of engines, ENGINE_ENDPOINT with
// ENGINE_ACCESS_KEY and ENGINE_SECRET_KEY. ENGINE_RESULTS is a file that gets a line for what came out.

// point is one of these tests.
type point struct {
	*terminal
	t        testing.TB
	home     home
	endpoint string
	key      string
	secret   string
	own      *service // the server of this test alone, nil when it is somebody else's
	s3       *s3.Client
	space    string // a Space of this test
}

// newPoint has an endpoint, and a Space on it. What it needs of an engine is told: where that is not there, the point is off.
func newPoint(t *testing.T, needs ...storetest.Feature) *point {
	t.Helper()
	t.Parallel()
	state := works
	t.Cleanup(func() {
		if !t.Failed() {
			record(t, pointTitle(t.Name()), state)
		}
	})
	for _, need := range needs {
		if gap, lacks := engine(t).Lacks(need); lacks {
			state = engine(t).State(need)
			t.Skipf("off: %s: %s", t.Name(), gap.Why)
		}
	}
	p := &point{t: t, home: newHome(t), endpoint: os.Getenv("ENGINE_ENDPOINT"), key: os.Getenv("ENGINE_ACCESS_KEY"), secret: os.Getenv("ENGINE_SECRET_KEY")}
	if p.endpoint == "" {
		p.own = newHome(t).serve(t, program(t), "127.0.0.1:0")
		p.endpoint, p.key, p.secret = "http://"+p.own.addr, testKey, testSecret
	}
	p.s3 = clientOf(p.endpoint, p.key, p.secret)
	p.space = p.newName()
	p.create(p.space)
	return p
}

// engine is the one that the environment names, else this program's own.
func engine(t testing.TB) storetest.Engine {
	t.Helper()
	e, err := storetest.EngineNamed(cmp.Or(os.Getenv("ENGINE"), "spaces"))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// lacks says whether the engine has no such thing.
func (p *point) lacks(f storetest.Feature) bool {
	_, lacks := engine(p.t).Lacks(f)
	return lacks
}

// copied waits for a text on the clipboard, which a terminal gets beside its frames.
func (p *point) copied(want string) {
	p.t.Helper()
	p.until(want+" on the clipboard", func(string) bool { return p.clipboard() == want })
}

// clientOf is another client than ours.
func clientOf(endpoint, key, secret string) *s3.Client {
	return s3.New(s3.Options{BaseEndpoint: aws.String(endpoint), Region: "us-east-1", UsePathStyle: true,
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		Credentials:                credentials.NewStaticCredentialsProvider(key, secret, "")})
}

// newName is the name of a Space that is nobody else's.
func (p *point) newName() string { return "point-" + strings.ToLower(rand.Text()[:12]) }

// create makes a Space behind the panel's back, which goes with everything in it after the test.
func (p *point) create(space string) {
	p.t.Helper()
	if _, err := p.s3.CreateBucket(p.t.Context(), &s3.CreateBucketInput{Bucket: &space}); err != nil {
		p.t.Fatal(err)
	}
	p.leaves(space)
}

// leaves removes a Space after the test, where it is not gone with its server.
func (p *point) leaves(space string) {
	if p.own != nil {
		return
	}
	p.t.Cleanup(func() {
		ctx := context.Background()
		list, err := p.s3.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: &space})
		if err != nil {
			return
		}
		for _, v := range list.Versions {
			p.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &space, Key: v.Key, VersionId: v.VersionId})
		}
		for _, v := range list.DeleteMarkers {
			p.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &space, Key: v.Key, VersionId: v.VersionId})
		}
		p.s3.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &space})
	})
}

// open runs the panel on a place.
func (p *point) open(place string, env ...string) {
	p.t.Helper()
	cmd := exec.Command(program(p.t), "--endpoint", p.endpoint, "--path-style", place)
	cmd.Dir = p.home.dir
	cmd.Env = p.home.environ(append(env, "AWS_ACCESS_KEY_ID="+p.key, "AWS_SECRET_ACCESS_KEY="+p.secret)...)
	p.terminal = newTerminal(p.t, cmd, 120, 40)
}

// put makes objects with their own names as content.
func (p *point) put(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		if _, err := p.s3.PutObject(p.t.Context(), &s3.PutObjectInput{Bucket: &p.space, Key: &key, Body: strings.NewReader(key)}); err != nil {
			p.t.Fatal(err)
		}
	}
}

// keys are those of a Space.
func (p *point) keys(space string) []string {
	p.t.Helper()
	list, err := p.s3.ListObjectsV2(p.t.Context(), &s3.ListObjectsV2Input{Bucket: &space})
	if err != nil {
		p.t.Fatal(err)
	}
	var names []string
	for _, o := range list.Contents {
		names = append(names, *o.Key)
	}
	return names
}

// holds compares the keys of a Space with those that it should have.
func (p *point) holds(space string, want ...string) {
	p.t.Helper()
	if got := p.keys(space); !slices.Equal(got, want) {
		p.t.Errorf("%s holds %q, want %q", space, got, want)
	}
}

// content is what an object holds.
func (p *point) content(space, key string) string {
	p.t.Helper()
	o, err := p.s3.GetObject(p.t.Context(), &s3.GetObjectInput{Bucket: &space, Key: &key})
	if err != nil {
		p.t.Fatalf("%s: %v", key, err)
	}
	defer o.Body.Close()
	body, err := io.ReadAll(o.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(body)
}

func (p *point) head(key string) *s3.HeadObjectOutput {
	p.t.Helper()
	o, err := p.s3.HeadObject(p.t.Context(), &s3.HeadObjectInput{Bucket: &p.space, Key: &key})
	if err != nil {
		p.t.Fatalf("%s: %v", key, err)
	}
	return o
}

// anybody asks for what is below the endpoint, without a key.
func (p *point) anybody(path string) (status int, body string) {
	p.t.Helper()
	return p.ask(http.MethodGet, p.endpoint+"/"+path, nil)
}

func (p *point) ask(method, url string, header http.Header) (status int, body string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, url, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for name := range header {
		r.Header.Set(name, header.Get(name))
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// public says whether anybody can read an object of the Space.
func (p *point) public(key string) bool {
	p.t.Helper()
	status, body := p.anybody(p.space + "/" + key)
	if status != http.StatusOK && status != http.StatusForbidden {
		p.t.Errorf("%s answers anybody %d %s", key, status, body)
	}
	return status == http.StatusOK
}

// access compares who may read objects with who should: names of what is public, of all.
func (p *point) access(all []string, public ...string) {
	p.t.Helper()
	for _, key := range all {
		if is, want := p.public(key), slices.Contains(public, key); is != want {
			p.t.Errorf("%s is public: %v, want %v", key, is, want)
		}
	}
}

// gone waits until a text is not on the screen.
func (p *point) gone(text string) string {
	p.t.Helper()
	return p.until("no "+text, func(s string) bool { return !strings.Contains(s, text) })
}

// leave presses Escape and waits until a dialog with that text is away, before anything else is typed: Escape with a
// letter behind it is another key.
func (p *point) leave(text string) {
	p.t.Helper()
	p.press("esc")
	p.gone(text)
}

// tabTo goes to what has a label: the mark of the focus stands before it.
func (p *point) tabTo(label string) {
	p.t.Helper()
	p.walk("tab", "▸ "+label, "[ "+label)
}

// walk presses a key until a mark with what it should stand before is there.
func (p *point) walk(key string, any ...string) {
	p.t.Helper()
	for range 30 {
		before := p.text()
		if slices.ContainsFunc(any, func(text string) bool { return strings.Contains(before, text) }) {
			return
		}
		p.press(key)
		p.until("another mark than\n"+before, func(s string) bool { return marks(s) != marks(before) })
	}
	p.t.Fatalf("%s never came to %q:\n%s", key, any, p.text())
}

// marks are those of the focus and the cursor, with what they stand before.
func marks(screen string) string { return strings.Join(marked.FindAllString(screen, -1), "\n") }

var marked = regexp.MustCompile(`(▌|▸ |\[ )[^\n]{0,12}`)

// fill types a value into the field with a label, in place of what is there.
func (p *point) fill(label, value string) {
	p.t.Helper()
	p.tabTo(label)
	p.press("ctrl+e", "ctrl+u", value) // to the end, and all before it goes
	p.see(value)
}

// done opens the drawer of transfers until its only job has ended, and clears it: then it is known to have gone well.
func (p *point) done(texts ...string) {
	p.t.Helper()
	p.press("w")
	screen := p.see(append(texts, "Transfers", "done")...)
	if strings.Contains(screen, "failed") {
		p.t.Errorf("something failed:\n%s", screen)
	}
	p.press("x")
	p.gone("done")
	p.leave("Transfers")
}

// file makes a file on this machine.
func (p *point) file(name, content string) string {
	p.t.Helper()
	path := filepath.Join(p.home.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// missing says whether a Space is not there.
func (p *point) missing(space string) bool {
	_, err := p.s3.HeadBucket(p.t.Context(), &s3.HeadBucketInput{Bucket: &space})
	var none *types.NotFound
	return errors.As(err, &none)
}
