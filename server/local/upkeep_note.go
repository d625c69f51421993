package local

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Upkeep is what is remembered of the upkeep of a data directory: what was done last, by whichever process. The zero
// note is of what was never done.
type Upkeep struct {
	Backup BackupNote `json:"backup"`
	Scrub  ScrubNote  `json:"scrub"`

	part scrubPart // of the scrub that is under way by itself
}

// BackupNote is of the last backup that succeeded.
type BackupNote struct {
	At      time.Time `json:"at"` // the moment that it holds
	To      string    `json:"to"` // a directory or a URL, without secrets
	Bytes   int64     `json:"bytes"`
	Objects int64     `json:"objects"` // 0: not counted
}

// ScrubNote is of the last scrub that went through everything.
type ScrubNote struct {
	At       time.Time `json:"at"` // when it ended
	Bodies   int64     `json:"bodies"`
	Bytes    int64     `json:"bytes"`
	Found    int       `json:"found"`              // how many findings there were
	Findings []string  `json:"findings,omitempty"` // the first mostFindings of them; with names of objects in them, which are hostile text
}

// mostFindings bounds what is remembered of a disk that goes to pieces.
const mostFindings = 100

// The notes have a file each, so that a backup by one process and a scrub by another never undo what the other wrote. A
// backup leaves out files whose names begin with a dot: what it is restored to has been scrubbed by nobody yet.
const (
	backupNoteFile = ".last-backup.json"
	scrubNoteFile  = ".last-scrub.json"
	scrubPartFile  = ".scrub-part.json"
)

// NoteBackup remembers a backup that succeeded.
func (d Dir) NoteBackup(b BackupNote) error { return d.note(backupNoteFile, b) }

// NoteScrub remembers a scrub that went through everything. Found may be left 0 where Findings has them all.
func (d Dir) NoteScrub(s ScrubNote) error {
	s.Found = max(s.Found, len(s.Findings))
	s.Findings = s.Findings[:min(len(s.Findings), mostFindings)]
	return d.note(scrubNoteFile, s)
}

// Upkeep reads what was noted. After an error what could be read is there.
func (d Dir) Upkeep() (u Upkeep, err error) {
	return u, errors.Join(d.noted(backupNoteFile, &u.Backup), d.noted(scrubNoteFile, &u.Scrub), d.noted(scrubPartFile, &u.part))
}

// note writes a note whole or not at all. It belongs to the owner of the directory, also when root runs the command:
// the server has to read it.
func (d Dir) note(name string, what any) error {
	text, err := json.Marshal(what)
	if err == nil {
		err = d.replace(name, withSum(text))
	}
	if err != nil {
		return fmt.Errorf("keep a note of the upkeep: %w", err)
	}
	return nil
}

func (d Dir) replace(name string, text []byte) error {
	f, err := os.CreateTemp(d.Path, name+"-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, giveTo(f, d.Path), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(d.Path, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(d.Path)
}

func (d Dir) noted(name string, into any) error {
	text, err := os.ReadFile(filepath.Join(d.Path, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !sumFits(text) {
		err = errors.New("it is not what was written")
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("read the note of the upkeep in %s: %w", filepath.Join(d.Path, name), err)
	}
	return nil
}

// A note ends with a CRC-32C of what is before it, as a field more, which those
// of earlier versions do not have.
const sumField = `,"crc32c":"`

func withSum(object []byte) []byte {
	body, ends := bytes.CutSuffix(object, []byte("}"))
	if !ends || len(body) < 2 {
		return object
	}
	return fmt.Appendf(body, `%s%08x"}`, sumField, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
}

func sumFits(text []byte) bool {
	i := bytes.LastIndex(text, []byte(sumField))
	return i < 0 || bytes.Equal(withSum(append(text[:i:i], '}')), bytes.TrimSpace(text))
}
