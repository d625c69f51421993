package storage

import (
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func (f *fixture) beginUpload(key string) Upload {
	f.t.Helper()
	u, err := f.CreateUpload(f.ctx, "s", key, Attrs{Meta: map[string]string{"m": key}, Class: "COLD"}, "CRC32", "COMPOSITE")
	f.must(err)
	return u
}

func (f *fixture) part(u Upload, n int, body string) CompletePart {
	f.t.Helper()
	p, err := f.PutPart(f.ctx, u.Space, u.Key, u.ID, n, f.stage(body), Checksum{"CRC32", "", fmt.Sprint("sum", n)})
	f.must(err)
	return CompletePart{Number: n, ETag: p.ETag}
}

// big is a body of the smallest size that a part may have.
func big(c byte) string { return strings.Repeat(string(c), MinPart) }

func TestAnUploadBecomesOneObject(t *testing.T) {
	f := setUpLarge(t)
	f.put("k", "before")
	u := f.beginUpload("k")
	a := f.part(u, 2, big('a'))
	f.part(u, 3, big('x'))
	unused := f.part(u, 7, "unused")
	f.part(u, 9, "replaced")
	b := f.part(u, 9, "tail")
	_ = unused
	o, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{a, b}, func(parts []Part) (Checksum, error) {
		if len(parts) != 2 || parts[0].Sum.Value != "sum2" || parts[1].Size != 4 {
			t.Errorf("parts: %+v", parts)
		}
		return Checksum{"CRC32", "COMPOSITE", "x-2"}, nil
	}, nil)
	f.must(err)
	ma, mb := md5.Sum([]byte(big('a'))), md5.Sum([]byte("tail"))
	if want := fmt.Sprintf("%x-2", md5.Sum(append(ma[:], mb[:]...))); o.ETag != want {
		t.Errorf("ETag %s, want %s", o.ETag, want)
	}
	if !slices.Equal(o.Parts, []int64{MinPart, 4}) || o.Size != MinPart+4 || o.Meta["m"] != "k" || o.Class != "COLD" || o.Checksum.Value != "x-2" {
		t.Errorf("object: %+v", o)
	}
	if f.read("s", "k") != big('a')+"tail" {
		t.Error("the body is not its parts")
	}
	h, err := f.Head("s", "k")
	f.must(err)
	if !slices.Equal(h.Parts, o.Parts) {
		t.Errorf("head: %v", h.Parts)
	}
	_, body, err := f.Get(f.ctx, "s", "k")
	f.must(err)
	p, err := io.ReadAll(body.Range(MinPart-2, 4))
	if string(p) != "aata" || err != nil {
		t.Errorf("across the parts: %q %v", p, err)
	}
	f.must(body.Close())
	f.must(f.gc.collect())
	if n := len(blobFiles(t, f.fs)); n != 1 {
		t.Errorf("%d files", n)
	}
	_, err = f.Copy(f.ctx, "s", "k", "s", "copy", CopyOptions{})
	f.must(err)
	_, err = f.DeleteMany(f.ctx, "s", []string{"k"})
	f.must(err)
	if f.read("s", "copy") != big('a')+"tail" {
		t.Error("the copy lost its body")
	}
	_, err = f.Delete(f.ctx, "s", "copy", nil)
	f.must(err)
	f.nothingLeft()
}

// setUpLarge has blocks of the usual size, for parts of the usual size.
func setUpLarge(t testing.TB) *fixture {
	f := setUp(t)
	f.o.block, f.o.Inline = defaultBlock, DefaultInline
	return f
}

