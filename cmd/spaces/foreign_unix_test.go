//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRootDoesNotWriteToTheStoreOfAnother(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a directory away")
	}
	h := newHome(t)
	refused := func(when string) {
		t.Helper()
		for _, args := range [][]string{{"keys", "list"}, {"keys", "create", "x"}, {"scrub"}, {"fsck"}, {"ls"}, {"backup", filepath.Join(h.dir, "copy")}} {
			if _, errs, err := h.run(t, args...); err == nil || !strings.Contains(errs, "belongs to the user") {
				t.Errorf("%s: %q: %v %s", when, args, err, errs)
			}
		}
	}
	if err := os.Mkdir(h.data(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(h.data(), 65534, 65534); err != nil {
		t.Fatal(err)
	}
	refused("before the first start")
	if left, err := os.ReadDir(h.data()); err != nil || len(left) > 0 {
		t.Error("something was made:", left, err)
	}

	s, _ := h.start(t)
	if err := os.Chown(filepath.Join(h.data(), "format"), 65534, 65534); err != nil {
		t.Fatal(err)
	}
	h.env = []string{"SPACES_ACCESS_KEY_ID=" + testKey, "SPACES_SECRET_ACCESS_KEY=" + testSecret}
	if _, errs, err := h.run(t, "keys", "create", "x"); err != nil {
		t.Error("while the server runs:", err, errs)
	}
	s.kill()
	refused("after it")
}
