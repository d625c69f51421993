package dialog

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// offered is how many completions are asked for and shown.
const offered = 8

// GoTo asks for a path: a Space, a folder or an object.
type GoTo struct {
	base
	conns   *store.Conns
	marks   kit.Bookmarks // nil: none are kept
	path    *kit.Field
	offers  []string // whole paths that the text may become
	asked   string   // the text that offers or the request under way belong to
	list    kit.List
	picked  bool // the cursor of the list means something
	tabbed  bool // Tab was pressed before the offers were there
	offer   kit.Slot[[]string]
	resolve kit.Slot[store.Place]
	err     error
}

// NewGoTo asks where to go.
func NewGoTo(c *kit.Context) *GoTo {
	d := &GoTo{base: newBase(c, "Go to"), conns: c.Conns, marks: c.Bookmarks, path: kit.NewField("", "space/folder/ or space/folder/file")}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *GoTo) Init(c *kit.Context) tea.Cmd { return d.ask(c, 0) }

// Close implements kit.Dialog.
func (d *GoTo) Close() {
	d.offer.Cancel()
	d.resolve.Cancel()
}

// typeWait is how long typing pauses before the endpoint is asked what may follow.
const typeWait = 120 * time.Millisecond

// ask requests completions for what stands there.
func (d *GoTo) ask(c *kit.Context, wait time.Duration) tea.Cmd {
	d.asked, d.picked = d.path.Value(), false
	s, conns, marks, text := d.store, d.conns, d.marks, d.path.Value()
	work := func(ctx context.Context) ([]string, error) {
		if text == "" {
			return places(ctx, s, marks)
		}
		return offers(ctx, s, conns, text)
	}
	if wait == 0 {
		return d.offer.Start(c, d.id, work)
	}
	return d.offer.StartAfter(c, d.id, wait, work)
}

// recent is how many of the places that were visited last are offered.
const recent = 4

