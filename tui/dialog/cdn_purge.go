package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// purgeCache has the cache before a Space forget files.
type purgeCache struct {
	base
	writes
	space string
	refs  []store.Ref // a key that ends in a slash is a folder with everything in it; none: everything
	known bool
	on    bool
	ask   kit.Slot[store.CDN]
	lost  error // it could not be asked
}

// NewPurgeCDN asks whether the cache before a Space is to forget some files and folders of it; none are everything.
func NewPurgeCDN(c *kit.Context, space string, refs []store.Ref) kit.Dialog {
	d := &purgeCache{base: newBase(c, "Purge the CDN cache – "+shown(space)), space: space, refs: refs}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog: whether the CDN is on is asked for.
func (d *purgeCache) Init(c *kit.Context) tea.Cmd {
	s, space := d.store, d.space
	return d.ask.Start(c, d.id, func(ctx context.Context) (store.CDN, error) { return s.KnownCDN(ctx, space) })
}

// Close implements kit.Dialog.
func (d *purgeCache) Close() {
	d.ask.Cancel()
	d.slot.Cancel()
}

// Update implements kit.Dialog.
func (d *purgeCache) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if now, err, ok := d.ask.Take(msg); ok {
		d.known, d.on, d.lost = true, now.On(), err
		return nil
	}
	if d.take(msg) {
		if d.err == nil {
			c.Dismiss()
			c.Notify(kit.Good, "The CDN forgets "+d.what()+" now: who asks next gets it from the Space")
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// what names what is purged.
func (d *purgeCache) what() string {
	switch len(d.refs) {
	case 0:
		return "everything of " + shown(d.space)
	case 1:
		return shown(d.refs[0].Key)
	}
	folders := 0
	for _, r := range d.refs {
		if strings.HasSuffix(r.Key, "/") {
			folders++
		}
	}
	switch files := len(d.refs) - folders; {
	case folders == 0:
		return kit.Plural(files, "file")
	case files == 0:
		return kit.Plural(folders, "folder")
	default:
		return kit.Plural(files, "file") + " and " + kit.Plural(folders, "folder")
	}
}

// paths are what the API is told.
func (d *purgeCache) paths() []string {
	if len(d.refs) == 0 {
		return []string{"*"}
	}
	list := make([]string, len(d.refs))
	for i, r := range d.refs {
		if list[i] = r.Key; strings.HasSuffix(r.Key, "/") {
			list[i] += "*"
		}
	}
	return list
}

func (d *purgeCache) run(c *kit.Context) tea.Cmd {
	if !d.known || !d.on {
		return nil
	}
	s, space, paths := d.store, d.space, d.paths()
	return d.start(c, d.id, func(ctx context.Context) error { return s.PurgeCDN(ctx, space, paths) })
}

// asking is the form.
func (d *purgeCache) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	var lines []string
	switch {
	case len(d.refs) == 0:
		lines = note("Everything in the Space", w, t.Strong)
	default:
		for i, r := range d.refs {
			if i == 2 && len(d.refs) > 3 {
				lines = append(lines, note("and "+kit.Count(len(d.refs)-i)+" more", w, t.Dim)...)
				break
			}
			name := shown(r.Key)
			if strings.HasSuffix(r.Key, "/") {
				name += "  and everything in it"
			}
			lines = append(lines, "  "+t.Strong.On(middle(name, w-2)))
		}
	}
	items := []kit.Item{kit.Gap, text(lines...), kit.Gap}
	purge := d.keyed("Purge", keys.Confirm, d.run)
	switch {
	case !d.known:
		purge.Why = "It is not known yet whether the CDN is on."
		items = append(items, text(note("Asking DigitalOcean…", w, t.Dim)...))
	case d.lost != nil:
		purge.Why = "It is not known whether the CDN is on."
		items = append(items, &kit.Pager{Lines: note(explain(d.lost), w, t.Bad), Scroll: &d.scroll})
	case !d.on:
		purge.Why = "The CDN of this Space is off: nothing is in its cache."
		items = append(items, text(note(purge.Why, w, t.Warn)...))
	default:
		says := "Nothing in the Space is touched: the cache forgets its copies, and fetches the files anew when somebody asks for them."
		if d.starred() {
			says += " A * in a name stands for anything there: more than that file may be purged."
		}
		items = append(items, spare(1, note(says, w, t.Dim)...))
	}
	items = append(items, d.writes.items(&d.base, w)...)
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{dismiss("Cancel"), purge})}
}

// starred says whether the API takes a name for a pattern.
func (d *purgeCache) starred() bool {
	for _, r := range d.refs {
		if strings.Contains(r.Key, "*") {
			return true
		}
	}
	return false
}
