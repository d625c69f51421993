//go:build !race

package sftpd_test

// raced: see race_on_test.go.
const raced = false
