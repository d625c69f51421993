package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/server/certs"
	"spaces/server/local"
	"spaces/store"
)

// start runs serve with more flags and gives what it says of itself.
func (h home) start(t testing.TB, args ...string) (*service, string) {
	t.Helper()
	cmd := h.command(program(t), append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Env = h.environ(append(slices.Clone(h.env), "SPACES_ACCESS_KEY_ID="+testKey, "SPACES_SECRET_ACCESS_KEY="+testSecret)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	s := launch(t, cmd)
	var said strings.Builder
	for !strings.Contains(said.String(), "from the environment") || strings.Contains(strings.Join(args, " "), "--admin") && !strings.Contains(said.String(), "metrics") {
		line, err := s.lines.ReadString('\n')
		said.WriteString(line)
		if err != nil {
			t.Fatalf("the server ended before it listened: %v\n%s%s", err, &said, &errs)
		}
	}
	first, _, _ := strings.Cut(said.String(), "\n")
	_, s.addr, _ = strings.Cut(first, "://")
	s.drain()
	return s, said.String()
}

// field is what follows a word in what the server says.
func field(said, word string) string {
	_, rest, _ := strings.Cut(said, word)
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}

// client trusts the certificate of the store and nothing else, and offers HTTP/2.
func (h home) client(t testing.TB) *http.Client {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(h.data(), "tls-cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatal("no certificate in the file")
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// hexPairs is how people read a digest.
func hexPairs(sum [sha256.Size]byte) string {
	return strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")
}

func TestSelfSignedTLSServesTheSDK(t *testing.T) {
	h := newHome(t)
	s, said := h.start(t, "--tls", "self-signed", "--domain", "s3.test", "--region", "nyc3")
	print := field(said, "fingerprint SHA-256 ")
	conn, err := tls.Dial("tcp", s.addr, &tls.Config{RootCAs: h.client(t).Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "photos.s3.test", NextProtos: []string{"h2", "http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	state := conn.ConnectionState()
	conn.Close()
	if state.NegotiatedProtocol != "http/1.1" || print == "" || hexPairs(sha256.Sum256(state.PeerCertificates[0].Raw)) != print || state.Version < tls.VersionTLS12 {
		t.Errorf("%q, %q, %x", state.NegotiatedProtocol, print, state.Version)
	}
	if info, err := os.Stat(filepath.Join(h.data(), "tls-key.pem")); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	c := s3.New(s3.Options{
		BaseEndpoint: aws.String("https://" + s.addr), Region: "us-east-1", UsePathStyle: true, HTTPClient: h.client(t), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(testKey, testSecret, ""),
	})
	ctx := t.Context()
	if _, err := c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("media")}); err != nil {
		t.Fatal(err)
	}
	if loc, err := c.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: aws.String("media")}); err != nil || loc.LocationConstraint != "nyc3" {
		t.Error(loc, err)
	}
	for _, a := range []types.ChecksumAlgorithm{"", "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} { // in trailers
		for _, size := range []int{0, 5, 300_000} {
			body := bytes.Repeat([]byte("x"), size)
			_, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("media"), Key: aws.String("k"), Body: io.NopCloser(bytes.NewReader(body)), ContentLength: aws.Int64(int64(size)), ChecksumAlgorithm: a},
				func(o *s3.Options) {})
			if err != nil {
				t.Fatalf("%s of %d: %v", a, size, err)
			}
			got, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("media"), Key: aws.String("k"), ChecksumMode: types.ChecksumModeEnabled})
			if err != nil {
				t.Fatal(err)
			}
			if text, err := io.ReadAll(got.Body); err != nil || !bytes.Equal(text, body) {
				t.Errorf("%s: %d bytes of %d, %v", a, len(text), size, err)
			}
		}
	}
	// host style: the certificate is for it, and the name is taken for a Space
	req, _ := http.NewRequest("GET", "https://"+s.addr+"/k", nil)
	req.Host = "media.s3.test"
	if res, err := h.client(t).Do(req); err != nil || res.StatusCode != http.StatusForbidden {
		t.Error(res, err)
	}
	// the commands of this machine still find the server
	if out, errs, err := h.run(t, "scrub"); err != nil || !strings.Contains(out, "nothing is wrong") {
		t.Error(out, errs, err)
	}
	s.stop()
	if _, said := h.start(t, "--tls", "self-signed", "--domain", "s3.test"); field(said, "fingerprint SHA-256 ") != print {
		t.Errorf("another fingerprint at the second start: %s", said)
	}
}

