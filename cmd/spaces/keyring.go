package main

import (
	"errors"

	keyring "github.com/zalando/go-keyring"
)

// systemKeyring keeps the secrets of connections where the system keeps those of its user: the Secret Service of Linux
// desktops, the keychain of macOS, the credential manager of Windows.
type systemKeyring struct {
	getenv func(string) string
	always bool // in tests, which bring one of their own
}

// keyringService is what the secrets are filed under.
const keyringService = "spaces"

// tokenEntry is what the token of DigitalOcean's API is filed under: no access key has a space in it.
const tokenEntry = "API token"

// account names a secret: another key of the same connection is another one.
func account(connection, key string) string { return connection + "/" + key }

// off says why there is no keyring, "" when there is one.
func (k systemKeyring) off() string {
	if k.always {
		return ""
	}
	return noKeyring(k.getenv)
}

func (k systemKeyring) get(connection, key string) (string, error) {
	if why := k.off(); why != "" {
		return "", errors.New(why)
	}
	secret, err := keyring.Get(keyringService, account(connection, key))
	if errors.Is(err, keyring.ErrNotFound) {
		return "", errors.New("the system's keyring does not have it")
	}
	return secret, err
}

func (k systemKeyring) set(connection, key, secret string) error {
	if why := k.off(); why != "" {
		return errors.New(why)
	}
	return keyring.Set(keyringService, account(connection, key), secret)
}

// remove is nil where there is none.
func (k systemKeyring) remove(connection, key string) error {
	if k.off() != "" {
		return nil
	}
	if err := keyring.Delete(keyringService, account(connection, key)); !errors.Is(err, keyring.ErrNotFound) {
		return err
	}
	return nil
}
