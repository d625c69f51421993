//go:build !linux

package job

import "os"

// fileSystem is for systems that can sync one as a whole.
type fileSystem struct{ slow bool }

func newFileSystem(*os.Root) *fileSystem { return nil }

func (*fileSystem) holds(*os.File) bool { return false }
func (*fileSystem) sync() error         { return nil }
func (*fileSystem) close()              {}
