package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/tui/dialog"
	"spaces/tui/kit"
)

func (f *files) notToRename() string {
	switch n := f.l.Selection().Count; {
	case n > dialog.MostRenamed:
		return "Only " + kit.Count(dialog.MostRenamed) + " at a time: more are selected."
	case n > 1 && f.c.EditorOff() != "":
		return "Several are renamed in an editor. " + f.c.EditorOff()
	}
	return f.nothing()
}

func (f *files) notToEdit() string {
	switch {
	case f.notOne() != "":
		return f.notOne()
	case f.folderAmong():
		return "A folder has no text."
	}
	if id, ok := f.l.One(); ok && f.l.Rows().Size(id) > dialog.MostEdited {
		return "It is larger than 10 MiB: download it to edit it."
	}
	return f.c.EditorOff()
}

// edit opens the file under the cursor in the user's editor.
func (f *files) edit(c *kit.Context) tea.Cmd {
	if id, ok := f.l.One(); ok {
		f.pane.stop() // what it shows may be otherwise in a moment
		c.Open(dialog.NewEdit(c, f.l.Ref(id)))
	}
	return nil
}
