package dialog

import (
	"context"
	"errors"
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
	path    *kit.Field
	offers  []string // whole paths that the text may become
	asked   string   // the text that offers or the request under way belong to
	list    kit.List
	picked  bool // the cursor of the list means something
	tabbed  bool // Tab was pressed before the offers were there
	offer   kit.Slot[[]string]
	resolve kit.Slot[kit.Place]
	err     error
}

// NewGoTo asks where to go.
func NewGoTo(c *kit.Context) *GoTo {
	return &GoTo{base: newBase(c, "Go to"), path: kit.NewField("", "space/folder/ or space/folder/file")}
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
	s, text := c.Store, d.path.Value()
	work := func(ctx context.Context) ([]string, error) { return offers(ctx, s, text) }
	if wait == 0 {
		return d.offer.Start(c, d.id, work)
	}
	return d.offer.StartAfter(c, d.id, wait, work)
}

func offers(ctx context.Context, s *store.Store, text string) ([]string, error) {
	space, key, inSpace := strings.Cut(plainPath(text), "/")
	var list []string
	if !inSpace {
		all, err := s.Spaces(ctx)
		for _, x := range all {
			if strings.HasPrefix(x.Name, space) && len(list) < offered {
				list = append(list, x.Name+"/")
			}
		}
		return list, err
	}
	page, err := s.List(ctx, store.ListRequest{Space: space, Prefix: key, Delimiter: "/", Max: offered})
	for _, e := range page.Entries {
		if e.Key != key && len(list) < offered {
			list = append(list, space+"/"+e.Key)
		}
	}
	return list, err
}

// plainPath is a typed path from its Space on, as offers are written.
func plainPath(text string) string {
	text = strings.TrimSpace(text)
	p, err := store.ParsePlace(text, kit.Place{})
	switch key := p.Ref().Key; {
	case err != nil:
		return text
	case key != "", p.Space != "" && strings.HasSuffix(text, "/"):
		return p.Space + "/" + key
	}
	return p.Space
}

// find reads a typed place, or a URL of the endpoint, and tells a folder from an object.
func find(ctx context.Context, s *store.Store, text string) (kit.Place, error) {
	p, ok := s.PlaceOf(text)
	if !ok {
		var err error
		if p, err = store.ParsePlace(text, kit.Place{Conn: s.Conn()}); err != nil {
			return p, err
		}
	}
	if p.Conn != s.Conn() {
		return p, errors.New("there is no connection " + string(p.Conn))
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
	if m, ok := msg.(tea.PasteMsg); ok {
		d.path.Update(c, m)
		return d.typed(c)
	}
	p, ok := d.press(c, msg, true)
	if !ok {
		return nil
	}
	return d.key(c, vertical(p))
}

func (d *GoTo) key(c *kit.Context, p press) tea.Cmd {
	switch p.name {
	case "esc":
		c.Dismiss()
	case "tab":
		return d.complete(c)
	case "enter":
		if d.picked && d.list.Cursor < len(d.offers) {
			d.path.SetValue(d.offers[d.list.Cursor])
		}
		return d.enter(c)
	case "up", "down":
		if d.picked {
			roll(c, &d.list, p)
		}
		d.picked = len(d.offers) > 0
	default:
		if d.path.Update(c, p.msg) {
			return d.typed(c)
		}
	}
	return nil
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
	if d.picked {
		text = d.offers[d.list.Cursor]
	}
	if len(text) <= len(plainPath(d.path.Value())) {
		d.picked = true
		return nil
	}
	d.path.SetValue(text)
	return d.typed(c)
}

func (d *GoTo) enter(c *kit.Context) tea.Cmd {
	text := strings.TrimSpace(d.path.Value())
	d.err = nil
	if plainPath(text) == "" {
		c.Dismiss()
		c.Go(kit.Place{})
		return nil
	}
	s := c.Store
	return d.resolve.Start(c, d.id, func(ctx context.Context) (kit.Place, error) { return find(ctx, s, text) })
}

// View implements kit.Dialog.
func (d *GoTo) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal), &c.Theme.Paint
	lines := []string{"", t.Accent.On("▸ ") + d.path.View(c.Theme, w-2), ""}
	rows := min(offered, max(s.H-7, 1))
	if len(d.offers) > 0 {
		lines = append(lines, rowsOf(d.list.View(kit.Size{W: w, H: rows}, func(i, w int, cursor bool) string {
			return d.row(c, i, w, cursor && d.picked)
		}))...)
	} else {
		lines = append(lines, make([]string, rows)...)
	}
	foot := t.Dim.On("  Tab completes · Enter goes there · nothing typed: all Spaces")
	if d.resolve.Busy() {
		foot = t.Dim.On("  Looking…")
	}
	lines = append(lines, "", foot)
	if d.err != nil {
		lines = append(lines[:len(lines)-1], note(explain(d.err), w, t.Bad)...)
	}
	return block(w, s.H, lines...)
}

func (d *GoTo) row(c *kit.Context, i, w int, cursor bool) string {
	text := middle(shown(d.offers[i]), w-2)
	switch {
	case cursor:
		return c.Theme.Paint.Cursor.On(kit.Fit("▸ "+text, w))
	case strings.HasSuffix(d.offers[i], "/"):
		return "  " + c.Theme.Paint.Folder.On(text)
	}
	return "  " + c.Theme.Paint.Row.On(text)
}

// Actions implements kit.Dialog.
func (d *GoTo) Actions() []kit.Action {
	return []kit.Action{hint(keys.Next, d.complete), dismiss()}
}
