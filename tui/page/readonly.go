package page

import (
	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// changes are the actions that write to the connection of the page. What only reads from it is not among them.
var changes = map[keys.Action]bool{
	keys.New: true, keys.CreateSpace: true, keys.Delete: true, keys.Rename: true, keys.Move: true, keys.Upload: true,
	keys.Access: true, keys.Metadata: true, keys.Tags: true, keys.Edit: true, keys.Restore: true, keys.EmptyTrash: true,
	keys.PurgeCDN: true, keys.AccessInside: true, keys.MetadataInside: true, keys.Cut: true, keys.Paste: true,
}

// copies are the actions that lead to writing somewhere, be it on another connection: the place has a say of its own, unless
// there is none at all.
var copies = map[keys.Action]bool{keys.Copy: true, keys.CopyTo: true}

// ofDisk are the actions that read from the disk of this machine, or write to it.
var ofDisk = map[keys.Action]bool{keys.Upload: true, keys.Download: true, keys.DownloadZip: true}

// What Enter is called where it opens a form.
const (
	hintEdit   = "edit"
	hintChange = "change"
)

// guarded are the actions of a page that works on a store: those that change something are off where it is read-only, and
// those on files of this machine where there are none for it. What opens the form of something, to be changed or only
// looked at, says so.
func guarded(s *store.Store, actions []kit.Action) []kit.Action {
	if why := s.NoDisk(); why != "" {
		for i, a := range actions {
			if ofDisk[a.Name] {
				actions[i].Why = func() string { return why }
			}
		}
	}
	why := s.ReadOnly()
	if why == "" {
		return actions
	}
	for i, a := range actions {
		switch {
		case changes[a.Name], copies[a.Name] && s.AllReadOnly() != "":
			actions[i].Why = func() string { return why }
		case a.Name == keys.Enter && (a.Hint == hintEdit || a.Hint == hintChange):
			actions[i].Hint = "look at it"
		}
	}
	return actions
}
