package storetest

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"maps"
	"strings"

	"spaces/store"
)

func testRanges(t *target) {
	ctx, space := t.Context(), t.newSpace()
	info := Put(t, t.Store, space, "ten", "0123456789")
	r := store.Ref{Space: space, Key: "ten"}
	for _, c := range []struct {
		off, n int64
		want   string
	}{{0, 0, "0123456789"}, {0, 1, "0"}, {3, 4, "3456"}, {7, 0, "789"}, {7, 100, "789"}} {
		body, got, err := t.Store.Get(ctx, r, store.GetOptions{Offset: c.off, Length: c.n, IfMatch: info.ETag})
		check(t, err)
		b := must[[]byte](t)(io.ReadAll(body))
		check(t, body.Close())
		if string(b) != c.want || got.Size != 10 || got.ETag != info.ETag {
			t.Errorf("range %d+%d is %q of %d, want %q of 10", c.off, c.n, b, got.Size, c.want)
		}
	}
	_, _, err := t.Store.Get(ctx, r, store.GetOptions{IfMatch: strings.Repeat("0", 32)})
	wantKind(t, "GET of another version", err, store.Precondition)
}

func testCopy(t *target) {
	ctx, space, other := t.Context(), t.newSpace(), t.newSpace()
	for _, key := range []string{"from/a+b c.txt", "from/é?x#y%20"} {
		from, to := store.Ref{Space: space, Key: key}, store.Ref{Space: other, Key: "to/" + key}
		must[store.Info](t)(t.Store.Put(ctx, from, strings.NewReader("content"), 7, t.props(), store.PutOptions{}))
		source := t.wantProps(from, t.props())
		copied := must[store.Info](t)(t.Store.Copy(ctx, from, to, store.CopyOptions{IfMatch: source.ETag, Size: 7}))
		if copied.ETag != source.ETag || copied.Size != 7 {
			t.Errorf("the copy is %+v, the source %+v", copied, source)
		}
		t.wantProps(to, t.props())
		if got := Read(t, t.Store, other, to.Key); got != "content" {
			t.Errorf("the copy holds %q", got)
		}
	}
	from := store.Ref{Space: space, Key: "from/é?x#y%20"}
	private := store.Ref{Space: other, Key: "private"}
	if !t.lacks(Permissions) {
		check(t, t.Store.SetAccess(ctx, from, store.Private))
		must[store.Info](t)(t.Store.Copy(ctx, from, private, store.CopyOptions{}))
		if a := must[store.Access](t)(t.Store.Access(ctx, private)); a != store.Private {
			t.Errorf("the copy of a private object is %s", a)
		}
	}
	same := must[store.Info](t)(t.Store.Copy(ctx, from, from, store.CopyOptions{}))
	if same.Size != 7 || Read(t, t.Store, space, from.Key) != "content" {
		t.Errorf("a copy onto itself left %+v", same)
	}
}

func testGuards(t *target) {
	ctx, space := t.Context(), t.newSpace()
	r, other := store.Ref{Space: space, Key: "there"}, store.Ref{Space: space, Key: "other"}
	Put(t, t.Store, space, r.Key, "content")
	_, err := t.Store.Put(ctx, r, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{IfNoneMatch: true})
	wantKind(t, "putting where there is something", err, store.Precondition)
	_, err = t.Store.Copy(ctx, r, other, store.CopyOptions{IfMatch: strings.Repeat("0", 32)})
	wantKind(t, "copying another version", err, store.Precondition)
	if got := Read(t, t.Store, space, r.Key); got != "content" {
		t.Errorf("it holds %q now", got)
	}
	Put(t, t.Store, space, other.Key, "other")
	_, err = t.Store.Copy(ctx, r, other, store.CopyOptions{IfNoneMatch: true})
	wantKind(t, "copying where there is something", err, store.Precondition)
	if got := Read(t, t.Store, space, other.Key); got != "other" {
		t.Errorf("what was there holds %q now", got)
	}
}

