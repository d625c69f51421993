package dialog

import (
	"bytes"
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Edit has a text edited in the user's editor and saves it, if it is still the one that was edited.
type Edit struct {
	base
	ref   store.Ref
	local local
	now   []byte // as it was edited
	ended error  // how the editor ended
	err   error  // why it could not be got, read or saved
	as    *kit.Field

	get  kit.Slot[local]
	lend kit.Slot[struct{}]
	read kit.Slot[[]byte]
	save kit.Slot[saved]
}

// saved is what came of saving.
type saved struct {
	info store.Info
	sure bool // nobody can have changed it between the look at it and that
}

// NewEdit edits one file.
func NewEdit(c *kit.Context, ref store.Ref) *Edit {
	d := &Edit{base: newBase(c, "Edit – "+shown(store.Base(ref.Key))), ref: ref}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *Edit) Init(c *kit.Context) tea.Cmd {
	s, ref := d.store, d.ref
	return d.get.Start(c, d.id, func(ctx context.Context) (local, error) { return fetch(ctx, s, ref) })
}

// Close implements kit.Dialog. What was edited and not saved stays in its file.
func (d *Edit) Close() {
	d.get.Cancel()
	d.read.Cancel()
	d.save.Cancel()
}

// Update implements kit.Dialog.
func (d *Edit) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if l, err, ok := d.get.Take(msg); ok {
		if d.err = err; err != nil {
			return nil
		}
		d.local = l
		return d.edit(c)
	}
	if _, err, ok := d.lend.Take(msg); ok {
		d.ended = err
		l := d.local
		return d.read.Start(c, d.id, func(context.Context) ([]byte, error) { return l.read() })
	}
	if text, err, ok := d.read.Take(msg); ok {
		return d.edited(c, text, err)
	}
	if s, err, ok := d.save.Take(msg); ok {
		return d.tried(c, s, err)
	}
	return d.base.Update(c, msg)
}

func (d *Edit) edit(c *kit.Context) tea.Cmd {
	d.err, d.ended, d.as = nil, nil, nil
	return d.lend.Edit(c, d.id, d.local.path)
}

// edited goes on when the editor has ended: what is as it was is not sent.
func (d *Edit) edited(c *kit.Context, text []byte, err error) tea.Cmd {
	d.now, d.err = text, err
	switch {
	case err != nil, d.ended != nil:
		return nil
	case bytes.Equal(text, d.local.body):
		c.Notify(kit.Info, "Nothing was changed in "+shown(store.Base(d.ref.Key)))
		return d.discard(c)
	}
	return d.put(store.ReplaceOptions{})(c)
}

// put saves what was edited.
func (d *Edit) put(o store.ReplaceOptions) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		if d.save.Busy() {
			return nil
		}
		d.err, d.ended = nil, nil
		s, was, text := d.store, d.local.was, d.now
		return d.save.Start(c, d.id, func(ctx context.Context) (saved, error) {
			info, err := s.Replace(ctx, was, bytes.NewReader(text), int64(len(text)), o)
			return saved{info, o.Force || o.As != (store.Ref{}) || s.GuardsWrites()}, err
		})
	}
}

// tried goes on after saving.
func (d *Edit) tried(c *kit.Context, s saved, err error) tea.Cmd {
	if s.info.ETag != "" && c.Jobs != nil { // also when something that belongs to it could not be set
		c.Jobs.Note(job.Effect{Kind: job.RowThere, Conn: d.store.Conn(), Ref: s.info.Ref,
			Entry: store.Entry{Key: s.info.Key, Size: s.info.Size, Modified: s.info.Modified, ETag: s.info.ETag}})
	}
	if d.err = err; err != nil {
		if !errors.Is(err, store.Exists) {
			d.as = nil
		}
		return nil
	}
	said := "Saved " + shown(store.Base(s.info.Key))
	if !s.sure {
		said += ". This endpoint is not known to guard what is written: it was the same right before"
	}
	c.Notify(kit.Good, said)
	return d.discard(c)
}

// discard closes the box and keeps nothing.
func (d *Edit) discard(c *kit.Context) tea.Cmd {
	l := d.local
	c.Dismiss()
	return func() tea.Msg { l.remove(); return nil }
}

// leave closes the box. What is not saved is kept, and said where.
func (d *Edit) leave(c *kit.Context) tea.Cmd {
	if d.local.path == "" || bytes.Equal(d.now, d.local.body) {
		return d.discard(c)
	}
	c.Dismiss()
	c.Notify(kit.Warn, "Not saved. What was edited is in "+shown(d.local.path))
	return nil
}

