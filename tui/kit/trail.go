package kit

import (
	tea "charm.land/bubbletea/v2"

	"spaces/store"
)

// trailLength is how many pages stay open to go back to.
const trailLength = 32

// Trail is the pages that were gone through, of the whole screen or of one pane of it. The zero Trail has none. Its pages
// are called with the Context's Store set to that of their places, and it stays so: see Context.For.
type Trail struct {
	visits []visit // oldest first
	at     int     // the visit on top
}

type visit struct {
	page  Page
	place store.Place
	store *store.Store
}

// here is where a page is: one that moves by itself says so with a method Place.
func (v *visit) here() store.Place {
	if p, ok := v.page.(interface{ Place() store.Place }); ok {
		return p.Place()
	}
	return v.place
}

// home is the Store of where a page is: one that moves between connections by itself says so with a method Store.
func (v *visit) home() *store.Store {
	if p, ok := v.page.(roving); ok {
		return p.Store()
	}
	return v.store
}

// roving is a page that moves between connections by itself: panes, and the index of several.
type roving interface{ Store() *store.Store }

// Page returns the page on top, or nil.
func (t *Trail) Page() Page {
	if len(t.visits) == 0 {
		return nil
	}
	return t.visits[t.at].page
}

// Place returns where the page on top is.
func (t *Trail) Place() store.Place {
	if len(t.visits) == 0 {
		return store.Place{}
	}
	return t.visits[t.at].here()
}

// Store returns that of the page on top, or nil.
func (t *Trail) Store() *store.Store {
	if len(t.visits) == 0 {
		return nil
	}
	return t.visits[t.at].home()
}

// Go shows a place. Going to where one came from shows that page again, as it was; everything else makes a new page,
// and what lay ahead in the history is closed. A place whose connection cannot be opened is not gone to.
func (t *Trail) Go(c *Context, make func(*Context, store.Place) Page, p store.Place) (tea.Cmd, error) {
	if t.comesFrom(p) {
		t.turn(c, -1)
		return t.Page().Update(c, Return{p}), nil
	}
	if c.Conns != nil {
		s, err := c.Conns.Get(p.Conn)
		if err != nil {
			return nil, err
		}
		c.Store = s
	}
	return t.Show(c, make(c, p), p), nil
}

// comesFrom says whether the visit before is of place p.
func (t *Trail) comesFrom(p store.Place) bool {
	if t.at == 0 {
		return false
	}
	at := t.visits[t.at-1].here()
	return at.Conn == p.Conn && at.Space == p.Space && at.Prefix == p.Prefix && at.Tab == p.Tab
}

// Show puts a page on top and begins it. Its place is of the Store that the Context has.
func (t *Trail) Show(c *Context, page Page, p store.Place) tea.Cmd {
	t.Put(c, page, p)
	return page.Init(c)
}

// Put is Show of a page that was begun already.
func (t *Trail) Put(c *Context, page Page, p store.Place) {
	if len(t.visits) > 0 {
		for _, v := range t.visits[t.at+1:] {
			v.page.Close()
		}
		t.visits = t.visits[:t.at+1]
	}
	for len(t.visits) >= trailLength {
		t.visits[0].page.Close()
		t.visits = append(t.visits[:0], t.visits[1:]...)
	}
	t.visits = append(t.visits, visit{page, p, c.Store})
	t.at = len(t.visits) - 1
}

// turn goes along the trail.
func (t *Trail) turn(c *Context, by int) {
	t.at += by
	c.Store = t.Store()
}

// Turn shows the page before (-1) or after (1). A notice tells where there is none.
func (t *Trail) Turn(c *Context, by int) tea.Cmd {
	switch to := t.at + by; {
	case to < 0:
		c.Notify(Info, "This is the first place of the history.")
		return nil
	case to >= len(t.visits):
		c.Notify(Info, "This is the last place of the history.")
		return nil
	}
	t.turn(c, by)
	return t.Page().Update(c, Return{})
}

// Each calls visit for every page, with its Store and whether it is the one on top.
func (t *Trail) Each(visit func(p Page, s *store.Store, top bool)) {
	top := t.Page()
	for _, v := range append(t.visits[:0:0], t.visits...) {
		visit(v.page, v.home(), v.page == top)
	}
}

// Close closes all pages.
func (t *Trail) Close() {
	for _, v := range t.visits {
		v.page.Close()
	}
	*t = Trail{}
}

// insert puts another trail in the place of the page on top, which is left as it is.
func (t *Trail) insert(by Trail) {
	ahead := append([]visit(nil), t.visits[t.at+1:]...)
	t.visits = append(append(t.visits[:t.at], by.visits...), ahead...)
	t.at += by.at
}
