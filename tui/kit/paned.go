package kit

import (
	tea "charm.land/bubbletea/v2"

	"spaces/store"
)

// Paned is a page that shows other pages side by side. While it is on top, places are gone to in the pane that has the
// keys, and history is that pane's.
type Paned interface {
	Page
	Place() store.Place               // of the pane that has the keys
	Store() *store.Store              // of that place
	Owns(ID) bool                     // whether a page is one of its: answers to that come to it
	Go(*Context, store.Place) tea.Cmd // shows a place in the pane that has the keys
	Turn(c *Context, by int) tea.Cmd  // goes along that pane's history
	Opens(Dialog)                     // is told of a dialog before that begins
}

// For has a page called that is part of another: with the Store of its place, as the one of ID front that is looked at.
// What it asks for in the course of that is for whoever calls it: to carry out, or to hand on by Ask.
func (c *Context) For(s *store.Store, front ID, call func() tea.Cmd) (cmd tea.Cmd, asked []Request) {
	was, at, noted := c.Store, c.front, c.requests
	c.Store, c.front, c.requests = s, front, nil
	cmd = call()
	asked = c.requests
	c.Store, c.front, c.requests = was, at, noted
	return cmd, asked
}

// Ask notes a request that another page made.
func (c *Context) Ask(r Request) { c.requests = append(c.requests, r) }

// Instead puts a trail in the place of the page on top, which is neither closed nor left: it lives on in a page of the
// trail, or one of those lived in it. The pages of the trail have begun.
func (c *Context) Instead(t Trail) { c.requests = append(c.requests, Request{instead: &t}) }
