package server_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"spaces/server"
	"spaces/server/s3xml"
)

// hostileKeys are all different, and all allowed.
func hostileKeys() []string {
	keys := []string{
		"a", "a/", "a/b", "a//b", "/a", "/", "//", "///", "a/../b", "a/./b", ".", "./", "..a", "a..", "...", "A", "\u00e9", "e\u0301", "CON", "a\\b", "+", " ", "%", "%25", "%2F", "#",
		"?versionId=x", "?", "a?b=c&d", "&", "=", ";", "<", ">", "\"", "'", "&amp;", "]]>", "<!--", "\x01", "\x1f", "\t", "\n", "\r", "\r\n", "\x7f", "\u0085", "\u2028", "\u202e",
		"\ufffe", "\uffff", "\ufffd", "\U0010ffff", "\x1b[31mred", "a b", "a+b", "a%20b", "a\u00a0b", "~", "*", "a:b", "|", "nul.txt", "...hidden", "a/b/../../c",
		strings.Repeat("k", 1024), strings.Repeat("\x01", 1024), strings.Repeat("/", 1024), strings.Repeat("\u00e9", 512),
	}
	slices.Sort(keys)
	return keys
}

func TestHostileKeysAreStoredListedAndServedAsTheyAre(t *testing.T) {
	f := withSpace(t)
	keys := hostileKeys()
	if len(slices.Compact(slices.Clone(keys))) != len(keys) {
		t.Fatal("a key is twice in the list")
	}
	for i, key := range keys {
		f.want(200, "PUT", target("media", key), pattern(i+1))
	}
	for i, key := range keys {
		if a := f.want(200, "GET", target("media", key), ""); a.body != pattern(i+1) {
			t.Errorf("%q: another object", key)
		}
	}
	for _, query := range []string{"", "?list-type=2"} {
		if got := between(f.want(200, "GET", "/media"+query, "").body, "Key"); !slices.Equal(got, keys) {
			t.Errorf("listed plain (%s): %q", query, got)
		}
		sep := "?"
		if query != "" {
			sep = "&"
		}
		var got []string
		for _, k := range between(f.want(200, "GET", "/media"+query+sep+"encoding-type=url", "").body, "Key") {
			plain, err := url.PathUnescape(k)
			form, err2 := url.QueryUnescape(k)
			if err != nil || err2 != nil || plain != form {
				t.Errorf("%q is ambiguous", k)
			}
			got = append(got, plain)
		}
		if !slices.Equal(got, keys) {
			t.Errorf("listed encoded (%s): %q", query, got)
		}
	}
	f.deleteAll("media", keys)
	if a := f.want(200, "GET", "/media", ""); len(between(a.body, "Key")) != 0 {
		t.Error(a.body)
	}
}

// element is an element with a text in it.
func element(name, text string) string {
	x := s3xml.NewWriter()
	defer x.Release()
	x.Text(name, text)
	return string(x.Bytes())
}

// deleteAll deletes by one DeleteObjects, whose answer has to name the keys.
func (f *fixture) deleteAll(space string, keys []string) {
	f.Helper()
	var doc strings.Builder
	doc.WriteString("<Delete>")
	for _, key := range keys {
		doc.WriteString("<Object>" + element("Key", key) + "</Object>")
	}
	doc.WriteString("</Delete>")
	a := f.want(200, "POST", "/"+space+"?delete", doc.String())
	if got := between(a.body, "Key"); !slices.Equal(got, keys) || len(between(a.body, "Error")) != 0 {
		f.Errorf("deleted %q", got)
	}
}

func TestHostileKeysPageByPage(t *testing.T) {
	f := withSpace(t)
	keys := hostileKeys()
	for _, key := range keys {
		f.want(200, "PUT", target("media", key), "")
	}
	var v1, v2 []string
	marker := ""
	for more := true; more; {
		a := f.want(200, "GET", "/media?max-keys=3&marker="+url.QueryEscape(marker), "")
		page := between(a.body, "Key")
		v1 = append(v1, page...)
		marker, more = page[len(page)-1], first(a.body, "IsTruncated") == "true"
	}
	token := ""
	for more := true; more; {
		a := f.want(200, "GET", "/media?list-type=2&max-keys=3"+token, "")
		v2 = append(v2, between(a.body, "Key")...)
		token, more = "&continuation-token="+first(a.body, "NextContinuationToken"), first(a.body, "IsTruncated") == "true"
	}
	if !slices.Equal(v1, keys) || !slices.Equal(v2, keys) {
		t.Errorf("V1 %q\nV2 %q", v1, v2)
	}
}

