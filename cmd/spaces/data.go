package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"

	"spaces/server"
	"spaces/server/local"
)

// dataPath is the data directory, whether it is there or not.
func dataPath(p process, o options) (local.Dir, error) {
	path, err := filepath.Abs(cmp.Or(o.data, filepath.Join(xdg.DataHome, "spaces")))
	return local.Dir{Path: path, Now: p.now, Log: troubleLog(p), Troubles: &server.Troubles{}}, err
}

// dataDir makes the data directory where it is not there, for what works in it.
func dataDir(p process, o options) (local.Dir, error) {
	dir, err := dataPath(p, o)
	if err == nil {
		err = checkOwner(dir.Path)
	}
	if err != nil {
		return dir, err
	}
	return dir, makeData(dir)
}

func makeData(dir local.Dir) error {
	if err := os.MkdirAll(dir.Path, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w; choose another with --data", err)
	}
	return nil
}

// existingDir is dataDir without making it: a misspelt name must not leave a directory behind.
func existingDir(p process, o options) (local.Dir, error) {
	dir, err := dataPath(p, o)
	if err == nil {
		_, err = os.Stat(dir.Path)
	}
	if err == nil {
		err = checkOwner(dir.Path)
	}
	return dir, err
}

// rootKey is the key that the environment sets, else the one kept in the data directory.
func rootKey(dir local.Dir, p process) (local.RootKey, error) {
	id, secret := p.getenv("SPACES_ACCESS_KEY_ID"), p.getenv("SPACES_SECRET_ACCESS_KEY")
	switch {
	case id != "" && secret != "":
		return local.RootKey{ID: id, Secret: secret}, nil
	case id != "" || secret != "":
		return local.RootKey{}, errors.New("set both SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY, or neither")
	}
	return dir.RootKey()
}
