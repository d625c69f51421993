package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/tui/kit"
)

func does(what func()) func(*kit.Context) tea.Cmd {
	return func(*kit.Context) tea.Cmd { what(); return nil }
}

// one is the single row that an action is about: the only selected one, else the one under the cursor.
func (f *files) one() (id listing.RowID, ok bool) {
	sel := &f.on().sel
	if sel.count == 0 {
		return f.under()
	}
	if sel.count == 1 {
		sel.each(func(i listing.RowID) { id = i })
	}
	return id, sel.count == 1
}

// folderAmong says whether what an action is about includes a folder.
func (f *files) folderAmong() bool {
	if sel := &f.on().sel; sel.count > 0 {
		return sel.folders > 0
	}
	id, ok := f.under()
	return ok && f.view.rows.Folder(id)
}

func (f *files) nothing() string {
	if f.on().sel.count > 0 {
		return ""
	}
	if _, ok := f.under(); !ok {
		return "There is nothing under the cursor."
	}
	return ""
}

func (f *files) notOne() string {
	if f.on().sel.count > 1 {
		return "Only one thing at a time can be renamed: several are selected."
	}
	return f.nothing()
}

func (f *files) notOneFile() string {
	switch {
	case f.nothing() != "":
		return f.nothing()
	case f.folderAmong():
		return "A folder has no link of its own: it takes one file."
	case f.on().sel.count > 1:
		return "It takes exactly one file: several are selected."
	}
	return ""
}

func (f *files) notFiles() string {
	if f.nothing() == "" && f.folderAmong() {
		return "Folders have neither permissions nor metadata: with a folder among them, things can be moved and deleted."
	}
	return f.nothing()
}

func (f *files) noInspector() string {
	if !f.pane.drawn {
		return "The inspector is not open."
	}
	return ""
}

// sources are what a job works on: the selection, else the row under the cursor.
func (f *files) sources() []job.Source {
	rows, sel := f.view.rows, &f.on().sel
	source := func(id listing.RowID) job.Source {
		return job.Source{Ref: store.Ref{Space: f.place.Space, Key: rows.Key(id)}, Folder: rows.Folder(id)}
	}
	if sel.count == 0 {
		if id, ok := f.under(); ok {
			return []job.Source{source(id)}
		}
		return nil
	}
	all := make([]job.Source, 0, sel.count)
	sel.each(func(id listing.RowID) { all = append(all, source(id)) })
	return all
}

func (f *files) ref(id listing.RowID) store.Ref {
	return store.Ref{Space: f.place.Space, Key: f.view.rows.Key(id)}
}
