package page

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// inline is a text box in the listing: the name of a new folder, or another name for a row.
type inline struct {
	field *kit.Field
	row   listing.RowID    // that gets another name
	is    bool             // it is a rename
	why   string           // the name cannot be taken because
	slot  kit.Slot[string] // puts the marker of this folder, below the one that is shown
}

func (x *inline) on() bool { return x.field != nil }

// newFolder opens the text box for a new folder.
func (f *files) newFolder(c *kit.Context) tea.Cmd {
	f.pane.full = false
	f.inline = inline{field: kit.NewField("", "name of the new folder")}
	return nil
}

// startRename opens the text box on the row under the cursor; the names of several are edited together.
func (f *files) startRename(c *kit.Context) tea.Cmd {
	if f.l.Selection().Count > 1 {
		c.Open(dialog.NewRename(c, store.Ref{Space: f.place.Space, Key: f.l.Dir()}, f.sources()))
		return nil
	}
	id, ok := f.l.One()
	if !ok {
		return nil
	}
	if at, shown := f.l.Position(id); shown {
		f.l.MoveTo(at)
	}
	f.pane.full = false
	name := lastName(f.l.Rows().Key(id))
	f.inline = inline{field: kit.NewField(name, "name"), row: id, is: true}
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && !f.l.Rows().Folder(id) {
		f.inline.field.SetCursor(dot)
	}
	return nil
}

// typeName is a key in the text box.
func (f *files) typeName(c *kit.Context, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc":
			return f.escape(c)
		case "enter":
			return f.acceptName(c)
		}
	}
	if f.inline.field.Update(c, msg) {
		f.inline.why = ""
	}
	return nil
}

// acceptName does what the text box is for.
func (f *files) acceptName(c *kit.Context) tea.Cmd {
	switch name := f.inline.field.Value(); {
	case f.inline.slot.Busy() || f.rename.Busy():
		return nil
	case f.inline.is:
		return f.renameTo(c, name)
	default:
		return f.makeFolder(c, name)
	}
}

// makeFolder puts the marker of a folder, of several levels when there are slashes in the name.
func (f *files) makeFolder(c *kit.Context, name string) tea.Cmd {
	name = strings.TrimSuffix(name, "/")
	dir := f.l.Dir()
	if f.inline.why = kit.WrongName(dir, name, "/"); f.inline.why != "" {
		return nil
	}
	first, _, nested := strings.Cut(name, "/")
	if there := f.l.Has(dir + first + "/"); there && !nested {
		f.inline.why = "There is a folder of this name already."
		return nil
	}
	jobs, made := c.Jobs, name+"/"
	spec := job.Spec{Kind: job.MakeFolder, From: f.store.Conn(), Sources: []job.Source{{Ref: store.Ref{Space: f.place.Space, Key: dir + made}}}}
	return f.inline.slot.Start(c, f.id, func(ctx context.Context) (string, error) { return made, jobs.Do(ctx, spec) })
}

// renameTo gives the row another name, by a job, after making sure that the name is free.
func (f *files) renameTo(c *kit.Context, name string) tea.Cmd {
	rows, id := f.l.Rows(), f.inline.row
	if !rows.Live(id) {
		f.inline.why = "It is not there any more."
		return nil
	}
	old, isFolder := rows.Key(id), rows.Folder(id)
	dir := folderOf(strings.TrimSuffix(old, "/"))
	if isFolder {
		name = strings.TrimSuffix(name, "/")
	}
	end := ""
	if isFolder {
		end = "/"
	}
	to := dir + name + end
	if to == old {
		f.inline = inline{}
		return nil
	}
	if f.inline.why = kit.WrongName(dir, name, end); f.inline.why == "" && strings.Contains(name, "/") {
		f.inline.why = "A name has no slash in it; move takes things to another folder."
	}
	if f.inline.why != "" {
		return nil
	}
	s, ref := f.store, store.Ref{Space: f.place.Space, Key: to}
	return f.rename.Start(c, f.id, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, free(ctx, s, ref, isFolder)
	})
}

// free fails with store.Exists when there is something of that name.
func free(ctx context.Context, s *store.Store, ref store.Ref, isFolder bool) error {
	if isFolder {
		p, err := s.List(ctx, store.ListRequest{Space: ref.Space, Prefix: ref.Key, Max: 1})
		if err == nil && len(p.Entries) > 0 {
			return store.Exists
		}
		return err
	}
	switch _, err := s.Head(ctx, ref); {
	case err == nil:
		return store.Exists
	case !errors.Is(err, store.NotFound):
		return err
	}
	return nil
}

// named takes the answers of the text box.
func (f *files) named(c *kit.Context, msg tea.Msg) tea.Cmd {
	if made, err, ok := f.inline.slot.Take(msg); ok {
		if err != nil {
			f.inline.why = reason(err)
			return nil
		}
		f.inline = inline{}
		c.Notify(kit.Good, "Created "+store.Printable(made))
		first, _, _ := strings.Cut(made, "/")
		row := store.Entry{Key: f.l.Dir() + first + "/", Folder: true}
		f.l.Apply([]job.Effect{{Kind: job.RowThere, Conn: f.store.Conn(), Ref: store.Ref{Space: f.place.Space, Key: row.Key}, Entry: row}})
		f.l.Seek(row.Key)
		return nil
	}
	_, err, ok := f.rename.Take(msg)
	switch {
	case !ok || !f.inline.is:
		return nil
	case errors.Is(err, store.Exists):
		f.inline.why = "There is something of this name already."
		return nil
	case err != nil:
		f.inline.why = reason(err)
		return nil
	}
	return f.doRename(c)
}

// doRename starts the job.
func (f *files) doRename(c *kit.Context) tea.Cmd {
	rows, id, name := f.l.Rows(), f.inline.row, f.inline.field.Value()
	f.inline = inline{}
	if c.Jobs == nil || !rows.Live(id) {
		return nil
	}
	dir := folderOf(strings.TrimSuffix(rows.Key(id), "/"))
	name = strings.TrimSuffix(name, "/")
	source := job.Source{Ref: store.Ref{Space: f.place.Space, Key: rows.Key(id)}, Folder: rows.Folder(id)}
	c.Jobs.Start(c.Jobs.Plan(job.Spec{
		Kind: job.Move, From: f.store.Conn(), To: f.store.Conn(), Sources: []job.Source{source},
		Dest: store.Ref{Space: f.place.Space, Key: dir}, Base: dir, Name: name, Policy: job.Skip,
	}))
	made := dir + name
	if source.Folder {
		made += "/"
	}
	f.l.Expect(made)
	return nil
}

// lastName is the last part of a key; of a folder without its slash.
func lastName(key string) string {
	return strings.TrimSuffix(store.Base(key), "/")
}
