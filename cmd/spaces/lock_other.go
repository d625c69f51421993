//go:build !unix || solaris || aix

package main

import "os"

// Two programs that change the bookmarks at the same moment may lose one of the changes here.
func lockFile(*os.File) error { return nil }
