package kit

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/listing"
)

// Feed drives a Listing: it starts the requests that the listing needs and ends those that it does not need any more.
// Whoever shows a listing calls Drive after everything that it did with it. The zero Feed has nothing under way.
type Feed struct {
	page    Slot[listing.Answer]
	asked   listing.Request
	sort    Slot[[]listing.RowID]
	sorting *listing.Sorting
}

// Drive does what the listing, of a folder of s, needs done now.
func (f *Feed) Drive(c *Context, owner ID, s *store.Store, l *listing.Listing) tea.Cmd {
	var page, sort tea.Cmd
	if r, ok := l.Next(); !ok {
		f.page.Cancel()
		f.asked = listing.Request{}
	} else if r != f.asked {
		f.asked = r
		work := func(ctx context.Context) (listing.Answer, error) { return r.Do(ctx, s.ListShown) }
		if r.Rest > 0 {
			page = f.page.StartAfter(c, owner, r.Rest, work)
		} else {
			page = f.page.Start(c, owner, work)
		}
	}
	if s := l.Sort(); s == nil {
		f.sort.Cancel()
		f.sorting = nil
	} else if s != f.sorting {
		f.sorting = s
		sort = f.sort.Start(c, owner, s.Do)
	}
	return tea.Batch(page, sort)
}

// Take hands an answer to the listing, if it is one that was waited for. err is why a refresh failed.
func (f *Feed) Take(l *listing.Listing, msg tea.Msg) (err error, ok bool) {
	if a, e, ok := f.page.Take(msg); ok {
		r := f.asked
		f.asked = listing.Request{}
		return l.Take(r, a, e), true
	}
	if ids, e, ok := f.sort.Take(msg); ok {
		if e == nil {
			l.Sorted(f.sorting, ids)
		}
		f.sorting = nil
		return nil, true
	}
	return nil, false
}

// Close ends what is under way. The Feed may drive another Listing then.
func (f *Feed) Close() {
	f.page.Cancel()
	f.sort.Cancel()
	*f = Feed{}
}
