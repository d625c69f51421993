package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// Ending is an upload that is to be ended.
type Ending struct {
	store.BegunUpload
	Bytes int64 // of its parts
	Known bool  // they are known
}

// EndUploads asks before uploads in parts are ended. Its default answer is no.
type EndUploads struct {
	base
	list   []Ending
	done   int // of those that were confirmed
	err    error
	answer kit.Slot[int]
}

// NewEndUploads asks before uploads to a Space are ended.
func NewEndUploads(c *kit.Context, space string, list []Ending) *EndUploads {
	d := &EndUploads{base: newBase(c, "End unfinished uploads – "+shown(space)), list: append([]Ending(nil), list...)}
	d.form = d.asking
	return d
}

// Close implements kit.Dialog.
func (d *EndUploads) Close() { d.answer.Cancel() }

// Update implements kit.Dialog.
func (d *EndUploads) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if n, err, ok := d.answer.Take(msg); ok {
		d.done, d.list = d.done+n, d.list[n:]
		if d.err = err; err == nil {
			c.Dismiss()
			c.Notify(kit.Good, "Ended "+kit.Plural(d.done, "upload"))
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// yes ends one after the other, up to the first that cannot be.
func (d *EndUploads) yes(c *kit.Context) tea.Cmd {
	if d.answer.Busy() || len(d.list) == 0 {
		return nil
	}
	d.err = nil
	jobs, s, list := c.Jobs, d.store, d.list
	return d.answer.Start(c, d.id, func(ctx context.Context) (n int, err error) {
		for n < len(list) && err == nil {
			if err = jobs.EndUpload(ctx, s, list[n].Upload); err == nil {
				n++
			}
		}
		return n, err
	})
}

// asking is the form.
func (d *EndUploads) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	bytes, known := int64(0), true
	for _, u := range d.list {
		bytes, known = bytes+u.Bytes, known && u.Known
	}
	size := d.c.Bytes(bytes) + " of parts"
	if !known {
		size = "at least " + size
	}
	items := []kit.Item{kit.Gap, text(note(kit.Plural(len(d.list), "upload")+", "+size, w, t.Strong)...), kit.Gap}
	items = append(items, &kit.Pager{Lines: d.names(w), Scroll: &d.scroll}, kit.Gap,
		text(note("Their parts are deleted: that cannot be undone. A program or machine that still sends one of them fails.", w, t.Warn)...))
	switch {
	case d.err != nil:
		items = append(items, kit.Gap, text(note(shown(d.err.Error()), w, t.Bad)...))
	case d.answer.Busy():
		items = append(items, kit.Gap, text(note("Asking the endpoint…", w, t.Dim)...))
	}
	yes := d.keyed("End", keys.Confirm, d.yes)
	yes.Danger = true
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{dismiss("Cancel"), yes})}
}

func (d *EndUploads) names(w int) []string {
	var lines []string
	for i, u := range d.list {
		if i == named && len(d.list) > named+1 {
			lines = append(lines, d.c.Theme.Paint.Dim.On("  and "+kit.Count(len(d.list)-named)+" more"))
			break
		}
		lines = append(lines, "  "+d.c.Theme.Paint.Text.On(middle(shown(u.Key), w-2)))
	}
	return lines
}
