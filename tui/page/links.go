package page

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// sharedLinks is the page of the links that were made: those that were noted here, of all connections, and those that the
// server of this one keeps.
type sharedLinks struct {
	board
	links  []store.LinkNow
	fresh  map[string]int64 // files that came since they were last looked at, by the id of the link
	listed kit.Slot[linksFound]
	seen   kit.Slot[struct{}]
	signed kit.Slot[store.Link]
}

// linksFound is what a listing finds. untold is why the server did not tell, nil where it did or keeps none.
type linksFound struct {
	links  []store.LinkNow
	untold error
}

func newSharedLinks(c *kit.Context, p store.Place) *sharedLinks {
	return &sharedLinks{board: newBoard(c, "Links", p.Conn, store.Links), fresh: map[string]int64{}}
}

// Close implements kit.Page. That what came was told of is noted to the end.
func (x *sharedLinks) Close() { x.listed.Cancel(); x.signed.Cancel(); x.mend.close() }

// Init lists the links.
func (x *sharedLinks) Init(c *kit.Context) tea.Cmd {
	s, ledger, now := x.store, c.Ledger, c.Now()
	return x.listed.Start(c, x.id, func(ctx context.Context) (f linksFound, err error) {
		var notes []store.Shared
		if ledger != nil {
			if notes, err = ledger.Shared(); err != nil {
				return f, err
			}
		}
		kept, err := s.KeptLinks(ctx)
		told := err == nil
		if !told && store.KindOf(err) != store.Unsupported {
			f.untold = err
		}
		f.links = s.LinksNow(notes, kept, told, now)
		return f, nil
	})
}

// Update takes one message. The list is asked for again whenever a dialog over it has closed: that may have changed it.
func (x *sharedLinks) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case kit.Answer:
		if x.mended(c, msg) {
			return x.Init(c)
		}
		if found, err, ok := x.listed.Take(msg); ok {
			return x.take(c, found, err)
		}
		if link, err, ok := x.signed.Take(msg); ok && err != nil {
			c.Notify(kit.Bad, "Could not sign the link again: "+reason(err))
		} else if ok {
			c.Notify(kit.Info, c.Sent()+"; it expires "+c.Told(link.Expires, 0))
			return c.Clip(link.URL)
		}
		if _, err, ok := x.seen.Take(msg); ok && err != nil {
			c.Notify(kit.Warn, "What came is told again the next time: "+err.Error())
		}
	case kit.Return:
		if cmd := x.mend.returned(c, x.id); cmd != nil {
			return cmd
		}
		return x.Init(c)
	case kit.Key, kit.Mouse:
		if x.list.Update(c, msg) && x.list.Double() {
			return x.open(c)
		}
	}
	return nil
}

// take shows what came, with the cursor on the link that it was on, and says which files came by links.
func (x *sharedLinks) take(c *kit.Context, found linksFound, err error) tea.Cmd {
	if x.err = err; err != nil {
		return nil
	}
	at, had := x.under()
	x.links, x.begun, x.err = found.links, true, found.untold
	x.list.SetLen(len(x.links))
	if i := slices.IndexFunc(x.links, func(l store.LinkNow) bool { return l.ID == at.ID && l.Conn == at.Conn }); had && i >= 0 {
		x.list.MoveTo(i)
	}
	return x.arrived(c)
}

