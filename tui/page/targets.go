package page

import (
	"spaces/store"
	"spaces/store/job"
)

// folderAmong says whether what an action is about includes a folder.
func (f *files) folderAmong() bool {
	if sel := f.l.Selection(); sel.Count > 0 {
		return sel.Folders > 0
	}
	id, ok := f.l.Under()
	return ok && f.l.Rows().Folder(id)
}

func (f *files) nothing() string {
	if f.l.Selection().Count > 0 {
		return ""
	}
	if _, ok := f.l.Under(); !ok {
		return "There is nothing under the cursor."
	}
	return ""
}

func (f *files) notOne() string {
	if f.l.Selection().Count > 1 {
		return "Only one at a time: several are selected."
	}
	return f.nothing()
}

func (f *files) notOneFile() string {
	switch {
	case f.nothing() != "":
		return f.nothing()
	case f.folderAmong():
		return "A folder has no link of its own."
	case f.l.Selection().Count > 1:
		return "Only one file at a time: several are selected."
	}
	return ""
}

func (f *files) notFiles() string {
	if f.nothing() == "" && f.folderAmong() {
		return "Folders have no permissions: with a folder among them, things can be moved, downloaded and deleted."
	}
	return f.nothing()
}

func (f *files) noInspector() string {
	if !f.inspected() {
		return "The inspector is not open."
	}
	return ""
}

// sources are what a job works on: the selection, else the row under the cursor.
func (f *files) sources() []job.Source {
	chosen := f.l.Chosen()
	all := make([]job.Source, len(chosen))
	for i, e := range chosen {
		all[i] = job.Source{Ref: store.Ref{Space: f.place.Space, Key: e.Key}, Folder: e.Folder}
		if !e.Folder {
			all[i].Entry = e
		}
	}
	return all
}
