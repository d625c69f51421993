// Command dist packs directories for people to download: the same files become the same bytes, on any machine.
//
//	dist SECONDS FROM TO
//
// Each directory in FROM, which is named as NAME_VERSION_OS_ARCH, becomes an archive of that name in TO: .zip for
// Windows, .tar.gz for the others. SECONDS since 1970 are the time of all that is in them. TO/SHA256SUMS lists them as
// sha256sum does.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New("usage: dist SECONDS FROM TO")
	}
	seconds, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil {
		return fmt.Errorf("the time of the files: %w", err)
	}
	from, to := args[1], args[2]
	dirs, err := os.ReadDir(from) // in order of their names
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, d := range dirs {
		name, pack := d.Name()+".tar.gz", writeTar
		if strings.Contains(d.Name(), "_windows_") {
			name, pack = d.Name()+".zip", writeZip
		}
		sum, err := write(filepath.Join(to, name), pack, from, d.Name(), time.Unix(seconds, 0).UTC())
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sum, name)
	}
	if sums.Len() == 0 {
		return fmt.Errorf("there is nothing to pack in %s", from)
	}
	return os.WriteFile(filepath.Join(to, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

// write makes an archive of from/dir and gives its checksum.
func write(path string, pack packer, from, dir string, at time.Time) ([]byte, error) {
	files, err := filesBelow(from, dir)
	if err != nil {
		return nil, err
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	if err := errors.Join(pack(io.MultiWriter(f, sum), files, at), f.Close()); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return sum.Sum(nil), nil
}
