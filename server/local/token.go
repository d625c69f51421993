package local

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// tokenFile is beside the credentials, with the same mode. It has a name of its own because a root key may come from
// the environment, and the token is needed all the same.
const tokenFile = "admin-token"

// AdminToken is the bearer token of the API that manages access keys.
type AdminToken struct {
	Text string
	Made bool // just now: to be shown once
	File string
}

// AdminToken returns the token kept in the data directory, made at random the first time.
func (d Dir) AdminToken() (AdminToken, error) {
	path := filepath.Join(d.Path, tokenFile)
	t, err := readAdminToken(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return t, err
	}
	text := "spaces_v1_" + randomText(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
	if err := writePrivate(path, text+"\n"); err == nil {
		t.Made = true
	} else if !errors.Is(err, fs.ErrExist) { // another process was faster
		return t, fmt.Errorf("keep a new admin token: %w", err)
	}
	made := t.Made
	t, err = readAdminToken(path)
	t.Made = made
	return t, err
}

func readAdminToken(path string) (AdminToken, error) {
	text, err := readText(path)
	if err != nil {
		return AdminToken{}, err
	}
	t := AdminToken{Text: strings.TrimSpace(string(text)), File: path}
	if t.Text == "" {
		return t, fmt.Errorf("%s is empty; restore the file, or remove it to get a new token", path)
	}
	return t, CheckPrivate(path)
}
