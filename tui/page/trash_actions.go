package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions in the order of menus and hints.
func (x *trash) Actions() []kit.Action {
	return append(guarded(x.store, []kit.Action{
		{Name: keys.Enter, Hint: "look inside", Label: "Show what is in it", Why: x.nothing, Run: x.open},
		{Name: keys.Restore, Hint: "restore", Label: "Restore…", Why: x.nothing, Run: x.restore},
		{Name: keys.EmptyTrash, Hint: "empty", Why: x.isEmpty, Run: x.empty},
		{Name: keys.Delete, Label: "Delete for good…", Why: x.nothing, Run: x.remove},
		{Name: keys.Versions, Label: "Older versions", Hint: kit.NoHint, Run: x.past},
		{Name: keys.Refresh, Run: x.refresh},
		{Name: keys.Parent, Hint: "Files", Run: x.leave},
		{Name: keys.Trash, Hint: kit.NoHint, Why: func() string { return "This is the trash." }},
		{Name: keys.More, Run: x.menu},
	}), x.mend.action(x.id, x.err))
}

func (x *trash) nothing() string {
	if _, ok := x.under(); !ok {
		return "There is nothing under the cursor."
	}
	return ""
}

func (x *trash) isEmpty() string {
	if len(x.have.batches) == 0 {
		return "The trash is empty."
	}
	return ""
}

// open shows the folder of the batch under the cursor.
func (x *trash) open(c *kit.Context) tea.Cmd {
	if b, ok := x.under(); ok {
		prefix := b.Prefix()
		if x.held[b.Name].public {
			prefix = b.Public()
		}
		c.Go(store.Place{Conn: x.place.Conn, Space: x.place.Space, Prefix: prefix})
	}
	return nil
}

func (x *trash) restore(c *kit.Context) tea.Cmd {
	if b, ok := x.under(); ok {
		c.Open(dialog.NewRestoreTrash(c, x.place.Space, b))
	}
	return nil
}

// remove deletes the batch under the cursor: what is in the trash goes for good.
func (x *trash) remove(c *kit.Context) tea.Cmd {
	if b, ok := x.under(); ok {
		c.Open(dialog.NewDelete(c, x.place.Space, trashSources(x.place.Space, b), store.TrashPrefix))
	}
	return nil
}

// trashSources are the folders of a batch.
func trashSources(space string, b store.TrashBatch) []job.Source {
	return []job.Source{{Ref: store.Ref{Space: space, Key: b.Prefix()}, Folder: true}, {Ref: store.Ref{Space: space, Key: b.Public()}, Folder: true}}
}

func (x *trash) empty(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewEmptyTrash(c, x.place.Space, x.have.batches))
	return nil
}

func (x *trash) past(c *kit.Context) tea.Cmd {
	c.Go(store.Place{Conn: x.place.Conn, Space: x.place.Space, Tab: store.Past})
	return nil
}

func (x *trash) leave(c *kit.Context) tea.Cmd {
	c.Go(store.Place{Conn: x.place.Conn, Space: x.place.Space})
	return nil
}

func (x *trash) menu(c *kit.Context) tea.Cmd {
	names := []keys.Action{keys.Enter, keys.Restore, keys.Versions, keys.EmptyTrash, keys.Delete}
	c.Open(dialog.NewMore(c, x.Title(), among(x.Actions(), names)))
	return nil
}
