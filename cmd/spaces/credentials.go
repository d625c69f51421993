package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	toml "github.com/pelletier/go-toml/v2"
)

// rootKey is the access key that may do everything on an embedded store.
type rootKey struct {
	ID     string `toml:"access_key_id"`
	Secret string `toml:"secret_access_key"`
	made   bool   // just now: to be shown once
	file   string // where it is kept; "" when it comes from the environment
}

const credentialsFile = "credentials.toml"

// loadRootKey returns the key that the environment sets, else the one kept in the data directory, made at random the
// first time.
func loadRootKey(dir string, getenv func(string) string) (rootKey, error) {
	id, secret := getenv("SPACES_ACCESS_KEY_ID"), getenv("SPACES_SECRET_ACCESS_KEY")
	switch {
	case id != "" && secret != "":
		return rootKey{ID: id, Secret: secret}, nil
	case id != "" || secret != "":
		return rootKey{}, errors.New("set both SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY, or neither")
	}
	path := filepath.Join(dir, credentialsFile)
	k, err := readRootKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if err := writeRootKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return rootKey{}, fmt.Errorf("keep a new access key: %w", err)
	} else if err == nil {
		k, err = readRootKey(path)
		k.made = true
		return k, err
	}
	return readRootKey(path) // another process was faster
}

func readRootKey(path string) (rootKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return rootKey{}, err
	}
	k := rootKey{file: path}
	if err := toml.Unmarshal(text, &k); err != nil {
		return k, fmt.Errorf("%s: %w", path, err)
	}
	if k.ID == "" || k.Secret == "" {
		return k, fmt.Errorf("%s: access_key_id or secret_access_key is missing; restore the file, or remove it to get a new key", path)
	}
	return k, privateFile(path)
}

func writeRootKey(path string) error {
	return writePrivate(path, fmt.Sprintf("# The access key that may do everything on this store. Keep it to yourself.\naccess_key_id = %q\nsecret_access_key = %q\n",
		"SP"+randomText(18, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
		randomText(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")))
}

// writePrivate makes a file that only its owner may read, whole or not at all: written aside, synced, and linked to
// its name, which fails with fs.ErrExist when another process has made one.
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
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// randomText draws n characters from an alphabet whose length divides 256.
func randomText(n int, alphabet string) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
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

// privateFile refuses a file with secrets that others may read.
func privateFile(path string) error {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s holds a secret and others may read it; run: chmod 600 %s", path, path)
	}
	return nil
}
