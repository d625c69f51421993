package page

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// pageRows is how many rows are asked for at once: the most that ListObjectsV2 gives.
const pageRows = 1000

// walk lists what is below one prefix, page by page, into rows. It is the truth about the stretch it has passed.
type walk struct {
	prefix string
	next   string // where the next page begins
	last   string // the greatest key listed: up to it everything is known
	begun  bool   // a page came
	done   bool   // there are no more pages
	err    error  // why the last page did not come
	slot   kit.Slot[store.Page]
	since  []listing.Change // made while a page was under way, which may not know of them
}

// busy says whether a page is under way.
func (w *walk) busy() bool { return w.slot.Busy() }

// fetch asks for the next page, after a pause.
func (w *walk) fetch(c *kit.Context, owner kit.ID, space string, pause time.Duration) tea.Cmd {
	if w.done {
		return nil
	}
	w.err, w.since = nil, nil
	s := c.Store
	request := store.ListRequest{Space: space, Prefix: w.prefix, Delimiter: "/", After: w.next, Max: pageRows}
	work := func(ctx context.Context) (store.Page, error) { return s.List(ctx, request) }
	if pause > 0 {
		return w.slot.StartAfter(c, owner, pause, work)
	}
	return w.slot.Start(c, owner, work)
}

// take puts a page that came into rows. touched are the rows that are new, changed or gone.
func (w *walk) take(rows *listing.Rows, msg tea.Msg) (touched []listing.RowID, ok bool) {
	page, err, ok := w.slot.Take(msg)
	if !ok {
		return nil, false
	}
	if w.err = err; err != nil {
		return nil, true
	}
	touched = rows.Merge(w.prefix, w.last, page)
	if len(w.since) > 0 {
		touched = append(touched, rows.Apply(w.since)...)
	}
	if n := len(page.Entries); n > 0 {
		w.last = max(w.last, page.Entries[n-1].Key)
	}
	w.begun, w.next, w.done, w.since = true, page.Next, !page.More, nil
	return touched, true
}

// note remembers changes that the page under way may not know of.
func (w *walk) note(changes []listing.Change) {
	if w.busy() {
		w.since = append(w.since, changes...)
	}
}

// stop ends the request under way; fetch goes on where it stopped.
func (w *walk) stop() { w.slot.Cancel() }

// covers says whether everything that begins with prefix, at this level, has been listed.
func (w *walk) covers(prefix string) bool {
	rest, below := strings.CutPrefix(prefix, w.prefix)
	if !below || strings.Contains(rest, "/") || !w.begun {
		return false
	}
	return w.done || w.last > prefix && !strings.HasPrefix(w.last, prefix)
}

// stretch gives the rows lo ≤ i < hi that begin with prefix, as far as they are listed.
func (w *walk) stretch(rows *listing.Rows, prefix string) (lo, hi int) {
	lo, hi = rows.Find(prefix)
	if !w.done {
		end, found := rows.Search(w.last)
		if found {
			end++
		}
		if !w.begun {
			end = 0
		}
		hi = min(hi, end)
	}
	return min(lo, hi), hi
}
