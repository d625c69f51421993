package dialog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"spaces/store"
)

// MostEdited is the largest file that is edited, in bytes: an editor holds it whole, and so does this program, twice.
const MostEdited = 10 << 20

// local is an object in a file of this machine that only the user can read.
type local struct {
	was  store.Info // the object, as it was got
	body []byte     // its content then
	dir  string     // made for it alone
	path string     // in dir
}

// fetch gets a text into a file of its own.
func fetch(ctx context.Context, s *store.Store, ref store.Ref) (l local, err error) {
	body, info, err := s.Get(ctx, ref, store.GetOptions{})
	if err != nil {
		return l, err
	}
	defer body.Close()
	if info.Size > MostEdited {
		return l, errors.New("it is larger than 10 MiB: download it to edit it")
	}
	text, err := io.ReadAll(io.LimitReader(body, MostEdited+1))
	if err != nil {
		return l, err
	}
	if bytes.IndexByte(text, 0) >= 0 || len(text) > MostEdited {
		return l, errors.New("it is no text: there are NUL bytes in it")
	}
	l = local{was: info, body: text}
	if err = l.write(store.Base(ref.Key)); err == nil && ctx.Err() != nil { // nobody waits for it any more
		l.remove()
		err = ctx.Err()
	}
	return l, err
}

// write makes the file. os.MkdirTemp makes a directory that is the user's alone.
func (l *local) write(name string) (err error) {
	if l.dir, err = os.MkdirTemp("", "spaces-edit-"); err != nil {
		return fmt.Errorf("make a file to edit: %w", err)
	}
	l.path = filepath.Join(l.dir, fileName(name))
	f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.Write(l.body)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		l.remove()
		return fmt.Errorf("make a file to edit: %w", err)
	}
	return nil
}

// read is what the file holds now.
func (l *local) read() ([]byte, error) {
	text, err := os.ReadFile(l.path)
	if err != nil {
		return nil, fmt.Errorf("read what was edited: %w", err)
	}
	return text, nil
}

// remove removes the file with what an editor has put beside it.
func (l *local) remove() {
	if l.dir != "" {
		os.RemoveAll(l.dir) // in a directory for such files: the system removes what is left there
	}
}

// mostName leaves room for what editors append to a name; file systems take 255 bytes.
const mostName = 120

// fileName is a name for a file that shows an editor what it is, by its extension, and means nothing to anybody else:
// no folder, no option, no hidden file, nothing that drives a terminal.
func fileName(name string) string {
	safe := func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-+@", r) {
			return '_'
		}
		return r
	}
	name = strings.Map(safe, strings.ToValidUTF8(name, "_"))
	stem, ext := name, ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 16 {
		stem, ext = name[:i], name[i:]
	}
	if len(stem) > mostName {
		stem = strings.ToValidUTF8(stem[:mostName], "")
	}
	if stem == "" || strings.ContainsAny(stem[:1], ".-") {
		stem = "_" + stem
	}
	return stem + ext
}
