package page

import (
	"errors"

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

// isGone says whether there is no such Space, or none any more.
func (f *files) isGone() bool { return f.l.Len() == 0 && errors.Is(f.l.Err(), store.NoSpace) }

// gone is why nothing can be put there.
func (f *files) gone() string {
	if f.isGone() {
		return "There is no Space of this name: it was deleted, or is on another endpoint."
	}
	return ""
}

func (f *files) notOne() string {
	if f.l.Selection().Count > 1 {
		return "Only one at a time: several are selected."
	}
	return f.nothing()
}

// notFiles is why what only files have cannot be changed: inside names the action that is for folders.
func (f *files) notFiles(what, inside string) string {
	if f.nothing() == "" && f.folderAmong() {
		return "Folders have no " + what + ": " + inside
	}
	return f.nothing()
}

func (f *files) noAccess() string {
	if why := f.notFiles("permissions", "Permissions of everything inside… changes the files in them."); why != "" {
		return why
	}
	return f.accessless()
}

func (f *files) noMetadata() string {
	return f.notFiles("metadata", "Metadata of everything inside… changes the files in them.")
}

func (f *files) noTags() string {
	if why := f.notFiles("tags", "select the files in them. Metadata of everything inside… is for folders."); why != "" {
		return why
	}
	return f.tagless()
}

func (f *files) tagless() string {
	if !f.store.HasTags() {
		return "This endpoint has no tags: it said so when it was asked."
	}
	return ""
}

// notFolders is why what is in folders cannot be changed.
func (f *files) notFolders() string {
	if f.nothing() == "" && !f.folderAmong() {
		return "There is no folder among it: this is for everything inside folders."
	}
	return f.nothing()
}

// notToZip is why what is chosen cannot be downloaded as archives.
func (f *files) notToZip() string {
	sel := f.l.Selection()
	switch {
	case f.nothing() != "":
		return f.nothing()
	case !f.store.GivesArchives():
		return "There is no archive to be had here: " + store.NoArchives + "."
	case !f.folderAmong() || sel.Count > sel.Folders && sel.Count > 0:
		return "Only folders come as a .zip: select nothing else."
	}
	return ""
}

func (f *files) noAccessInside() string {
	if why := f.notFolders(); why != "" {
		return why
	}
	return f.accessless()
}

func (f *files) accessless() string {
	if !f.store.HasAccess() {
		return "This endpoint has no permissions of single files: a bucket policy on the Space can say it for all of them."
	}
	return ""
}

func (f *files) noInspector() string {
	if !f.inspected() {
		return "The inspector is not open."
	}
	return ""
}

// sources are what a job works on: the selection, else the row under the cursor.
func (f *files) sources() []job.Source {
	if all, ok := f.whole(); ok {
		return all
	}
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
