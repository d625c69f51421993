package page

import (
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// pasted stages what a paste names: that is how a terminal delivers files that are dropped on it.
func (f *files) pasted(c *kit.Context, text string) {
	if why := f.store.NoDisk(); why != "" {
		c.Notify(kit.Warn, why)
		return
	}
	if !dialog.Dropped(text) {
		c.Notify(kit.Warn, "What was pasted is no path of this machine: there is nothing to upload.")
		return
	}
	if why := f.store.ReadOnly(); why != "" {
		c.Notify(kit.Warn, why)
		return
	}
	c.Open(dialog.NewDrop(c, store.Ref{Space: f.place.Space, Key: f.l.Dir()}, text))
}
