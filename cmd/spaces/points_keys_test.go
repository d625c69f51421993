package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"spaces/store/storetest"
)

var keyPair = regexp.MustCompile(`aws_access_key_id = (\S+)\s+aws_secret_access_key = (\S+)`)

// pair takes both halves of an access key from the dialog that shows the secret once, and closes it.
func (p *point) pair() (id, secret string) {
	p.t.Helper()
	p.see("The secret cannot be shown again", "▌ ") // the list behind has come: it moves marks, too
	before := p.clipboard()
	p.walk("tab", "[ Copy both ]")
	p.press("enter")
	p.see("Sent to the terminal's clipboard")
	p.until("a key on the clipboard", func(string) bool { return p.clipboard() != before && keyPair.MatchString(p.clipboard()) })
	m := keyPair.FindStringSubmatch(p.clipboard())
	p.leave("The secret cannot be shown again")
	return m[1], m[2]
}

// may says what a key may do with a Space: r(ead), w(rite), l(ist the Space).
func (p *point) may(id, secret, space string) string {
	p.t.Helper()
	c, may, key, written := clientOf(p.endpoint, id, secret), "", "a.txt", "written.txt"
	if _, err := c.GetObject(p.t.Context(), &s3.GetObjectInput{Bucket: &space, Key: &key}); err == nil {
		may += "r"
	}
	if _, err := c.PutObject(p.t.Context(), &s3.PutObjectInput{Bucket: &space, Key: &written, Body: strings.NewReader("x")}); err == nil {
		may += "w"
	}
	if _, err := c.ListObjectsV2(p.t.Context(), &s3.ListObjectsV2Input{Bucket: &space}); err == nil {
		may += "l"
	}
	return may
}

func TestPointAccessKeysAreLimitedToWhatWasChosen(t *testing.T) {
	p := newPoint(t, storetest.AccessKeys)
	p.put("a.txt")
	p.open("")
	p.see(p.space)
	p.press("g", "k")
	p.see("no access keys beside")
	p.press("a")
	p.see("Create an access key", "Limited", p.space)
	p.press("backup", "tab", "tab", "right")
	p.until("read beside the Space", func(s string) bool {
		return regexp.MustCompile(regexp.QuoteMeta("▸ "+p.space) + ` +read `).MatchString(s)
	})
	p.walk("tab", "[ Create ]")
	p.press("enter")
	id, secret := p.pair()
	p.see("backup", "read: "+p.space)
	if may := p.may(id, secret, p.space); may != "rl" {
		t.Errorf("a key that may read may %q", may)
	}
	other := p.newName()
	p.create(other)
	if may := p.may(id, secret, other); may != "" {
		t.Errorf("in another Space it may %q", may)
	}

	p.press("=") // more
	p.see("Access key – backup")
	p.press("right")
	p.walk("tab", "[ Save ]")
	p.press("enter")
	p.gone("Access key – backup")
	p.see("read/write/delete: " + p.space)
	if may := p.may(id, secret, p.space); may != "rwl" {
		t.Errorf("a key that may write may %q", may)
	}

	p.press("r")
	p.see("Access key – backup")
	p.press("ctrl+e", "ctrl+u", "website", "enter")
	p.gone("Access key – backup")
	p.see("website", "read/write/delete: "+p.space)

	p.press("S") // another secret
	p.see("website", "Cancel")
	p.press("y")
	again, renewed := p.pair()
	if again != id || renewed == secret {
		t.Errorf("the key %s is %s now; another secret: %v", id, again, renewed != secret)
	}
	if old, now := p.may(id, secret, p.space), p.may(id, renewed, p.space); old != "" || now != "rwl" {
		t.Errorf("the old secret may %q, the new one %q", old, now)
	}

	p.press("d")
	p.see("website", "Cancel")
	p.press("y")
	p.see("no access keys beside")
	if may := p.may(id, renewed, p.space); may != "" {
		t.Errorf("a key that was deleted may %q", may)
	}
}
