package job

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"spaces/store"
)

// Ledger is what survives the death of the program: the transfers that run, and what they have outside. It is a file that
// is only appended to, a line of JSON a change, and locked by the process that writes it, so that programs side by side
// have one each. A file that nobody has locked is of a program that died: whoever opens a Ledger next takes it over.
//
// What would be missed is synced before the work goes on. A write that fails is no failure of the work; the ledger then
// tells less than there is. All methods of a nil Ledger do nothing.
type Ledger struct {
	dir string

	mu    sync.Mutex
	file  *os.File // nil: nothing to tell yet
	path  string
	lines int // in file
	all   map[string]*Transfer
	past  []string // transfers of programs that died, or were told to stop, oldest first
	ended bool
}

const (
	ledgerName = "transfers-*.jsonl"
	slackLines = 1000 // of a file before it is written anew, beside four for each thing that it tells
)

// line is one change. Exactly one of its fields beside Of and ETag is set.
type line struct {
	Of      string       `json:",omitempty"` // ID of the transfer
	Begun   *Transfer    `json:",omitempty"` // what it has outside is told by lines of its own
	Opened  *plainUpload `json:",omitempty"`
	Whole   string       `json:",omitempty"` // ID of the upload that has all parts
	Closed  string       `json:",omitempty"` // ID of the upload
	ETag    string       `json:",omitempty"` // with Whole and Closed: of the object
	Part    *PartFile    `json:",omitempty"`
	Path    text         `json:",omitempty"` // of the part whose range Range is done
	Range   int          `json:",omitempty"`
	Removed text         `json:",omitempty"` // path of a part
	Ended   bool         `json:",omitempty"`
}

// OpenLedger keeps its file in dir, which is made, and takes over what dead programs have left there.
func OpenLedger(dir string) (*Ledger, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of unfinished transfers: %w", err)
	}
	l := &Ledger{dir: dir, all: map[string]*Transfer{}}
	left, err := filepath.Glob(filepath.Join(dir, ledgerName))
	if err != nil {
		return nil, err
	}
	for _, path := range left {
		l.inherit(path)
	}
	slices.SortFunc(l.past, func(a, b string) int { return l.all[a].Begun.Compare(l.all[b].Begun) })
	return l, nil
}

// inherit takes a file over that nobody has locked. It is removed when all that it tells is told by the file of this
// process.
func (l *Ledger) inherit(path string) {
	if !canLock { // but a file that is open cannot get another name there
		if os.Rename(path, path+".taken") != nil {
			return
		}
		path += ".taken"
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if !lockFile(f) || !sameFile(f, path) {
		return // somebody's, or just taken over
	}
	told := map[string]*Transfer{}
	lines := bufio.NewReader(f)
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			break // also what a crash has cut
		}
		var x line
		if json.Unmarshal(text, &x) == nil {
			x.apply(told)
		}
	}
	for id, t := range told {
		l.all[id] = t
		l.past = append(l.past, id)
	}
	if len(told) == 0 || l.rewrite() == nil {
		_ = os.Remove(path) // else it is inherited again: the same transfers, by their IDs
	}
}

// sameFile says whether a path still leads to an open file.
func sameFile(f *os.File, path string) bool {
	open, err1 := f.Stat()
	named, err2 := os.Lstat(path)
	return err1 == nil && err2 == nil && os.SameFile(open, named)
}

// apply does a change to what is known.
func (x line) apply(all map[string]*Transfer) {
	if x.Begun != nil {
		t := x.Begun.clone()
		all[t.ID] = &t
		return
	}
	t := all[x.Of]
	switch {
	case t == nil:
	case x.Ended:
		delete(all, x.Of)
	case x.Opened != nil:
		t.Uploads = append(t.Uploads, x.Opened.upload())
	case x.Whole != "":
		if i := t.upload(x.Whole); i >= 0 {
			t.Uploads[i].etag = x.ETag
		}
	case x.Closed != "":
		if i := t.upload(x.Closed); i >= 0 {
			t.close(i, x.ETag)
		}
	case x.Part != nil:
		for _, other := range all {
			delete(other.Parts, x.Part.Path)
		}
		part := x.Part.clone()
		t.Parts[part.Path] = &part
	case x.Removed != "":
		delete(t.Parts, string(x.Removed))
	case x.Path != "":
		part := t.Parts[string(x.Path)]
		if part == nil {
			return
		}
		if part.Done == nil {
			part.Done = map[int]bool{}
		}
		part.Done[x.Range] = true
	}
}

