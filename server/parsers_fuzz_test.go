package server

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"spaces/server/inbound"
	"spaces/server/s3xml"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

// refusal fails the test when err is not one that a client is to blame for.
func refusal(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if e := asError(err); e.Status/100 != 4 && e.Status != http.StatusNotImplemented {
		t.Errorf("%q: %v", what, err)
	}
}

// fuzzCall is a request that has only what its headers and its document say.
func fuzzCall(document string, headers ...string) *call {
	c := &call{s: &Server{owner: "owner", now: time.Now}, op: &operation{}, who: &sigv4.Identity{}, document: document,
		ctx: context.Background()}
	c.out = reply{w: httptest.NewRecorder(), trace: &c.trace}
	c.in, _ = inbound.Read(httptest.NewRequest("PUT", "/media/a", strings.NewReader(document)))
	for i := 0; i < len(headers); i += 2 {
		c.in.Header[headers[i]] = []string{headers[i+1]}
	}
	return c
}

// readFuzzed reads a document that is a list.
func (c *call) readFuzzed(operation, doc string) error {
	for _, group := range operations {
		for _, op := range group {
			if op.name == operation {
				c.op = op
			}
		}
	}
	c.stream = new(sigv4.Body)
	return c.readItems(strings.NewReader(doc))
}

// FuzzConditions: conditional headers are of one mind with themselves, and a
// date is read the same wherever it stands.
func FuzzConditions(f *testing.F) {
	f.Add(`"abc"`, `*`, "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z")
	f.Add(`W/"abc", x,,`, `"", abc`, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994")
	o := &storage.Object{ETag: "abc", Modified: time.Date(1994, 11, 6, 8, 49, 37, 5, time.UTC)}
	f.Fuzz(func(t *testing.T, match, none, since, until string) {
		h := http.Header{"If-Match": {match}, "If-None-Match": {none}, "If-Modified-Since": {since}, "If-Unmodified-Since": {until}}
		k := readConditions(h, "", o.Modified.AddDate(1, 0, 0))
		failed := k.evaluate(o)
		check := k.required("")
		if check == nil && failed != "" || check != nil && (check(o) == nil) != (failed == "") {
			t.Errorf("%q: %q", h, failed)
		}
		if k.match != "" && failed == "If-Match" && matches(match, o.ETag) {
			t.Errorf("%q matches and does not", match)
		}
		if _, err := readTime("If-Match", since); k.hasModified && err != nil {
			t.Errorf("%q is a date and is none", since)
		}
		_, err := (expectation{etag: match, size: none, modified: since}).check()
		refusal(t, none+since, err)
	})
}

// FuzzGrants: headers never let the public in that do not name it.
func FuzzGrants(f *testing.F) {
	f.Add("public-read", "")
	f.Add("", `id="owner", uri="http://acs.amazonaws.com/groups/global/AllUsers"`)
	f.Add("", `emailAddress=a@b.c,id=,uri`)
	f.Fuzz(func(t *testing.T, acl, grant string) {
		c := fuzzCall("", "X-Amz-Acl", acl, "X-Amz-Grant-Read", grant)
		for _, sc := range []scope{space, object} {
			list, err := c.headerGrants(sc)
			refusal(t, acl+grant, err)
			for _, g := range list {
				if err == nil && g.to != toOwner && !strings.Contains(acl+grant, "public") && !strings.Contains(acl+grant, "groups") &&
					acl != "authenticated-read" && acl != "aws-exec-read" && acl != "log-delivery-write" {
					t.Errorf("%q %q gives %c to %v", acl, grant, g.may, g.to)
				}
			}
		}
	})
}

// FuzzLocks: what a write is locked with was asked for, and ends in the future.
func FuzzLocks(f *testing.F) {
	f.Add("GOVERNANCE", "2107-12-01T12:00:00Z", "ON", "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>")
	f.Add("COMPLIANCE", "9999-12-31T23:59:59+23:59", "OFF", lockExample("<Days>1</Days>"))
	f.Add("", "", "", lockExample("<Years>100</Years>"))
	f.Fuzz(func(t *testing.T, mode, until, hold, doc string) {
		now := time.Now()
		l, err := fuzzCall("").readLockHeaders(mode, until, hold)
		refusal(t, mode+until+hold, err)
		if err == nil && (l.Hold != (hold == "ON") || l.Mode != mode || mode != "" && !l.Until.After(now)) {
			t.Errorf("%q %q %q: %+v", mode, until, hold, l)
		}
		e, err := s3xml.Parse(doc)
		if err != nil {
			return
		}
		r, err := readLockConfiguration(e)
		refusal(t, doc, err)
		if err == nil && r.mode != "" && (r.days < 0 || r.years < 0 || r.days+r.years == 0) {
			t.Errorf("%q: %+v", doc, r)
		}
	})
}

func lockExample(in string) string {
	return "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode>" +
		in + "</DefaultRetention></Rule></ObjectLockConfiguration>"
}

// FuzzRequestDocuments reads anything as each document that is not kept.
func FuzzRequestDocuments(f *testing.F) {
	f.Add(`<Delete><Quiet>true</Quiet><Object><Key>a</Key><VersionId>null</VersionId></Object></Delete>`)
	f.Add(`<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part></CompleteMultipartUpload>`)
	f.Add(`<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>`)
	f.Add(`<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2107-12-01T12:00:00Z</RetainUntilDate></Retention>`)
	f.Fuzz(func(t *testing.T, doc string) {
		list := fuzzCall(doc)
		err := list.readFuzzed("DeleteObjects", doc)
		refusal(t, doc, err)
		if err == nil && len(list.doomed) > 1000 {
			t.Errorf("%d keys", len(list.doomed))
		}
		complete := fuzzCall(doc)
		err = complete.readFuzzed("CompleteMultipartUpload", doc)
		refusal(t, doc, err)
		parts, err := complete.claimedParts()
		refusal(t, doc, err)
		for _, p := range parts {
			if err == nil && (p.Number < 1 || p.Number > maxParts) {
				t.Errorf("part %d", p.Number)
			}
		}
		tags, err := fuzzCall(doc).readTagging()
		refusal(t, doc, err)
		if err == nil && len(tags) > 10 {
			t.Errorf("%d tags", len(tags))
		}
		_, _, err = fuzzCall(doc).readRetention(time.Now())
		refusal(t, doc, err)
	})
}

// FuzzKeyRequests: what asks for a key is read, or refused in the terms of its API.
func FuzzKeyRequests(f *testing.F) {
	f.Add(`{"name":"n","grants":null}`)
	f.Add(`{"name":"n","grants":[{"bucket":"media","permission":"read"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var bad *apiError
		if _, err := fuzzCall(text).readKeyRequest(); err != nil && !errors.As(err, &bad) {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// FuzzHost: a Space that a Host header names is in it.
func FuzzHost(f *testing.F) {
	for _, host := range []string{"media.localhost:9000", "media.nyc3.example.com", "nyc3.example.com", "[::1]:9000", "a.b.example.com.", ".example.com", "example.com"} {
		f.Add(host)
	}
	s := &Server{region: "nyc3", domains: []string{"localhost", "example.com"}}
	f.Fuzz(func(t *testing.T, host string) {
		if name := s.spaceOfHost(host); !strings.HasPrefix(strings.ToLower(host), name) || name != "" && s.spaceOfHost(name) == name {
			t.Errorf("%q names %q", host, name)
		}
	})
}
