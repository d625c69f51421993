package storage

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var makeGolden = flag.String("golden.make", "", "write a data directory of this version to this archive, to be kept in testdata")

// goldenSteps fill an engine. They may never change: the archives were made by
// them, in the versions that their names say.
func goldenSteps(f *fixture) {
	f.must(f.CreateSpace(Space{Name: "media", Region: "nyc3", Owner: "me", Created: start, ACL: PublicRead,
		Config: map[string][]byte{"cors": []byte("<CORSConfiguration/>")}}))
	f.must(f.CreateSpace(Space{Name: "empty", Created: start}))
	put := func(key, body string, a Attrs, sum Checksum) {
		_, err := f.Put(f.ctx, "media", key, f.stage(body), a, sum, nil)
		f.must(err)
	}
	put("empty.txt", "", Attrs{}, Checksum{})
	put("small.txt", "small", Attrs{
		Headers: map[string]string{"Content-Type": "text/plain"}, Meta: map[string]string{"author": "Zoë"},
		Tags: map[string]string{"colour": "blue"}, ACL: PublicRead, Class: "STANDARD_IA",
	}, Checksum{Algorithm: "CRC32C", Type: "FULL_OBJECT", Value: "AAAAAA=="})
	put("folder/large \u00e9.bin", goldenBody("large", 300_000), Attrs{}, Checksum{})
	put("gone", goldenBody("gone", 70_000), Attrs{}, Checksum{})
	_, err := f.Copy(f.ctx, "media", "folder/large \u00e9.bin", "media", "copy", CopyOptions{})
	f.must(err)
	f.must(f.db.Flush()) // half of it in tables, half in the log
	_, err = f.Delete(f.ctx, "media", "gone", nil)
	f.must(err)
	put("small.txt.old", "old", Attrs{}, Checksum{})
	_, err = f.Rename(f.ctx, "media", "small.txt.old", "renamed", nil, nil)
	f.must(err)
	u, err := f.CreateUpload(f.ctx, "media", "parts", Attrs{Meta: map[string]string{"in": "parts"}}, "", "")
	f.must(err)
	var named []CompletePart
	for n, body := range []string{goldenBody("one", 5<<20), "two"} {
		p, err := f.PutPart(f.ctx, "media", "parts", u.ID, n+1, f.stage(body), Checksum{})
		f.must(err)
		named = append(named, CompletePart{Number: n + 1, ETag: p.ETag})
	}
	_, err = f.Complete(f.ctx, "media", "parts", u.ID, named, nil, nil)
	f.must(err)
	u, err = f.CreateUpload(f.ctx, "media", "unfinished", Attrs{}, "", "")
	f.must(err)
	_, err = f.PutPart(f.ctx, "media", "unfinished", u.ID, 3, f.stage("part three"), Checksum{})
	f.must(err)
}

// goldenDestroyed makes what there is since the second format.
func goldenDestroyed(f *fixture) {
	f.must(f.CreateSpace(Space{Name: "destroyed", Created: start}))
	_, err := f.Put(f.ctx, "destroyed", "had back", f.stage("had back"), Attrs{}, Checksum{}, nil)
	f.must(err)
	f.destroy("destroyed")
}

func goldenBody(word string, n int) string { return strings.Repeat(word+"-", n/len(word)+1)[:n] }

// goldenSays is what every version has to read out of every archive.
const goldenSays = `Space empty  "" objects 0 bytes 0 map[]
Space media nyc3 "public-read" objects 6 bytes 5842891 map[cors:[60 67 79 82 83 67 111 110 102 105 103 117 114 97 116 105 111 110 47 62]]
copy 300000 769fac860861a0823e7d742c241f654b "large-la" map[] map[] map[] "" "" {  } []
empty.txt 0 d41d8cd98f00b204e9800998ecf8427e "" map[] map[] map[] "" "" {  } []
folder/large é.bin 300000 769fac860861a0823e7d742c241f654b "large-la" map[] map[] map[] "" "" {  } []
parts 5242883 5f553a758713b5dd686658e34ef3aa99-2 "one-one-" map[] map[in:parts] map[] "" "" {  } [5242880 3]
renamed 3 149603e6c03516362a8da23f624db945 "old" map[] map[] map[] "" "" {  } []
small.txt 5 eb5c1399a871211c7e7ed732d15e3a8b "small" map[Content-Type:text/plain] map[author:Zoë] map[colour:blue] "public-read" "STANDARD_IA" {CRC32C FULL_OBJECT AAAAAA==} []
upload unfinished: 3=10 3a2d06a813d5a386c320118357b2625b
`

