package listing

import (
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"spaces/store"
)

// expected is what ought to be shown when nothing more is to come.
func (w *world) expected() []store.Entry {
	filter, text := w.Filter()
	all := w.truth.level(w.Dir())
	all = slices.DeleteFunc(all, func(e store.Entry) bool {
		name := strings.TrimPrefix(e.Key, "p/")
		return e.Key == w.Dir() || !w.Known() && e.Key > w.Last() || filter == Begins && !strings.HasPrefix(name, text) ||
			filter == Contains && !store.Containing(text)(name)
	})
	_, order := w.Order()
	return sortedBy(all, order)
}

// settled lets everything come that is wanted.
func (w *world) settled(t *testing.T) {
	t.Helper()
	w.Show(true)
	w.under = Request{}
	if w.Err() != nil {
		w.More()
	}
	if w.stopped {
		w.Refresh()
		w.stopped = false
	}
	for range 1000 {
		if w.Err() != nil {
			w.More()
		}
		w.MoveTo(w.Cursor())
		w.follow()
		if s := w.Sort(); s != nil {
			w.sort()
			w.follow()
		}
		if _, ok := w.Next(); !ok && w.Sort() == nil {
			return
		}
		w.send()
		w.come(nil)
		w.follow()
	}
	t.Fatal("it asks for ever")
}

// follow selects in the model what a range selects.
func (w *world) follow() {
	if w.Ranging() && !w.isDeep() {
		w.selected = maps.Clone(w.before)
		keys := w.keys()
		from := slices.Index(keys, w.anchor)
		w.pick(keys[min(from, w.Cursor()):min(max(from, w.Cursor())+1, len(keys))], func(bool) bool { return true })
	}
}

// check compares with the model; sure says that nothing more is to come.
func (w *world) check(sure bool) error {
	w.follow()
	shown := entriesOf(w.Rows(), ids(w.Listing))
	if sure && w.Partial() && !w.held {
		return fmt.Errorf("it stays partial")
	}
	if !sure || w.Partial() {
	} else if want := w.expected(); !equalEntries(shown, want) {
		return fmt.Errorf("it shows\n%v, want\n%v", shown, want)
	}
	var loaded []store.Entry
	for i := w.view.lo; i < w.view.hi; i++ {
		if e := w.Rows().At(i); store.Containing(w.view.text)(w.Rows().Name(w.Rows().ID(i))) {
			loaded = append(loaded, e)
		}
	}
	if want := sortedBy(loaded, w.view.order); !w.Partial() && !equalEntries(shown, want) {
		return fmt.Errorf("of what is loaded it shows\n%v, want\n%v", shown, want)
	}
	var totals Totals
	for id := range RowID(w.Rows().Made()) {
		if w.Selected(id) {
			e := w.Rows().Entry(id)
			totals.Count, totals.Bytes = totals.Count+1, totals.Bytes+e.Size
			if e.Folder {
				totals.Folders++
			}
			if !w.Rows().Live(id) {
				return fmt.Errorf("%s is selected and gone", e.Key)
			}
		}
	}
	if totals != w.Selection() {
		return fmt.Errorf("the selection is %+v, want %+v", w.Selection(), totals)
	}
	if w.Cursor() < 0 || w.Cursor() > 0 && w.Cursor() >= w.places() {
		return fmt.Errorf("the cursor is on %d of %d", w.Cursor(), w.places())
	}
	return nil
}

// checkSelection compares the selection with the model's, when nothing more is to come.
func (w *world) checkSelection() error {
	for _, e := range w.truth.level("p/") {
		i, there := w.base.rows.Search(e.Key)
		if got := there && w.base.sel.has(w.base.rows.ID(i)); got != w.selected[e.Key] && !w.went[e.Key] {
			return fmt.Errorf("%s: selected is %v, want %v", e.Key, got, w.selected[e.Key])
		}
	}
	for id := range RowID(w.base.rows.Made()) {
		key := w.base.rows.Key(id)
		gone := !slices.ContainsFunc(w.truth.level("p/"), func(e store.Entry) bool { return e.Key == key })
		if w.base.sel.has(id) && gone {
			return fmt.Errorf("%s is selected, and gone", key)
		}
	}
	return nil
}

func ids(l *Listing) (all []RowID) {
	for i := range l.Len() {
		all = append(all, l.ID(i))
	}
	return all
}

func TestAListingEqualsTheModelWhateverHappensInWhateverOrder(t *testing.T) {
	first, runs := firstSeed(), 2000
	if testing.Short() {
		runs = 500
	}
	for seed := first; seed < first+uint64(runs); seed++ {
		if err := live(t, seed); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// live is one interleaving of all that can happen to a listing.
func live(t *testing.T, seed uint64) (err error) {
	w := newWorld(seed)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
		if err != nil {
			err = fmt.Errorf("%w\nafter\n%s", err, strings.Join(w.steps, "\n"))
		}
	}()
	for n := range 60 {
		under, on := w.Under()
		top := w.top
		w.step()
		if err := w.check(false); err != nil {
			return err
		}
		_, shown := w.Position(under)
		if passive := w.passive; on && shown && passive && !w.chase && !w.first && !top && w.want == "" {
			if now, ok := w.Under(); !ok || now != under {
				return fmt.Errorf("the cursor left its row")
			}
		}
		if top && w.passive && w.Cursor() != 0 {
			return fmt.Errorf("the cursor left the first row before all were sorted")
		}
		if n%20 == 19 {
			w.settled(t)
			w.steps = append(w.steps, "settled")
			if err := w.check(true); err != nil {
				return err
			}
		}
	}
	w.Narrow(All, "")
	w.settled(t)
	if err := w.check(true); err != nil {
		return err
	}
	return w.checkSelection()
}

// firstSeed is another one in each run, unless SEED says which.
func firstSeed() uint64 {
	if seed, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		return seed
	}
	return uint64(time.Now().UnixNano())
}
