package page

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Everything that a filter finds can be selected without being listed. What works on it lists it by itself.

// ofEverything are the actions on it.
var ofEverything = []keys.Action{keys.Access, keys.Metadata, keys.Tags, keys.Move, keys.CopyTo, keys.Download, keys.Delete}

func (f *files) isEverything() bool {
	_, ok := f.l.Everything()
	return ok
}

func (f *files) notEverything() string {
	switch {
	case f.l.IsFound():
		return "These are files of many folders: they are selected as they are loaded."
	case f.nothing() != "" && f.l.Known():
		return f.nothing()
	}
	return ""
}

// onEverything has actions be about everything, when that is selected. What needs single files is off.
func (f *files) onEverything(all []kit.Action) []kit.Action {
	if !f.isEverything() {
		return all
	}
	yes := func() string { return "" }
	single := func() string {
		return "Everything is selected, listed or not: " + f.c.Keys.Key(keys.Cancel) + " clears that, then select single files."
	}
	for i, a := range all {
		switch {
		case a.Name == keys.Access:
			all[i].Why, all[i].Run = f.accessless, f.accessInside
		case a.Name == keys.Metadata:
			all[i].Why, all[i].Run = yes, f.metadataInside
		case a.Name == keys.Tags:
			all[i].Why, all[i].Run = f.tagless, f.tagsInside
		case slices.Contains(ofEverything, a.Name):
			all[i].Why = yes
		case slices.Contains(ofSingle, a.Name):
			all[i].Why = single
		}
	}
	return all
}

// ofSingle are the actions that need to know what is selected.
var ofSingle = []keys.Action{keys.Rename, keys.Edit, keys.Copy, keys.Cut, keys.Share, keys.ShareAgain, keys.CopyURL, keys.PurgeCDN, keys.DownloadZip,
	keys.AccessInside, keys.MetadataInside, keys.Restore, keys.Select, keys.Range, keys.Invert}

func (f *files) tagsInside(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewTagsInside(c, f.sources()))
	return nil
}

// everything says that it is selected, and how much of it is known: "everything, ≥ 1,000 entries".
func (f *files) everything() string {
	s, _ := f.l.Everything()
	text := dialog.Everything(s)
	if !f.l.IsEverything() || !f.l.Begun() {
		return text + " selected"
	}
	atLeast := ""
	if !f.l.Known() {
		atLeast = "≥ "
	}
	return text + " selected (" + atLeast + kit.Plural(f.l.Len(), "entry") + ")"
}

// whole is everything as what a job works on. The trash is not among it where it is not shown.
func (f *files) whole() ([]job.Source, bool) {
	s, ok := f.l.Everything()
	if ok && f.store.Trashes() && s.Ref.Key == "" {
		s.Match.Except = store.TrashPrefix
	}
	return []job.Source{s}, ok
}

// dirChosen is the folder that what is chosen lies in.
func (f *files) dirChosen() string {
	if s, ok := f.l.Everything(); ok {
		return s.Ref.Key
	}
	return f.l.Dir()
}
