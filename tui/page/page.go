// Package page holds the pages of the panel: the index of Spaces and the Files tab of one Space. What a page does
// to many rows it hands to dialogs and jobs; what it is made of is in kit.
package page

import (
	"spaces/store"
	"spaces/tui/kit"
)

// New returns the page of a place: the index of Spaces, or a tab of one Space.
func New(c *kit.Context, p store.Place) kit.Page {
	at, past := p.Tab.Past()
	switch {
	case p.Tab == store.AccessKeys:
		return newAccessKeys(c, p)
	case p.Tab == store.Settings:
		return newSettings(c, p)
	case p.Tab == store.Connections:
		return newConnections(c, p)
	case p.Tab == store.Links:
		return newSharedLinks(c, p)
	case p.Tab == store.Public:
		return newPublic(c, p)
	case p.Tab == store.Doctor:
		return newDoctor(c, p)
	case p.Space == "":
		return newIndex(c, p)
	case p.Tab == store.Usage:
		return newTally(c, p)
	case p.Tab == store.Trash:
		return newTrash(c, p)
	case p.Tab == store.Uploads:
		return newUploads(c, p)
	case p.Tab == store.Find:
		return newFind(c, p)
	case past:
		return newVersions(c, p, at)
	}
	return newFiles(c, p)
}
