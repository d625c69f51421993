package local

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAByteOrderMarkAtTheStartOfAFileIsSkipped(t *testing.T) {
	dir := dirOf(t.TempDir())
	mark := func(name string) {
		t.Helper()
		path := filepath.Join(dir.Path, name)
		text, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, append([]byte("\ufeff"), text...), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := dir.RootKey()
	if err != nil {
		t.Fatal(err)
	}
	mark(credentialsFile)
	if again, err := dir.RootKey(); err != nil || again.ID != root.ID {
		t.Errorf("the root key is %q, %v", again.ID, err)
	}
	token, err := dir.AdminToken()
	if err != nil {
		t.Fatal(err)
	}
	mark(tokenFile)
	if again, err := dir.AdminToken(); err != nil || again.Text != token.Text {
		t.Errorf("the token is another one: %v", err)
	}
	path := filepath.Join(dir.Path, encryptionFile)
	key, err := makeMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	mark(encryptionFile)
	if keys, err := readMasterKeys(path); err != nil || len(keys) != 1 || keys[0] != key {
		t.Errorf("%d keys for encryption, %v", len(keys), err)
	}
	c, err := dir.SelfSigned("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	mark("tls-cert.pem")
	mark("tls-key.pem")
	if again, err := dir.SelfSigned("127.0.0.1:0", nil); err != nil || again.Status()[0].Fingerprint != c.Status()[0].Fingerprint {
		t.Errorf("the certificate: %v", err)
	}
}