// changed says whether the object is another one by now, or none.
func (d *Edit) changed() bool {
	return errors.Is(d.err, store.Precondition) || errors.Is(d.err, store.NotFound) && d.now != nil
}

// asking is the form.
func (d *Edit) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	f := &kit.Form{Width: w, Focus: &d.focus, Cancel: d.leave, Leave: "close"}
	wait := ""
	switch {
	case d.get.Busy():
		wait = "Getting the file…"
	case d.lend.Busy(), d.read.Busy():
		wait = "It is being edited…"
	case d.save.Busy():
		wait = "Saving…"
	}
	if wait != "" {
		f.Leave = "cancel"
		f.Items = []kit.Item{kit.Gap, text(note(wait, w, t.Dim)...), kit.Gap, kit.Buttons{{Label: "Cancel", Run: d.leave}}}
		return f
	}
	lines := d.told(w)
	kept := d.now != nil && !bytes.Equal(d.now, d.local.body)
	if kept {
		lines = append(append(lines, ""), note("What was edited is kept in "+shown(d.local.path), w, t.Text)...)
	}
	f.Items = []kit.Item{kit.Gap, &kit.Pager{Lines: lines, Scroll: &d.scroll}, kit.Gap}
	if d.as != nil {
		f.Items = append(f.Items, &kit.Entry{Label: "Name", Field: d.as, Enter: d.saveAs, Word: "save",
			Changed: func(*kit.Context) tea.Cmd { d.err = nil; return nil }}, kit.Gap)
	}
	f.Items = append(f.Items, d.buttons(kept))
	return f
}

// told is what happened.
func (d *Edit) told(w int) []string {
	t := &d.c.Theme.Paint
	switch {
	case d.ended != nil:
		lines := note("It did not end well: "+shown(d.ended.Error())+".", w, t.Bad)
		if bytes.Equal(d.now, d.local.body) {
			return append(lines, note("Nothing was changed.", w, t.Text)...)
		}
		return append(lines, note("Nothing was saved yet.", w, t.Text)...)
	case errors.Is(d.err, store.Exists):
		return note("There is a file of this name already: choose another one.", w, t.Bad)
	case d.changed() && errors.Is(d.err, store.NotFound):
		return note(shown(store.Base(d.ref.Key))+" was deleted while it was edited. Nothing was written.", w, t.Bad)
	case d.changed():
		return note(shown(store.Base(d.ref.Key))+" was changed by somebody else while it was edited. Nothing was overwritten.", w, t.Bad)
	case d.err != nil:
		return note(explain(d.err), w, t.Bad)
	}
	return note("What was edited is not saved yet.", w, t.Warn)
}

// buttons are the ways on.
func (d *Edit) buttons(kept bool) kit.Buttons {
	if d.local.path == "" {
		return kit.Buttons{dismiss("Close")}
	}
	again := d.keyed("Edit again", keys.Edit, d.edit)
	if !kept {
		return kit.Buttons{{Label: "Close", Run: d.leave}, again}
	}
	as := &kit.Button{Label: "Save as", Run: d.saveAs}
	list := kit.Buttons{again, as}
	switch {
	case d.as != nil:
		list = kit.Buttons{as, again}
	case d.changed():
		list = append(list, &kit.Button{Label: "Overwrite", Danger: true, Run: d.put(store.ReplaceOptions{Force: true})})
	case d.ended != nil:
		list = append(list, &kit.Button{Label: "Save it", Run: d.put(store.ReplaceOptions{})})
	default:
		list = append(kit.Buttons{{Label: "Try again", Run: d.put(store.ReplaceOptions{})}}, list...)
	}
	return append(list, &kit.Button{Label: "Discard", Danger: true, Run: d.discard}, &kit.Button{Label: "Close", Run: d.leave})
}

// saveAs asks for another name, and saves under the one that was typed.
func (d *Edit) saveAs(c *kit.Context) tea.Cmd {
	if d.as == nil {
		d.as = kit.NewField(store.Base(d.ref.Key), "name")
		d.focus.Name = "Name"
		return nil
	}
	dir := parent(d.ref.Key)
	if wrong := kit.WrongName(dir, d.as.Value(), ""); wrong != "" {
		d.err = errors.New(strings.TrimSuffix(wrong, "."))
		return nil
	}
	return d.put(store.ReplaceOptions{As: store.Ref{Space: d.ref.Space, Key: dir + d.as.Value()}})(c)
}
