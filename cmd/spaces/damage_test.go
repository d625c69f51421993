package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
)

// TestADamagedLogStopsTheStartUntilSomebodyDecides flips a bit near the end of the log of a server that was killed.
func TestADamagedLogStopsTheStartUntilSomebodyDecides(t *testing.T) {
	h := newHome(t)
	s, _ := h.start(t)
	c := s.open(t)
	if err := c.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	put := func(i int) {
		t.Helper()
		if _, err := c.Put(t.Context(), store.Ref{Space: "media", Key: fmt.Sprint("k", i)}, strings.NewReader("body"), 4, store.Props{}, store.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		put(i)
	}
	logs, err := filepath.Glob(filepath.Join(h.data(), "meta", "*.log"))
	if err != nil || len(logs) != 1 {
		t.Fatal(logs, err)
	}
	before, err := os.Stat(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	put(20)
	s.kill()
	text, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	text[before.Size()+80] ^= 4
	if err := os.WriteFile(logs[0], text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"fsck"}, {"scrub"}, {"fsck", "--repair", "orphan,unused"}, {"serve", "--listen", "127.0.0.1:0"}} {
		if out, errs, err := h.run(t, args...); err == nil || !strings.Contains(errs, `media`) || !strings.Contains(errs, "--repair log") {
			t.Errorf("%s: %q %q", args, out, errs)
		}
	}
	out, errs, err := h.run(t, "fsck", "--repair", "log")
	if err != nil || !strings.Contains(out, "20 objects") || !strings.Contains(out, "kept as it was in damaged") {
		t.Error(out, errs, err)
	}
	kept, err := os.ReadFile(filepath.Join(h.data(), "damaged", filepath.Base(logs[0])))
	if err != nil || string(kept) != string(text) {
		t.Errorf("%d bytes are kept, %v", len(kept), err)
	}
	s, _ = h.start(t)
	if page, err := s.open(t).List(t.Context(), store.ListRequest{Space: "media"}); err != nil || len(page.Entries) != 20 {
		t.Error(page, err)
	}
	s.stop()
	if out, errs, err := h.run(t, "fsck"); err != nil {
		t.Error(out, errs, err)
	}
}
