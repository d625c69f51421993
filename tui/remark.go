package tui

import (
	"errors"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// lost is what did not come along, behind what did.
var lost = map[error]string{
	job.ErrTagsLost: ", without tags", job.ErrGrantsLeft: ", without grants", job.ErrUnread: ", without all that belongs to it",
}

// isRemarked says whether a job did what it was about, and not all is as it should be: that is no plain success.
func isRemarked(j *job.Status) bool {
	return len(j.Remarks) > 0 && j.FailedCount == 0 && j.Phase == job.Done
}

// remarked is the sentence about such a job: what people have to know first, and why, which may be cut.
func remarked(j *job.Status) (did sentence, why string) {
	var empty []string
	ignored := false
	for _, r := range j.Remarks {
		if errors.Is(r.Err, job.ErrNothingThere) {
			empty = append(empty, r.Name)
		}
		ignored = ignored || errors.Is(r.Err, job.ErrAccessIgnored)
	}
	is := map[bool]string{true: " is", false: " are"}[j.Objects == 1]
	switch {
	case ignored && j.Kind == job.Permissions:
		return sentence{subject(j), {text: is + " not " + accessWord(j)}}, ": " + job.ErrAccessIgnored.Error()
	case errors.Is(j.Remarks[0].Err, job.ErrNotKept):
		return sentence{{text: words[j.Kind].begin}, subject(j), {text: ", but of "}, name(store.Base(j.Remarks[0].Name)), {text: " not all was kept"}},
			": " + store.Printable(j.Remarks[0].Err.Error())
	case ignored:
		it := map[bool]string{true: "it", false: "they"}[j.Objects == 1]
		return sentence{{text: words[j.Kind].begin}, subject(j), {text: ", but " + it + is + " private"}}, ": " + job.ErrAccessIgnored.Error()
	}
	for _, r := range j.Remarks {
		if without := lost[r.Err]; without != "" {
			return sentence{{text: words[j.Kind].begin}, subject(j), {text: without}}, ": " + r.Err.Error()
		}
	}
	if len(empty) == 0 {
		return sentence{{text: words[j.Kind].begin}, subject(j)}, ": " + store.Printable(j.Remarks[0].Err.Error())
	}
	folder := word{text: kit.Plural(len(empty), "folder")}
	if len(empty) == 1 {
		folder = name(store.Base(empty[0]))
	}
	if j.Objects == 0 {
		return sentence{{text: "Nothing was found in "}, folder}, ""
	}
	return sentence{{text: words[j.Kind].begin + kit.Plural(j.Objects, "file") + ", but nothing was found in "}, folder}, ""
}
