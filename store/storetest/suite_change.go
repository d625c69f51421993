package storetest

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"testing"

	"spaces/store"
)

func testRanges(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	info := Put(t, s, space, "ten", "0123456789")
	r := store.Ref{Space: space, Key: "ten"}
	for _, c := range []struct {
		off, n int64
		want   string
	}{{0, 0, "0123456789"}, {0, 1, "0"}, {3, 4, "3456"}, {7, 0, "789"}, {7, 100, "789"}} {
		body, got, err := s.Get(ctx, r, store.GetOptions{Offset: c.off, Length: c.n, IfMatch: info.ETag})
		check(t, err)
		b := must[[]byte](t)(io.ReadAll(body))
		check(t, body.Close())
		if string(b) != c.want || got.Size != 10 || got.ETag != info.ETag {
			t.Errorf("range %d+%d is %q of %d, want %q of 10", c.off, c.n, b, got.Size, c.want)
		}
	}
	_, _, err := s.Get(ctx, r, store.GetOptions{IfMatch: strings.Repeat("0", 32)})
	wantKind(t, "GET of another version", err, store.Precondition)
}

func testCopy(t *testing.T, s *store.Store) {
	ctx, space, other := t.Context(), newSpace(t, s), newSpace(t, s)
	for _, key := range []string{"from/a+b c.txt", "from/é?x#y%20", "from/\x01"} {
		from, to := store.Ref{Space: space, Key: key}, store.Ref{Space: other, Key: "to/" + key}
		must[store.Info](t)(s.Put(ctx, from, strings.NewReader("content"), 7, fullProps(), store.PutOptions{}))
		source := wantProps(t, s, from, fullProps())
		copied := must[store.Info](t)(s.Copy(ctx, from, to, store.CopyOptions{IfMatch: source.ETag, Size: 7}))
		if copied.ETag != source.ETag || copied.Size != 7 {
			t.Errorf("the copy is %+v, the source %+v", copied, source)
		}
		wantProps(t, s, to, fullProps())
		if got := Read(t, s, other, to.Key); got != "content" {
			t.Errorf("the copy holds %q", got)
		}
	}
	from := store.Ref{Space: space, Key: "from/\x01"}
	private := store.Ref{Space: other, Key: "private"}
	check(t, s.SetAccess(ctx, from, store.Private))
	must[store.Info](t)(s.Copy(ctx, from, private, store.CopyOptions{}))
	if a := must[store.Access](t)(s.Access(ctx, private)); a != store.Private {
		t.Errorf("the copy of a private object is %s", a)
	}
	_, err := s.Copy(ctx, from, private, store.CopyOptions{IfMatch: strings.Repeat("0", 32)})
	wantKind(t, "copying another version", err, store.Precondition)
	same := must[store.Info](t)(s.Copy(ctx, from, from, store.CopyOptions{}))
	if same.Size != 7 || Read(t, s, space, from.Key) != "content" {
		t.Errorf("a copy onto itself left %+v", same)
	}
}

func testMetadata(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	r := store.Ref{Space: space, Key: "x"}
	must[store.Info](t)(s.Put(ctx, r, strings.NewReader("content"), 7, fullProps(), store.PutOptions{}))
	head := must[store.Info](t)(s.Head(ctx, r))
	changed := head.Props
	changed.CacheControl, changed.Meta = "no-cache", map[string]string{"new": "1"}
	must[store.Info](t)(s.Copy(ctx, r, r, store.CopyOptions{Props: &changed, IfMatch: head.ETag}))
	want := fullProps()
	want.CacheControl, want.Meta = "no-cache", changed.Meta
	wantProps(t, s, r, want)
	if Read(t, s, space, "x") != "content" {
		t.Error("the content changed")
	}
	check(t, s.SetTags(ctx, r, map[string]string{"only": "this"}))
	want.Tags = map[string]string{"only": "this"}
	wantProps(t, s, r, want)
	check(t, s.SetTags(ctx, r, nil))
	want.Tags = nil
	wantProps(t, s, r, want)
}

func testRename(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	from, to := store.Ref{Space: space, Key: "old +%2F\x01"}, store.Ref{Space: space, Key: "new/é +%2F"}
	must[store.Info](t)(s.Put(ctx, from, strings.NewReader("content"), 7, fullProps(), store.PutOptions{}))
	Put(t, s, space, to.Key, "was there before")
	if err := s.Rename(ctx, from, to); err != nil {
		wantKind(t, "renaming where there is no such thing", err, store.Unsupported)
		t.Skip("the endpoint cannot rename")
	}
	wantProps(t, s, to, fullProps())
	if got := Read(t, s, space, to.Key); got != "content" {
		t.Errorf("renamed, it holds %q", got)
	}
	_, err := s.Head(ctx, from)
	wantKind(t, "looking at the old name", err, store.NotFound)
	wantKind(t, "renaming what is not there", s.Rename(ctx, from, to), store.NotFound)
}

