package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func (s *service) sdk() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String("http://" + s.addr), Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(testKey, testSecret, ""),
	})
}

// encryptedPut writes an object and says how it is kept.
func encryptedPut(t *testing.T, s *service, key string, body []byte, asked types.ServerSideEncryption) types.ServerSideEncryption {
	t.Helper()
	out, err := s.sdk().PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("media"), Key: aws.String(key), Body: bytes.NewReader(body), ServerSideEncryption: asked})
	if err != nil {
		t.Fatal(err)
	}
	return out.ServerSideEncryption
}

func readBack(ctx context.Context, s *service, key string) ([]byte, error) {
	out, err := s.sdk().GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("media"), Key: aws.String(key)})
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

// onDisk says whether a word is anywhere in the data directory.
func (h home) onDisk(t *testing.T, word string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(h.data(), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		found = found || bytes.Contains(text, []byte(word))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAnEncryptionKeyIsMadeUsedRotatedAndMissed(t *testing.T) {
	h := newHome(t)
	file := filepath.Join(h.dir, "master.key")
	s, _ := h.start(t, "--encryption-key", file)
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "keep a copy") {
		t.Errorf("the key says %q, %v", text, err)
	}
	if _, err := s.sdk().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("media")}); err != nil {
		t.Fatal(err)
	}
	body := bytes.Repeat([]byte("what nobody may read "), 20_000)
	for _, size := range []int{50, len(body)} {
		if kept := encryptedPut(t, s, "old", body[:size], ""); kept != "AES256" {
			t.Errorf("%d bytes are kept as %q", size, kept)
		}
		if h.onDisk(t, "nobody may read") {
			t.Errorf("%d bytes can be read on disk", size)
		}
	}
	s.stop()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	newer := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{5}, 32)) + "\n"
	if err := os.WriteFile(file, append([]byte(newer), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ = h.start(t, "--encryption-key", file)
	encryptedPut(t, s, "new", body, "")
	for _, key := range []string{"old", "new"} {
		if got, err := readBack(t.Context(), s, key); err != nil || !bytes.Equal(got, body) {
			t.Errorf("%s after the rotation: %d bytes, %v", key, len(got), err)
		}
	}
	s.stop()
	for name, c := range map[string]struct {
		text, want string
		mode       os.FileMode
	}{
		"gone":           {"", "with a key that was not given", 0},
		"for all":        {newer, "chmod 600", 0o644},
		"not a key":      {"c2hvcnQ=\n", "line 1", 0o600},
		"without a line": {"# nothing\n", "there is no key in it", 0o600},
	} {
		os.Remove(file)
		if c.mode != 0 {
			if err := os.WriteFile(file, []byte(c.text), c.mode); err != nil {
				t.Fatal(err)
			}
		}
		if _, errs, err := h.run(t, "serve", "--listen", "127.0.0.1:0", "--encryption-key", file); err == nil || !strings.Contains(errs, c.want) {
			t.Errorf("%s: %v, %s", name, err, errs)
		}
	}
	os.Remove(file)
	s, _ = h.start(t) // without the file: what is encrypted stays closed, all else works
	if _, err := readBack(t.Context(), s, "old"); err == nil || !strings.Contains(err.Error(), "InvalidRequest") {
		t.Errorf("without its key it is answered with %v", err)
	}
	if kept := encryptedPut(t, s, "plain", body, ""); kept != "" {
		t.Errorf("kept as %q", kept)
	}
}

func TestABackupHasTheKeyOfTheDataDirectory(t *testing.T) {
	h := newHome(t)
	s, _ := h.start(t)
	if _, err := s.sdk().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("media")}); err != nil {
		t.Fatal(err)
	}
	if kept := encryptedPut(t, s, "plain", []byte("body"), ""); kept != "" {
		t.Errorf("nobody asked, and it is kept as %q", kept)
	}
	if kept := encryptedPut(t, s, "asked", []byte("what nobody may read"), "AES256"); kept != "AES256" {
		t.Errorf("it is kept as %q", kept)
	}
	if h.onDisk(t, "nobody may read") {
		t.Error("it can be read on disk")
	}
	to := filepath.Join(h.dir, "copy")
	if out, errs, err := h.run(t, "backup", to); err != nil {
		t.Fatal(out, errs, err)
	}
	s.stop()
	other := newHome(t)
	if out, errs, err := other.run(t, "restore", to); err != nil {
		t.Fatal(out, errs, err)
	}
	s, _ = other.start(t)
	if got, err := readBack(t.Context(), s, "asked"); err != nil || string(got) != "what nobody may read" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTheConfigurationNamesTheEncryptionKey(t *testing.T) {
	h := newHome(t)
	file := filepath.Join(h.dir, "master.key")
	path := filepath.Join(h.dir, "config", "spaces", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("encryption_key = \""+file+"\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := h.start(t)
	if _, err := s.sdk().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("media")}); err != nil {
		t.Fatal(err)
	}
	if kept := encryptedPut(t, s, "a", []byte("body"), ""); kept != "AES256" {
		t.Errorf("kept as %q", kept)
	}
}
