package storage

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Formats of the data directory. It says the lowest that fits what is in it, so
// that an older program opens it as long as it understands all of that.
const (
	plainFormat = 1
	// movedFormat has Spaces that a program of the first takes for others: those
	// that were destroyed and can be had back are alive to it, and of those whose
	// records are not under their name it finds nothing.
	movedFormat = 2

	format = movedFormat // the newest that this program knows
)

const formatWord = "spaces data directory, format "

// readFormat answers 0 for a directory that has none yet, and ErrFormat for
// one that is newer than this program; it changes nothing.
func readFormat(fs vfs.FS, name string) (int, error) {
	text, err := readFile(fs, name)
	if isMissing(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the format of the data directory: %w", err)
	}
	number, found := strings.CutPrefix(strings.TrimSpace(string(text)), formatWord)
	n, err := strconv.Atoi(number)
	if !found || err != nil || n < 1 {
		return 0, fmt.Errorf("%w: the file %s is not what it should be", ErrCorrupt, name)
	}
	if n > format {
		return n, fmt.Errorf("%w: %d, this program knows %d", ErrFormat, n, format)
	}
	return n, nil
}

func (e *Engine) writeFormat(n int) error {
	if err := writeFile(e.fs, e.path("format"), fmt.Appendf(nil, "%s%d\n", formatWord, n)); err != nil {
		return fmt.Errorf("write the format of the data directory: %w", err)
	}
	e.format = n
	return nil
}

// format is the lowest that has such a Space.
func (s *Space) format() int {
	if s.Gone != nil || s.Records != "" {
		return movedFormat
	}
	return plainFormat
}

// fitFormat raises the format before a Space is written that a program of the
// present one would misread. The table of Spaces is locked. Where the disk
// fails, and is not only full, it fails for everything.
func (e *Engine) fitFormat(s Space) error {
	n := s.format()
	if n <= e.format {
		return nil
	}
	err := e.writeFormat(n)
	if err != nil && !isFull(err) {
		return e.fail(err)
	}
	return e.fullness(err)
}

// suitFormat has the directory say what the Spaces in it need, when nobody
// writes yet: lower again when the last that needed more is gone.
func (e *Engine) suitFormat() error {
	need := plainFormat
	for _, s := range e.spaces.byID {
		need = max(need, s.record.Load().format())
	}
	switch {
	case need == e.format:
		return nil
	case need > e.format:
		return e.writeFormat(need)
	}
	if err := e.writeFormat(need); err != nil { // only older programs miss it
		e.log.Warn("the data directory keeps its newer format", "err", err)
	}
	return nil
}
