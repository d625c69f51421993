package dialog

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/kballard/go-shellquote"

	"spaces/tui/kit"
)

// absolute makes a typed path one that can be opened: "~" is the home directory, and what is relative is below dir.
// It may read the user database.
func absolute(path, dir string) string {
	if path == "~" || strings.HasPrefix(path, "~/") {
		if me, err := user.Current(); err == nil && me.HomeDir != "" {
			path = me.HomeDir + path[1:]
		}
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	return filepath.Clean(path)
}

// dropped is what became of a paste: a terminal delivers dropped files as the text of their paths.
type dropped struct {
	paths []string
	bad   []string // sentences
}

// Dropped says whether pasted text looks like the paths of dropped files: whole ones, as they are, quoted, or as URLs.
func Dropped(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n'\"")
	return strings.HasPrefix(text, "/") || strings.HasPrefix(text, "~/") || strings.HasPrefix(text, "file:")
}

// drop reads pasted text as paths: one per line, or several in a line quoted or escaped as for a shell, file URLs, "~".
func drop(ctx context.Context, text, dir string) (dropped, error) {
	var d dropped
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if ctx.Err() != nil {
			return d, ctx.Err()
		}
		if path := absolute(line, dir); exists(path) == nil {
			d.paths = append(d.paths, path)
			continue
		}
		words, err := shellquote.Split(line)
		if err != nil { // a quote that is not closed: it is no list of words
			words = []string{line}
		}
		for _, word := range words {
			path := absolute(fromURL(word), dir)
			if err := exists(path); err != nil {
				d.bad = append(d.bad, shown(word)+": "+reason(err))
				continue
			}
			d.paths = append(d.paths, path)
		}
	}
	return d, nil
}

// exists says why a path cannot be read.
func exists(path string) error {
	_, err := os.Stat(path)
	return err
}

// reason is what the system says about a path, without the path.
func reason(err error) string {
	var p *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "you may not read it"
	case errors.As(err, &p):
		return shown(p.Err.Error())
	}
	return shown(err.Error())
}

// fromURL takes the path out of a file URL (RFC 8089).
func fromURL(s string) string {
	if !strings.HasPrefix(s, "file:") {
		return s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host != "" && u.Host != "localhost" {
		return s
	}
	return u.Path
}

// localPath is a field for a path of this machine, with completion.
type localPath struct {
	field   *kit.Field
	first   string // what stood there when it was opened
	dirs    bool   // only directories are offered
	touched bool   // something was typed since it got the focus: until then Tab goes on
	asked   string
	found   lookup
	looking kit.Slot[lookup]
}

// lookup is what there is at a typed path.
type lookup struct {
	path   string   // absolute
	offers []string // texts that it may become
	err    error    // why it is not there
	dir    bool
}

func newLocalPath(value, empty string, dirs bool) *localPath {
	return &localPath{field: kit.NewField(value, empty), first: value, dirs: dirs}
}

// ask looks at what is typed.
func (l *localPath) ask(c *kit.Context, owner kit.ID) tea.Cmd {
	text, dir, dirs, noDisk := l.field.Value(), c.Local, l.dirs, c.Store.NoDisk()
	l.asked = text
	return l.looking.Start(c, owner, func(context.Context) (lookup, error) {
		if noDisk != "" {
			return lookup{err: errors.New(noDisk)}, nil
		}
		return lookAt(text, dir, dirs), nil
	})
}

// lookAt tells what a typed path is and what it may become.
func lookAt(text, dir string, dirs bool) lookup {
	found := lookup{path: absolute(text, dir)}
	info, err := os.Stat(found.path)
	found.err = err
	found.dir = err == nil && info.IsDir()
	typedDir, begin := filepath.Split(text)
	list, _ := os.ReadDir(absolute(typedDir, dir))
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), begin) || begin == "" && strings.HasPrefix(e.Name(), ".") {
			continue
		}
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			target, err := os.Stat(filepath.Join(absolute(typedDir, dir), e.Name()))
			isDir = err == nil && target.IsDir()
		}
		switch {
		case isDir:
			found.offers = append(found.offers, typedDir+e.Name()+"/")
		case !dirs:
			found.offers = append(found.offers, typedDir+e.Name())
		}
	}
	return found
}

// typed looks at what was typed.
func (l *localPath) typed(c *kit.Context, owner kit.ID) tea.Cmd {
	l.touched = true
	return l.ask(c, owner)
}

// take takes the answer of ask.
func (l *localPath) take(msg tea.Msg) bool {
	found, _, ok := l.looking.Take(msg)
	if ok {
		l.found = found
	}
	return ok
}

// paste puts a whole path in place of what stands there, and anything else in. It says whether the text changed.
func (l *localPath) paste(c *kit.Context, m tea.PasteMsg) bool {
	text, _, _ := strings.Cut(strings.TrimLeft(m.Content, "\r\n"), "\n")
	text = fromURL(strings.TrimRight(text, "\r"))
	if !filepath.IsAbs(text) && !strings.HasPrefix(text, "~/") {
		return l.field.Update(c, m)
	}
	changed := text != l.field.Value()
	l.field.SetValue(text)
	return changed
}

// complete makes of the text what all offers share. It returns false when there was nothing to add.
func (l *localPath) complete(c *kit.Context, owner kit.ID) (tea.Cmd, bool) {
	text := common(l.found.offers)
	if !l.touched || l.looking.Busy() || l.asked != l.field.Value() || len(text) <= len(l.asked) {
		return nil, false
	}
	l.field.SetValue(text)
	return l.ask(c, owner), true
}

// hint lists what the text may become, in one line.
func (l *localPath) hint(w int) string {
	var names []string
	for _, o := range l.found.offers {
		if o != l.asked {
			names = append(names, shown(filepath.Base(o)))
		}
	}
	if len(names) == 0 || l.looking.Busy() {
		return ""
	}
	return end(strings.Join(names, "  "), w)
}
