package storage

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A record that was cut off, or is of a layout that this program does not know, is damage: it is never read as less than it was.
func TestARecordThatIsCutOffIsNotRead(t *testing.T) {
	f := setUp(t)
	at := time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC)
	o := Object{Seq: 1, Size: 5, Modified: at, tag: tag{parts: 2}, Attrs: Attrs{ACL: Private, Class: "STANDARD", Meta: map[string]string{"a": "b"}}}
	p := Part{Number: 1, Size: 5, Modified: at, Sum: Checksum{Algorithm: "CRC32", Type: "FULL_OBJECT", Value: "AAAAAA=="}}
	u := Upload{ID: "i", Space: "s", Key: "k", seq: 7, Initiated: at, Attrs: o.Attrs}
	m := ref{kindManifest, 1 << 40}
	null := nullKey("s", "k")
	a := newAuditor(t.Context(), f.Engine)
	count := ref{kindBlob, 9}.under(recRefs)
	for name, c := range map[string]struct {
		whole []byte
		read  func(value []byte) error
		other bool // there is a layout
	}{
		"an object": {appendObject(nil, &o), func(b []byte) error { _, err := decodeObject("k", b); return err }, true},
		"a row":     {appendObject(nil, &o)[:12], func(b []byte) error { r := reader{b: b}; _, err := r.row(); return err }, true},
		"a part":    {p.encode(), func(b []byte) error { _, err := decodePart(1, b); return err }, true},
		"an upload": {u.encode(), func(b []byte) error { _, err := decodeUpload("s", "k", "i", b); return err }, true},
		"a blob":    {(&blobRecord{size: 5, block: 4, sums: []uint32{1, 2}}).encode(), func(b []byte) error { _, err := decodeBlob(b); return err }, true},
		"counters":  {counters{300, 300}.encode(), func(b []byte) error { return new(counters).add(b) }, false},
		"a manifest": {manifest{{ref: ref{kindBlob, 300}, size: 300}, {ref: ref{kindBlob, 301}, off: 300, size: 300}}.encode(), func(b []byte) error {
			f.set(m.key(), b)
			defer f.set(m.key(), nil)
			_, ok, err := f.manifest(m)
			if err == nil && !ok {
				t.Error("it is not there")
			}
			return err
		}, true},
		"the number of a null version": {make([]byte, 8), func(b []byte) error {
			f.set(null, b)
			defer f.set(null, nil)
			_, _, err := nullOf(f.db, "s", "k")
			return err
		}, false},
		"the same, in an audit": {make([]byte, 8), func(b []byte) error { return a.null(null, b) }, false},
		"how often a body is used": {[]byte{0x80, 1}, func(b []byte) error {
			return a.shares(count, b)
		}, false},
	} {
		read := func(value []byte) (err error) {
			defer func() {
				if x := recover(); x != nil {
					t.Errorf("%s: %v", name, x)
				}
			}()
			return c.read(value)
		}
		if err := read(c.whole); err != nil && name != "a row" {
			t.Errorf("%s is not read: %v", name, err)
		}
		for n := range len(c.whole) {
			if err := read(c.whole[:n]); !errors.Is(err, errRecord) {
				t.Errorf("%d of %d bytes of %s are read: %v", n, len(c.whole), name, err)
			}
		}
		if c.other {
			if err := read(append([]byte{0x7f}, c.whole[1:]...)); !errors.Is(err, errRecord) {
				t.Errorf("%s of an unknown layout is read: %v", name, err)
			}
		}
	}
}

func TestARecordWithANumberThatIsTooLargeIsNotRead(t *testing.T) {
	f := setUp(t)
	defer func() {
		if x := recover(); x != nil {
			t.Error(x)
		}
	}()
	large := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}
	if err := new(counters).add(append(bytes.Repeat([]byte{0xff}, 10), 1, 1)); !errors.Is(err, errRecord) {
		t.Errorf("counters: %v", err)
	}
	m := ref{kindManifest, 1 << 40}
	f.set(m.key(), append([]byte{layout}, large...))
	defer f.set(m.key(), nil)
	if _, _, err := f.manifest(m); !errors.Is(err, errRecord) {
		t.Errorf("a manifest: %v", err)
	}
}

