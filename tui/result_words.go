package tui

import (
	"cmp"
	"errors"
	"path/filepath"
	"strings"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// resultOf is the sentence that says what a job did.
func resultOf(j *job.Status) sentence {
	switch {
	case j.FailedCount > 0 || j.Phase == job.Failed:
		return failure(j)
	case j.Phase == job.Canceled:
		return sentence{{text: "Canceled: " + counted(j.ObjectsDone, j.Objects) + " " + done(j)}}
	}
	if allSkipped(j) {
		return sentence{{text: "Nothing " + done(j) + ": " + kit.Plural(j.Skipped, "file") + " skipped"}}
	}
	s := success(j)
	if j.Skipped > 0 {
		s = append(s, word{text: ", " + kit.Count(j.Skipped) + " skipped"})
	}
	return s
}

// allSkipped says whether everything was on both sides, and stayed as it was.
func allSkipped(j *job.Status) bool { return j.Skipped > 0 && j.Skipped >= j.Objects }

// words of a kind of job: what it says of its objects, and how it begins to say it.
var words = map[job.Kind]struct{ done, begin string }{
	job.Upload: {"uploaded", "Uploaded "}, job.Download: {"downloaded", "Downloaded "}, job.Delete: {"deleted", "Deleted "}, job.Trash: {"moved to the trash", "Moved to the trash: "},
	job.Copy: {"copied", "Copied "}, job.Move: {"moved", "Moved "}, job.Permissions: {"changed", "Changed permissions of "},
	job.Metadata: {"changed", "Changed metadata of "}, job.Tags: {"changed", "Changed tags of "}, job.Destroy: {"deleted", "Destroyed "},
	job.Restore: {"restored", "Restored "}, job.Purge: {"removed", "Removed old versions of "}, job.Mirror: {"mirrored", "Mirrored "},
	job.SyncUp: {"uploaded", "Synced "}, job.SyncDown: {"downloaded", "Synced "}, job.Zip: {"downloaded", "Downloaded as .zip: "},
}

// done is what a job says of its objects.
func done(j *job.Status) string {
	switch u := j.Spec.Undo; {
	case u.Redo:
		return "redone"
	case u.ID != "":
		return "undone"
	case j.Spec.Renames():
		return "renamed"
	}
	return words[j.Kind].done
}

func success(j *job.Status) sentence {
	s := sentence{{text: words[j.Kind].begin}}
	switch {
	case j.Spec.Undo.ID != "":
		return undid(j)
	case j.Spec.Back:
		return append(sentence{{text: "Took back "}}, subject(j), word{text: " from "}, name(j.Spec.Target()))
	case j.Spec.Renames() && len(j.Spec.Sources) > 1:
		return sentence{{text: "Renamed "}, renamedOf(j)}
	case j.Spec.Renames():
		to := cmp.Or(j.Spec.Sources[0].Name, j.Spec.Name)
		if j.Spec.Sources[0].Folder {
			to += "/"
		}
		return append(sentence{{text: "Renamed "}}, subject(j), word{text: " to "}, name(to))
	case j.Kind == job.Permissions && j.Objects == 1:
		return append(within(j), word{text: " is " + accessWord(j) + " now"})
	case j.Kind == job.Permissions:
		return append(within(j), word{text: " are " + accessWord(j) + " now"})
	case j.Kind == job.Metadata, j.Kind == job.Tags:
		return append(s, within(j)...)
	}
	s = append(s, subject(j))
	switch j.Kind {
	case job.Upload, job.Copy, job.Move, job.Mirror, job.SyncUp:
		s = append(s, word{text: " to "}, name(j.Spec.Target()))
	case job.Download, job.SyncDown, job.Zip:
		s = append(s, word{text: " to "}, name(j.Spec.LocalDir))
	}
	if j.Called != "" && j.Objects == 1 && j.FailedCount == 0 {
		s = append(s, word{text: " as "}, name(j.Called))
	}
	return s
}

// undid says what was taken back, and of how much others had made something else since.
func undid(j *job.Status) sentence {
	s := sentence{{text: "Undid the "}, name(store.Uncapital(j.Spec.Undo.Title))}
	if j.Spec.Undo.Redo {
		s[0].text = "Redid the "
	}
	if j.LeftOut > 0 {
		s = append(s, word{text: ", " + kit.Count(j.LeftOut) + " left alone"})
	}
	return s
}

// renamedOf counts what has another name now: the files in a folder keep theirs.
func renamedOf(j *job.Status) word {
	folders := 0
	for _, s := range j.Spec.Sources {
		if s.Folder {
			folders++
		}
	}
	switch files := len(j.Spec.Sources) - folders; {
	case folders == 0:
		return subject(j)
	case files == 0:
		return word{text: kit.Plural(folders, "folder")}
	default:
		return word{text: kit.Plural(folders, "folder") + " and " + kit.Plural(files, "file")}
	}
}

// within names what was changed where it lies: folders themselves stay as they are, the files in them do not.
func within(j *job.Status) sentence {
	if sources := j.Spec.Sources; len(sources) != 1 || !sources[0].Folder {
		return sentence{subject(j)}
	}
	return sentence{{text: kit.Plural(j.Objects, "file") + " in "}, subject(j)}
}

func failure(j *job.Status) sentence {
	if j.FailedCount == 0 {
		return sentence{name(j.Title), {text: " failed"}}
	}
	s := sentence{{text: counted(j.FailedCount, j.Objects) + " not " + done(j)}}
	if sources := j.Spec.Sources; j.FailedCount == 1 && len(sources) == 1 && !sources[0].Folder && sources[0].Local == "" {
		s = sentence{subject(j), {text: " not " + done(j)}}
	}
	if len(j.Failed) == 0 {
		return s
	}
	why := j.Failed[0].Err.Error()
	if e := (*store.Error)(nil); errors.As(j.Failed[0].Err, &e) {
		if why = string(e.Kind); e.Kind == store.Other { // which says nothing
			why = e.Err.Error()
		}
		if e.Kind == store.NotFound && j.FailedCount == 1 && j.Kind != job.Upload {
			why = "it is not there any more"
		}
	}
	if errors.Is(j.Failed[0].Err, job.ErrNameUntold) && j.FailedCount == 1 {
		s = sentence{name(store.Base(j.Failed[0].Name)), {text: " not " + done(j)}}
		return append(s, word{text: ": " + why})
	}
	return append(s, word{text: ": "}, name(why))
}

// counted is some of all objects: "2 of 5 files". All is 0 where counting did not come so far.
func counted(n, all int) string {
	if all <= n {
		return kit.Plural(n, "file")
	}
	return kit.Count(n) + " of " + kit.Plural(all, "file")
}

func accessWord(j *job.Status) string {
	if j.Spec.Access == store.PublicRead {
		return "public"
	}
	return "private"
}

// subject names what a job was about: the one thing, or how many.
func subject(j *job.Status) word {
	sources := j.Spec.Sources
	if len(sources) != 1 || j.Objects > 1 && !sources[0].Folder {
		n := max(j.Objects, len(sources))
		return word{text: counted(n-j.Skipped, n)}
	}
	s := sources[0]
	switch {
	case s.Local != "":
		return name(filepath.Base(s.Local))
	case s.Ref.Key == "":
		return name(s.Ref.Space)
	}
	return name(store.Base(s.Ref.Key))
}

// word is a part of a sentence. Where there is no room, names give way, and what says what happened does not.
type word struct {
	text string
	name bool
}

func name(s string) word { return word{store.Printable(s), true} }

type sentence []word

// fit returns the sentence in at most w cells where that can be done by cutting names, the longest first, in their
// middle.
func (s sentence) fit(w int) string {
	const least = 8
	for {
		cells, longest := 0, -1
		for i, part := range s {
			n := kit.Width(part.text)
			cells += n
			if part.name && n > least && (longest < 0 || n > kit.Width(s[longest].text)) {
				longest = i
			}
		}
		if cells <= w || longest < 0 {
			break
		}
		n := kit.Width(s[longest].text)
		s[longest].text = strings.TrimRight(kit.FitMiddle(s[longest].text, max(n-(cells-w), n/2, least)), " ")
	}
	var b strings.Builder
	for _, part := range s {
		b.WriteString(part.text)
	}
	return b.String()
}
