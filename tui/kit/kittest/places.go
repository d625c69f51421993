package kittest

import (
	"slices"

	"spaces/store"
	"spaces/tui/kit"
)

// Places keeps bookmarks in memory.
type Places struct {
	Kept   []kit.Mark
	Recent []store.Place
	Err    error // of every change
}

// Bookmarks are kept in p. Without it there are none.
func Bookmarks(p *Places) Option { return func(x *Screen) { x.Context.Bookmarks = p } }

// Marks implements kit.Bookmarks.
func (p *Places) Marks() ([]kit.Mark, error) { return slices.Clone(p.Kept), nil }

// Mark implements kit.Bookmarks.
func (p *Places) Mark(m kit.Mark) error {
	if i := slices.IndexFunc(p.Kept, func(x kit.Mark) bool { return x.Place == m.Place }); i >= 0 {
		p.Kept[i] = m
	} else {
		p.Kept = append(p.Kept, m)
	}
	return p.Err
}

// Unmark implements kit.Bookmarks.
func (p *Places) Unmark(at store.Place) error {
	p.Kept = slices.DeleteFunc(p.Kept, func(x kit.Mark) bool { return x.Place == at })
	return p.Err
}

// Visited implements kit.Bookmarks.
func (p *Places) Visited() ([]store.Place, error) { return slices.Clone(p.Recent), nil }

// Visit implements kit.Bookmarks.
func (p *Places) Visit(at store.Place) error {
	p.Recent = slices.Insert(slices.DeleteFunc(p.Recent, func(x store.Place) bool { return x == at }), 0, at)
	return p.Err
}
