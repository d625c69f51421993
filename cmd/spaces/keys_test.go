package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
)

// madeKey is what `keys create --json` prints.
type madeKey struct {
	Key struct {
		Name   string
		ID     string `json:"access_key"`
		Secret string `json:"secret_key"`
	}
}

func (h home) keys(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, err := h.run(t, append([]string{"keys"}, args...)...)
	if err != nil {
		t.Fatalf("keys %v: %v\n%s", args, err, errs)
	}
	return out
}

func (h home) createKey(t *testing.T, args ...string) (k madeKey) {
	t.Helper()
	out := h.keys(t, append([]string{"create", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &k); err != nil || k.Key.Secret == "" {
		t.Fatalf("%v\n%s", err, out)
	}
	return k
}

func TestKeysAreManagedWithAndWithoutARunningServer(t *testing.T) {
	h := newHome(t)
	alone := h.createKey(t, "alone", "--grant", "media:read")
	s := h.serve(t, program(t), "127.0.0.1:0")
	limited := h.createKey(t, "limited", "--grant", "media:readwrite", "--grant", "other:read")
	root := s.open(t)
	for _, name := range []string{"media", "secret"} {
		if err := root.CreateSpace(t.Context(), name, store.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range []madeKey{alone, limited} {
		c, err := store.Open(t.Context(), store.Config{
			Name: "limited", Endpoint: "http://" + s.addr, Region: "us-east-1", PathStyle: true, AccessKey: k.Key.ID, SecretKey: k.Key.Secret,
		})
		if err != nil {
			t.Fatal(err)
		}
		spaces, err := c.Spaces(t.Context())
		if err != nil || len(spaces) != 1 || spaces[0].Name != "media" {
			t.Errorf("%s sees %v %v", k.Key.Name, spaces, err)
		}
	}
	list := h.keys(t, "list")
	for _, want := range []string{alone.Key.ID, limited.Key.ID, "media:readwrite,other:read", "limited"} {
		if !strings.Contains(list, want) {
			t.Errorf("%q is missing in\n%s", want, list)
		}
	}
	if strings.Contains(list, limited.Key.Secret) || strings.Contains(h.keys(t, "list", "--json"), limited.Key.Secret) {
		t.Error("a secret is listed")
	}
	rotated := h.keys(t, "rotate", "limited")
	if !strings.Contains(rotated, limited.Key.ID) || strings.Contains(rotated, limited.Key.Secret) {
		t.Error(rotated)
	}
	h.keys(t, "delete", limited.Key.ID)
	s.stop()
	if list := h.keys(t, "list"); strings.Contains(list, limited.Key.ID) || !strings.Contains(list, alone.Key.ID) {
		t.Error(list)
	}
}

func TestKeysRefuseWhatIsNotThereOrWrong(t *testing.T) {
	h := newHome(t)
	h.createKey(t, "twin")
	h.createKey(t, "twin")
	for want, args := range map[string][]string{
		"there is no access key":       {"delete", "nobody"},
		"2 access keys are called":     {"rotate", "twin"},
		"write read, readwrite":        {"create", "a", "--grant", "media:write"},
		"the server refused: a grant":  {"create", "a", "--grant", "Media:read"},
		"the server refused: the name": {"create", " "},
	} {
		if _, errs, err := h.run(t, append([]string{"keys"}, args...)...); err == nil || !strings.Contains(errs, want) {
			t.Errorf("keys %v: %v %s", args, err, errs)
		}
	}
}

func TestTheAdminTokenIsPrivateAndKept(t *testing.T) {
	h := newHome(t)
	h.keys(t, "list")
	path := filepath.Join(h.data(), "admin-token")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	before, _ := os.ReadFile(path)
	h.keys(t, "list")
	if after, _ := os.ReadFile(path); string(after) != string(before) || len(before) < 40 {
		t.Errorf("%q became %q", before, after)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, errs, err := h.run(t, "keys", "list"); err == nil || !strings.Contains(errs, "chmod 600") {
		t.Error(err, errs)
	}
}
