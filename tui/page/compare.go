package page

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/compare"
	"spaces/tui/kit"
)

// comparing is the page of what two folders differ in. It stands in the place of the panes that show them.
type comparing struct {
	id     kit.ID
	places [2]store.Place
	stores [2]*store.Store
	from   compare.Side // that is copied from

	under  *compare.Comparison // under way, or done
	step   kit.Slot[found]
	rows   []compared // in the order of names
	shown  []int32    // of rows, those of the tab
	counts [4]int     // by verdict
	dates  int        // of all rows, those that only dates tell of
	chosen int
	tab    int
	list   kit.List
	done   bool
	old    bool // something changed that the rows do not tell

	folders map[string][4]int // counts by verdict of what is below a folder, for marks
	err     error
}

// compared is a row of it.
type compared struct {
	compare.Row
	chosen, gone bool
}

// found is what one step of a comparison brings.
type found struct {
	rows []compare.Row
	done bool
}

// compareTabs are what is shown, and the verdicts that are.
var compareTabs = []struct {
	name string
	of   []compare.Verdict
}{
	{"Differences", []compare.Verdict{compare.OnlyLeft, compare.OnlyRight, compare.Differs}},
	{"Only left", []compare.Verdict{compare.OnlyLeft}}, {"Only right", []compare.Verdict{compare.OnlyRight}},
	{"Both, differ", []compare.Verdict{compare.Differs}}, {"Same", []compare.Verdict{compare.Same}},
}

// newComparing compares the folders of two places. from is the side that is active.
func newComparing(c *kit.Context, places [2]store.Place, stores [2]*store.Store, from int) *comparing {
	return &comparing{id: c.NewID(), places: places, stores: stores, from: compare.Side(from)}
}

func (x *comparing) ID() kit.ID   { return x.id }
func (x *comparing) Typing() bool { return false }
func (x *comparing) Close()       { x.step.Cancel() }

func (x *comparing) Title() string {
	return "Compare " + placeName(x.places[0], x.stores[0]) + " and " + placeName(x.places[1], x.stores[1])
}

// placeName is a place with its connection, printable.
func placeName(p store.Place, s *store.Store) string {
	return store.Printable(s.Name()) + " ▸ " + store.Printable(p.Space+"/"+p.Prefix)
}

// Init begins, or begins anew.
func (x *comparing) Init(c *kit.Context) tea.Cmd {
	side := func(i int) compare.Folder {
		return compare.Folder{Store: x.stores[i], Space: x.places[i].Space, Prefix: x.places[i].Prefix}
	}
	*x = comparing{id: x.id, places: x.places, stores: x.stores, from: x.from, tab: x.tab, step: x.step, under: compare.New(side(0), side(1))}
	return x.goOn(c)
}

// goOn reads the next of both listings.
func (x *comparing) goOn(c *kit.Context) tea.Cmd {
	under := x.under
	x.err = nil
	return x.step.Start(c, x.id, func(ctx context.Context) (found, error) {
		rows, done, err := under.Next(ctx)
		return found{rows, done}, err
	})
}

func (x *comparing) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if f, err, ok := x.step.Take(msg); ok {
		if x.err = err; err != nil {
			return nil
		}
		x.add(f.rows)
		if x.done = f.done; !f.done {
			return x.goOn(c)
		}
		return nil
	}
	switch msg.(type) {
	case kit.Key, kit.Mouse:
		x.list.Update(c, msg)
	}
	return nil
}

func (x *comparing) add(rows []compare.Row) {
	for _, r := range rows {
		x.rows = append(x.rows, compared{Row: r})
		i := int32(len(x.rows) - 1)
		x.count(&x.rows[i], 1)
		if x.shows(&x.rows[i]) {
			x.shown = append(x.shown, i)
		}
	}
	x.list.SetLen(len(x.shown))
}

// count counts a row, or with -1 takes it back.
func (x *comparing) count(r *compared, by int) {
	x.counts[r.Verdict] += by
	if r.Reason == compare.Date && r.Has(compare.Left) && r.Has(compare.Right) {
		x.dates += by
	}
}

func (x *comparing) shows(r *compared) bool {
	return !r.gone && slices.Contains(compareTabs[x.tab].of, r.Verdict)
}

// show finds the rows of the tab anew. The cursor stays on its row, or near it.
func (x *comparing) show() {
	at, _ := x.current()
	x.shown = x.shown[:0]
	cursor := 0
	for i := range x.rows {
		if x.shows(&x.rows[i]) {
			if at != nil && x.rows[i].Name <= at.Name {
				cursor = len(x.shown)
			}
			x.shown = append(x.shown, int32(i))
		}
	}
	x.list.SetLen(len(x.shown))
	x.list.MoveTo(cursor)
}

// current is the row under the cursor.
func (x *comparing) current() (*compared, bool) {
	if x.list.Cursor < len(x.shown) {
		return &x.rows[x.shown[x.list.Cursor]], true
	}
	return nil, false
}
