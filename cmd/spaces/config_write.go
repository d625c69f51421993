package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// replaceConfig puts a text in the place of the configuration file, whole or not at all, for its owner alone. A link stays
// one: what it leads to is replaced.
func replaceConfig(path string, text []byte) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*.toml") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil { // durable before it is seen
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncNames(filepath.Dir(path))
}

// syncNames makes the names in a directory durable, where the system and the file system can do that.
func syncNames(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) { // as some network file systems have it
		err = nil
	}
	return errors.Join(err, d.Close())
}

// changeProfile edits the configuration file so that a profile is as p has it, nil: gone, and nothing else is another. It returns
// the configuration as it is then.
func changeProfile(path, name string, p *profile) (config, error) {
	raw, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return config{}, fmt.Errorf("read the configuration: %w", err)
	}
	text, mark := bytes.CutPrefix(raw, []byte("\ufeff"))
	before, err := parseConfig(path, text)
	if err != nil {
		return config{}, fmt.Errorf("the configuration has a mistake, mend it first: %w", err)
	}
	var was *profile
	if old, ok := before.Profiles[name]; ok {
		was = &old
	}
	edited := text
	switch {
	case p != nil:
		edited, err = withProfile(text, name, was, *p)
	case was != nil:
		edited, err = withoutProfile(text, name)
	}
	if err != nil {
		return config{}, err
	}
	after, err := parseConfig(path, edited)
	if err == nil {
		err = onlyChanged(before, after, name, p)
	}
	if err != nil {
		return config{}, fmt.Errorf("the configuration was left as it is: %w; change %s by hand", err, path)
	}
	if bytes.Equal(edited, text) {
		return after, nil
	}
	if mark {
		edited = append([]byte("\ufeff"), edited...)
	}
	if err := replaceConfig(path, edited); err != nil {
		return config{}, fmt.Errorf("write the configuration: %w", err)
	}
	return after, nil
}
