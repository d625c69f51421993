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

// Run checks that a Store keeps its promises on an endpoint. open gives a Store on an empty one; it may be called often.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	for _, check := range []struct {
		name string
		run  func(t *testing.T, s *store.Store)
	}{
		{"Spaces are created, listed, measured and deleted", testSpaces},
		{"an object comes back as it was put", testRoundTrip},
		{"any key is stored, listed and deleted exactly", testHostileKeys},
		{"listings have every key once in byte order", testListing},
		{"a range is what was asked for", testRanges},
		{"a copy carries everything", testCopy},
		{"metadata changes in place", testMetadata},
		{"other content keeps what an object has", testReplace},
		{"a rename carries everything", testRename},
		{"permissions are set and read", testAccess},
		{"places are found as they are written", testPlaces},
		{"an upload in parts becomes one object", testMultipart},
		{"many keys are deleted at once", testDeleteMany},
		{"CORS rules are set, kept in order and removed", testCORS},
		{"lifecycle rules are set, kept and removed", testLifecycle},
		{"versioning is enabled and suspended", testVersioning},
		{"a policy is set, refused and removed", testPolicy},
		{"encryption by default is set and removed", testEncryption},
		{"access logs are turned on and off", testLogging},
		{"errors have their kinds", testErrors},
		{"a canceled context ends a request", testCanceled},
	} {
		t.Run(check.name, func(t *testing.T) { check.run(t, open(t)) })
	}
}

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

func newSpace(t *testing.T, s *store.Store) string {
	t.Helper()
	name := "suite-" + strings.ToLower(rand.Text()[:12])
	check(t, s.CreateSpace(t.Context(), name, store.CreateOptions{}))
	return name
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

func wantKind(t *testing.T, what string, err error, kind store.Kind) {
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

func testSpaces(t *testing.T, s *store.Store) {
	ctx := t.Context()
	name := newSpace(t, s)
	wantKind(t, "creating it again", s.CreateSpace(ctx, name, store.CreateOptions{}), store.Exists)
	spaces := must[[]store.Space](t)(s.Spaces(ctx))
	i := slices.IndexFunc(spaces, func(x store.Space) bool { return x.Name == name })
	if i < 0 || spaces[i].Created.IsZero() {
		t.Fatalf("%s is not among %v", name, spaces)
	}
	Put(t, s, name, "a", "12345")
	if u := must[store.Space](t)(s.Usage(ctx, name)); u.Counted && (u.Objects != 1 || u.Bytes != 5) {
		t.Errorf("usage is %+v, want 1 object of 5 bytes", u)
	}
	wantKind(t, "deleting it full", s.DeleteSpace(ctx, name), store.NotEmpty)
	check(t, s.Delete(ctx, store.Ref{Space: name, Key: "a"}))
	check(t, s.DeleteSpace(ctx, name))
	_, err := s.Usage(ctx, name)
	wantKind(t, "looking at it then", err, store.NoSpace)

	public := name + "-public"
	if err := s.CreateSpace(ctx, public, store.CreateOptions{PublicListing: true}); errors.Is(err, store.NotPublic) {
		must[store.Space](t)(s.Usage(ctx, public)) // it is there, and the error says what it is not
		return
	} else if err != nil {
		t.Fatal(err)
	}
	if a := must[store.Access](t)(s.Access(ctx, store.Ref{Space: public})); a != store.PublicRead {
		t.Errorf("a Space with public listing is %s", a)
	}
	check(t, s.SetAccess(ctx, store.Ref{Space: public}, store.Private))
	if a := must[store.Access](t)(s.Access(ctx, store.Ref{Space: public})); a != store.Private {
		t.Errorf("a Space made private is %s", a)
	}
}

// fullProps has everything that a writer can set.
func fullProps() store.Props {
	return store.Props{
		ContentType: "text/x-special; charset=utf-8", CacheControl: "max-age=31536000", ContentEncoding: "identity",
		ContentDisposition: `attachment; filename="x.txt"`, ContentLanguage: "de", Expires: "Thu, 01 Dec 2094 16:00:00 GMT",
		Meta: map[string]string{"owner": "sammy", "with-dash": "a b"}, Tags: map[string]string{"team": "sea + shore: é", "a": "b=c"},
		Access: store.PublicRead,
	}
}

func wantProps(t *testing.T, s *store.Store, r store.Ref, want store.Props) store.Info {
	t.Helper()
	got := must[store.Info](t)(s.Head(t.Context(), r))
	got.Tags = must[map[string]string](t)(s.Tags(t.Context(), r))
	got.Access = must[store.Access](t)(s.Access(t.Context(), r))
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

func testRoundTrip(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	for _, size := range []int{0, 1, 1000, 64 << 10, 64<<10 + 1, 3 << 20} {
		content := make([]byte, size)
		_, _ = rand.Read(content)
		r := store.Ref{Space: space, Key: fmt.Sprintf("size-%d", size)}
		put := must[store.Info](t)(s.Put(ctx, r, bytes.NewReader(content), int64(size), fullProps(), store.PutOptions{}))
		if got := Read(t, s, space, r.Key); got != string(content) {
			t.Errorf("%d bytes came back different", size)
		}
		info := wantProps(t, s, r, fullProps())
		if info.ETag != put.ETag || info.ETag == "" || info.Size != int64(size) || info.Modified.IsZero() {
			t.Errorf("HEAD says %+v, PUT said %+v", info, put)
		}
	}
	r := store.Ref{Space: space, Key: "size-1"}
	_, err := s.Put(ctx, r, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{IfNoneMatch: true})
	wantKind(t, "putting where there is something", err, store.Precondition)
	_, err = s.Put(ctx, r, strings.NewReader("x"), 1, store.Props{CacheControl: "a\r\nX-Evil: 1"}, store.PutOptions{})
	wantKind(t, "a header with a line break", err, store.InvalidName)
}

func testErrors(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	missing, nowhere := store.Ref{Space: space, Key: "missing"}, store.Ref{Space: "no-" + space, Key: "x"}
	_, err := s.Head(ctx, missing)
	wantKind(t, "HEAD of a missing key", err, store.NotFound)
	_, _, err = s.Get(ctx, missing, store.GetOptions{})
	wantKind(t, "GET of a missing key", err, store.NotFound)
	_, err = s.Copy(ctx, missing, store.Ref{Space: space, Key: "y"}, store.CopyOptions{})
	wantKind(t, "copy of a missing key", err, store.NotFound)
	_, err = s.List(ctx, store.ListRequest{Space: nowhere.Space})
	wantKind(t, "listing a missing Space", err, store.NoSpace)
	_, err = s.Put(ctx, nowhere, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{})
	wantKind(t, "PUT into a missing Space", err, store.NoSpace)
	_, err = s.Put(ctx, store.Ref{Space: space, Key: strings.Repeat("k", 1025)}, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{})
	wantKind(t, "a key of 1025 bytes", err, store.InvalidName)
	if err := s.Delete(ctx, missing); err != nil {
		t.Errorf("deleting what is not there: %v", err)
	}
}

func testCanceled(t *testing.T, s *store.Store) {
	space := newSpace(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.List(ctx, store.ListRequest{Space: space})
	wantKind(t, "listing with a canceled context", err, store.Canceled)
}
