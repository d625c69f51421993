package server_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/server/s3xml"
	"spaces/server/sweep"
)

// Keys may have characters that XML 1.0 has no place for, and so may the
// prefixes of rules, which clients send as they are or as references.
func TestARuleMayBeForAnyPrefixThatAKeyHas(t *testing.T) {
	for _, prefix := range []string{"a\x01b/", "a\x1b[31m/", "a\ufffeb/", "a\rb/", "a\u0085\u2028/", "a&<b/"} {
		others := []string{"a", "ab/x", "a\x02b/x", "a\ufffdb/x", "a b/x", "a%01b/x", prefix[:len(prefix)-1], "b" + prefix}
		escaped := strings.TrimSuffix(strings.TrimPrefix(element("a", prefix), "<a>"), "</a>")
		sent := []string{escaped}
		if !strings.ContainsAny(prefix, "&<\r") {
			sent = append(sent, prefix)
		}
		for _, text := range sent {
			f := withSpace(t)
			f.want(200, "PUT", "/media?lifecycle", expiry("<Prefix>"+text+"</Prefix>", "2"))
			doc, err := s3xml.Parse(f.want(200, "GET", "/media?lifecycle", "").body)
			if err != nil {
				t.Fatal(err)
			}
			if got := doc.Children[0].Children[1].Children[0]; got.Name != "Prefix" || got.Text != prefix {
				t.Errorf("%q is read back as %+v", prefix, got)
			}
			for _, key := range others {
				f.want(200, "PUT", target("media", key), "x")
			}
			f.want(200, "PUT", target("media", prefix+"x"), "x")
			if f.want(200, "HEAD", target("media", prefix+"x"), "").Header.Get("X-Amz-Expiration") == "" {
				t.Errorf("%q does not expire", prefix)
			}
			var due []string
			in := time.Now().Add(4 * 24 * time.Hour)
			if err := sweep.New(f.engine, func() time.Time { return in }, nil).Plan(t.Context(), "media", func(d sweep.Due) error {
				due = append(due, d.Action+" "+d.Key)
				return nil
			}); err != nil || !slices.Equal(due, []string{sweep.Delete + " " + prefix + "x"}) {
				t.Errorf("%q, sent as %q: %q expire, %v", prefix, text, due, err)
			}
		}
	}
}
