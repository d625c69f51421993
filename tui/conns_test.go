package tui_test

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui"
	"spaces/tui/kit"
)

// roving is a page whose F2 leads to another connection, and which shows whose Store it is called with.
type roving struct{ *fake }

func (r roving) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	r.view = "store " + c.Store.Name()
	return r.fake.Update(c, msg)
}

func (r roving) Actions() []kit.Action {
	return []kit.Action{
		{Name: keys.Rename, Run: func(c *kit.Context) tea.Cmd { c.Go(store.Place{Conn: "work", Space: "theirs"}); return nil }},
		{Name: keys.Inspector, Run: func(c *kit.Context) tea.Cmd { c.Go(store.Place{Conn: "nowhere"}); return nil }},
	}
}

func TestAPlaceOfAnotherConnectionIsShownWithItsStore(t *testing.T) {
	here := storetest.New(t)
	there := storetest.New(t, storetest.Config(func(c *store.Config) { c.Conn, c.Name = "work", "work" }))
	p := newPanel(t, func(c *tui.Config) {
		c.Store, c.Conns = here.Store, store.ConnsOf(here.Store, there.Store)
		c.Page = func(c *kit.Context, place store.Place) kit.Page { return roving{newFake(c, place)} }
	})
	p.Press("f2", "j")
	p.Want("spaces ▸ work ▸ theirs", "store work")
	p.Press("f3")
	p.Want("there is no connection", "spaces ▸ work ▸ theirs")
	p.Press("H")
	p.Want("store "+here.Store.Name(), "▸ media")
	if strings.Contains(p.Text(), "work") {
		t.Errorf("the other connection is still shown:\n%s", p.Text())
	}
	p.Press("L", "~", "j")
	p.Want("spaces ▸ work", "store work")
}

func TestAPageThatLeadsElsewhereFromBehindKeepsTheStoreOfWhereItLeads(t *testing.T) {
	here := storetest.New(t)
	there := storetest.New(t, storetest.Config(func(c *store.Config) { c.Conn, c.Name = "work", "work" }))
	var last *leading
	p := newPanel(t, func(c *tui.Config) {
		c.Store, c.Conns = here.Store, store.ConnsOf(here.Store, there.Store)
		c.Page = func(c *kit.Context, place store.Place) kit.Page {
			l := &leading{fake: newFake(c, place)}
			if place.Prefix == "last/" {
				last = l
			}
			return l
		}
	})
	for range 40 { // more than history keeps
		p.Press("enter")
	}
	p.Press("f2")
	p.Hold()
	p.Press("f3")
	p.Press("enter")
	p.Release()
	if last == nil {
		t.Fatal("the page was not shown")
	}
	p.Press("j")
	p.Want("spaces ▸ work", "store work")
}

// leading is a page that leads to another connection when an answer comes (F3). F2 leads to a page of this connection.
type leading struct{ *fake }

func (l *leading) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	l.view = "store " + c.Store.Name()
	if _, _, ok := l.request.Take(msg); ok {
		c.Go(store.Place{Conn: "work", Space: "theirs"})
		return nil
	}
	return l.fake.Update(c, msg)
}

func (l *leading) Actions() []kit.Action {
	return []kit.Action{
		{Name: keys.Rename, Run: func(c *kit.Context) tea.Cmd { c.Go(store.Place{Space: "media", Prefix: "last/"}); return nil }},
		{Name: keys.Inspector, Run: func(c *kit.Context) tea.Cmd {
			return l.request.Start(c, l.id, func(context.Context) (string, error) { return "", nil })
		}},
	}
}
