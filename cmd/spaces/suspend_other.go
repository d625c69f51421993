//go:build !unix

package main

import tea "charm.land/bubbletea/v2"

// Shells of other systems have no jobs.

func onStop(func()) (done func()) { return func() {} }

func suspend(string) tea.Cmd { return nil }