func TestServeRefusesWhatIsNotSafe(t *testing.T) {
	good := serveOptions{listen: "127.0.0.1:0", logSize: 1, logKeep: 1}
	for name, k := range map[string]struct {
		change func(*serveOptions)
		ok     bool
	}{
		"loopback":              {func(*serveOptions) {}, true},
		"beyond, plain":         {func(o *serveOptions) { o.listen = ":9077" }, false},
		"beyond, all addresses": {func(o *serveOptions) { o.listen = "[::]:9077" }, false},
		"beyond, told to":       {func(o *serveOptions) { o.listen, o.insecure = ":9077", true }, true},
		"beyond, TLS":           {func(o *serveOptions) { o.listen, o.tls = ":9077", certs.SelfSigned }, true},
		"beyond, own TLS":       {func(o *serveOptions) { o.listen, o.cert, o.key = ":9077", "c", "k" }, true},
		"another kind of TLS":   {func(o *serveOptions) { o.tls = "yes" }, false},
		"a key alone":           {func(o *serveOptions) { o.key = "k" }, false},
		"two certificates":      {func(o *serveOptions) { o.tls, o.cert, o.key = certs.SelfSigned, "c", "k" }, false},
		"admin beyond":          {func(o *serveOptions) { o.admin = ":9078" }, false},
		"admin by name":         {func(o *serveOptions) { o.admin = "example.com:9078" }, false},
		"admin":                 {func(o *serveOptions) { o.admin = "[::1]:9078" }, true},
		"a proxy":               {func(o *serveOptions) { o.trusted = []string{"10.0.0.1", "fd00::/8"} }, true},
		"no proxy":              {func(o *serveOptions) { o.trusted = []string{"proxy.example"} }, false},
		"no port":               {func(o *serveOptions) { o.listen = "127.0.0.1" }, false},
		"a CA":                  {func(o *serveOptions) { o.listen, o.tls, o.domains = ":443", certs.FromCA, []string{"s3.example.com"} }, true},
		"a CA of others": {func(o *serveOptions) {
			o.tls, o.domains, o.directory, o.email = certs.FromCA, []string{"s3.lan"}, "https://ca.lan/dir", "a@s3.lan"
		}, true},
		"a CA in plain HTTP": {func(o *serveOptions) {
			o.tls, o.domains, o.directory = certs.FromCA, []string{"s3.lan"}, "http://ca.lan/dir"
		}, false},
		"a CA for no name":      {func(o *serveOptions) { o.tls = certs.FromCA }, false},
		"a CA for an address":   {func(o *serveOptions) { o.tls, o.domains = certs.FromCA, []string{"s3.example.com", "192.0.2.1"} }, false},
		"a CA that is unused":   {func(o *serveOptions) { o.tls, o.directory = certs.SelfSigned, "https://ca.lan/dir" }, false},
		"a redirection":         {func(o *serveOptions) { o.tls, o.domains, o.redirect = certs.SelfSigned, []string{"s3.lan"}, ":80" }, true},
		"redirected to nothing": {func(o *serveOptions) { o.domains, o.redirect = []string{"s3.lan"}, ":80" }, false},
		"redirected anywhere":   {func(o *serveOptions) { o.cert, o.key, o.redirect = "c", "k", ":80" }, false},
		"redirected from":       {func(o *serveOptions) { o.tls, o.domains, o.redirect = certs.SelfSigned, []string{"s3.lan"}, "80" }, false},
		"websites":              {func(o *serveOptions) { o.websites = []string{"Sites.Example.com.", "sites.localhost"} }, true},
		"websites at a URL":     {func(o *serveOptions) { o.websites = []string{"http://sites.example.com"} }, false},
		"websites at a port":    {func(o *serveOptions) { o.websites = []string{"sites.example.com:80"} }, false},
		"websites by address":   {func(o *serveOptions) { o.websites = []string{"127.0.0.1"} }, false},
		"websites nowhere":      {func(o *serveOptions) { o.websites = []string{""} }, false},
		"websites where S3 is":  {func(o *serveOptions) { o.domains, o.websites = []string{"s3.test."}, []string{"S3.test"} }, false},
		"websites at localhost": {func(o *serveOptions) { o.websites = []string{"localhost"} }, false},
		"a negative limit":      {func(o *serveOptions) { o.maxRequests = -1 }, false},
	} {
		o := good
		k.change(&o)
		if err := o.check(); (err == nil) != k.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAGracefulStopTruncatesNothing stops a server under load: what was answered 200 is whole, what was acknowledged
// is there afterwards, and the process ends by itself.
func TestAGracefulStopTruncatesNothing(t *testing.T) {
	h := newHome(t)
	s, said := h.start(t, "--admin", "127.0.0.1:0")
	if res, err := http.Get(field(said, "health and metrics at ") + "/health"); err != nil || res.StatusCode != 200 {
		t.Fatal(res, err)
	}
	c := s.open(t)
	ctx := t.Context()
	if err := c.CreateSpace(ctx, "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	put := func(c *store.Store, key string, body []byte) error {
		_, err := c.Put(ctx, store.Ref{Space: "media", Key: key}, bytes.NewReader(body), int64(len(body)), store.Props{}, store.PutOptions{})
		return err
	}
	if err := put(c, "big", big); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var reads, writes, cut atomic.Int64
	enough := make(chan struct{})
	var once sync.Once
	var acked sync.Map
	for w := range 4 {
		c := s.open(t)
		wg.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("w%d/%d", w, i)
				if put(c, key, content(key)) != nil {
					return
				}
				acked.Store(key, true)
				if writes.Add(1) == 100 {
					once.Do(func() { close(enough) })
				}
			}
		})
		wg.Go(func() {
			for {
				body, _, err := c.Get(context.Background(), store.Ref{Space: "media", Key: "big"}, store.GetOptions{})
				if err != nil {
					return
				}
				got, err := io.ReadAll(body)
				body.Close()
				if err != nil || !bytes.Equal(got, big) {
					cut.Add(1)
					t.Errorf("a 200 was cut at %d: %v", len(got), err)
				}
				reads.Add(1)
			}
		})
	}
	<-enough
	began := time.Now()
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(local.Drain + 10*time.Second):
		t.Fatal("the server did not end")
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	wg.Wait()
	t.Logf("stopped in %v after %d reads and %d writes", time.Since(began), reads.Load(), writes.Load())
	if out, errs, err := h.run(t, "fsck"); err != nil {
		t.Error(out, errs, err)
	}
	s, _ = h.start(t)
	c = s.open(t)
	acked.Range(func(key, _ any) bool {
		body, _, err := c.Get(ctx, store.Ref{Space: "media", Key: key.(string)}, store.GetOptions{})
		if err != nil {
			t.Errorf("%s was acknowledged: %v", key, err)
			return true
		}
		got, err := io.ReadAll(body)
		body.Close()
		if err != nil || !bytes.Equal(got, content(key.(string))) {
			t.Errorf("%s: %d bytes, %v", key, len(got), err)
		}
		return true
	})
	created := 0
	text, err := os.ReadFile(filepath.Join(h.data(), "log", "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var m struct{ Operation, Remote, Access_key, Space string }
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if m.Operation == "CreateBucket" {
			created++
			if m.Remote != "127.0.0.1" || m.Access_key != testKey || m.Space != "media" {
				t.Error(line)
			}
		}
	}
	if created != 1 || bytes.Contains(text, []byte(testSecret)) || bytes.Contains(text, []byte("Signature")) {
		t.Errorf("%d lines about the new Space, or a secret in the log", created)
	}
}

