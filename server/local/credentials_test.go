package local

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func dirOf(path string) Dir { return Dir{Path: path, Now: time.Now} }

func TestTheRootKeyIsMadeOnceAndKeptPrivate(t *testing.T) {
	dir := dirOf(t.TempDir())
	first, err := dir.RootKey()
	if err != nil || !first.Made || len(first.ID) != 20 || len(first.Secret) != 43 {
		t.Fatalf("first start: made %v, %v", first.Made, err)
	}
	again, err := dir.RootKey()
	if err != nil || again.Made || again.ID != first.ID || again.Secret != first.Secret {
		t.Errorf("second start: made %v, %v; want the same key", again.Made, err)
	}
	info, err := os.Stat(filepath.Join(dir.Path, credentialsFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir.Path, ".credentials-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	os.Chmod(filepath.Join(dir.Path, credentialsFile), 0o644)
	if _, err := dir.RootKey(); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a readable secret: %v", err)
	}
}
