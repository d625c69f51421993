package page

import (
	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// changes are the actions that write to the connection of the page. What only reads from it is not among them: copying
// leads to another place, which has a say of its own.
var changes = map[keys.Action]bool{
	keys.New: true, keys.CreateSpace: true, keys.Delete: true, keys.Rename: true, keys.Move: true, keys.Upload: true,
	keys.Access: true, keys.Metadata: true, keys.Tags: true, keys.Edit: true, keys.Restore: true,
	keys.AccessInside: true, keys.MetadataInside: true, keys.Cut: true, keys.Paste: true,
}

// guarded are the actions of a page that works on a store, those that change something off where it is read-only.
func guarded(s *store.Store, actions []kit.Action) []kit.Action {
	why := s.ReadOnly()
	if why == "" {
		return actions
	}
	for i, a := range actions {
		if changes[a.Name] {
			actions[i].Why = func() string { return why }
		}
	}
	return actions
}
