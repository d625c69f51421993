package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var makeHousehold = flag.String("household.make", "", "write a data directory of this version with a thing of every kind, and what it says, to this archive, to be kept in testdata")

// factsFile is in an archive beside the data directory: what the version that wrote it said.
const factsFile = "facts"

// TestDataDirectoriesOfEarlierVersionsSayTheSame opens what earlier versions left, documents, keys and links included, asks for all
// of it, goes on writing there, and asks again.
func TestDataDirectoriesOfEarlierVersionsSayTheSame(t *testing.T) {
	archives, err := filepath.Glob("testdata/household-*.tar.gz")
	if err != nil || len(archives) == 0 {
		t.Fatal(archives, err)
	}
	for _, a := range archives {
		t.Run(filepath.Base(a), func(t *testing.T) {
			root := t.TempDir()
			unpackHousehold(t, a, root)
			want := string(readAt(root, factsFile))
			dir := filepath.Join(root, "data")
			for round := range 2 {
				if told := checks(t, dir); len(told) > 0 {
					t.Errorf("round %d: %q", round, told)
				}
				h := opened(t, dir)
				if got := factLines(h, askedIn(want)); got != want {
					t.Errorf("round %d: it says\n%s\nand not\n%s", round, got, want)
				}
				if said := h.said.String(); said != "" {
					t.Errorf("round %d: %s", round, said)
				}
				h.must(t, "PUT", "/media/of%20today", "x")
				h.must(t, "DELETE", "/media/of%20today", "")
				restock(t, h)
			}
		})
	}
}

func TestMakeAHousehold(t *testing.T) {
	if *makeHousehold == "" {
		t.Skip("only with -household.make")
	}
	root := t.TempDir()
	dir := filepath.Join(root, "data")
	h := furnish(t, dir, filepath.Join(t.TempDir(), "stale"))
	asked := questions(t, h)
	restock(t, h)
	h = opened(t, dir)
	text := factLines(h, asked)
	restock(t, h)
	if err := os.WriteFile(filepath.Join(root, factsFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	packHousehold(t, root, *makeHousehold)
}

// factLines has a line for each question: what is answered, bodies by their SHA-256.
func factLines(h *household, asked []string) string {
	var b strings.Builder
	for _, q := range asked {
		r := h.ask("GET", q, nil)
		fmt.Fprintf(&b, "%s\t%d", q, r.status)
		if r.status < 300 && r.err == nil {
			fmt.Fprintf(&b, " %x", sha256.Sum256(r.body))
			for _, name := range slices.Sorted(maps.Keys(r.head)) {
				if strings.HasPrefix(name, "X-Amz-") && !slices.Contains(passing, name) || name == "Etag" || name == "Last-Modified" || name == "Content-Type" || name == "Cache-Control" {
					fmt.Fprintf(&b, " %s: %s", name, strings.Join(r.head[name], ", "))
				}
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func askedIn(text string) (asked []string) {
	for line := range strings.Lines(text) {
		q, _, _ := strings.Cut(line, "\t")
		asked = append(asked, q)
	}
	return asked
}

// packHousehold leaves out what belongs to a process, and the certificate, which ends one day.
func packHousehold(t *testing.T, root, archive string) {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	w := tar.NewWriter(z)
	for _, name := range inside(t, root) {
		base := filepath.Base(name)
		if base == "lock" || base == "LOCK" || base == "ballast" || base == "owner" || strings.HasPrefix(base, "tls-") {
			continue
		}
		text := readAt(root, name)
		err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))})
		if _, werr := w.Write(text); errors.Join(err, werr) != nil {
			t.Fatal(err, werr)
		}
	}
	if err := errors.Join(w.Close(), z.Close(), os.WriteFile(archive, out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func unpackHousehold(t *testing.T, archive, root string) {
	t.Helper()
	in, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(root, filepath.FromSlash(h.Name))
		text, err := io.ReadAll(r)
		if err := errors.Join(err, os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, text, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}