func TestARecordWithoutItsNameIsNotRead(t *testing.T) {
	f := setUp(t)
	a := newAuditor(t.Context(), f.Engine)
	o := Object{Seq: 1, Size: 5, Attrs: Attrs{ACL: Private}}
	u := Upload{ID: "i", Space: "s", Key: "k", seq: 7}
	p := Part{Number: 1, Size: 5}
	for name, read := range map[string]func() error{
		"an object":      func() error { return a.object([]byte("oname"), appendObject(nil, &o)) },
		"a null version": func() error { return a.null([]byte("nname"), make([]byte, 8)) },
		"an upload":      func() error { return a.upload([]byte("u"), u.encode()) },
		"of no Space":    func() error { return a.upload(append([]byte("u"), make([]byte, uploadTail+5)...)[:uploadTail+1], nil) },
		"a part":         func() error { return a.part(make([]byte, 12), p.encode()) },
		"an upload at":   func() error { _, err := uploadAt("s", []byte("short"), u.encode()); return err },
	} {
		func() {
			defer func() {
				if x := recover(); x != nil {
					t.Errorf("%s: %v", name, x)
				}
			}()
			if err := read(); !errors.Is(err, errRecord) {
				t.Errorf("%s without its name is read: %v", name, err)
			}
		}()
	}
}

// assembled is an object that was uploaded in parts, and the records of its body.
func assembled(t *testing.T) (f *fixture, o Object, m manifest) {
	t.Helper()
	fs := vfs.NewMem()
	f = &fixture{t, openAt(t, fs, smallParts(fs)), t.Context()}
	f.must(f.CreateSpace(Space{Name: "s", Created: start}))
	u := f.beginUpload("k")
	parts := []CompletePart{f.part(u, 1, long("a")), f.part(u, 2, "inline")}
	o, err := f.Complete(f.ctx, "s", "k", u.ID, parts, nil, nil)
	f.must(err)
	m, ok, err := f.manifest(o.body)
	if err != nil || !ok || len(m) != 2 {
		t.Fatalf("%+v, %v, %v", m, ok, err)
	}
	return f, o, m
}

func TestABodyWhoseRecordsAreGoneIsDamage(t *testing.T) {
	for name, lose := range map[string]func(f *fixture, o Object, m manifest){
		"its manifest":          func(f *fixture, o Object, _ manifest) { f.set(o.body.key(), nil) },
		"the record of a part":  func(f *fixture, _ Object, m manifest) { f.set(m[0].ref.key(), nil) },
		"a part that is small":  func(f *fixture, _ Object, m manifest) { f.set(m[1].ref.key(), nil) },
		"the end of a manifest": func(f *fixture, o Object, m manifest) { f.set(o.body.key(), m[:1].encode()) },
		"the size of a part": func(f *fixture, _ Object, m manifest) {
			value, _, err := f.get(m[0].ref.key())
			f.must(err)
			rec, err := decodeBlob(value)
			f.must(err)
			rec.size, rec.sums = 8, rec.sums[:1]
			f.set(m[0].ref.key(), rec.encode())
		},
		"all bytes of one block": func(f *fixture, _ Object, m manifest) { f.overwrite(f.blobPath(m[0].ref.id), "short") },
	} {
		f, o, m := assembled(t)
		lose(f, o, m)
		if body, err := readAll(f.ctx, f.Engine, "s", "k"); !errors.Is(err, ErrCorrupt) {
			t.Errorf("without %s it is read: %d bytes, %v", name, len(body), err)
		}
	}
	f, o, _ := assembled(t)
	f.set(o.body.key(), nil)
	if _, err := f.Head("s", "k"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("without its manifest its parts are told: %v", err)
	}
}

func TestASpaceWhoseRecordCannotBeReadKeepsTheStoreShut(t *testing.T) {
	for name, value := range map[string]string{"no JSON": "{", "another name": `{"Name":"other"}`, "half": `{"Name":"t","Created":5}`} {
		fs := vfs.NewMem()
		f := setUpAt(t, fs)
		f.set(spaceKey(recSpace, "t"), []byte(value))
		f.must(f.Close())
		if e, err := Open("data", small(fs)); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: it opens, %v", name, err)
			if err == nil {
				f.must(e.Close())
			}
		}
	}
}

