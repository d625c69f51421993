package kit

import (
	"spaces/store"
	"spaces/store/job"
)

// Board is what was copied or cut to be pasted elsewhere: by value, so that nothing which happens to the rows it came from
// changes it. The zero Board holds nothing.
type Board struct {
	From    store.Place // the folder that the sources lie in
	Sources []job.Source
	Cut     bool // they are moved when they are pasted
}

// Any says whether there is something to paste.
func (b *Board) Any() bool { return len(b.Sources) > 0 }

// Clear forgets what there is.
func (b *Board) Clear() { *b = Board{} }

// String is what there is, for the status line: "3 files to paste".
func (b *Board) String() string {
	folders := 0
	for _, s := range b.Sources {
		if s.Folder {
			folders++
		}
	}
	files := len(b.Sources) - folders
	what := Plural(files, "file")
	switch {
	case files == 0:
		what = Plural(folders, "folder")
	case folders > 0:
		what = Plural(folders, "folder") + ", " + what
	}
	if b.Cut {
		return what + " to paste (cut)"
	}
	return what + " to paste"
}
