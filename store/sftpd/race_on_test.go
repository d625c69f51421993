//go:build race

package sftpd_test

// raced: the detector is on.
const raced = true
