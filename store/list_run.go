package store

import (
	"context"
	"errors"
	"slices"
	"time"
)

// runLong is how long pages are put together for one answer, so that whoever looks at them sees them come.
const runLong = 200 * time.Millisecond

// listRun reads up to r.Pages pages, as one. The next is asked for as soon as the first bytes of one have told where that
// begins: the endpoint looks for it while this one is sent and read. Each begins where the one before has ended, so that they
// are the pages that come one by one. Where an answer does not tell early, it is one page; what fails after the first is left
// to who asks for it.
func (s *Store) listRun(ctx context.Context, r ListRequest) (Page, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	began := s.c.Now()
	asked := s.askPage(ctx, r)
	var run Page
	for n := 1; ; n++ {
		var next *askedPage
		token, told := <-asked.told
		if told && n < r.Pages && s.c.Now().Sub(began) < runLong {
			r.After = afterToken + token
			next = s.askPage(ctx, r)
		}
		<-asked.done
		switch {
		case asked.err != nil && n == 1, asked.err != nil && ctx.Err() != nil:
			return Page{}, asked.err
		case asked.err != nil, n > 1 && !run.append(asked.page):
			return run, nil
		case n == 1:
			run = asked.page
		}
		if next == nil || !run.More || asked.page.token != token {
			return run, nil
		}
		asked = next
	}
}

// append puts a page behind the others, unless it is not all behind them.
func (p *Page) append(next Page) bool {
	if n := len(p.Entries); n > 0 && len(next.Entries) > 0 && next.Entries[0].Key <= p.Entries[n-1].Key {
		return false
	}
	p.Entries = append(slices.Grow(p.Entries, max(len(p.Entries), len(next.Entries))), next.Entries...) // there may be as many again
	p.Next, p.token, p.More, p.Unordered = next.Next, next.token, next.More, p.Unordered || next.Unordered
	return true
}

// askedPage is a page under way.
type askedPage struct {
	told chan string   // the token of the next page, once; closed when the page is there, or does not come
	done chan struct{} // closed then, too
	page Page
	err  error
}

var errNoPage = errors.New("the page was not read to its end")

func (s *Store) askPage(ctx context.Context, r ListRequest) *askedPage {
	a := &askedPage{told: make(chan string, 1), done: make(chan struct{}), err: errNoPage}
	tell := func(token string) {
		select {
		case a.told <- token:
		default: // an attempt before this one has told
		}
	}
	go func() {
		defer close(a.done)
		defer close(a.told)
		defer Caught(ctx)
		a.page, a.err = s.listPage(context.WithValue(ctx, foretellKey{}, tell), r)
	}()
	return a
}

// foretellKey is where the context of a listing has the function that is told the token of the next page as soon as it is
// known: the rest of the answer is still to come, and may be of another mind.
type foretellKey struct{}

func foretellerOf(ctx context.Context) func(token string) {
	tell, _ := ctx.Value(foretellKey{}).(func(string))
	return tell
}

// foretold reads the token from the first bytes of an answer, where it says that there is more.
func foretold(head []byte) (token string, ok bool) {
	s := scannerOf(head)
	defer s.free()
	if !s.begin("ListBucketResult") {
		return "", false
	}
	var a listAnswer
	for s.next() && s.name != "Contents" && s.name != "CommonPrefixes" && s.member(&a) {
	}
	return a.token, a.more && a.token != ""
}
