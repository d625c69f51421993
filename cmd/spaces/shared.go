package main

import (
	"encoding/json"
	"slices"
	"time"

	"spaces/store"
)

// sharedFile has the notes of links, a JSON object a line, the last one last. Links that a server keeps stand in it whole:
// it is a file for its owner alone, as the configuration is that has keys.
const sharedFile = "links"

// Bounds of the notes: those of links that ended long ago are gone when something is written, and so is the oldest beyond
// mostShared.
const (
	mostShared  = 5000
	keepsShared = 90 * 24 * time.Hour
)

// sharedNotes is the store.Ledger of a state directory.
type sharedNotes struct {
	files *bookmarks
	now   func() time.Time
}

// Shared implements store.Ledger.
func (n sharedNotes) Shared() ([]store.Shared, error) {
	lines, err := n.files.read(sharedFile)
	list := readShared(lines)
	slices.Reverse(list)
	return list, err
}

// readShared leaves out what a line does not say so.
func readShared(lines []string) (list []store.Shared) {
	for _, line := range lines {
		var s store.Shared
		if json.Unmarshal([]byte(line), &s) == nil && s.ID != "" && s.Space != "" {
			list = append(list, s)
		}
	}
	return list
}

// NoteShared implements store.Ledger.
func (n sharedNotes) NoteShared(notes ...store.Shared) error {
	return n.change(func(list []store.Shared) []store.Shared { return append(list, notes...) })
}

// ChangeShared implements store.Ledger.
func (n sharedNotes) ChangeShared(conn store.Conn, id string, edit func(*store.Shared)) error {
	return n.change(func(list []store.Shared) []store.Shared {
		for i := range list {
			if list[i].ID == id && list[i].Conn == conn {
				edit(&list[i])
			}
		}
		return list
	})
}

func (n sharedNotes) change(do func([]store.Shared) []store.Shared) error {
	return n.files.change(sharedFile, func(lines []string) []string {
		list := slices.DeleteFunc(do(readShared(lines)), n.forgets)
		list = list[max(0, len(list)-mostShared):]
		lines = lines[:0]
		for _, s := range list {
			if text, err := json.Marshal(s); err == nil {
				lines = append(lines, string(text))
			}
		}
		return lines
	})
}

func (n sharedNotes) forgets(s store.Shared) bool {
	end := s.Ended
	if end.IsZero() {
		end = s.Until
	}
	return !end.IsZero() && n.now().Sub(end) > keepsShared
}
