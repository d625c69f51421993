package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spaces/server"
)

func (f *fixture) fill(keys ...string) {
	f.Helper()
	for _, key := range keys {
		f.want(200, "PUT", target("media", key), "x")
	}
}

// listed is what a page gives: its keys, its prefixes, and whether it is truncated.
func listed(a answer) (keys, prefixes []string, truncated string) {
	body := a.body
	for _, group := range between(body, "CommonPrefixes") {
		_ = group
	}
	parts := strings.Split(body, "<CommonPrefixes>")
	for _, p := range parts[1:] {
		prefixes = append(prefixes, first(p, "Prefix"))
	}
	return between(body, "Key"), prefixes, first(body, "IsTruncated")
}

func (f *fixture) page(query string, keys, prefixes []string, truncated bool) answer {
	f.Helper()
	a := f.want(200, "GET", "/media"+query, "")
	k, p, more := listed(a)
	if !slices.Equal(k, keys) || !slices.Equal(p, prefixes) || more != fmt.Sprint(truncated) {
		f.Errorf("%s: %q %q %s, want %q %q %v", query, k, p, more, keys, prefixes, truncated)
	}
	return a
}

func TestListByPrefixAndDelimiter(t *testing.T) {
	f := withSpace(t)
	f.fill("a", "b/1", "b/2", "b/c/3", "boo/bar", "c--d--e", "c--f", "z")
	for _, v := range []string{"?", "?list-type=2&"} {
		f.page(v, []string{"a", "b/1", "b/2", "b/c/3", "boo/bar", "c--d--e", "c--f", "z"}, nil, false)
		f.page(v+"delimiter=/", []string{"a", "c--d--e", "c--f", "z"}, []string{"b/", "boo/"}, false)
		f.page(v+"delimiter=/&prefix=b/", []string{"b/1", "b/2"}, []string{"b/c/"}, false)
		f.page(v+"delimiter=/&prefix=b", nil, []string{"b/", "boo/"}, false)
		f.page(v+"delimiter=--", []string{"a", "b/1", "b/2", "b/c/3", "boo/bar", "z"}, []string{"c--"}, false)
		f.page(v+"delimiter=--&prefix=c--", []string{"c--f"}, []string{"c--d--"}, false)
		f.page(v+"prefix=nothing", nil, nil, false)
		f.page(v+"delimiter=&prefix=", []string{"a", "b/1", "b/2", "b/c/3", "boo/bar", "c--d--e", "c--f", "z"}, nil, false)
		f.page(v+"max-keys=0", nil, nil, false)
		f.page(v+"max-keys=8", []string{"a", "b/1", "b/2", "b/c/3", "boo/bar", "c--d--e", "c--f", "z"}, nil, false)
		f.page(v+"max-keys=2&delimiter=/", []string{"a"}, []string{"b/"}, true)
	}
}

func TestPagesOfAListGiveEverythingOnce(t *testing.T) {
	f := withSpace(t)
	f.fill("a", "b/", "b/1", "b/2", "b/c/3", "boo/bar", "c", "d/e", "z")
	for size := 1; size <= 10; size++ {
		for _, query := range []string{"delimiter=/", "", "delimiter=/&prefix=b/", "prefix=b"} {
			var want, v1, v2 []string
			collect := func(into *[]string, a answer) {
				k, p, _ := listed(a)
				*into = append(*into, k...)
				*into = append(*into, p...)
			}
			collect(&want, f.want(200, "GET", "/media?"+query, ""))
			next := ""
			for more := true; more; {
				a := f.want(200, "GET", fmt.Sprintf("/media?max-keys=%d&%s&marker=%s", size, query, escapeKey(next)), "")
				collect(&v1, a)
				more = first(a.body, "IsTruncated") == "true"
				if next = first(a.body, "NextMarker"); next == "" && more {
					k, _, _ := listed(a)
					next = k[len(k)-1]
				}
			}
			token := ""
			for more := true; more; {
				a := f.want(200, "GET", fmt.Sprintf("/media?list-type=2&max-keys=%d&%s%s", size, query, token), "")
				collect(&v2, a)
				token, more = "&continuation-token="+first(a.body, "NextContinuationToken"), first(a.body, "IsTruncated") == "true"
			}
			slices.Sort(want)
			slices.Sort(v1)
			slices.Sort(v2)
			if !slices.Equal(v1, want) || !slices.Equal(v2, want) {
				t.Errorf("%s by %d: V1 %q V2 %q, want %q", query, size, v1, v2, want)
			}
		}
	}
}

func TestListSaysWhatItWasAsked(t *testing.T) {
	f := withSpace(t)
	f.fill("a b", "b")
	a := f.page("?prefix=a%20&marker=a&delimiter=%2F&max-keys=2000&encoding-type=url", []string{"a%20b"}, nil, false)
	for name, want := range map[string]string{"Name": "media", "Prefix": "a%20", "Marker": "a", "Delimiter": "/", "MaxKeys": "1000", "EncodingType": "url", "StorageClass": "STANDARD", "ID": "owner"} {
		if got := first(a.body, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	a = f.page("?list-type=2&start-after=a%20b", []string{"b"}, nil, false)
	if first(a.body, "StartAfter") != "a b" || first(a.body, "KeyCount") != "1" || first(a.body, "ID") != "" {
		t.Error(a.body)
	}
	a = f.page("?list-type=2&fetch-owner=true", []string{"a b", "b"}, nil, false)
	if first(a.body, "ID") != "owner" {
		t.Error(a.body)
	}
	a = f.page("?list-type=2&max-keys=1", []string{"a b"}, nil, true)
	token := first(a.body, "NextContinuationToken")
	if token == "" || strings.Contains(token, "a b") {
		t.Error(a.body)
	}
	a = f.page("?list-type=2&continuation-token="+token+"&start-after=z", []string{"b"}, nil, false)
	if first(a.body, "ContinuationToken") != token || first(a.body, "StartAfter") != "z" {
		t.Error(a.body)
	}
}

func TestBadParametersOfAListAreRefused(t *testing.T) {
	f := withSpace(t)
	for _, q := range []string{
		"max-keys=-1", "max-keys=x", "max-keys=99999999999", "max-keys=1.5", "encoding-type=base64", "encoding-type=", "list-type=1", "list-type=3", "list-type",
		"list-type=2&continuation-token=", "list-type=2&continuation-token=x", "list-type=2&continuation-token=" + server.EncodeToken("a")[1:], "list-type=2&max-keys=-1",
	} {
		f.refuse(400, "InvalidArgument", "GET", "/media?"+q, "")
	}
	f.refuse(400, "InvalidURI", "GET", "/media?prefix=%ff", "")
	f.refuse(400, "InvalidURI", "GET", "/media?prefix=%00", "")
	f.refuse(404, "NoSuchBucket", "GET", "/other?list-type=2", "")
	f.want(200, "GET", "/media?x-id=ListObjects&unknown=1", "")
}

func FuzzToken(f *testing.F) {
	f.Add(server.EncodeToken("a/b"))
	f.Add("")
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, token string) {
		after, err := server.DecodeToken(token)
		if err == nil && server.EncodeToken(after) != token {
			t.Errorf("%q is %q", token, after)
		}
	})
}
