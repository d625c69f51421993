package local

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"spaces/server/storage"
)

func TestABackupThatIsReadAndHasFindingsIsRefusedUnlessItIsForced(t *testing.T) {
	d, s := gathered(t)
	stray := filepath.Join(s.Path, "blobs", "00", "00000000000000ff")
	if err := os.MkdirAll(filepath.Dir(stray), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stray, []byte("of nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if rep, err := s.Adopt(t.Context(), false); !errors.Is(err, storage.ErrCorrupt) || len(rep.Findings) == 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	if _, err := os.Stat(filepath.Join(d.Path, formatFile)); err == nil {
		t.Error("there is a store")
	}
	if _, err := s.Adopt(t.Context(), true); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
