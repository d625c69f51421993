package server_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"spaces/server"
)

// FuzzFormPolicy looks for policies that let a form through which they do not
// allow, for some of which a simple reading of them can tell.
func FuzzFormPolicy(f *testing.F) {
	soon := time.Date(2107, 12, 1, 12, 0, 0, 0, time.UTC)
	f.Add(policyText(soon, conditions()), "user/a.txt")
	f.Add(`{"expiration": "2107-12-01T12:00:00.000Z", "conditions": [ {"bucket": "media" }, ["starts-with", "$key", "\$user"], ] }`, "$user")
	f.Add(`{"expiration":"2107-12-01T12:00:00Z","conditions":[["content-length-range","1",1e1],{"bucket":"media","key":"k"}]}`, "k")
	f.Add(`{"conditions":[{}]}`, "")
	f.Fuzz(func(t *testing.T, policy, key string) {
		if strings.ContainsAny(key, "\r\n") || len(key) > 1000 || strings.Contains(key, "${filename}") {
			return
		}
		form := newForm("key", key, "policy", base64.StdEncoding.EncodeToString([]byte(policy)))
		got, file, err := server.CheckForm(formType, strings.NewReader(form.body("hello")), "media", soon.Add(-time.Hour))
		if err != nil {
			return
		}
		if got != key || string(file) != "hello" {
			t.Errorf("%q became %q with %q", key, got, file)
		}
		if !strings.Contains(strings.ToLower(policy), "media") && json.Valid([]byte(policy)) && !strings.Contains(policy, `\u`) && !strings.Contains(policy, `""`) {
			t.Errorf("a policy that names no bucket let a form through: %s", policy)
		}
	})
}

// FuzzForm looks for bodies that break the reader of forms.
func FuzzForm(f *testing.F) {
	f.Add(signed().body("hello"))
	f.Add(usual().fields() + "--x-boundary--\r\n")
	f.Add("--x-boundary\r\n\r\n--x-boundary--")
	f.Fuzz(func(t *testing.T, body string) {
		key, file, err := server.CheckForm(formType, strings.NewReader(body), "media", time.Now())
		if err == nil && (!strings.Contains(body, string(file)) || len(key) > len(body)+len("file")) {
			t.Errorf("%q %q is not of the body", key, file)
		}
	})
}
