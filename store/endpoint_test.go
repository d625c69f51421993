package store_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

func TestOpeningReadsNothingAndIsQuick(t *testing.T) {
	t.Setenv("HOME", "/nonexistent")
	t.Setenv("AWS_CONFIG_FILE", "/dev/full")
	best := time.Hour
	for range 20 {
		start := time.Now()
		if _, err := store.Open(t.Context(), store.Config{Endpoint: "http://127.0.0.1:1", AccessKey: "k", SecretKey: "s"}); err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(start))
	}
	if best > 2*time.Millisecond {
		t.Errorf("it takes %v", best)
	}
}

func TestAnEndpointThatIsDownIsToldSoon(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{Endpoint: "http://127.0.0.1:1", AccessKey: "k", SecretKey: "s"})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	_, err = s.Spaces(t.Context())
	if took := time.Since(start); !errors.Is(err, store.Unreachable) || took > 3*time.Second {
		t.Errorf("after %v: %v", took, err)
	}
	if strings.Contains(err.Error(), "http://") {
		t.Errorf("the error has a URL in it: %v", err)
	}
}

func TestWrongCredentialsAreToldApart(t *testing.T) {
	f := storetest.New(t)
	for what, change := range map[string]func(*store.Config){
		"secret": func(c *store.Config) { c.SecretKey = "wrong" },
		"key":    func(c *store.Config) { c.AccessKey = "wrong" },
	} {
		_, err := f.Open(t, change).Spaces(t.Context())
		var e *store.Error
		if !errors.Is(err, store.BadCredentials) || !errors.As(err, &e) || e.RequestID == "" || e.Code == "" {
			t.Errorf("wrong %s: %+v", what, err)
		}
	}
}

func TestAnErrorIn200IsAnError(t *testing.T) { synctest.Test(t, testErrorIn200) }

func testErrorIn200(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a", "x")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media/b"), Fault: storetest.ErrorIn200("AccessDenied")})
	if _, err := f.Store.Copy(t.Context(), store.Ref{Space: "media", Key: "a"}, store.Ref{Space: "media", Key: "b"}, store.CopyOptions{}); err == nil {
		t.Error("the copy says that all is well")
	}
	f.Faults.Clear()
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media/b"), Times: 1, Fault: storetest.ErrorIn200("InternalError")})
	if _, err := f.Store.Copy(t.Context(), store.Ref{Space: "media", Key: "a"}, store.Ref{Space: "media", Key: "b"}, store.CopyOptions{}); err != nil {
		t.Errorf("it was not tried again: %v", err)
	}
}

func TestCopiesOfLargeObjectsGoByParts(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	s := f.Open(t, func(c *store.Config) { c.MultipartCopy = 6 << 20 })
	content := strings.Repeat("0123456789abcdef", 11<<16)
	from, to := store.Ref{Space: "media", Key: "a"}, store.Ref{Space: "media", Key: "b"}
	props := store.Props{ContentType: "text/x", Meta: map[string]string{"a": "b"}, Tags: map[string]string{"t": "v"}, Access: store.PublicRead}
	if _, err := s.Put(t.Context(), from, strings.NewReader(content), int64(len(content)), props, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	info, err := s.Copy(t.Context(), from, to, store.CopyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	head, err := s.Head(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	tags, err1 := s.Tags(t.Context(), to)
	access, err2 := s.Access(t.Context(), to)
	if err1 != nil || err2 != nil || head.ContentType != "text/x" || head.Meta["a"] != "b" || tags["t"] != "v" || access != store.PublicRead ||
		!strings.HasSuffix(info.ETag, "-3") || head.ETag != info.ETag {
		t.Errorf("the copy is %+v, %v, %s: %v %v", head, tags, access, err1, err2)
	}
	if storetest.Read(t, s, "media", "b") != content {
		t.Error("the copy holds something else")
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber=2"), Fault: storetest.Answer(403, "AccessDenied")})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "/media/c?uploadId"), Fault: storetest.Answer(403, "AccessDenied")})
	if _, err := s.Copy(t.Context(), from, store.Ref{Space: "media", Key: "c"}, store.CopyOptions{}); !errors.Is(err, store.Denied) {
		t.Errorf("a copy that cannot complete: %v", err)
	}
	if left, err := s.Uploads(t.Context(), "media", ""); err != nil || len(left) > 0 {
		t.Errorf("left are %v %v", left, err)
	}
}

func TestNamesOfSpaces(t *testing.T) {
	ocean, own := at(t, "https://nyc3.digitaloceanspaces.com"), at(t, "http://127.0.0.1:9000")
	for name, ok := range map[string]bool{"abc": true, "a-b": true, "123": true, "ab": false, "": false, strings.Repeat("a", 63): true,
		strings.Repeat("a", 64): false, "Abc": false, "a_b": false, "-abc": false, "abc-": false, "äbc": false, "xn--abc": false, "a b": false, "a\x00b": false} {
		for _, s := range []*store.Store{ocean, own} {
			if err := s.ValidName(name); (err == nil) != ok {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
	for name, ok := range map[string]bool{"a.b": true, "my.web.site": true, "a..b": false, ".ab": false, "ab.": false, "a.-b": false, "a-.b": false, "10.0.0.1": false} {
		if err := own.ValidName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
		if ocean.ValidName(name) == nil {
			t.Errorf("%q is a name at DigitalOcean", name)
		}
	}
}
