package page

import (
	"cmp"
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

const (
	countAtOnce = 2_000   // selected rows whose types are counted after every key
	countMost   = 200_000 // that are counted at all, once the cursor rests
)

// several is what is told of a selection of more than one.
type several struct {
	totals  listing.Totals
	kinds   []kindTotal // the most first, nil where they were not counted
	largest store.Entry
}

// kindTotal is how much there is of one type of files.
type kindTotal struct {
	kind  string
	count int
	bytes int64
}

// lookAtAll tells of the selection where it is of more than one; is says whether it is.
func (f *files) lookAtAll(c *kit.Context) (cmd tea.Cmd, is bool) {
	p, sel := &f.pane, f.l.Selection()
	if sel.Count < 2 || !f.inspected() {
		if p.several != nil {
			p.several = nil
			p.changed()
		}
		return nil, false
	}
	fresh := p.several != nil && p.several.totals == sel
	switch {
	case sel.Count <= countAtOnce:
		p.stop()
		p.several = f.several()
		p.changed()
	case fresh:
	default:
		p.stop()
		p.several = &several{totals: sel}
		p.changed()
		if sel.Count <= countMost {
			cmd = p.rest.StartAfter(c, f.id, inspectRest, func(context.Context) (struct{}, error) { return struct{}{}, nil })
		}
	}
	return cmd, true
}

// several counts the selection.
func (f *files) several() *several {
	x := &several{totals: f.l.Selection()}
	at := map[string]int{}
	for _, e := range f.l.Chosen() {
		if e.Folder {
			continue
		}
		kind := kindOf(e.Key)
		i, known := at[kind]
		if !known {
			i = len(x.kinds)
			at[kind] = i
			x.kinds = append(x.kinds, kindTotal{kind: kind})
		}
		x.kinds[i].count++
		x.kinds[i].bytes += e.Size
		if x.largest.Key == "" || e.Size > x.largest.Size {
			x.largest = e
		}
	}
	slices.SortFunc(x.kinds, func(a, b kindTotal) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.kind, b.kind))
	})
	return x
}

// draw adds what there is to be told.
func (x *several) draw(c *kit.Context, d *details) {
	th := &d.th.Paint
	d.line(th.Strong.On(totals(c, x.totals) + " selected"))
	d.line("")
	d.pair("Size", c.Bytes(x.totals.Bytes)+exact(c, x.totals.Bytes))
	if x.largest.Key != "" {
		d.pair("Largest", lastName(x.largest.Key)+", "+c.Bytes(x.largest.Size))
	}
	if n := x.totals.Folders; n > 0 {
		d.wrapped(th.Dim, uncounted(n))
	}
	d.line("")
	switch {
	case len(x.kinds) > 0:
		for _, k := range x.kinds {
			d.line(th.Text.On(kit.Fit(cmp.Or(k.kind, "other"), nameWidth+2)) + th.Number.On(kit.FitRight(kit.Count(k.count), 9)) +
				th.Dim.On(kit.FitRight(c.Bytes(k.bytes), c.Formats.SizeWidth()+4)))
		}
	case x.totals.Count > countMost:
		d.wrapped(th.Dim, "The types of so many are not counted.")
	case x.totals.Folders < x.totals.Count:
		d.wrapped(th.Dim, "Counting types…")
	}
}

func uncounted(folders int) string {
	verb := " hold"
	if folders == 1 {
		verb = " holds"
	}
	return "What " + kit.Plural(folders, "folder") + verb + " is not counted here."
}
