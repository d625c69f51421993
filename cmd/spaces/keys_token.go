package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// tokenFile is beside the credentials, with the same mode. It has a name of its own because a root key may come from
// the environment, and the token is needed all the same.
const tokenFile = "admin-token"

// adminToken is the bearer token of the API that manages access keys.
type adminToken struct {
	text string
	made bool // just now: to be shown once
	file string
}

// loadAdminToken returns the token kept in the data directory, made at random the first time.
func loadAdminToken(dir string) (adminToken, error) {
	path := filepath.Join(dir, tokenFile)
	t, err := readAdminToken(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return t, err
	}
	text := "spaces_v1_" + randomText(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
	if err := writePrivate(path, text+"\n"); err == nil {
		t.made = true
	} else if !errors.Is(err, fs.ErrExist) { // another process was faster
		return t, fmt.Errorf("keep a new admin token: %w", err)
	}
	made := t.made
	t, err = readAdminToken(path)
	t.made = made
	return t, err
}

func readAdminToken(path string) (adminToken, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return adminToken{}, err
	}
	t := adminToken{text: strings.TrimSpace(string(text)), file: path}
	if t.text == "" {
		return t, fmt.Errorf("%s is empty; restore the file, or remove it to get a new token", path)
	}
	return t, privateFile(path)
}