func TestHostileKeysInEveryKindOfRequest(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/source", "body")
	for _, key := range hostileKeys() {
		at := target("media", key)
		f.want(200, "PUT", at, "", "X-Amz-Copy-Source", "/media/source")
		f.want(200, "PUT", "/media/copy", "", "X-Amz-Copy-Source", "media/"+escapeKey(key))
		f.want(200, "PUT", "/media/renamed?renameObject", "", "X-Amz-Rename-Source", escapeKey(key))
		f.refuse(404, "NoSuchKey", "GET", at, "")
		f.want(200, "PUT", at+"?renameObject", "", "X-Amz-Rename-Source", "/media/renamed")
		f.want(200, "PUT", at+"?acl", "", "X-Amz-Acl", "public-read")
		f.want(200, "PUT", at+"?tagging", "<Tagging><TagSet/></Tagging>")
		f.upload(at, pattern(100))
		if a := f.want(200, "GET", at, ""); a.body != pattern(100) {
			t.Errorf("%q: %q", key, a.body)
		}
		f.want(204, "DELETE", at, "")
	}
}

func TestBadKeysAreRefused(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	for _, c := range []struct{ code, path string }{
		{"KeyTooLongError", strings.Repeat("k", 1025)},
		{"KeyTooLongError", strings.Repeat("%01", 1025)},
		{"InvalidURI", "%00"}, {"InvalidURI", "a%00b"}, {"InvalidURI", "%ff"}, {"InvalidURI", "%c3"}, {"InvalidURI", "%ed%a0%80"},
		{"InvalidURI", ".."}, {"InvalidURI", "../x"}, {"InvalidURI", "a/../../x"}, {"InvalidURI", "%2e%2e/x"}, {"InvalidURI", "..%2fx"}, {"InvalidURI", "a/..//../x"}, {"InvalidURI", "./.."},
	} {
		for _, method := range []string{"PUT", "GET", "HEAD", "DELETE"} {
			f.refuse(400, c.code, method, "/media/"+c.path, "")
		}
		f.refuse(400, c.code, "PUT", "/media/a?uploadId=x&partNumber=1", "", "X-Amz-Copy-Source", "/media/"+c.path)
		f.refuse(400, c.code, "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/"+c.path)
		f.refuse(400, c.code, "PUT", "/media/a?renameObject", "", "X-Amz-Rename-Source", c.path)
	}
	if f.dump() != before {
		t.Error("something changed")
	}
}

func TestBadKeysOfADeleteAreReportedOneByOne(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "")
	a := f.want(200, "POST", "/media?delete", "<Delete><Object><Key>../x</Key></Object><Object><Key>a</Key></Object><Object><Key>"+strings.Repeat("k", 1025)+"</Key></Object></Delete>")
	if got := strings.Join(between(a.body, "Code"), " "); got != "InvalidURI KeyTooLongError" {
		t.Error(a.body)
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
}

func FuzzTarget(f *testing.F) {
	s := server.New(server.Config{})
	for _, uri := range []string{"/", "/a", "/a/b%20c?x=y&acl", "http://localhost/a/b", "*", "//", "/a/%zz", "/a/..", "/a/b?%", "/a/b?x=%ff", "localhost:80"} {
		f.Add(uri, "localhost")
		f.Add(uri, "name.nyc3.localhost:9000")
	}
	f.Fuzz(func(t *testing.T, uri, host string) {
		_, key, err := s.ParseTarget(uri, host)
		var refused *server.Error
		if err != nil && (!errors.As(err, &refused) || refused.Status != 400) {
			t.Fatalf("%v", err)
		}
		if err == nil && (len(key) > 1024 || strings.Contains(key, "\x00")) {
			t.Fatalf("%q passed", key)
		}
	})
}
