package listing

import (
	"context"
	"errors"
	"time"

	"spaces/store"
)

const (
	// TypingRest is how long a filter waits for the next letter before the endpoint is asked.
	TypingRest = 60 * time.Millisecond
	// ToldRest is how long jobs must leave a folder alone before it is listed again or asked after.
	ToldRest = 400 * time.Millisecond
	// mostDoubts is how many folders are asked after one by one; more are found out by listing again.
	mostDoubts = 50
)

// Request is a page that a Listing needs. Two that are equal are the same request.
type Request struct {
	store.ListRequest
	Rest   time.Duration // to wait for first: it may not be needed any more by then
	ticket uint64
	ahead  *ahead
}

// Answer is what came of a Request.
type Answer struct{ gotten }

// Do asks for the page of a Request. A search lists at several places at once.
func (r Request) Do(ctx context.Context, list Lister) (Answer, error) {
	if r.ahead != nil {
		g, err := r.ahead.page(ctx, list, r.After)
		return Answer{g}, err
	}
	p, err := list(ctx, r.ListRequest)
	return Whole(p), err
}

// Whole is the answer to a Request that asked for just this page.
func Whole(p store.Page) Answer {
	g := gotten{Page: p, looked: len(p.Entries)}
	if n := len(p.Entries); n > 0 {
		g.to = p.Entries[n-1].Key
	}
	return Answer{g}
}

// demand is what a Listing needs from outside.
type demand struct {
	asked  Request // under way, unless its ticket is 0
	asker  *walk   // what for; nil: a folder that may be gone
	ticket uint64
	since  []Change // made while the page is under way, which may not know of them
	doubts []string // folders that may have come or gone
	calm   bool     // the doubts have waited

	seen   int  // how far down rows are seen
	ahead  bool // one more page is asked for by hand
	held   bool // the rest is not listed until it is asked for
	still  bool // nothing is, until something is done by hand
	hidden bool // nobody looks: what only brings it up to date can wait
}

// Next is the page to be asked for now; ok is false when there is none. While it stays the same, the request stays
// under way; one that it was before is not needed any more.
func (l *Listing) Next() (r Request, ok bool) { return l.asked, l.asked.ticket != 0 }

// See tells how many rows down the view reaches: the next page is needed before it comes to the end.
func (l *Listing) See(to int) {
	l.seen = to
	l.plan()
}

// Show tells whether anybody looks at it. What is not looked at is not brought up to date.
func (l *Listing) Show(on bool) {
	l.hidden = !on
	l.plan()
}

// plan decides which page is needed. Everything that changes the listing ends with it.
func (l *Listing) plan() {
	if w := l.source(); w.stale && w.begun && w.err == nil && l.again == nil && !l.hidden && !l.still {
		l.relist(w, true)
	}
	w, r, ok := l.needs()
	switch {
	case !ok:
		l.asked, l.asker, l.since = Request{}, nil, nil
	case l.asked.ticket == 0 || l.asker != w || !isSame(l.asked.ListRequest, r.ListRequest):
		l.ticket++
		r.ticket = l.ticket
		l.asked, l.asker, l.since = r, w, nil
	}
}

// isSame says whether requests are for the same place: how far one reaches does not matter to who waits for it.
func isSame(a, b store.ListRequest) bool {
	a.Pages = b.Pages
	return a == b
}

func (l *Listing) needs() (w *walk, r Request, ok bool) {
	src := l.source()
	switch {
	case l.again != nil:
		w = l.again.walk
		r.ListRequest = w.request(l.space)
		r.Pages = min(w.run(l.view.page), l.again.left(l.sheetOf(w).rows, l.view.page))
		if l.again.told && !w.begun {
			r.Rest = ToldRest
		}
	case l.wants(src):
		w = src
		r.ListRequest = w.request(l.space)
		if l.wantsRest() {
			r.Pages = w.run(l.view.page)
		}
		if w == l.found && !w.begun {
			r.Rest = TypingRest
		}
	case len(l.doubts) > 0 && !l.hidden && !l.still:
		r.ListRequest = store.ListRequest{Space: l.space, Prefix: l.doubts[0], Max: 1}
		if !l.calm {
			r.Rest = ToldRest
		}
	default:
		return nil, Request{}, false
	}
	if w != nil {
		r.ahead = w.ahead
	}
	return w, r, true
}

