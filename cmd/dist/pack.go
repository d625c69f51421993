package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// packer writes an archive of files, each as of that time.
type packer func(w io.Writer, files []file, at time.Time) error

// file is one that goes into an archive.
type file struct {
	name string // with slashes
	path string
	size int64
	mode fs.FileMode // 0755 of programs, 0644 of everything else: the umask of who built them is not in the archive
}

// filesBelow lists the files in a directory of from, in order. Their names begin with that of the directory.
func filesBelow(from, dir string) (files []file, err error) {
	err = filepath.WalkDir(filepath.Join(from, dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a file", path)
		}
		name, err := filepath.Rel(from, path)
		mode := fs.FileMode(0o644)
		if info.Mode()&0o100 != 0 {
			mode = 0o755
		}
		files = append(files, file{name: filepath.ToSlash(name), path: path, size: info.Size(), mode: mode})
		return err
	})
	return files, err
}

func writeTar(w io.Writer, files []file, at time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression) // its header has neither a name nor a time
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, f := range files {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: f.name, Size: f.size, Mode: int64(f.mode), ModTime: at, Format: tar.FormatUSTAR}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if err := f.copyTo(t); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), z.Close())
}

func writeZip(w io.Writer, files []file, at time.Time) error {
	z := zip.NewWriter(w)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at}
		h.SetMode(f.mode)
		to, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if err := f.copyTo(to); err != nil {
			return err
		}
	}
	return z.Close()
}

func (f file) copyTo(w io.Writer) error {
	from, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer from.Close()
	_, err = io.Copy(w, from)
	return err
}