// arrived tells of files that came since the list was last looked at, and notes that they were told of.
func (x *sharedLinks) arrived(c *kit.Context) tea.Cmd {
	var came int64
	told := map[string]int64{}
	for _, l := range x.links {
		if l.Conn == x.store.Conn() && l.Received > l.Seen && !l.Made.IsZero() {
			x.fresh[l.ID] = l.Received - l.Seen
			came += l.Received - l.Seen
			told[l.ID] = l.Received
		}
	}
	if came == 0 || c.Ledger == nil {
		return nil
	}
	c.Notify(kit.Good, kit.Plural(int(came), "new file")+" came by links")
	ledger, conn := c.Ledger, x.store.Conn()
	return x.seen.Start(c, x.id, func(context.Context) (struct{}, error) {
		for id, n := range told {
			if err := ledger.ChangeShared(conn, id, func(s *store.Shared) { s.Seen = n }); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
}

func (x *sharedLinks) under() (store.LinkNow, bool) {
	if i := x.list.Cursor; i < len(x.links) {
		return x.links[i], true
	}
	return store.LinkNow{}, false
}

// Actions implements kit.Page, in the order of menus and hints.
func (x *sharedLinks) Actions() []kit.Action {
	list := []kit.Action{
		{Name: keys.Enter, Label: "Its folder", Hint: "folder", Why: x.nothing, Run: x.open},
		{Name: keys.CopyURL, Label: "Copy link", Hint: "copy link", Why: x.notToCopy, Run: x.copy},
		{Name: keys.Rename, Label: "Another end…", Hint: "extend", Why: x.notToExtend, Run: x.on(func(c *kit.Context, l store.LinkNow) kit.Dialog { return dialog.NewExtendLink(c, l) })},
		{Name: keys.Delete, Label: "Take back…", Hint: "take back", Why: x.notToEnd, Run: x.on(func(c *kit.Context, l store.LinkNow) kit.Dialog { return dialog.NewEndLink(c, l) })},
		{Name: keys.Refresh, Run: x.Init},
		x.up(),
		x.stopping(x.listed.Busy, x.listed.Cancel),
		{Name: keys.More, Run: x.more},
	}
	return slices.Insert(list, 1, x.mend.action(x.id, x.err))
}

func (x *sharedLinks) nothing() string {
	if _, ok := x.under(); !ok {
		return "There is no link under the cursor."
	}
	return ""
}

// notToEnd is why the link under the cursor cannot be taken back from here.
func (x *sharedLinks) notToEnd() string {
	l, ok := x.under()
	switch {
	case !ok:
		return x.nothing()
	case !l.Kept:
		return l.TakeBack()
	case l.State == "revoked" || l.State == "gone":
		return "It is taken back already."
	}
	return x.store.ReadOnly()
}

func (x *sharedLinks) notToExtend() string {
	l, ok := x.under()
	switch {
	case ok && !l.Kept:
		return "A signed link cannot be given another end: share the file again."
	case ok && (l.State == "used" || l.State == "dead"):
		return "It cannot be used any more: share the file again."
	}
	return x.notToEnd()
}

// notToCopy is why there is no link to copy: what opens one that is kept is told once, and is noted where it was made.
func (x *sharedLinks) notToCopy() string {
	l, ok := x.under()
	switch {
	case !ok:
		return x.nothing()
	case l.State != "active" && l.State != "public":
		return "It does not work any more."
	case l.Kept && l.URL == "":
		return "It was made elsewhere, and what opens it is told once."
	case !l.Kept && l.Conn != x.store.Conn():
		return "It is signed anew on its own connection only."
	}
	return ""
}

// copy sends the link to the clipboard. One that is signed is signed again, for the same end: its signature is kept nowhere.
func (x *sharedLinks) copy(c *kit.Context) tea.Cmd {
	l, _ := x.under()
	if l.Kept {
		c.Notify(kit.Info, c.Sent()+": the link to "+store.Printable(lastName(l.Key)))
		return c.Clip(l.URL)
	}
	s, now := x.store, c.Now()
	return x.signed.Start(c, x.id, func(ctx context.Context) (store.Link, error) { return dialog.SignAgain(ctx, s, l, now) })
}

// on opens a dialog about the link under the cursor.
func (x *sharedLinks) on(make func(*kit.Context, store.LinkNow) kit.Dialog) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		if l, ok := x.under(); ok {
			c.Open(make(c, l))
		}
		return nil
	}
}

// open goes to the folder of the link, with the cursor on its file.
func (x *sharedLinks) open(c *kit.Context) tea.Cmd {
	if l, ok := x.under(); ok {
		prefix := l.Key[:strings.LastIndexByte(l.Key, '/')+1]
		p := store.Place{Conn: l.Conn, Space: l.Space, Prefix: prefix}
		if l.Key != prefix {
			p.Key = l.Key
		}
		c.Go(p)
	}
	return nil
}

// more opens the menu of what can be done with the link under the cursor.
func (x *sharedLinks) more(c *kit.Context) tea.Cmd {
	title, names := "Links", []keys.Action{keys.Refresh}
	if l, ok := x.under(); ok {
		title = store.Printable(fmt.Sprintf("%s/%s", l.Space, l.Key))
		names = []keys.Action{keys.Enter, keys.CopyURL, keys.Rename, keys.Delete, keys.Refresh}
	}
	c.Open(dialog.NewMore(c, title, among(x.Actions(), names)))
	return nil
}