func TestTheUnitRunsServeAsItWasCalled(t *testing.T) {
	h := newHome(t)
	out, _, err := h.run(t, "serve", "--systemd", "--listen", ":443", "--tls", "self-signed", "--domain", "a.test", "--domain", "b.test", "--website-domain", "sites.test", "--access-log", "/var/log/100% $HOME.log")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		" serve --data " + h.data() + " ", "--domain=a.test --domain=b.test", "--website-domain=sites.test", "--listen=:443", "--tls=self-signed", `"--access-log=/var/log/100%% $$HOME.log"`,
		"CAP_NET_BIND_SERVICE", "ProtectSystem=strict", "ReadWritePaths=" + h.data(), "NoNewPrivileges=yes",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not in\n%s", want, out)
		}
	}
	if _, err := os.Stat(h.data()); err == nil {
		t.Error("a data directory was made")
	}
	out, _, err = h.run(t, "serve", "--systemd", "--listen", ":9443", "--tls", "acme", "--domain", "a.test", "--acme-email", "me@a.test", "--acme-directory", "https://ca.test/dir", "--http-redirect", ":80")
	for _, want := range []string{"AmbientCapabilities=CAP_NET_BIND_SERVICE", "--tls=acme", "--http-redirect=:80", "--acme-directory=https://ca.test/dir", "--acme-email=me@a.test"} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s is not in\n%s%v", want, out, err)
		}
	}
	if out, _, err := h.run(t, "serve", "--systemd", "--listen", "127.0.0.1:9443"); err != nil || strings.Contains(out, "CAP_NET_BIND_SERVICE") {
		t.Errorf("a capability that is not needed: %s%v", out, err)
	}
	if _, errs, err := h.run(t, "serve", "--systemd", "--listen", ":9077"); err == nil || !strings.Contains(errs, "--insecure-http") {
		t.Error("a unit that cannot start:", errs)
	}
}