func TestACompletedUploadAnswersTheSameAgain(t *testing.T) {
	f := setUp(t)
	u := f.beginUpload("k")
	p := f.part(u, 1, long("a"))
	first, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{p}, nil, nil)
	f.must(err)
	f.put("k", "later")
	again, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{p}, nil, func(*Object) error { return errors.New("asked") })
	f.must(err)
	if again.Seq != first.Seq || again.ETag != first.ETag || !slices.Equal(again.Parts, first.Parts) {
		t.Errorf("again: %+v, first %+v", again, first)
	}
	if f.read("s", "k") != "later" {
		t.Error("the later object was undone")
	}
	other := CompletePart{Number: 2, ETag: p.ETag}
	for _, list := range [][]CompletePart{nil, {other}, {p, other}, {{Number: 1, ETag: "x"}}} {
		if _, err := f.Complete(f.ctx, "s", "k", u.ID, list, nil, nil); !errors.Is(err, ErrNoUpload) {
			t.Errorf("of another list: %v", err)
		}
	}
	if _, err := f.Complete(f.ctx, "s", "other", u.ID, []CompletePart{p}, nil, nil); !errors.Is(err, ErrNoUpload) {
		t.Errorf("at another key: %v", err)
	}
	if err := f.Abort(f.ctx, "s", "k", u.ID); !errors.Is(err, ErrNoUpload) {
		t.Errorf("abort: %v", err)
	}
	f.o.Now = func() time.Time { return start.Add(doneFor + 1) }
	if _, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{p}, nil, nil); !errors.Is(err, ErrNoUpload) {
		t.Errorf("a day later: %v", err)
	}
	u = f.beginUpload("k")
	_, err = f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{f.part(u, 1, "x")}, nil, nil)
	f.must(err)
	if n := f.records(recDone); n != 1 {
		t.Errorf("%d uploads are remembered", n)
	}
}

// TestCompletedUploadsOfBeforeListsWereRememberedAnswerAgain has records as they
// were written then: with the id alone.
func TestCompletedUploadsOfBeforeListsWereRememberedAnswerAgain(t *testing.T) {
	f := setUp(t)
	u := f.beginUpload("k")
	p := f.part(u, 1, long("a"))
	first, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{p}, nil, nil)
	f.must(err)
	value, _, err := f.get(doneKey(u.seq))
	f.must(err)
	r := reader{b: value}
	old := appendTime(nil, r.time())
	old = appendString(appendString(old, r.string()), r.string())
	r.string()
	f.must(f.db.Set(doneKey(u.seq), append(appendString(old, u.ID), r.b...), nil))
	again, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{p}, nil, nil)
	if err != nil || again.Seq != first.Seq || !slices.Equal(again.Parts, first.Parts) {
		t.Errorf("again: %+v, %v", again, err)
	}
	for _, etag := range []string{"x", strings.Repeat("0", 32), first.ETag} {
		if _, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{{Number: 1, ETag: etag}}, nil, nil); !errors.Is(err, ErrNoUpload) {
			t.Errorf("with the ETag %q: %v", etag, err)
		}
	}
}

func TestUploadsKnowWhetherTheyWereOvertaken(t *testing.T) {
	f := setUp(t)
	old := f.put("there", "x")
	for _, key := range []string{"there", "not there"} {
		made, err := f.CreateUpload(f.ctx, "s", key, Attrs{}, "", "")
		f.must(err)
		u, err := f.Upload("s", key, made.ID)
		f.must(err)
		newer, was := f.put("other", "y"), key == "there"
		if u.Overtaken(nil) != was || !u.Overtaken(&newer) || u.Overtaken(&old) || !reflect.DeepEqual(u, made) {
			t.Errorf("%s: %+v, made as %+v", key, u, made)
		}
	}
	a := Attrs{Lock: Lock{Hold: true}, Encryption: Encryption{Keeper: "k", Proof: "p"}}
	f.put("all", "x")
	made, err := f.CreateUpload(f.ctx, "s", "all", a, "CRC32", "COMPOSITE")
	f.must(err)
	if u, err := f.Upload("s", "all", made.ID); err != nil || !reflect.DeepEqual(u, made) || !u.replaces {
		t.Errorf("%+v, made as %+v, %v", u, made, err)
	}
}

