package dialog

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Rename has the names of several things edited in the user's editor, shows what would be renamed, and does it by a job.
type Rename struct {
	base
	flow
	dir   store.Ref // the folder that all lie in
	all   []job.Source
	list  []job.Source // those that are renamed
	local local
	err   error // what is wrong with what was edited

	write kit.Slot[local]
	lend  kit.Slot[struct{}]
	read  kit.Slot[string]
	free  kit.Slot[struct{}]
}

// NewRename renames sources that all lie in the folder dir, at most MostRenamed.
func NewRename(c *kit.Context, dir store.Ref, sources []job.Source) *Rename {
	d := &Rename{base: newBase(c, "Rename – "+shown(dir.Space)), dir: dir, all: append([]job.Source(nil), sources...)}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *Rename) Init(c *kit.Context) tea.Cmd {
	text := namesText(d.all)
	return d.write.Start(c, d.id, func(context.Context) (local, error) {
		l := local{body: []byte(text)}
		return l, l.write("names.txt")
	})
}

// Close implements kit.Dialog.
func (d *Rename) Close() {
	d.flow.close()
	d.write.Cancel()
	d.read.Cancel()
	d.free.Cancel()
	d.local.remove()
}

func (d *Rename) edit(c *kit.Context) tea.Cmd {
	d.forget()
	d.err, d.list = nil, nil
	d.scroll.Top()
	return d.lend.Edit(c, d.id, d.local.path)
}

// Update implements kit.Dialog.
func (d *Rename) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if l, err, ok := d.write.Take(msg); ok {
		if d.err = err; err != nil {
			return nil
		}
		d.local = l
		return d.edit(c)
	}
	if _, err, ok := d.lend.Take(msg); ok {
		if d.err = err; err != nil {
			return nil
		}
		l := d.local
		return d.read.Start(c, d.id, func(context.Context) (string, error) { text, err := l.read(); return string(text), err })
	}
	if text, err, ok := d.read.Take(msg); ok {
		if d.err = err; err == nil {
			d.list, d.err = renamed(text, d.dir.Key, d.all)
		}
		return d.look(c)
	}
	if _, err, ok := d.free.Take(msg); ok {
		if d.err = err; err != nil {
			return nil
		}
		return d.flow.start(c, d.id, job.Spec{Kind: job.Move, From: d.store.Conn(), To: d.store.Conn(), Sources: d.list,
			Dest: d.dir, Base: d.dir.Key, Policy: job.Skip})
	}
	cmd, done := d.flow.take(c, d.id, msg)
	if done && d.at == waiting {
		d.settle(c, renaming)
	}
	return tea.Batch(cmd, d.base.Update(c, msg))
}

// renaming is what is done, in a word.
const renaming = "Renaming"

// look makes sure that no folder of a new name is there: two would become one without a word.
func (d *Rename) look(c *kit.Context) tea.Cmd {
	switch {
	case d.err != nil:
		return nil
	case len(d.list) == 0:
		c.Dismiss()
		c.Notify(kit.Info, "Nothing was renamed")
		return nil
	}
	s, dir, list := d.store, d.dir, d.list
	return d.free.Start(c, d.id, func(ctx context.Context) (struct{}, error) {
		for _, x := range list {
			if !x.Folder {
				continue
			}
			key := target(dir.Key, x)
			page, err := s.List(ctx, store.ListRequest{Space: dir.Space, Prefix: key, Max: 1})
			if err == nil && len(page.Entries) > 0 {
				err = fmt.Errorf("“%s” would become “%s”, and there is a folder of this name", shown(store.Base(x.Ref.Key)), shown(store.Base(key)))
			}
			if err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
}

// yes renames what is shown, when it is counted.
func (d *Rename) yes(c *kit.Context) tea.Cmd {
	if d.plan != nil {
		d.settle(c, renaming)
	}
	return nil
}

func (d *Rename) cancel(c *kit.Context) tea.Cmd {
	if d.at == lost || d.at == clashing {
		d.at = editing
		return nil
	}
	c.Dismiss()
	return nil
}

// asking is the form.
func (d *Rename) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	if f := d.question(&d.base, s, renaming, "Rename", d.cancel); f != nil {
		return f
	}
	f := &kit.Form{Width: w, Focus: &d.focus, Cancel: d.cancel, Default: "Rename"}
	again := d.keyed("Edit again", keys.Edit, d.edit)
	switch {
	case d.err != nil:
		f.Items = []kit.Item{kit.Gap, &kit.Pager{Lines: note(explain(d.err), w, t.Bad), Scroll: &d.scroll}, kit.Gap,
			text(note("Nothing was renamed.", w, t.Text)...), kit.Gap, kit.Buttons{again, dismiss("Cancel")}}
		return f
	case d.plan == nil:
		f.Items = []kit.Item{kit.Gap, text(note("The names are being edited…", w, t.Dim)...), kit.Gap, kit.Buttons{dismiss("Cancel")}}
		return f
	}
	f.Unsaved = true
	items := []kit.Item{kit.Gap, text(d.figures(d.c, sources(d.list), w)...), kit.Gap, &kit.Pager{Lines: d.changes(w), Scroll: &d.scroll}}
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, kit.Gap, text(trouble...))
	}
	f.Items = append(items, kit.Gap, kit.Buttons{d.keyed("Rename", keys.Confirm, d.yes), again, dismiss("Cancel")})
	return f
}

// changes are the names before and after, beside each other where there is room.
func (d *Rename) changes(w int) []string {
	t := &d.c.Theme.Paint
	var lines []string
	wide := 0
	for _, s := range d.list {
		wide = max(wide, kit.Width(shown(store.Base(s.Ref.Key))))
	}
	side := min(wide, (w-2-4)/2)
	for _, s := range d.list {
		before, after := shown(store.Base(s.Ref.Key)), shown(store.Base(target(d.dir.Key, s)))
		lines = append(lines, "  "+t.Dim.On(kit.FitMiddle(before, side))+t.Dim.On(" → ")+t.Text.On(strings.TrimRight(kit.FitMiddle(after, w-2-side-3), " ")))
	}
	return lines
}
