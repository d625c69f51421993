package local

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	toml "github.com/pelletier/go-toml/v2"
)

// RootKey is the access key that may do everything on the store of this machine.
type RootKey struct {
	ID     string `toml:"access_key_id"`
	Secret string `toml:"secret_access_key"`
	Made   bool   `toml:"-"` // just now: to be shown once
	File   string `toml:"-"` // where it is kept; "" when it comes from elsewhere
}

const credentialsFile = "credentials.toml"

// RootKey returns the key kept in the data directory, made at random the first time.
func (d Dir) RootKey() (RootKey, error) {
	path := filepath.Join(d.Path, credentialsFile)
	k, err := readRootKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if err := writeRootKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return RootKey{}, fmt.Errorf("keep a new access key: %w", err)
	} else if err == nil {
		k, err = readRootKey(path)
		k.Made = true
		return k, err
	}
	return readRootKey(path) // another process was faster
}

func readRootKey(path string) (RootKey, error) {
	text, err := readText(path)
	if err != nil {
		return RootKey{}, err
	}
	k := RootKey{File: path}
	if err := toml.Unmarshal(text, &k); err != nil {
		return k, fmt.Errorf("%s: %w", path, err)
	}
	if k.ID == "" || k.Secret == "" {
		return k, fmt.Errorf("%s: access_key_id or secret_access_key is missing; restore the file, or remove it to get a new key", path)
	}
	return k, CheckPrivate(path)
}

func writeRootKey(path string) error {
	return writePrivate(path, fmt.Sprintf("# The access key that may do everything on this store. Keep it to yourself.\naccess_key_id = %q\nsecret_access_key = %q\n",
		"SP"+randomText(18, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
		randomText(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")))
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
