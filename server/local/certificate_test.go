package local

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestACertificateIsMadeAnewWhenItMustBe(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	load := func(now time.Time, domains ...string) string {
		t.Helper()
		f, err := Dir{Path: dir, Now: func() time.Time { return now }}.SelfSigned("127.0.0.1:0", domains)
		if err != nil {
			t.Fatal(err)
		}
		return f.Status()[0].Fingerprint
	}
	first := load(now)
	if load(now.Add(lifetime-renewal-2*time.Hour)) != first {
		t.Error("a good certificate was replaced")
	}
	second := load(now, "s3.test")
	if second == first || load(now) != second {
		t.Error("the certificate is not for the domain, or was replaced without need")
	}
	if load(now.Add(lifetime)) == second {
		t.Error("a certificate that ends was kept")
	}
	if err := os.WriteFile(filepath.Join(dir, "tls-key.pem"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := dirOf(dir).SelfSigned("127.0.0.1:0", nil); err == nil {
		t.Error("a damaged key was replaced")
	}
	if err := os.Remove(filepath.Join(dir, "tls-key.pem")); err != nil {
		t.Fatal(err)
	}
	if _, err := dirOf(dir).SelfSigned("127.0.0.1:0", nil); err == nil {
		t.Error("one that was lost was replaced, with the certificate that clients know")
	}
}

func TestARenewedCertificateIsServedWithoutARestart(t *testing.T) {
	dir := t.TempDir()
	f := &Certificate{cert: filepath.Join(dir, "c"), key: filepath.Join(dir, "k")}
	serving := func() string {
		t.Helper()
		if _, err := f.Certificate(nil); err != nil {
			t.Fatal(err)
		}
		return f.Status()[0].Fingerprint
	}
	if err := f.make([]string{"a"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	first := serving()
	if err := os.Rename(f.key, f.key+".old"); err != nil { // in the middle of a renewal
		t.Fatal(err)
	}
	if serving() != first {
		t.Error("the certificate changed")
	}
	if err := f.make([]string{"a"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Minute)
	if err := errors.Join(os.Chtimes(f.cert, later, later), os.Chtimes(f.key, later, later)); err != nil {
		t.Fatal(err)
	}
	if serving() == first {
		t.Error("the old certificate is served")
	}
	if err := os.Chmod(f.key, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadCertificate(f.cert, f.key); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Error(err)
	}
}
