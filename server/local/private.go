package local

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// writePrivate makes a file that only its owner may read, whole or not at all: written aside, synced, and linked to
// its name, which fails with fs.ErrExist when another process has made one. Either way there is a file of that name,
// durably, when it returns: what another has made may be used before he has synced it.
func writePrivate(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".credentials-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	} else if lost := syncDir(filepath.Dir(path)); lost != nil {
		return lost
	} else {
		return err
	}
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// CheckPrivate refuses a file with secrets that others may read.
func CheckPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s holds a secret and others may read it; run: chmod 600 %s", path, path)
	}
	return nil
}

// readText reads a file that people edit. Editors put a byte order mark at the start of some: one is skipped.
func readText(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	return bytes.TrimPrefix(text, []byte("\ufeff")), err
}
