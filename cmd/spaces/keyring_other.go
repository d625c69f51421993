//go:build !linux

package main

// noKeyring says why there is no keyring, "" when there is one: these systems have theirs.
func noKeyring(func(string) string) string { return "" }