// goldenDump writes down what a data directory says, all bytes read.
func goldenDump(f *fixture) string {
	var b strings.Builder
	spaces, err := f.Spaces()
	f.must(err)
	for _, s := range spaces {
		fmt.Fprintf(&b, "Space %s %s %q objects %d bytes %d %v\n", s.Name, s.Region, s.ACL, s.Objects, s.Bytes, s.Config)
	}
	rows, _, err := f.List(f.ctx, "media", ListQuery{Max: 1000})
	f.must(err)
	for _, r := range rows {
		body := f.read("media", r.Key)
		o, g, err := f.Get(f.ctx, "media", r.Key)
		f.must(errors.Join(err, g.Close()))
		fmt.Fprintf(&b, "%s %d %s %q %v %v %v %q %q %v %v\n", o.Key, len(body), o.ETag, body[:min(8, len(body))], o.Headers, o.Meta, o.Tags, o.ACL, o.Class, o.Checksum, o.Parts)
	}
	ups, _, _, err := f.Uploads("media", UploadsQuery{Max: 10})
	f.must(err)
	for _, u := range ups {
		parts, _, err := f.Parts("media", u.Key, u.ID, 0, 10)
		f.must(err)
		fmt.Fprintf(&b, "upload %s:", u.Key)
		for _, p := range parts {
			fmt.Fprintf(&b, " %d=%d %s", p.Number, p.Size, p.ETag)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestDataDirectoriesOfEveryFormatOpen reads what every released format wrote,
// goes on writing there, and finds nothing wrong.
func TestDataDirectoriesOfEveryFormatOpen(t *testing.T) {
	archives, err := filepath.Glob("testdata/format-*.tar.gz")
	if err != nil || len(archives) < format {
		t.Fatalf("%d archives for %d formats: %v", len(archives), format, err)
	}
	slices.Sort(archives)
	for _, a := range archives {
		t.Run(filepath.Base(a), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			unpack(t, a, dir)
			for round := range 2 { // as it was left, and after this version wrote in it
				e, err := Open(dir, Options{})
				if err != nil {
					t.Fatal(err)
				}
				f := &fixture{t, e, t.Context()}
				if round == 1 {
					_, err := f.Delete(f.ctx, "media", "new", nil)
					f.must(err)
				}
				if n := len(e.DestroyedSpaces()); n != 1 && !strings.Contains(a, "format-1") {
					t.Errorf("%d Spaces can be had back", n)
				}
				if got := goldenDump(f); got != goldenSays {
					t.Errorf("round %d: it says\n%swant\n%s", round, got, goldenSays)
				}
				_, err = f.Put(f.ctx, "media", "new", f.stage(goldenBody("new", 100_000)), Attrs{}, Checksum{}, nil)
				f.must(err)
				f.must(f.Close())
				rep, err := Fsck(t.Context(), dir, Options{})
				if err != nil || len(rep.Findings) > 0 {
					t.Errorf("%+v, %v", rep, err)
				}
				scrub, err := Scrub(t.Context(), dir, Options{}, ScrubOptions{})
				if err != nil || len(scrub.Findings) > 0 {
					t.Errorf("%+v, %v", scrub, err)
				}
			}
		})
	}
}

func TestMakeAGoldenDataDirectory(t *testing.T) {
	if *makeGolden == "" {
		t.Skip("only with -golden.make")
	}
	dir := filepath.Join(t.TempDir(), "data")
	e, err := Open(dir, Options{Now: small(nil).Now})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t, e, t.Context()}
	goldenSteps(f)
	goldenDestroyed(f)
	f.must(f.gc.collect())
	t.Log(goldenDump(f))
	f.must(f.Close())
	pack(t, dir, *makeGolden)
}

// pack writes the files below dir to an archive, but those that belong to a process.
func pack(t *testing.T, dir, archive string) {
	t.Helper()
	out, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	z, _ := gzip.NewWriterLevel(out, gzip.BestCompression)
	w := tar.NewWriter(z)
	err = filepath.Walk(dir, func(p string, info os.FileInfo, err error) error {
		rel, _ := filepath.Rel(dir, p)
		if err != nil || info.IsDir() || slices.Contains([]string{"lock", "owner", "ballast", "meta/LOCK"}, rel) {
			return err
		}
		text, err := os.ReadFile(p)
		return errors.Join(err, w.WriteHeader(&tar.Header{Name: filepath.ToSlash(rel), Mode: 0o600, Size: int64(len(text))}), writeAll(w, text))
	})
	if err := errors.Join(err, w.Close(), z.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
}

func writeAll(w io.Writer, p []byte) error {
	_, err := w.Write(p)
	return err
}

func unpack(t *testing.T, archive, dir string) {
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
		name := filepath.Join(dir, filepath.FromSlash(h.Name))
		text, err := io.ReadAll(r)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, text, 0o600))
		if err != nil {
			t.Fatal(err)
		}
	}
}
