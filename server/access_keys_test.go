package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/keyring"
	"spaces/server/sigv4"
)

// TestPolicyAndAccessKeys: what a policy says of a key adds to its grants, and
// takes away from them.
func TestPolicyAndAccessKeys(t *testing.T) {
	var ring *keyring.Ring
	f := newFixture(t, func(c *server.Config) {
		var err error
		if ring, err = keyring.Open(c.Engine, nil); err != nil {
			t.Fatal(err)
		}
		c.Keys = ring
	})
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/a", "x")
	reader, err := ring.Create("reader", []keyring.Grant{{Bucket: "media", Permission: keyring.Read}})
	if err != nil {
		t.Fatal(err)
	}
	nobody, err := ring.Create("nobody", []keyring.Grant{{Bucket: "other", Permission: keyring.Read}})
	if err != nil {
		t.Fatal(err)
	}
	get := func(k keyring.Key) int {
		r := f.request("GET", "/media/a", "")
		sigv4.Sign(r, k.ID, k.Secret, region, sigv4.HashPayload(nil), time.Now())
		return f.send(r).StatusCode
	}
	for _, c := range []struct {
		effect, principal string
		reader, nobody    int
	}{
		{"Deny", `"*"`, 403, 403},
		{"Deny", fmt.Sprintf(`{"AWS":%q}`, reader.ID), 403, 403},
		{"Deny", `{"AWS":"arn:aws:iam::owner:user/reader"}`, 403, 403},
		{"Deny", `{"AWS":"arn:aws:iam::owner:user/nobody"}`, 200, 403},
		{"Deny", `{"AWS":"arn:aws:iam::owner:root"}`, 403, 403},
		{"Deny", `{"CanonicalUser":"other"}`, 200, 403},
		{"Allow", `"*"`, 200, 200},
		{"Allow", `{"AWS":"arn:aws:iam::owner:user/nobody"}`, 200, 200},
		{"Allow", fmt.Sprintf(`{"AWS":%q}`, nobody.ID), 200, 200},
		{"Allow", `{"AWS":"arn:aws:iam::owner:root"}`, 200, 403}, // the account has it already, its keys have not
		{"Allow", `{"CanonicalUser":"owner"}`, 200, 403},
		{"Allow", `{"AWS":"arn:aws:iam::owner:user/reader"}`, 200, 403},
	} {
		f.setPolicy(strings.Replace(statement(c.effect, "GetObject", "media/*", ""), `"*"`, c.principal, 1))
		if got := [2]int{get(reader), get(nobody)}; got != [2]int{c.reader, c.nobody} {
			t.Errorf("%s %s: %v", c.effect, c.principal, got)
		}
	}
	f.want(204, "DELETE", "/media?policy", "")
	f.want(200, "PUT", "/media/a?acl", "", "X-Amz-Acl", "authenticated-read")
	if a := f.anonymous("GET", "/media/a", ""); a.StatusCode != http.StatusForbidden || get(nobody) != 200 {
		t.Error("authenticated-read is for keys, and for them only")
	}
}