func testAccess(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	before := Put(t, s, space, "x", "content")
	r := store.Ref{Space: space, Key: "x"}
	for _, want := range []store.Access{store.Private, store.PublicRead, store.Private} {
		check(t, s.SetAccess(ctx, r, want))
		if got := must[store.Access](t)(s.Access(ctx, r)); got != want {
			t.Errorf("set to %s, it is %s", want, got)
		}
	}
	if after := must[store.Info](t)(s.Head(ctx, r)); after.ETag != before.ETag || after.ContentType != "text/plain" {
		t.Errorf("permissions changed the object: %+v, before %+v", after, before)
	}
	_, err := s.Access(ctx, store.Ref{Space: space, Key: "missing"})
	wantKind(t, "permissions of a missing key", err, store.NotFound)
}

func testMultipart(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	content := make([]byte, 11<<20)
	_, _ = rand.Read(content)
	r := store.Ref{Space: space, Key: "big/é +"}
	u := must[store.Upload](t)(s.CreateUpload(ctx, r, fullProps()))
	var parts []store.Part
	for i, off := 0, int64(0); off < int64(len(content)); i, off = i+1, off+5<<20 {
		parts = append(parts, must[store.Part](t)(s.UploadPart(ctx, u, i+1, bytes.NewReader(content), off, min(5<<20, int64(len(content))-off))))
	}
	listed := must[[]store.Part](t)(s.UploadedParts(ctx, u))
	if fmt.Sprint(listed) != fmt.Sprint(parts) {
		t.Errorf("the endpoint has %v, uploaded were %v", listed, parts)
	}
	uploads := must[[]store.Upload](t)(s.Uploads(ctx, space, "big/"))
	if len(uploads) != 1 || uploads[0] != u {
		t.Errorf("uploads under way are %v, want %v", uploads, u)
	}
	_, err := s.Head(ctx, r)
	wantKind(t, "looking before it is complete", err, store.NotFound)
	info := must[store.Info](t)(s.CompleteUpload(ctx, u, parts, store.PutOptions{}))
	if got := Read(t, s, space, r.Key); got != string(content) {
		t.Error("the content came back different")
	}
	if head := wantProps(t, s, r, fullProps()); head.ETag != info.ETag || head.Size != int64(len(content)) {
		t.Errorf("HEAD says %+v, completing said %+v", head, info)
	}

	u = must[store.Upload](t)(s.CreateUpload(ctx, store.Ref{Space: space, Key: "copied"}, store.Props{}))
	first := must[store.Part](t)(s.UploadPartCopy(ctx, u, 1, r, 1, 5<<20, info.ETag))
	last := must[store.Part](t)(s.UploadPartCopy(ctx, u, 2, r, 0, 1, info.ETag))
	must[store.Info](t)(s.CompleteUpload(ctx, u, []store.Part{first, last}, store.PutOptions{}))
	if got := Read(t, s, space, "copied"); got != string(content[1:5<<20+1])+string(content[:1]) {
		t.Error("copied parts came back different")
	}

	u = must[store.Upload](t)(s.CreateUpload(ctx, r, store.Props{}))
	check(t, s.AbortUpload(ctx, u))
	wantKind(t, "aborting twice", s.AbortUpload(ctx, u), store.NotFound)
	if got := Read(t, s, space, r.Key); got != string(content) {
		t.Error("an aborted upload changed the object")
	}
}

func testDeleteMany(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	var keys []string
	for i := range 50 {
		keys = append(keys, fmt.Sprintf("k%03d & <%d>", i, i))
		Put(t, s, space, keys[i], "x")
	}
	Put(t, s, space, "stays", "x")
	failed := must[map[string]error](t)(s.DeleteMany(ctx, space, append(keys, "never there")))
	if len(failed) > 0 {
		t.Errorf("failed: %v", failed)
	}
	if left := Keys(t, s, space, ""); len(left) != 1 || left[0] != "stays" {
		t.Errorf("left is %q, want only what stays", left)
	}
	if _, err := s.DeleteMany(ctx, space, make([]string, 1001)); err == nil {
		t.Error("1001 keys at once were taken")
	}
}
