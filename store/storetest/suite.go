package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"spaces/store"
)

// must fails the test at an error.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Put stores text, private, with a type.
func Put(t testing.TB, s *store.Store, space, key, text string) store.Info {
	t.Helper()
	info, err := s.Put(t.Context(), store.Ref{Space: space, Key: key}, strings.NewReader(text), int64(len(text)),
		store.Props{ContentType: "text/plain"}, store.PutOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// Read gets a whole object.
func Read(t testing.TB, s *store.Store, space, key string) string {
	t.Helper()
	body, _, err := s.Get(t.Context(), store.Ref{Space: space, Key: key}, store.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Keys lists all keys below a prefix.
func Keys(t testing.TB, s *store.Store, space, prefix string) []string {
	t.Helper()
	var keys []string
	for _, e := range listAll(t, s, store.ListRequest{Space: space, Prefix: prefix}) {
		keys = append(keys, e.Key)
	}
	return keys
}

func listAll(t testing.TB, s *store.Store, r store.ListRequest) []store.Entry {
	t.Helper()
	var all []store.Entry
	for range 10000 {
		page, err := s.List(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Entries...)
		if !page.More {
			return all
		}
		r.After = page.Next
	}
	t.Fatal("the listing does not end")
	return nil
}

func wantKind(t testing.TB, what string, err error, kind store.Kind) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: %v, want the kind %q", what, err, kind)
		return
	}
	var e *store.Error
	if !errors.As(err, &e) || e.Advice() == "" {
		t.Errorf("%s: %T has no advice", what, err)
	}
}

func testSpaces(t *target) {
	ctx := t.Context()
	name := t.newSpace()
	wantKind(t, "creating it again", t.Store.CreateSpace(ctx, name, store.CreateOptions{}), store.Exists)
	spaces := must[[]store.Space](t)(t.Store.Spaces(ctx))
	i := slices.IndexFunc(spaces, func(x store.Space) bool { return x.Name == name })
	if i < 0 || spaces[i].Created.IsZero() {
		t.Fatalf("%s is not among %v", name, spaces)
	}
	Put(t, t.Store, name, "a", "12345")
	wantKind(t, "deleting it full", t.Store.DeleteSpace(ctx, name), store.NotEmpty)
	check(t, t.Store.Delete(ctx, store.Ref{Space: name, Key: "a"}))
	check(t, t.Store.DeleteSpace(ctx, name))
	_, err := t.Store.Usage(ctx, name)
	wantKind(t, "looking at it then", err, store.NoSpace)
}

func testUsage(t *target) {
	name := t.newSpace()
	Put(t, t.Store, name, "a", "12345")
	u := must[store.Space](t)(t.Store.Usage(t.Context(), name))
	if !u.Counted {
		check(t, &store.Error{Op: "measure", Kind: store.Unsupported, Err: store.Unsupported})
	}
	if u.Objects != 1 || u.Bytes != 5 {
		t.Errorf("usage is %+v, want 1 object of 5 bytes", u)
	}
}

func testPublicListing(t *target) {
	ctx, name := t.Context(), spaceName()
	r := store.Ref{Space: name}
	err := t.Store.CreateSpace(ctx, name, store.CreateOptions{PublicListing: true})
	must[store.Space](t)(t.Store.Usage(ctx, name)) // it is there, whatever the error says that it is not
	t.leaves(name)
	check(t, err)
	for _, want := range []store.Access{store.PublicRead, store.Private, store.PublicRead} {
		if a := must[store.Access](t)(t.Store.Access(ctx, r)); a != want {
			t.Errorf("its listing is %s, want %s", a, want)
		}
		check(t, t.Store.SetAccess(ctx, r, map[store.Access]store.Access{store.PublicRead: store.Private, store.Private: store.PublicRead}[want]))
	}
}

// fullProps has everything that a writer can set.
func fullProps() store.Props {
	return store.Props{
		ContentType: "text/x-special; charset=utf-8", CacheControl: "max-age=31536000", ContentEncoding: "identity",
		ContentDisposition: `attachment; filename="x.txt"`, ContentLanguage: "de", Expires: "Thu, 01 Dec 2094 16:00:00 GMT",
		Meta: map[string]string{"owner": "sammy", "with-dash": "a b", "place": "Łódź + é"}, Tags: map[string]string{"team": "sea + shore: é", "a": "b=c"},
		Access: store.PublicRead,
	}
}

// props is fullProps without what the engine has not.
func (t *target) props() store.Props {
	p := fullProps()
	if t.lacks(Permissions) {
		p.Access = store.Private
	}
	if t.lacks(Tags) {
		p.Tags = nil
	}
	return p
}

// wantProps compares all that an object has beside its content, as far as the engine has that.
func (t *target) wantProps(r store.Ref, want store.Props) store.Info {
	t.Helper()
	got := must[store.Info](t)(t.Store.Head(t.Context(), r))
	if got.Access = want.Access; !t.lacks(Permissions) {
		got.Access = must[store.Access](t)(t.Store.Access(t.Context(), r))
	}
	if !t.lacks(Tags) {
		got.Tags = must[map[string]string](t)(t.Store.Tags(t.Context(), r))
	}
	if !maps.Equal(got.Meta, want.Meta) || !maps.Equal(got.Tags, want.Tags) {
		t.Errorf("metadata and tags of %v are %v, %v; want %v, %v", r, got.Meta, got.Tags, want.Meta, want.Tags)
	}
	headers := func(p store.Props) string {
		p.Meta, p.Tags = nil, nil
		return fmt.Sprintf("%q", p)
	}
	if headers(got.Props) != headers(want) {
		t.Errorf("properties of %v are %s, want %s", r, headers(got.Props), headers(want))
	}
	return got
}

func testRoundTrip(t *target) {
	ctx, space := t.Context(), t.newSpace()
	for _, size := range []int{0, 1, 1000, 64 << 10, 64<<10 + 1, 3 << 20} {
		content := make([]byte, size)
		_, _ = rand.Read(content)
		r := store.Ref{Space: space, Key: fmt.Sprintf("size-%d", size)}
		put := must[store.Info](t)(t.Store.Put(ctx, r, bytes.NewReader(content), int64(size), t.props(), store.PutOptions{}))
		if got := Read(t, t.Store, space, r.Key); got != string(content) {
			t.Errorf("%d bytes came back different", size)
		}
		info := t.wantProps(r, t.props())
		if info.ETag != put.ETag || info.ETag == "" || info.Size != int64(size) || info.Modified.IsZero() {
			t.Errorf("HEAD says %+v, PUT said %+v", info, put)
		}
	}
	_, err := t.Store.Put(ctx, store.Ref{Space: space, Key: "x"}, strings.NewReader("x"), 1, store.Props{CacheControl: "a\r\nX-Evil: 1"}, store.PutOptions{})
	wantKind(t, "a header with a line break", err, store.InvalidName)
}

func testErrors(t *target) {
	ctx, space := t.Context(), t.newSpace()
	missing, nowhere := store.Ref{Space: space, Key: "missing"}, store.Ref{Space: "no-" + space, Key: "x"}
	_, err := t.Store.Head(ctx, missing)
	wantKind(t, "HEAD of a missing key", err, store.NotFound)
	_, _, err = t.Store.Get(ctx, missing, store.GetOptions{})
	wantKind(t, "GET of a missing key", err, store.NotFound)
	_, err = t.Store.Copy(ctx, missing, store.Ref{Space: space, Key: "y"}, store.CopyOptions{})
	wantKind(t, "copy of a missing key", err, store.NotFound)
	_, err = t.Store.List(ctx, store.ListRequest{Space: nowhere.Space})
	wantKind(t, "listing a missing Space", err, store.NoSpace)
	_, err = t.Store.Put(ctx, nowhere, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{})
	wantKind(t, "PUT into a missing Space", err, store.NoSpace)
	_, err = t.Store.Put(ctx, store.Ref{Space: space, Key: strings.Repeat("k", 1025)}, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{})
	wantKind(t, "a key of 1025 bytes", err, store.InvalidName)
	if err := t.Store.Delete(ctx, missing); err != nil {
		t.Errorf("deleting what is not there: %v", err)
	}
}

func testCanceled(t *target) {
	space := t.newSpace()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := t.Store.List(ctx, store.ListRequest{Space: space})
	wantKind(t, "listing with a canceled context", err, store.Canceled)
}
