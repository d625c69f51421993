package server_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"spaces/server/keyring"
)

// publicKey is a line of a .pub file.
func publicKey(t testing.TB, comment string) string {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) + " " + comment
}

func authorizing(id, key string) string {
	text, _ := json.Marshal(map[string]string{"access_key": id, "public_key": key})
	return string(text)
}

const loginsPath = "/v2/spaces/ssh_keys"

func TestAPublicKeyIsAuthorizedListedAndRevoked(t *testing.T) {
	f := newFixture(t, withRing)
	guest := f.newKey("guest", readOnly("media"))
	line := publicKey(t, "you@laptop")
	var made struct {
		Login keyring.Login `json:"ssh_key"`
	}
	a := f.api("POST", loginsPath, authorizing(guest.ID, line))
	if err := json.Unmarshal([]byte(a.body), &made); a.StatusCode != 201 || err != nil || made.Login.AccessKey != guest.ID || made.Login.Comment != "you@laptop" || !strings.HasPrefix(line, made.Login.PublicKey) {
		t.Fatal(a.StatusCode, a.body)
	}
	if a := f.api("POST", loginsPath, authorizing(accessKey, line)); a.StatusCode != 422 {
		t.Error("one public key leads to two access keys:", a.StatusCode, a.body)
	}
	if a := f.api("POST", loginsPath, authorizing(accessKey, publicKey(t, ""))); a.StatusCode != 201 {
		t.Error("the root key is not to be had:", a.StatusCode, a.body)
	}
	if a := f.api("GET", loginsPath, ""); strings.Count(a.body, `"fingerprint"`) != 2 || strings.Contains(a.body, guest.Secret) {
		t.Error(a.body)
	}
	if a := f.api("DELETE", loginsPath+"/"+url.PathEscape(made.Login.Fingerprint), ""); a.StatusCode != 204 {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.api("DELETE", loginsPath+"/"+url.PathEscape(made.Login.Fingerprint), ""); a.StatusCode != 404 {
		t.Error("it is revoked twice:", a.StatusCode, a.body)
	}
	if a := f.api("GET", loginsPath, ""); strings.Count(a.body, `"fingerprint"`) != 1 {
		t.Error(a.body)
	}
}

func TestPublicKeysAreManagedByTheRootOnly(t *testing.T) {
	f := newFixture(t, withRing)
	widest := f.newKey("widest", fullAccess(""))
	body := authorizing(accessKey, publicKey(t, "attacker"))
	for name, status := range map[string]int{
		"a key with full access": f.as(widest, "POST", loginsPath, body).StatusCode,
		"a wrong token":          f.send(f.request("POST", loginsPath, body, "Authorization", "Bearer wrong")).StatusCode,
	} {
		if status < 400 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if a := f.send(f.request("POST", loginsPath, body)); a.StatusCode < 400 {
		t.Error("nobody:", a.StatusCode, a.body)
	}
	if a := f.api("GET", loginsPath, ""); strings.Contains(a.body, "fingerprint") {
		t.Error("something was authorized:", a.body)
	}
	if a := f.do("POST", loginsPath, body); a.StatusCode != 201 {
		t.Error("the root key:", a.StatusCode, a.body)
	}
}

func TestWhatIsNoPublicKeyIsNotAuthorized(t *testing.T) {
	f := newFixture(t, withRing)
	good := publicKey(t, "x")
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"no body":             {"", 400},
		"no key":              {authorizing(accessKey, ""), 400},
		"no access key":       {authorizing("", good), 404},
		"an unknown one":      {authorizing("DOWHO", good), 404},
		"two lines":           {authorizing(accessKey, good+"\n"+good), 400},
		"options":             {authorizing(accessKey, `command="sh" `+good), 400},
		"a private key":       {authorizing(accessKey, "-----BEGIN OPENSSH PRIVATE KEY-----"), 400},
		"a control character": {authorizing(accessKey, good+"\x1b[31m"), 201},
	} {
		if a := f.api("POST", loginsPath, c.body); a.StatusCode != c.status || strings.Contains(a.body, "\x1b") {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "HEAD"} {
		if a := f.api(method, loginsPath, ""); a.StatusCode != 405 {
			t.Error(method, a.StatusCode, a.body)
		}
	}
}