func testMetadata(t *target) {
	ctx, space := t.Context(), t.newSpace()
	r := store.Ref{Space: space, Key: "x"}
	want := t.props()
	must[store.Info](t)(t.Store.Put(ctx, r, strings.NewReader("content"), 7, want, store.PutOptions{}))
	kept := must[*store.Kept](t)(t.Store.Keep(ctx, r))
	changed := kept.Props
	changed.CacheControl, changed.Meta = "no-cache", map[string]string{"new": "1"}
	made := must[store.Info](t)(t.Store.Amend(ctx, kept, changed))
	if lost := must[[]string](t)(t.Store.PutRight(ctx, kept, made)); len(lost) > 0 {
		t.Errorf("lost: %q", lost)
	}
	want.CacheControl, want.Meta = changed.CacheControl, changed.Meta
	t.wantProps(r, want)
	if Read(t, t.Store, space, "x") != "content" {
		t.Error("the content changed")
	}
	stale := *kept
	stale.ETag = strings.Repeat("0", 32)
	_, err := t.Store.Amend(ctx, &stale, changed)
	wantKind(t, "changing metadata of what was changed meanwhile", err, store.Precondition)
}

func testTags(t *target) {
	ctx, space := t.Context(), t.newSpace()
	r := store.Ref{Space: space, Key: "x"}
	all := store.Props{Tags: fullProps().Tags}
	must[store.Info](t)(t.Store.Put(ctx, r, strings.NewReader("content"), 7, all, store.PutOptions{}))
	for _, want := range []map[string]string{all.Tags, {"only": "this"}, {}, {"again": "a + b/c=d"}} {
		if !maps.Equal(want, all.Tags) {
			check(t, t.Store.SetTags(ctx, r, want))
		}
		if got := must[map[string]string](t)(t.Store.Tags(ctx, r)); !maps.Equal(got, want) {
			t.Errorf("the tags are %q, want %q", got, want)
		}
	}
}

func testRename(t *target) {
	ctx, space := t.Context(), t.newSpace()
	from, to := store.Ref{Space: space, Key: "old +%2F\x01"}, store.Ref{Space: space, Key: "new/é +%2F"}
	must[store.Info](t)(t.Store.Put(ctx, from, strings.NewReader("content"), 7, t.props(), store.PutOptions{}))
	Put(t, t.Store, space, to.Key, "was there before")
	check(t, t.Store.Rename(ctx, from, to))
	t.wantProps(to, t.props())
	if got := Read(t, t.Store, space, to.Key); got != "content" {
		t.Errorf("renamed, it holds %q", got)
	}
	_, err := t.Store.Head(ctx, from)
	wantKind(t, "looking at the old name", err, store.NotFound)
	wantKind(t, "renaming what is not there", t.Store.Rename(ctx, from, to), store.NotFound)
}

func testAccess(t *target) {
	ctx, space := t.Context(), t.newSpace()
	before := Put(t, t.Store, space, "x", "content")
	r := store.Ref{Space: space, Key: "x"}
	for _, want := range []store.Access{store.Private, store.PublicRead, store.Private} {
		check(t, t.Store.SetAccess(ctx, r, want))
		if got := must[store.Access](t)(t.Store.Access(ctx, r)); got != want {
			t.Errorf("set to %s, it is %s", want, got)
		}
	}
	if after := must[store.Info](t)(t.Store.Head(ctx, r)); after.ETag != before.ETag || after.ContentType != "text/plain" {
		t.Errorf("permissions changed the object: %+v, before %+v", after, before)
	}
	_, err := t.Store.Access(ctx, store.Ref{Space: space, Key: "missing"})
	wantKind(t, "permissions of a missing key", err, store.NotFound)
}

