package page

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/compare"
	"spaces/store/job"
	"spaces/tui/dialog"
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
	err    error
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

// turn shows another tab. What is chosen elsewhere is not any more: it would be copied unseen.
func (x *comparing) turn(by int) {
	x.tab = (x.tab + by + len(compareTabs)) % len(compareTabs)
	x.choose(func(*compared) bool { return false })
	x.show()
}

func (x *comparing) choose(is func(*compared) bool) {
	x.chosen = 0
	for i := range x.rows {
		r := &x.rows[i]
		if r.chosen = x.shows(r) && is(r); r.chosen {
			x.chosen++
		}
	}
}

// sources are the chosen files of the side that is copied from, else the one under the cursor.
func (x *comparing) sources() (list []job.Source) {
	at := x.places[x.from]
	add := func(r *compared) {
		if r.Has(x.from) && !r.gone {
			list = append(list, job.Source{Ref: store.Ref{Space: at.Space, Key: at.Prefix + r.Name}})
		}
	}
	if r, ok := x.current(); ok && x.chosen == 0 {
		add(r)
	}
	for i := range x.rows {
		if x.rows[i].chosen {
			add(&x.rows[i])
		}
	}
	return list
}

func (x *comparing) copyOver(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewCopyOver(c, x.placeOf(x.from), x.placeOf(x.from.Other()), x.sources()))
	return nil
}

func (x *comparing) placeOf(s compare.Side) store.Place {
	p := x.places[s]
	return store.Place{Conn: x.stores[s].Conn(), Space: p.Space, Prefix: p.Prefix}
}

// Effects brings the rows up to date with what jobs did.
func (x *comparing) Effects(_ *kit.Context, effects []job.Effect) tea.Cmd {
	changed := false
	for _, e := range effects {
		for side, s := range x.stores {
			p := x.places[side]
			if e.Conn != s.Conn() || e.Ref.Space != p.Space {
				continue
			}
			name, inside := strings.CutPrefix(e.Ref.Key, p.Prefix)
			switch {
			case e.Kind == job.Stale || e.Kind == job.TreeGone:
				x.old = x.old || inside || strings.HasPrefix(p.Prefix, e.Ref.Key)
			case inside && !e.Entry.Folder:
				changed = x.apply(compare.Side(side), name, e) || changed
			}
		}
	}
	if changed {
		x.show()
	}
	return nil
}

func (x *comparing) apply(side compare.Side, name string, e job.Effect) bool {
	i, ok := slices.BinarySearchFunc(x.rows, name, func(r compared, name string) int { return strings.Compare(r.Name, name) })
	if !ok {
		x.old = x.old || x.done
		return false
	}
	r := &x.rows[i]
	if !r.gone {
		x.count(r, -1)
	}
	switch {
	case e.Kind == job.RowGone && r.gone:
	case e.Kind == job.RowGone:
		r.gone = !r.Drop(side)
	case r.gone:
		r.gone = false
		r.Alone(side, compare.FileOf(e.Entry))
	default:
		r.Put(side, compare.FileOf(e.Entry))
	}
	if !r.gone {
		x.count(r, 1)
	}
	if r.chosen && !x.shows(r) {
		r.chosen = false
		x.chosen--
	}
	return true
}

// Actions that there are, but those of leaving, which the panes have.
func (x *comparing) Actions() []kit.Action {
	plain := func(what func()) func(*kit.Context) tea.Cmd {
		return func(*kit.Context) tea.Cmd { what(); return nil }
	}
	over, arrow := "to the right", "→"
	if x.from == compare.Right {
		over, arrow = "to the left", "←"
	}
	return []kit.Action{
		{Name: keys.CopyTo, Label: "Copy " + over + "…", Hint: "copy " + arrow, Why: x.nothing, Run: x.copyOver},
		{Name: keys.OtherPane, Label: "Copy the other way", Hint: "other way", Run: plain(func() { x.from = x.from.Other() })},
		{Name: keys.Select, Why: x.noRow, Run: plain(x.toggle)},
		{Name: keys.NextTab, Label: "Next kind", Hint: "next kind", Run: plain(func() { x.turn(1) })},
		{Name: keys.PrevTab, Label: "Previous kind", Hint: kit.NoHint, Run: plain(func() { x.turn(-1) })},
		{Name: keys.SelectAll, Label: "Select all shown", Why: x.noRow, Run: plain(func() { x.choose(func(*compared) bool { return true }) })},
		{Name: keys.Invert, Why: x.noRow, Run: plain(func() { x.choose(func(r *compared) bool { return !r.chosen }) })},
		{Name: keys.Refresh, Label: "Compare again", Hint: "again", Run: x.again},
	}
}

// again compares anew, or goes on where an error or somebody stopped it.
func (x *comparing) again(c *kit.Context) tea.Cmd {
	if !x.done && !x.step.Busy() && !x.old {
		return x.goOn(c)
	}
	return x.Init(c)
}

func (x *comparing) toggle() {
	if r, ok := x.current(); ok {
		if r.chosen = !r.chosen; r.chosen {
			x.chosen++
		} else {
			x.chosen--
		}
		x.list.MoveTo(x.list.Cursor + 1)
	}
}

func (x *comparing) noRow() string {
	if _, ok := x.current(); !ok {
		return "There is nothing under the cursor."
	}
	return ""
}

func (x *comparing) nothing() string {
	switch {
	case x.noRow() != "":
		return x.noRow()
	case x.stores[x.from.Other()].ReadOnly() != "":
		return x.stores[x.from.Other()].ReadOnly()
	case len(x.sources()) > 0:
		return ""
	}
	side := map[compare.Side]string{compare.Left: "left", compare.Right: "right"}[x.from]
	return "There is no such file on the " + side + " to copy: turn the direction round."
}

// escape undoes one thing; false says that there is nothing to undo.
func (x *comparing) escape() bool {
	switch {
	case x.step.Busy():
		x.step.Cancel()
	case x.chosen > 0:
		x.choose(func(*compared) bool { return false })
	default:
		return false
	}
	return true
}
