package main

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"spaces/server/certs/certstest"
	"spaces/server/local"
)

// from is a client that knows the CA, and for which every name is the address of the server.
func from(t *testing.T, ca *certstest.CA, addr string) *http.Client {
	t.Helper()
	tr := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: ca.Issued},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, addr)
		},
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// eventually asks again and again, for as long as a test may take.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !is(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it did not come to this: %s", what)
		}
	}
}

func TestACAGivesTheServerItsCertificates(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only there a file tells the program whom to trust")
	}
	ca := certstest.Start(t, 90*24*time.Hour)
	h := newHome(t)
	root := filepath.Join(h.dir, "ca.pem")
	if err := os.WriteFile(root, ca.Root, 0o600); err != nil {
		t.Fatal(err)
	}
	h.env = []string{"SSL_CERT_FILE=" + root, "SPACES_ACCESS_KEY_ID=" + testKey, "SPACES_SECRET_ACCESS_KEY=" + testSecret}
	args := []string{"--tls", "acme", "--domain", "s3.test", "--acme-directory", ca.Directory, "--acme-email", "me@s3.test", "--admin", "127.0.0.1:0"}
	ca.Down.Store(true)
	s, said := h.start(t, args...)
	if !strings.Contains(said, "no certificate for s3.test yet; it is asked for at "+ca.Directory) {
		t.Error(said)
	}
	if out, errs, err := h.run(t, "ls"); err != nil { // for this machine everything works
		t.Error(out, errs, err)
	}
	dir := local.Dir{Path: h.data(), Now: time.Now}
	eventually(t, "the CA was asked in vain", func() bool {
		list, err := dir.Certificates(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0].Error != ""
	})
	s.stop()

	ca.Down.Store(false)
	s, _ = h.start(t, args...)
	at, err := net.ResolveTCPAddr("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	ca.At(at, nil)
	c := s3.New(s3.Options{
		BaseEndpoint: aws.String("https://s3.test"), Region: "us-east-1", HTTPClient: from(t, ca, s.addr), RetryMaxAttempts: 1, // host style
		Credentials: credentials.NewStaticCredentialsProvider(testKey, testSecret, ""),
	})
	eventually(t, "a certificate for the domain", func() bool {
		_, err := c.ListBuckets(t.Context(), nil)
		return err == nil
	})
	if out, errs, err := h.run(t, "mb", "s3://media"); err != nil {
		t.Fatal(out, errs, err)
	}
	eventually(t, "a certificate for the Space", func() bool {
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("media"), Key: aws.String("k"), Body: strings.NewReader("x")})
		return err == nil
	})
	if _, err := from(t, ca, s.addr).Get("https://other.s3.test/"); err == nil {
		t.Error("a certificate for no Space")
	}
	asked := ca.Asked()
	s.stop()

	s, said = h.start(t, append(args, "--http-redirect", "127.0.0.1:0")...)
	if !strings.Contains(said, "certificate for s3.test until ") || !strings.Contains(said, "certificate for media.s3.test until ") {
		t.Error(said)
	}
	plain := from(t, ca, strings.TrimSuffix(field(said, "plain HTTP at http://"), " is sent to https"))
	_, port, _ := net.SplitHostPort(s.addr)
	for url, want := range map[string]string{"http://s3.test/media/k?a=b": "https://s3.test:" + port + "/media/k?a=b", "http://media.s3.test/k": "https://media.s3.test:" + port + "/k", "http://other.s3.test/": "", "http://example.com/": ""} {
		if res, err := plain.Get(url); err != nil || res.Header.Get("Location") != want || (res.StatusCode == http.StatusPermanentRedirect) != (want != "") {
			t.Errorf("%s: %v, %v", url, res, err)
		}
	}
	if res, err := from(t, ca, s.addr).Get("https://media.s3.test/k"); err != nil || res.StatusCode != http.StatusForbidden {
		t.Error(res, err)
	}
	list, err := dir.Certificates(t.Context())
	if err != nil || len(list) != 2 || list[0].Names[0] != "s3.test" || ca.Asked() != asked {
		t.Error(list, err, ca.Asked()-asked)
	}
	s.stop()
	kept, err := dir.Certificates(t.Context())
	if err != nil || len(kept) != 2 {
		t.Error(kept, err)
	}
	if out, errs, err := h.run(t, "backup", filepath.Join(h.dir, "copy")); err != nil {
		t.Error(out, errs, err)
	}
	if _, err := os.Stat(filepath.Join(h.dir, "copy", "acme")); !os.IsNotExist(err) {
		t.Errorf("the keys of certificates are in a backup: %v", err)
	}
}
