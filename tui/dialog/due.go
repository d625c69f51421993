package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// dueShown is how many of what is due are kept to be shown, at most: the sums are of all.
const dueShown = 1000

// due shows what the lifecycle rules would delete now: nothing is deleted.
type due struct {
	base
	space string
	list  kit.List
	ask   kit.Slot[dues]
	found dues
	known bool
	err   error
}

// dues are what was found.
type dues struct {
	first []store.Due
	store.DueSum
}

func newDue(c *kit.Context, space string) *due {
	d := &due{base: newBase(c, "What is due – "+shown(space)), space: space}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *due) Init(c *kit.Context) tea.Cmd {
	s, space := d.store, d.space
	return d.ask.Start(c, d.id, func(ctx context.Context) (dues, error) {
		var n dues
		var err error
		n.DueSum, err = s.Due(ctx, space, func(list []store.Due) error {
			n.first = append(n.first, list[:min(len(list), dueShown-len(n.first))]...)
			return ctx.Err()
		})
		return n, err
	})
}

// inWords says how much is due.
func (n *dues) inWords(c *kit.Context) string {
	all := n.Objects + n.Uploads
	switch {
	case all == 0 && n.Partial:
		return "Nothing was found that is due, but the server gave up before it had seen all."
	case all == 0:
		return "Nothing is due now."
	}
	sum := "Due: "
	if n.Partial {
		sum = "Due: at least "
	}
	sum += kit.Plural(n.Objects, "object") + " (versions included), " + c.Bytes(n.Bytes) + "; " + kit.Plural(n.Uploads, "upload") + ". Nothing was deleted."
	if len(n.first) < all {
		sum += " Some of them:"
	}
	return sum
}

// Close implements kit.Dialog.
func (d *due) Close() { d.ask.Cancel() }

// Update implements kit.Dialog.
func (d *due) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if n, err, ok := d.ask.Take(msg); ok {
		d.found, d.err, d.known = n, err, true
		d.list.SetLen(len(n.first))
		return nil
	}
	return d.base.Update(c, msg)
}

// doneTo says in words what becomes of it.
var doneTo = map[string]string{"delete": "deleted", "hide": "hidden", "delete-version": "version gone", "delete-marker": "marker gone", "abort-upload": "upload aborted"}

// asking is the form.
func (d *due) asking(s kit.Size) *kit.Form {
	w, t := room(s, wide), &d.c.Theme.Paint
	var items []kit.Item
	switch {
	case !d.known:
		items = []kit.Item{text(note("Asking…", w, t.Dim)...)}
	case d.err != nil:
		items = []kit.Item{&kit.Pager{Lines: note(explain(d.err), w, t.Bad), Scroll: &d.scroll}}
	default:
		items = []kit.Item{text(note(d.found.inWords(d.c), w, t.Strong)...), kit.Gap}
		if len(d.found.first) > 0 {
			items = append(items, &kit.Rows{Name: "due", List: &d.list, Most: min(len(d.found.first), 14), Row: func(i, w int, cursor bool) string {
				x := d.found.first[i]
				does := doneTo[x.Action]
				size := d.c.Formats.SizeWidth() + 2
				line := mark(cursor) + kit.Fit(does, 15) + middle(shown(x.Key), max(w-20-size, 8))
				line = kit.Fit(line, max(w-1-size, 1)) + " " + kit.FitRight(d.c.Formats.SizeIn(x.Size, size), size)
				if cursor {
					return t.Cursor.On(line)
				}
				return t.Text.On(line)
			}})
		}
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Items: append(append([]kit.Item{kit.Gap}, items...), kit.Gap, kit.Buttons{dismiss("Close")})}
}