func TestAWrongCompleteLeavesTheUploadUsable(t *testing.T) {
	f := setUp(t)
	u := f.beginUpload("k")
	a, b := f.part(u, 1, long("a")), f.part(u, 2, long("b"))
	no := errors.New("no")
	wrong := a
	wrong.ETag = b.ETag
	wrongSum := a
	wrongSum.Sum = "other"
	for name, c := range map[string]struct {
		parts []CompletePart
		sum   func([]Part) (Checksum, error)
		check Check
		want  error
		part  int
	}{
		"none":     {nil, nil, nil, ErrInvalidPart, 0},
		"order":    {[]CompletePart{b, a}, nil, nil, ErrPartOrder, 1},
		"twice":    {[]CompletePart{b, a, a}, nil, nil, ErrPartOrder, 1},
		"last":     {[]CompletePart{a, wrong}, nil, nil, ErrInvalidPart, 1},
		"unknown":  {[]CompletePart{a, {Number: 3, ETag: a.ETag}}, nil, nil, ErrPartTooSmall, 1},
		"missing":  {[]CompletePart{{Number: 3, ETag: a.ETag}}, nil, nil, ErrInvalidPart, 3},
		"ETag":     {[]CompletePart{wrong}, nil, nil, ErrInvalidPart, 1},
		"checksum": {[]CompletePart{wrongSum}, nil, nil, ErrInvalidPart, 1},
		"small":    {[]CompletePart{a, b}, nil, nil, ErrPartTooSmall, 1},
		"sum":      {[]CompletePart{a}, func([]Part) (Checksum, error) { return Checksum{}, no }, nil, no, 0},
		"check":    {[]CompletePart{a}, nil, func(*Object) error { return no }, no, 0},
	} {
		_, err := f.Complete(f.ctx, "s", "k", u.ID, c.parts, c.sum, c.check)
		var pe *PartError
		if !errors.Is(err, c.want) || c.part > 0 && (!errors.As(err, &pe) || pe.Number != c.part) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{b}, nil, nil)
	f.must(err)
	if f.read("s", "k") != long("b") {
		t.Error("not the part that was named")
	}
}

func TestADeletedSpaceEndsItsUploads(t *testing.T) {
	f := setUp(t)
	for _, key := range []string{"k", "k", "l\x00m"} {
		u := f.beginUpload(key)
		f.part(u, 1, "small")
		f.part(u, 2, long("x"))
	}
	f.must(f.DeleteSpace("s"))
	f.nothingLeft()
	f.must(f.CreateSpace(Space{Name: "s"}))
	if uploads, _, _, err := f.Uploads("s", UploadsQuery{Max: 9}); err != nil || len(uploads) != 0 {
		t.Errorf("the new Space has uploads: %v, %v", uploads, err)
	}
}

func TestAnAbortedUploadLeavesNothing(t *testing.T) {
	f := setUp(t)
	u := f.beginUpload("k")
	for n := range 5 {
		f.part(u, n+1, strings.Repeat("x", n*10))
	}
	f.must(f.Abort(f.ctx, "s", "k", u.ID))
	f.nothingLeft()
	late := f.stage(long("x"))
	_, part := f.PutPart(f.ctx, "s", "k", u.ID, 1, late, Checksum{})
	late.Discard()
	_, get := f.Upload("s", "k", u.ID)
	_, _, parts := f.Parts("s", "k", u.ID, 0, 10)
	_, comp := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{{Number: 1}}, nil, nil)
	_, odd := f.Upload("s", "k", "../../x")
	for i, err := range []error{part, get, parts, comp, odd, f.Abort(f.ctx, "s", "k", u.ID)} {
		if !errors.Is(err, ErrNoUpload) {
			t.Errorf("%d: %v", i, err)
		}
	}
	f.nothingLeft()
	f.must(f.DeleteSpace("s"))
}

func TestPartsAreListedByNumber(t *testing.T) {
	f := setUp(t)
	u := f.beginUpload("k")
	for _, n := range []int{10000, 1, 256, 3, 255} {
		f.part(u, n, fmt.Sprint(n))
	}
	var got []int
	for after, more := 0, true; more; {
		parts, m, err := f.Parts("s", "k", u.ID, after, 2)
		f.must(err)
		for _, p := range parts {
			got = append(got, p.Number)
			after = p.Number
			if sum := md5.Sum([]byte(fmt.Sprint(p.Number))); p.ETag != fmt.Sprintf("%x", sum) || p.Sum.Algorithm != "CRC32" {
				t.Errorf("part: %+v", p)
			}
		}
		more = m
	}
	if !slices.Equal(got, []int{1, 3, 255, 256, 10000}) {
		t.Errorf("parts: %v", got)
	}
	for _, n := range []int{0, -1, 10001} {
		if _, err := f.PutPart(f.ctx, "s", "k", u.ID, n, f.stage("x"), Checksum{}); !errors.Is(err, ErrInvalidPart) {
			t.Errorf("part %d: %v", n, err)
		}
	}
	back, err := f.Upload("s", "k", u.ID)
	f.must(err)
	if back.SumAlgorithm != "CRC32" || back.SumType != "COMPOSITE" || back.Meta["m"] != "k" || back.Class != "COLD" || !back.Initiated.Equal(start) {
		t.Errorf("upload: %+v", back)
	}
}