// lines tell all of a transfer.
func (t *Transfer) lines() []line {
	list := []line{{Begun: t}}
	for _, u := range t.Uploads {
		list = append(list, opened(t.ID, u))
	}
	for _, u := range t.Made {
		list = append(list, opened(t.ID, u), line{Of: t.ID, Closed: u.ID, ETag: u.etag})
	}
	for _, p := range t.Parts {
		list = append(list, line{Of: t.ID, Part: p})
	}
	return list
}

func opened(id string, u OpenUpload) line { return line{Of: id, Opened: u.plain()} }

// upload is the place of an open upload, or -1.
func (t *Transfer) upload(id string) int {
	return slices.IndexFunc(t.Uploads, func(u OpenUpload) bool { return u.ID == id })
}

// close takes an upload away that is no more. One that has become an object with an ETag is remembered as that.
func (t *Transfer) close(i int, etag string) {
	u := t.Uploads[i]
	t.Uploads = slices.Delete(t.Uploads, i, i+1)
	if etag == "" || u.of == nil {
		return
	}
	u.etag = etag
	if t.Made == nil {
		t.Made = map[store.Ref]OpenUpload{}
	}
	t.Made[u.Ref] = u
}

// tell notes a change; durably when it would be missed.
func (l *Ledger) tell(x line, durable bool) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	x.apply(l.all)
	if x.Ended {
		l.past = slices.DeleteFunc(l.past, func(id string) bool { return id == x.Of })
	}
	if l.ended {
		return
	}
	if l.file == nil || l.lines > slackLines+4*l.size() {
		_ = l.rewrite()
		return
	}
	text, err := json.Marshal(x)
	if err != nil {
		return
	}
	_, err = l.file.Write(append(text, '\n'))
	l.lines++
	if err == nil && durable {
		_ = l.file.Sync()
	}
}

// size is how many things there are to tell. mu is held.
func (l *Ledger) size() int {
	n := 0
	for _, t := range l.all {
		n += 1 + len(t.Uploads) + 2*len(t.Made) + len(t.Parts)
	}
	return n
}

// rewrite puts all that is known into a new file, locked and synced before the old one goes. mu is held, or nobody else
// has the Ledger yet.
func (l *Ledger) rewrite() error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	lines := 0
	for _, t := range l.all {
		for _, x := range t.lines() {
			if err := encoder.Encode(x); err != nil {
				return err
			}
			lines++
		}
	}
	path := filepath.Join(l.dir, "transfers-"+rand.Text()+".jsonl")
	f, err := newFile(path, text.Bytes())
	if err == nil {
		err = syncDirAt(l.dir)
	}
	if err != nil {
		return err
	}
	l.removeFile()
	l.file, l.path, l.lines = f, path, lines
	return nil
}

// newFile makes a file that is locked before it has its name.
func newFile(path string, text []byte) (f *os.File, err error) {
	first := path
	if canLock {
		first += ".new"
	}
	if f, err = os.OpenFile(first, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, err
	}
	lockFile(f)
	if _, err = f.Write(text); err == nil {
		err = f.Sync()
	}
	if err == nil && first != path {
		err = os.Rename(first, path)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(first))
	}
	return f, nil
}

// removeFile gives the file up that this process has. mu is held.
func (l *Ledger) removeFile() {
	if l.file != nil {
		if canLock {
			_ = os.Remove(l.path) // while it is locked: nobody takes it over
		}
		l.file.Close()
		_ = os.Remove(l.path)
		l.file = nil
	}
}

// Close leaves what is to be told to the next program.
func (l *Ledger) Close() error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if len(l.all) == 0 {
		l.removeFile()
	}
	if l.file == nil {
		return nil
	}
	err := errors.Join(l.file.Sync(), l.file.Close())
	l.file = nil
	return err
}

func syncDirAt(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return syncNames(d)
}