func TestAWriteThatMeetsDamageIsRefused(t *testing.T) {
	f := setUp(t)
	f.put("k", long("a"))
	f.set(f.bodyOf("k").under(recRefs), []byte{0x80})
	if _, err := f.Delete(f.ctx, "s", "k", nil); !errors.Is(err, ErrCorrupt) {
		t.Errorf("how often its body is used cannot be read, and the object is deleted: %v", err)
	}
	f.must(f.CreateSpace(Space{Name: "v", Created: start, Versioning: Enabled}))
	f.must(f.SetVersioning("v", Suspended))
	f.set(nullKey("v", "k"), []byte{0, 0, 0, 0, 0, 0, 0, 99})
	if _, err := f.Put(f.ctx, "v", "k", f.stage("x"), Attrs{}, Checksum{}, nil); !errors.Is(err, ErrCorrupt) {
		t.Errorf("its null version is not there, and it is written over: %v", err)
	}
}

func TestOtherBytesInABodyAreDamage(t *testing.T) {
	f := setUp(t)
	f.put("inline", "012345")
	f.put("large", long("a"))
	value, _, err := f.get(f.bodyOf("inline").key())
	f.must(err)
	value[len(value)-1] ^= 1
	f.set(f.bodyOf("inline").key(), value)
	f.overwrite(f.blobPath(f.bodyOf("large").id), long("b"))
	for _, key := range []string{"inline", "large"} {
		if body, err := readAll(f.ctx, f.Engine, "s", key); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %q, %v", key, body, err)
		}
	}
	rep, err := f.Scrub(f.ctx, ScrubOptions{})
	if got := said(rep.Findings); err != nil || !strings.Contains(got, "inline") || !strings.Contains(got, "large") {
		t.Errorf("a scrub finds %+v, %v", rep.Findings, err)
	}
}

func TestAManifestThatIsOlderOrShorterThanTheOneInUseIsDamage(t *testing.T) {
	var d *DamageError
	c := &logCheck{keptMarks: keptMarks{ends: markTable{markName{markManifest, 5}: 9}}}
	if err := c.current(markName{markManifest, 3}); !errors.As(err, &d) {
		t.Errorf("an older one: %v", err)
	}
	fs, _ := killed(t)
	eachFile(fs, "data/meta", func(name string, _ int) {
		if strings.HasPrefix(fs.PathBase(name), "MANIFEST-") {
			data, err := fs.UnsafeGetFileDataBuffer(name)
			if err != nil {
				t.Fatal(err)
			}
			rewrite(t, fs, name, data[:len(data)-1])
		}
	})
	if _, err := Open("data", small(fs)); !errors.As(err, &d) {
		t.Errorf("a shorter one: %v", err)
	}
}

func TestAFileOfValuesThatIsShorterIsDamage(t *testing.T) {
	f := setUp(t)
	f.o.Inline = 1 << 20
	f.put("k", strings.Repeat("v", 5000))
	f.must(f.db.Flush())
	l, err := f.readLog(f.manifestInUse())
	f.must(err)
	edits := l.read().records
	sizes, _ := valueFiles(edits)
	if len(sizes) != 1 {
		t.Fatalf("%d files of values", len(sizes))
	}
	for num := range sizes {
		f.must(f.checkValues(edits))
		name := f.path(fmt.Sprintf("meta/%06d.blob", num))
		whole, err := readFile(f.fs, name)
		f.must(err)
		f.overwrite(name, "short")
		if err := f.checkValues(edits); !errors.Is(err, ErrCorrupt) {
			t.Errorf("a shorter one: %v", err)
		}
		f.overwrite(name, string(whole))
	}
}

func TestASmallEncryptedBodyIsReadWithItsKeyAlone(t *testing.T) {
	f := setUp(t)
	s, err := f.newSealer(&secretKey)
	f.must(err)
	sealed := s.seal(append(make([]byte, 0, 64), "body"...))
	stored := append(append(append([]byte{}, s.salt[:]...), sealed...), s.tags[0][:]...)
	if body, err := openInline(&secretKey, stored); err != nil || string(body) != "body" {
		t.Fatalf("%q, %v", body, err)
	}
	other := secretKey
	other[0] ^= 1
	if body, err := openInline(&other, stored); !errors.Is(err, ErrCorrupt) {
		t.Errorf("with another key it is %q, %v", body, err)
	}
}