// wants says whether the walk shown has to go on.
func (l *Listing) wants(w *walk) bool {
	if w.done || w.err != nil || l.still || l.Full() {
		return false
	}
	if w.found != nil {
		return true
	}
	near := l.view.text == "" && l.seen+PageRows >= l.Len()
	return !w.begun || l.ahead || !l.Known() && (near || l.wantsRest())
}

// wantsRest says whether somebody waits for all that there is, or for one row of it.
func (l *Listing) wantsRest() bool {
	return !l.order.Natural() && !l.held || l.chase || l.want != ""
}

// Take is given what came of a request; a page that is not needed any more is left. It returns the error of a refresh:
// what is shown is as it was then. Others are told by Err.
func (l *Listing) Take(r Request, a Answer, err error) error {
	if r.ticket == 0 || r.ticket != l.asked.ticket {
		return nil
	}
	w, since := l.asker, l.since
	l.asked, l.asker, l.since = Request{}, nil, nil
	if w == nil {
		l.resolve(r.Prefix, a.Page, err, since)
		return nil
	}
	refreshes := l.again != nil && w == l.again.walk
	switch {
	case refreshes && errors.Is(err, store.NoSpace):
		l.vanish(err)
	case err != nil && refreshes:
		l.again.old.stale, l.again, l.still = true, nil, true // the next thing done by hand tries again
		l.changed(nil)
		return err
	case err != nil:
		w.err, l.ahead = err, false
		l.changed(nil)
	default:
		l.listed(w, a.gotten, since, refreshes)
	}
	return nil
}

// listed takes a page of a walk.
func (l *Listing) listed(w *walk, g gotten, since []Change, refreshes bool) {
	s, first := l.sheetOf(w), !w.begun
	touched, p := w.take(s, g, since)
	l.ahead = false
	switch {
	case refreshes:
		l.refreshed()
	case first:
		l.suit(false)
	}
	if !refreshes && !l.view.plain() {
		touched = append(touched, s.rows.those(p)...) // another filter may have found them before
	}
	l.changed(touched)
}

// Known says whether everything that the filter may show is listed.
func (l *Listing) Known() bool {
	w := l.source()
	return w.done || w.covers(l.prefix+l.begins())
}

// Begun says whether anything is listed yet of what is to be shown.
func (l *Listing) Begun() bool { return l.source().begun }

// Last is the greatest key listed.
func (l *Listing) Last() string { return l.source().last }

// Err is why the next page did not come, store.Canceled when it was stopped. Refresh or More try again.
func (l *Listing) Err() error { return l.source().err }

// Refreshing says whether what is listed is being listed anew.
func (l *Listing) Refreshing() bool { return l.again != nil }

// Looking says whether the endpoint is asked what begins with the filter's text, and has not answered.
func (l *Listing) Looking() bool { return l.beyond && l.asker == l.found && !l.found.begun }

// Awaited says whether pages come that somebody waits for: not those that are fetched ahead of the view.
func (l *Listing) Awaited() bool {
	w := l.source()
	waited := !w.begun || w.found != nil || l.ahead || l.wantsRest()
	return l.asker == w && waited
}

// Busy says whether something is under way that Stop would end.
func (l *Listing) Busy() bool { return l.again != nil || l.chase || l.view.under != nil || l.Awaited() }

// Stop ends what is under way. It stays ended until something is asked for or the cursor moves.
func (l *Listing) Stop() {
	if l.again != nil {
		l.again, l.still = nil, true
		l.plan()
		return
	}
	if w := l.source(); !w.begun {
		w.err = store.Canceled
	}
	l.view.stop()
	l.chase, l.want, l.ahead, l.held, l.still = false, "", false, true, true
	l.plan()
}