func testMultipart(t *target) {
	ctx, space := t.Context(), t.newSpace()
	content := make([]byte, 11<<20)
	_, _ = rand.Read(content)
	r := store.Ref{Space: space, Key: "big/é +"}
	u := must[store.Upload](t)(t.Store.CreateUpload(ctx, r, t.props()))
	var parts []store.Part
	for i, off := 0, int64(0); off < int64(len(content)); i, off = i+1, off+5<<20 {
		parts = append(parts, must[store.Part](t)(t.Store.UploadPart(ctx, u, i+1, bytes.NewReader(content), off, min(5<<20, int64(len(content))-off))))
	}
	listed := must[[]store.Part](t)(t.Store.UploadedParts(ctx, u))
	if fmt.Sprint(listed) != fmt.Sprint(parts) {
		t.Errorf("the endpoint has %v, uploaded were %v", listed, parts)
	}
	uploads := must[[]store.Upload](t)(t.Store.Uploads(ctx, space, "big/"))
	if len(uploads) != 1 || uploads[0] != u {
		t.Errorf("uploads under way are %v, want %v", uploads, u)
	}
	_, err := t.Store.Head(ctx, r)
	wantKind(t, "looking before it is complete", err, store.NotFound)
	info := must[store.Info](t)(t.Store.CompleteUpload(ctx, u, parts, store.PutOptions{IfNoneMatch: true, Tags: t.props().Tags}))
	if got := Read(t, t.Store, space, r.Key); got != string(content) {
		t.Error("the content came back different")
	}
	if head := t.wantProps(r, t.props()); head.ETag != info.ETag || head.Size != int64(len(content)) {
		t.Errorf("HEAD says %+v, completing said %+v", head, info)
	}

	u = must[store.Upload](t)(t.Store.CreateUpload(ctx, r, store.Props{}))
	late := must[store.Part](t)(t.Store.UploadPart(ctx, u, 1, strings.NewReader("late"), 0, 4))
	_, err = t.Store.CompleteUpload(ctx, u, []store.Part{late}, store.PutOptions{IfNoneMatch: true})
	wantKind(t, "completing where there is something", err, store.Precondition)
	check(t, t.Store.AbortUpload(ctx, u))
	wantKind(t, "aborting twice", t.Store.AbortUpload(ctx, u), store.NotFound)
	if got := Read(t, t.Store, space, r.Key); got != string(content) {
		t.Error("an aborted upload changed the object")
	}
}

func testDeleteMany(t *target) {
	ctx, space := t.Context(), t.newSpace()
	var keys []string
	for i := range 50 {
		keys = append(keys, fmt.Sprintf("k%03d & <%d>", i, i))
		Put(t, t.Store, space, keys[i], "x")
	}
	Put(t, t.Store, space, "stays", "x")
	failed := must[map[string]error](t)(t.Store.DeleteMany(ctx, space, append(keys, "never there")))
	if len(failed) > 0 {
		t.Errorf("failed: %v", failed)
	}
	if left := Keys(t, t.Store, space, ""); len(left) != 1 || left[0] != "stays" {
		t.Errorf("left is %q, want only what stays", left)
	}
	if _, err := t.Store.DeleteMany(ctx, space, make([]string, 1001)); err == nil {
		t.Error("1001 keys at once were taken")
	}
}

// testCopyInParts copies what is too large for one CopyObject, which is made small for it.
func testCopyInParts(t *target) {
	ctx, space := t.Context(), t.newSpace()
	content := make([]byte, 11<<20)
	_, _ = rand.Read(content)
	r, to := store.Ref{Space: space, Key: "large é"}, store.Ref{Space: space, Key: "copied"}
	info := must[store.Info](t)(t.Store.Put(ctx, r, bytes.NewReader(content), int64(len(content)), t.props(), store.PutOptions{}))
	s := t.open(t, func(c *store.Config) { c.MultipartCopy = 8 << 20 })
	must[store.Info](t)(s.Copy(ctx, r, to, store.CopyOptions{IfMatch: info.ETag}))
	if got := Read(t, s, space, to.Key); got != string(content) {
		t.Error("the copy is different")
	}
	t.wantProps(to, t.props())
	_, err := s.Copy(ctx, r, to, store.CopyOptions{IfMatch: strings.Repeat("0", 32), Size: int64(len(content))})
	wantKind(t, "copying another version", err, store.Precondition)

	u := must[store.Upload](t)(t.Store.CreateUpload(ctx, store.Ref{Space: space, Key: "pieces"}, store.Props{}))
	first := must[store.Part](t)(t.Store.UploadPartCopy(ctx, u, 1, r, 1, 5<<20, info.ETag))
	last := must[store.Part](t)(t.Store.UploadPartCopy(ctx, u, 2, r, 0, 1, info.ETag))
	must[store.Info](t)(t.Store.CompleteUpload(ctx, u, []store.Part{first, last}, store.PutOptions{}))
	if got := Read(t, t.Store, space, "pieces"); got != string(content[1:5<<20+1])+string(content[:1]) {
		t.Error("copied parts came back different")
	}
}
