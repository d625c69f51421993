package listing

import (
	"strings"

	"spaces/store"
)

// Listing is one folder of a Space as somebody looks at it: the rows that are known of it, narrowed, ordered, some of
// them selected, with a cursor that stays on its row whatever moves around it. It is made of pages that it is given,
// and of what jobs tell.
//
// It starts nothing. After every call, Next says which page it needs and Sort which rows it wants put in order; whoever
// drives it asks for them, gives up what is not needed any more, and hands in what came by Take and Sorted. It is owned
// by one goroutine.
type Listing struct {
	conn   store.Conn // effects on others do not concern it
	space  string
	prefix string
	turns  func() uint64 // nil: no jobs are told of

	base  sheet    // this folder
	deep  sheet    // what a filter with a "/" in it found further down
	whole *walk    // lists this folder
	found *walk    // lists what the begins-with filter asks for, where whole has not been
	again *refresh // lists anew what is listed already, nil: it does not

	filter Filter
	text   string
	beyond bool // found is where the rows shown come from
	all    everything
	order  Order // asked for; the view may have another where none was asked for
	view   view
	cursor
	demand
}

// Filter is how rows are narrowed.
type Filter uint8

// Filters. Begins is exact at any size: it asks the endpoint where the listing has not been yet; a text with a "/" in it
// reaches below the folder. Contains looks at what is loaded.
const (
	All Filter = iota
	Begins
	Contains
)

// sheet is rows with those that are selected among them.
type sheet struct {
	rows    *Rows
	sel     selection
	ranging ranging
	turns   []uint32 // when the rows selected were selected, as far as any work had begun then
}

// New returns the listing of the folder of a place, with nothing in it yet. The cursor goes to the place's key when that
// is listed.
func New(p store.Place) *Listing {
	l := &Listing{conn: p.Conn, space: p.Space, prefix: p.Prefix}
	prefix := p.Prefix
	l.want = p.Key
	l.base.rows, l.deep.rows = NewRows(prefix), NewRows(prefix)
	l.whole, l.found = &walk{prefix: prefix}, &walk{}
	l.view = view{rows: l.base.rows, direct: true, limits: limits{atOnce: 4096, page: PageRows, doubts: mostDoubts}}
	l.plan()
	return l
}

// Turns says how the turn of the latest work is found out (job.Manager's Turn): a selection is younger than that.
func (l *Listing) Turns(turn func() uint64) { l.turns = turn }

func (l *Listing) turn() uint64 {
	if l.turns == nil {
		return 0
	}
	return l.turns()
}

// Place is the folder that it lists, with the row under the cursor.
func (l *Listing) Place() store.Place {
	p := store.Place{Conn: l.conn, Space: l.space, Prefix: l.prefix}
	if id, ok := l.Under(); ok {
		p.Key = l.view.rows.Key(id)
	}
	return p
}

// Ref of a row.
func (l *Listing) Ref(id RowID) store.Ref { return store.Ref{Space: l.space, Key: l.view.rows.Key(id)} }

// Dir is the folder that the rows shown are in: another one where a filter reaches below.
func (l *Listing) Dir() string {
	if l.isDeep() {
		return folderOf(l.prefix + l.text)
	}
	return l.prefix
}

// folderOf is a key up to its last "/".
func folderOf(key string) string { return key[:strings.LastIndexByte(key, '/')+1] }

// Rows that are shown, and others.
func (l *Listing) Rows() *Rows { return l.view.rows }

// Len is how many rows are shown.
func (l *Listing) Len() int { return l.view.len() }

// ID of the i-th row shown.
func (l *Listing) ID(i int) RowID { return l.view.id(i) }

// Position tells where a row is shown.
func (l *Listing) Position(id RowID) (int, bool) { return l.view.find(id) }

// Has says whether there is a row of that key among those that are known, shown or not.
func (l *Listing) Has(key string) bool {
	_, there := l.view.rows.Search(key)
	return there
}

// Order that rows were asked for in, and the one that they are shown in: folders come first unasked where everything is
// known and is little.
func (l *Listing) Order() (asked, shown Order) { return l.order, l.view.order }

// Filter in force, and its text.
func (l *Listing) Filter() (Filter, string) { return l.filter, l.text }

// Loaded is how many rows the Contains filter looks at.
func (l *Listing) Loaded() int { return l.view.hi - l.view.lo }

// begins is the text that names begin with.
func (l *Listing) begins() string {
	if l.filter == Begins {
		return l.text
	}
	return ""
}

// isDeep says whether the filter reaches below this folder: its text is (the beginning of) a whole key.
func (l *Listing) isDeep() bool { return strings.Contains(l.begins(), "/") }

// source is the walk that the rows shown come from.
func (l *Listing) source() *walk {
	if l.beyond {
		return l.found
	}
	return l.whole
}

// on is the sheet that is shown.
func (l *Listing) on() *sheet {
	if l.isDeep() {
		return &l.deep
	}
	return &l.base
}

// sheetOf is the sheet that a walk fills.
func (l *Listing) sheetOf(w *walk) *sheet {
	if l.again != nil && w == l.again.walk {
		w = l.again.old
	}
	if w == l.found {
		return l.on()
	}
	return &l.base
}

// bounds sets the stretch of rows that is shown.
func (l *Listing) bounds() {
	w, prefix := l.source(), l.prefix+l.begins()
	if w == l.found && !w.begun && !l.isDeep() {
		w = l.whole // what is known of it, until the answer comes
	}
	l.view.rows = l.on().rows
	l.view.lo, l.view.hi = w.stretch(l.view.rows, prefix)
}

// changed brings everything up to date after rows came, changed or went.
func (l *Listing) changed(touched []RowID) {
	l.bounds()
	l.view.change(touched, l.Known())
	l.settle()
	l.plan()
}

// reshow shows the rows under another filter or in another order.
func (l *Listing) reshow() {
	l.base.ranging, l.deep.ranging = ranging{}, ranging{}
	l.first = false
	rows := l.view.rows
	l.bounds()
	if l.view.rows != rows {
		l.onRow = false
		l.view.direct, l.view.ids = true, nil
	}
	l.view.text = ""
	if l.filter == Contains {
		l.view.text = l.text
	}
	l.view.order = l.suited()
	l.view.make()
	l.settle()
	l.plan()
}

// suit changes to the order that suits what is listed now; anew makes what is shown anew in any case.
func (l *Listing) suit(anew bool) {
	l.bounds()
	if order := l.suited(); anew || order != l.view.order {
		l.view.order = order
		l.view.make()
	}
}

// suited is the order to show: the one asked for, else with folders first where all is known from one page. What is
// more stays in the order of keys until another is asked for, lest rows jump about while pages come.
func (l *Listing) suited() Order {
	if l.order.Natural() && l.Known() && l.Loaded() <= l.view.page {
		return Order{By: ByName}
	}
	return l.order
}
