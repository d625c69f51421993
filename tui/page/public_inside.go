package page

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// inside are the public objects of one Space, as far as it was looked through.
type inside struct {
	of *public
	is store.Exposure

	look    kit.Slot[finding]
	waiting []store.Entry // listed, not asked about yet
	next    string
	more    bool // there is more to be listed
	begun   bool
	asked   int
	unknown int
	stopped bool
	err     error

	found    []store.PublicEntry
	selected map[string]bool
	list     kit.List
	handed   []store.Entry // to the dialog that changes them: they are asked about again
	recheck  kit.Slot[finding]
}

func newInside(of *public, is store.Exposure) *inside { return &inside{of: of, is: is} }

func (n *inside) close() {
	n.look.Cancel()
	n.recheck.Cancel()
}

// start looks through the Space from its beginning.
func (n *inside) start(c *kit.Context) tea.Cmd {
	n.close()
	*n = inside{of: n.of, is: n.is, more: true, selected: map[string]bool{}}
	return n.goOn(c)
}

// goOn looks at the next objects.
func (n *inside) goOn(c *kit.Context) tea.Cmd {
	s, is, waiting, after := n.of.store, n.is, n.waiting, n.next
	return n.look.Start(c, n.of.id, func(ctx context.Context) (finding, error) { return lookAt(ctx, s, is, waiting, after) })
}

// take takes what concerns the objects.
func (n *inside) take(c *kit.Context, msg tea.Msg) (tea.Cmd, bool) {
	if f, err, ok := n.look.Take(msg); ok {
		return n.learn(c, f, err), true
	}
	if f, err, ok := n.recheck.Take(msg); ok {
		if err == nil {
			n.replace(f.public)
		}
		return nil, true
	}
	switch msg.(type) {
	case kit.Key, kit.Mouse:
		return nil, n.list.Update(c, msg)
	}
	return nil, false
}

func (n *inside) learn(c *kit.Context, f finding, err error) tea.Cmd {
	if n.err = err; err != nil {
		return nil
	}
	if f.listed != nil || !n.begun {
		n.waiting, n.next, n.more, n.begun = f.listed, f.next, f.more, true
	}
	n.waiting = n.waiting[f.asked:]
	n.asked, n.unknown = n.asked+f.asked, n.unknown+f.unknown
	n.found = append(n.found, f.public...)
	n.list.SetLen(len(n.found))
	if len(n.waiting) == 0 && !n.more {
		return nil
	}
	return n.goOn(c)
}

// again asks once more about what a dialog was given to change.
func (n *inside) again(c *kit.Context) tea.Cmd {
	if len(n.handed) == 0 {
		return nil
	}
	s, is, entries := n.of.store, n.is, n.handed
	return n.recheck.Start(c, n.of.id, func(ctx context.Context) (f finding, err error) {
		f.public, f.unknown, err = s.PublicAmong(ctx, is, entries)
		return f, err
	})
}

// replace puts what is known now of those that were handed out in the place of what was.
func (n *inside) replace(still []store.PublicEntry) {
	now := map[string]store.PublicEntry{}
	for _, e := range still {
		now[e.Key] = e
	}
	asked := map[string]bool{}
	for _, e := range n.handed {
		asked[e.Key] = true
	}
	n.found = slices.DeleteFunc(n.found, func(e store.PublicEntry) bool {
		_, is := now[e.Key]
		if gone := asked[e.Key] && !is; gone {
			delete(n.selected, e.Key)
			return true
		}
		return false
	})
	for i, e := range n.found {
		if newer, is := now[e.Key]; is {
			n.found[i] = newer
		}
	}
	n.list.SetLen(len(n.found))
}

// done says whether the whole Space was looked through.
func (n *inside) done() bool { return n.begun && !n.more && len(n.waiting) == 0 }