func TestUploadsAreListedByKeyAndBeginning(t *testing.T) {
	f := setUp(t)
	var want []string
	for _, k := range []string{"a", "a", "a/", "a/b", "a/b", "a-", "b/1/2", "b/3"} {
		want = append(want, k+" "+f.beginUpload(k).ID)
	}
	slices.Sort(want) // ids grow
	for _, max := range []int{1, 2, 100} {
		var got []string
		q := UploadsQuery{Max: max}
		for more := true; more; {
			ups, _, m, err := f.Uploads("s", q)
			f.must(err)
			for _, u := range ups {
				got = append(got, u.Key+" "+u.ID)
				q.AfterKey, q.AfterID = u.Key, u.ID
			}
			more = m
		}
		slices.SortFunc(want, func(a, b string) int {
			return strings.Compare(strings.Replace(a, " ", "\x00", 1), strings.Replace(b, " ", "\x00", 1))
		})
		if !slices.Equal(got, want) {
			t.Errorf("max %d: %q, want %q", max, got, want)
		}
	}
	ups, prefixes, more, err := f.Uploads("s", UploadsQuery{Delimiter: "/", Max: 100})
	f.must(err)
	if len(ups) != 3 || !slices.Equal(prefixes, []string{"a/", "b/"}) || more {
		t.Errorf("by folder: %v %q", ups, prefixes)
	}
	ups, prefixes, _, err = f.Uploads("s", UploadsQuery{Delimiter: "/", AfterKey: "a/", Max: 100})
	f.must(err)
	if len(ups) != 0 || !slices.Equal(prefixes, []string{"b/"}) {
		t.Errorf("after a folder: %v %q", ups, prefixes)
	}
	ups, prefixes, _, err = f.Uploads("s", UploadsQuery{Prefix: "a/", Delimiter: "/", AfterKey: "a/", Max: 100})
	f.must(err)
	if len(ups) != 2 || ups[0].Key != "a/b" || prefixes != nil {
		t.Errorf("after a key: %v %q", ups, prefixes)
	}
	if ups, _, _, _ := f.Uploads("s", UploadsQuery{Delimiter: "0", Max: 100}); len(ups) != 8 {
		t.Errorf("a delimiter was found in an id: %v", ups)
	}
}

func TestTenThousandPartsBecomeOneObject(t *testing.T) {
	f := setUp(t)
	u := f.beginUpload("k")
	// All but the last must be large: what the records say is enough for Complete.
	tx := f.Engine.begin()
	var named []CompletePart
	for n := 1; n <= MaxParts; n++ {
		p := Part{Number: n, Size: MinPart, md5: md5.Sum([]byte{byte(n), byte(n >> 8)}), body: ref{kindInline, 1<<40 + uint64(n)}}
		tx.set(partKey(u.seq, n), p.encode())
		tx.set(p.body.key(), nil)
		named = append(named, CompletePart{Number: n, ETag: fmt.Sprintf("%x", p.md5)})
	}
	f.must(tx.commit(f.ctx, &held{}))
	o, err := f.Complete(f.ctx, "s", "k", u.ID, named, nil, nil)
	f.must(err)
	if len(o.Parts) != MaxParts || o.Size != MaxParts*MinPart || !strings.HasSuffix(o.ETag, "-10000") {
		t.Errorf("%d parts, %d bytes, %s", len(o.Parts), o.Size, o.ETag)
	}
	if h, err := f.Head("s", "k"); err != nil || !slices.Equal(h.Parts, o.Parts) {
		t.Errorf("head: %d parts, %v", len(h.Parts), err)
	}
	_, err = f.Delete(f.ctx, "s", "k", nil)
	f.must(err)
	f.nothingLeft()
}