// places are offered before anything is typed: where one was last, and the Spaces.
func places(ctx context.Context, s *store.Store, marks kit.Bookmarks) (list []string, err error) {
	if marks != nil {
		visited, _ := marks.Visited() // without them there are the Spaces
		for _, p := range visited[:min(len(visited), recent)] {
			list = append(list, placeText(p, s.Conn()))
		}
	}
	spaces, err := offers(ctx, s, nil, "")
	for _, x := range spaces {
		if len(list) < offered && !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list, err
}

// placeText is a place as it is typed on a connection.
func placeText(p store.Place, on store.Conn) string {
	switch {
	case p.Conn == on && p.Space == "" && p.Tab == store.Files:
		return "/"
	case p.Conn == on:
		p.Conn = ""
	case p.Conn == "":
		return ":" + strings.TrimPrefix(p.String(), "/") // this machine has no name
	}
	return p.String()
}

// offers are the Spaces and folders that a text may become, on the connection that it names too.
func offers(ctx context.Context, s *store.Store, conns *store.Conns, text string) ([]string, error) {
	p, err := store.ParsePlace(strings.TrimSpace(text), store.Place{Conn: s.Conn()})
	if err != nil {
		return nil, nil // a URL, or nothing yet
	}
	conn := ""
	if p.Conn != s.Conn() {
		if conns == nil {
			return nil, nil
		}
		if s, err = conns.Get(p.Conn); err != nil {
			return nil, nil // while its name is typed there is none
		}
		conn = placeText(store.Place{Conn: p.Conn}, "\x00")
	}
	space, key, inSpace := strings.Cut(plainPath(text), "/")
	var list []string
	if !inSpace {
		all, err := s.Spaces(ctx)
		for _, x := range all {
			if strings.HasPrefix(x.Name, space) && len(list) < offered {
				list = append(list, conn+x.Name+"/")
			}
		}
		return list, err
	}
	page, err := s.List(ctx, store.ListRequest{Space: space, Prefix: key, Delimiter: "/", Max: offered})
	for _, e := range page.Entries {
		if e.Key != key && len(list) < offered {
			list = append(list, conn+space+"/"+e.Key)
		}
	}
	return list, err
}

// plainPath is a typed path from its Space on, as offers are written.
func plainPath(text string) string {
	text = strings.TrimSpace(text)
	p, err := store.ParsePlace(text, store.Place{})
	switch key := p.Ref().Key; {
	case err != nil:
		return text
	case key != "", p.Space != "" && strings.HasSuffix(text, "/"):
		return p.Space + "/" + key
	}
	return p.Space
}

// find reads a typed place, of this connection or of another that is named, or a URL of the endpoint, and tells a folder
// from an object.
func find(ctx context.Context, s *store.Store, conns *store.Conns, text string) (store.Place, error) {
	p, ok := s.PlaceOf(text)
	if !ok {
		var err error
		if p, err = store.ParsePlace(text, store.Place{Conn: s.Conn()}); err != nil {
			return p, err
		}
	}
	if p.Conn != s.Conn() {
		var err error
		if s, err = conns.Get(p.Conn); err != nil {
			return p, err
		}
	}
	if p.Space == "" {
		return p, nil
	}
	p, err := s.Locate(ctx, p)
	if errors.Is(err, store.NotFound) {
		err = errors.New("there is neither a file nor a folder of this name")
	}
	return p, err
}

// Update implements kit.Dialog.
func (d *GoTo) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if list, err, ok := d.offer.Take(msg); ok {
		d.offers = list
		if err != nil && !errors.Is(err, store.NoSpace) && !errors.Is(err, store.InvalidName) {
			d.err = err
		}
		d.list.SetLen(len(list))
		d.list.MoveTo(0)
		if d.tabbed {
			d.tabbed = false
			return d.complete(c)
		}
		return nil
	}
	if place, err, ok := d.resolve.Take(msg); ok {
		if d.err = err; err == nil {
			c.Dismiss()
			c.Go(place)
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// moves walks over the offers while the path is typed.
func (d *GoTo) moves(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
	switch k.Action {
	case keys.Up, keys.Down, keys.PageUp, keys.PageDown:
		if d.picked {
			d.list.Update(c, k)
		}
		d.picked = len(d.offers) > 0
		return nil, true
	}
	return nil, false
}

func (d *GoTo) typed(c *kit.Context) tea.Cmd {
	d.err = nil
	d.tabbed = false
	d.resolve.Cancel()
	return d.ask(c, typeWait)
}

// complete takes the offer under the cursor, or as much as all offers share.
func (d *GoTo) complete(c *kit.Context) tea.Cmd {
	if d.offer.Busy() {
		d.tabbed = true
		return d.ask(c, 0)
	}
	if len(d.offers) == 0 || d.asked != d.path.Value() {
		return nil
	}
	text := common(d.offers)
	switch now := d.path.Value(); {
	case d.picked && d.offers[d.list.Cursor] != now:
		text = d.offers[d.list.Cursor]
	case d.picked, len(plainPath(text)) <= len(plainPath(now)):
		d.picked = true
		return nil
	}
	d.path.SetValue(text)
	return d.typed(c)
}

func (d *GoTo) enter(c *kit.Context) tea.Cmd {
	if d.picked && d.list.Cursor < len(d.offers) {
		d.path.SetValue(d.offers[d.list.Cursor])
	}
	text := strings.TrimSpace(d.path.Value())
	d.err = nil
	s, conns := d.store, d.conns
	return d.resolve.Start(c, d.id, func(ctx context.Context) (store.Place, error) { return find(ctx, s, conns, text) })
}

// paste puts a whole place in the place of what is typed.
func (d *GoTo) paste(c *kit.Context, m tea.PasteMsg) tea.Cmd {
	if rooted(m.Content) {
		d.path.SetValue(strings.TrimSpace(m.Content))
	} else if !d.path.Update(c, m) {
		return nil
	}
	return d.typed(c)
}

// asking is the form.
func (d *GoTo) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	foot := note("Tab completes · Enter goes there · nothing typed: all Spaces", w, t.Dim)
	switch {
	case d.resolve.Busy():
		foot = note("Looking…", w, t.Dim)
	case d.err != nil:
		foot = note(explain(d.err), w, t.Bad)
	}
	var empty []string
	if d.offer.Busy() {
		empty = note("Looking…", w, t.Dim)
	}
	rows := &kit.Rows{Name: "offers", Empty: empty, List: &d.list, Most: offered, Still: true, Row: d.row, Open: d.enter,
		Moved: func(*kit.Context) tea.Cmd { d.picked = true; return nil }}
	return &kit.Form{Width: w, Focus: &d.focus, Paste: d.paste, Items: []kit.Item{kit.Gap,
		&kit.Entry{Name: "path", Field: d.path, Paths: true, Changed: d.typed, Moves: d.moves, Enter: d.enter, Word: "go there",
			Complete: func(c *kit.Context) (tea.Cmd, bool) { return d.complete(c), true }},
		kit.Gap, rows, kit.Gap, &kit.Pager{Lines: foot, Scroll: &d.scroll},
	}}
}

func (d *GoTo) row(i, w int, _ bool) string {
	t, text := &d.c.Theme.Paint, middle(shown(d.offers[i]), w-2)
	switch {
	case d.picked && i == d.list.Cursor:
		return t.Cursor.On(kit.Fit("▸ "+text, w))
	case strings.HasSuffix(d.offers[i], "/"):
		return "  " + t.Folder.On(text)
	}
	return "  " + t.Row.On(text)
}
