package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"spaces/store"
	"spaces/tui/kit"
)

// bookmarks keeps places below the state directory: bookmarks, with a line "NAME" PLACE each, and visited, with a PLACE
// each, the last first. Names and places are quoted as Go quotes them, because keys are any bytes. What a line does not
// say so is left out when it is read, and gone when something is written.
type bookmarks struct {
	dir string
	mu  sync.Mutex
}

const (
	marksFile   = "bookmarks"
	visitedFile = "visited"
)

// Marks implements kit.Bookmarks.
func (b *bookmarks) Marks() (marks []kit.Mark, err error) {
	lines, err := b.read(marksFile)
	for _, line := range lines {
		if fields := unquoted(line); len(fields) == 2 {
			if p, err := store.ParsePlace(fields[1], store.Place{}); err == nil {
				marks = append(marks, kit.Mark{Name: fields[0], Place: p})
			}
		}
	}
	return marks, err
}

// Mark implements kit.Bookmarks.
func (b *bookmarks) Mark(m kit.Mark) error {
	place := placeLine(m.Place)
	line := strconv.QuoteToASCII(m.Name) + " " + place
	return b.change(marksFile, func(lines []string) []string {
		for i, l := range lines {
			if strings.HasSuffix(l, " "+place) {
				lines[i] = line
				return lines
			}
		}
		return append(lines, line)
	})
}

// Unmark implements kit.Bookmarks.
func (b *bookmarks) Unmark(p store.Place) error {
	place := placeLine(p)
	return b.change(marksFile, func(lines []string) []string {
		return slices.DeleteFunc(lines, func(l string) bool { return strings.HasSuffix(l, " "+place) })
	})
}

// Visited implements kit.Bookmarks.
func (b *bookmarks) Visited() (places []store.Place, err error) {
	lines, err := b.read(visitedFile)
	for _, line := range lines {
		if fields := unquoted(line); len(fields) == 1 {
			if p, err := store.ParsePlace(fields[0], store.Place{}); err == nil {
				places = append(places, p)
			}
		}
	}
	return places, err
}

// Visit implements kit.Bookmarks.
func (b *bookmarks) Visit(p store.Place) error {
	place := placeLine(p)
	return b.change(visitedFile, func(lines []string) []string {
		lines = slices.DeleteFunc(lines, func(l string) bool { return l == place })
		lines = slices.Insert(lines, 0, place)
		return lines[:min(len(lines), kit.MostVisited)]
	})
}

// placeLine is a place without the cursor, as it stands in a line.
func placeLine(p store.Place) string {
	p.Key = ""
	return strconv.QuoteToASCII(p.String())
}

// unquoted are the quoted texts of a line; nil where there is anything else.
func unquoted(line string) (fields []string) {
	for line != "" {
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return nil
		}
		field, err := strconv.Unquote(quoted)
		if err != nil {
			return nil
		}
		fields = append(fields, field)
		line = strings.TrimPrefix(line[len(quoted):], " ")
	}
	return fields
}

func (b *bookmarks) read(file string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(b.dir, file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the %s: %w", file, err)
	}
	var lines []string
	for line := range strings.SplitSeq(string(text), "\n") {
		if line = strings.TrimSuffix(line, "\r"); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// change reads a file, has it changed, and puts another whole one in its place. Programs take turns: none writes over what
// another one has added meanwhile.
func (b *bookmarks) change(file string, do func([]string) []string) (err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return fmt.Errorf("keep the %s: %w", file, err)
	}
	lock, err := os.OpenFile(filepath.Join(b.dir, ".places.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("keep the %s: %w", file, err)
	}
	defer lock.Close()
	if err := lockFile(lock); err != nil {
		return fmt.Errorf("keep the %s: %w", file, err)
	}
	lines, err := b.read(file)
	if err != nil {
		return err
	}
	if err := b.write(file, do(lines)); err != nil {
		return fmt.Errorf("keep the %s: %w", file, err)
	}
	return nil
}

func (b *bookmarks) write(file string, lines []string) error {
	f, err := os.CreateTemp(b.dir, "."+file+"-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.Join(append(lines, ""), "\n"))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(b.dir, file))
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	return syncNames(b.dir)
}