// chosen are the objects that are selected, or else the one under the cursor.
func (n *inside) chosen() (list []store.PublicEntry) {
	for _, e := range n.found {
		if n.selected[e.Key] {
			list = append(list, e)
		}
	}
	if len(list) == 0 && n.list.Cursor < len(n.found) {
		list = n.found[n.list.Cursor : n.list.Cursor+1]
	}
	return list
}

func (n *inside) notClosable() string {
	list := n.chosen()
	switch {
	case len(list) == 0:
		return "There is nothing under the cursor."
	case n.of.store.ReadOnly() != "":
		return n.of.store.ReadOnly()
	case !slices.ContainsFunc(list, func(e store.PublicEntry) bool { return e.ByPermissions }):
		return "It is public by the bucket policy: change that in the settings."
	}
	return ""
}

// access opens the permissions of what is chosen. What is public by the policy alone has none to change.
func (n *inside) access(c *kit.Context) tea.Cmd {
	var refs []store.Ref
	n.handed = nil
	for _, e := range n.chosen() {
		if e.ByPermissions {
			refs = append(refs, store.Ref{Space: n.is.Space, Key: e.Key})
			n.handed = append(n.handed, e.Entry)
		}
	}
	current := store.Access("")
	if len(refs) == 1 {
		current = store.PublicRead
	}
	c.Open(dialog.NewAccess(c, refs, current))
	return nil
}

func (n *inside) toggle(*kit.Context) tea.Cmd {
	if i := n.list.Cursor; i < len(n.found) {
		if key := n.found[i].Key; n.selected[key] {
			delete(n.selected, key)
		} else {
			n.selected[key] = true
		}
		n.list.MoveTo(i + 1)
	}
	return nil
}

func (n *inside) selectAll(*kit.Context) tea.Cmd {
	for _, e := range n.found {
		n.selected[e.Key] = true
	}
	return nil
}

// escape stops looking, then takes the selection back.
func (n *inside) escape(c *kit.Context) tea.Cmd {
	if n.look.Busy() {
		n.look.Cancel()
		n.stopped = true
		return nil
	}
	if len(n.selected) > 0 {
		clear(n.selected)
		return nil
	}
	return n.of.leave(c)
}

func (n *inside) actions() []kit.Action {
	return []kit.Action{
		{Name: keys.Access, Why: n.notClosable, Run: n.access},
		{Name: keys.Select, Run: n.toggle},
		{Name: keys.SelectAll, Run: n.selectAll},
		{Name: keys.Enter, Hint: "go there", Label: "Show in its folder", Run: n.goThere},
		{Name: keys.CopyURL, Hint: kit.NoHint, Run: n.copy},
		{Name: keys.Settings, Run: n.of.settings},
		{Name: keys.Cancel, Hint: map[bool]string{true: "stop", false: kit.NoHint}[n.look.Busy()], Run: n.escape},
	}
}

// goThere shows the object in its folder.
func (n *inside) goThere(c *kit.Context) tea.Cmd {
	if i := n.list.Cursor; i < len(n.found) {
		key := n.found[i].Key
		c.Go(store.Place{Conn: n.of.place.Conn, Space: n.is.Space, Prefix: key[:len(key)-len(lastName(key))], Key: key})
	}
	return nil
}

func (n *inside) copy(c *kit.Context) tea.Cmd {
	if i := n.list.Cursor; i < len(n.found) {
		return clip(c, kit.Info, "", n.of.store.PublicURL(store.Ref{Space: n.is.Space, Key: n.found[i].Key}))
	}
	return nil
}

// progress says how much was asked of how much there is known to be.
func (n *inside) progress() string {
	known := n.asked + len(n.waiting)
	text := "asked " + kit.Count(n.asked) + " of "
	if n.more || !n.begun {
		text += "≥ "
	}
	text += kit.Count(known)
	if n.unknown > 0 {
		text += fmt.Sprintf(", %s not known", kit.Count(n.unknown))
	}
	if n.stopped {
		text += ", stopped"
	}
	return text
}
