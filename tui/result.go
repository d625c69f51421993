package tui

import (
	"cmp"
	"errors"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// resultStays is how long the result of a job stands in the status line: long enough to be read in the midst of typing.
const resultStays = 6 * time.Second

// resultOver says that the n-th result was shown for its time.
type resultOver struct{ n int }

// noteEnded finds the job that ended last since the jobs were last looked at, and shows its result for a while. It takes
// the place of what announced the job.
func (m *Model) noteEnded() tea.Cmd {
	jobs := m.host.Jobs()
	m.noteSeen(jobs)
	if len(jobs) == 0 || &jobs[0] == m.looked {
		return nil
	}
	m.looked = &jobs[0]
	var last *job.Status
	for i, j := range jobs {
		before, known := m.phases[j.ID]
		if j.Phase.Ended() && (!known || !before.Ended()) && (last == nil || !j.Ended.Before(last.Ended)) {
			last = &jobs[i]
		}
	}
	m.phases = make(map[job.ID]job.Phase, len(jobs))
	for _, j := range jobs {
		m.phases[j.ID] = j.Phase
	}
	if last == nil {
		return nil
	}
	m.host.Tell(kit.Info, "")
	m.result = last
	m.results++
	m.host.Note(m.resultNotice(last, resultNoted))
	return m.showResult(m.results)
}

// showResult ends the time of the n-th result after a while.
func (m *Model) showResult(n int) tea.Cmd {
	over := resultOver{n}
	timer := kit.Timer{After: resultStays, Cmd: func() tea.Msg { return over }}
	return func() tea.Msg { return timer }
}

// resultIsOver takes a result off the screen, unless nobody may have seen it yet.
func (m *Model) resultIsOver(n int) {
	switch {
	case n != m.results:
	case m.away.is:
		m.away.results = n
	default:
		m.result = nil
	}
}

// noteSeen notes the failures that the drawer shows.
func (m *Model) noteSeen(jobs []job.Status) {
	for _, d := range m.host.Dialogs() {
		if _, is := d.(*dialog.Transfers); !is {
			continue
		}
		m.seen = make(map[job.ID]int, len(jobs))
		for _, j := range jobs {
			m.seen[j.ID] = j.FailedCount
		}
	}
}

// unseen counts the failures that the drawer was not opened for.
func (m *Model) unseen(jobs []job.Status) (n int) {
	for _, j := range jobs {
		n += max(j.FailedCount-m.seen[j.ID], 0)
	}
	return n
}

// resultNoted is the room that a result has among the messages.
const resultNoted = 400

// resultLine draws the result of a job in at most w cells.
func (m *Model) resultLine(j *job.Status, w int) string { return m.notice(m.resultNotice(j, w), w) }

// resultNotice is the result of a job, its sign included, in at most w cells.
func (m *Model) resultNotice(j *job.Status, w int) kit.Notice {
	n, more := kit.Notice{Level: kit.Good}, ""
	if key := m.host.Context.Keys.Key(keys.Transfers); key != "" {
		more = "; " + key + " shows more"
	}
	switch {
	case isRemarked(j):
		n.Level = kit.Warn
		did, why := remarked(j)
		if n.Text = did.fit(w-2) + why; kit.Width(n.Text) > w-2 {
			n.Text = trim(n.Text, max(w-2-kit.Width(more), 0)) + more
		}
		return n
	case j.Phase == job.Canceled, j.Phase.Ended() && allSkipped(j):
		n.Level = kit.Warn
	}
	n.Text = resultOf(j).fit(w - 2)
	if j.FailedCount > 0 || j.Phase == job.Failed {
		n.Level = kit.Bad
		if kit.Width(n.Text+more)+2 <= w {
			n.Text += more
		}
	}
	return n
}

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
	job.Upload: {"uploaded", "Uploaded "}, job.Download: {"downloaded", "Downloaded "}, job.Delete: {"deleted", "Deleted "},
	job.Copy: {"copied", "Copied "}, job.Move: {"moved", "Moved "}, job.Permissions: {"changed", "Changed permissions of "},
	job.Metadata: {"changed", "Changed metadata of "}, job.Tags: {"changed", "Changed tags of "}, job.Destroy: {"deleted", "Destroyed "},
	job.Restore: {"restored", "Restored "}, job.Purge: {"removed", "Removed old versions of "},
}

// done is what a job says of its objects.
func done(j *job.Status) string {
	if j.Spec.Renames() {
		return "renamed"
	}
	return words[j.Kind].done
}

func success(j *job.Status) sentence {
	s := sentence{{text: words[j.Kind].begin}}
	switch {
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
	case job.Upload, job.Copy, job.Move:
		s = append(s, word{text: " to "}, name(j.Spec.Target()))
	case job.Download:
		s = append(s, word{text: " to "}, name(j.Spec.LocalDir))
	}
	if j.Called != "" && j.Objects == 1 && j.FailedCount == 0 {
		s = append(s, word{text: " as "}, name(j.Called))
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
		s = sentence{name(lastName(j.Failed[0].Name)), {text: " not " + done(j)}}
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
	return name(lastName(s.Ref.Key))
}

// word is a part of a sentence. Where there is no room, names give way, and what says what happened does not.
type word struct {
	text string
	name bool
}

func name(s string) word { return word{store.Printable(s), true} }

// lastName is the last part of a key, of a folder with its slash.
func lastName(key string) string {
	return key[strings.LastIndexByte(strings.TrimSuffix(key, "/"), '/')+1:]
}

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
