package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"spaces/server/local"
	"spaces/store/snapshot"
)

// readBackupKey reads the key that backups are encrypted with; none when no file is named.
func readBackupKey(path string) (*snapshot.Key, error) {
	if path == "" {
		return nil, nil
	}
	text, err := readText(path)
	if err == nil {
		err = local.CheckPrivate(path)
	}
	if err != nil {
		return nil, fmt.Errorf("the key of the backups: %w", err)
	}
	key, err := snapshot.ParseKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// makeBackupKey makes the file, which is not there, durably: what is encrypted with a key that is lost is lost.
func makeBackupKey(path string) (*snapshot.Key, error) {
	key, err := snapshot.NewKey()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.WriteString(key.File())
		if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
			err = syncNames(filepath.Dir(path))
		}
		if err != nil { // part of a key is none, and would be in the way of the next
			err = errors.Join(err, os.Remove(path))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("make a key for the backups: %w", err)
	}
	return key, nil
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
