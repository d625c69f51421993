package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

// Help lists every key of the key map in force, by groups.
type Help struct {
	base
	bindings []keys.Binding
	off      map[keys.Action]string // why an action of the page below cannot be done now
	rows     []helpRow
	filter   *kit.Field
	typing   bool
	list     kit.List
}

// helpRow is a group's head or one binding.
type helpRow struct {
	group   string
	binding keys.Binding
}

// NewHelp lists the key map; actions are those of the page below.
func NewHelp(c *kit.Context, actions []kit.Action) *Help {
	d := &Help{base: newBase(c, "Keys"), bindings: c.Keys.Bindings(), off: map[keys.Action]string{},
		filter: kit.NewField("", "type a few letters")}
	for _, a := range actions {
		if why := a.Off(); why != "" {
			d.off[a.Name] = why
		}
	}
	d.find()
	return d
}

// find lays out the bindings that the filter lets through.
func (d *Help) find() {
	words := strings.Fields(strings.ToLower(d.filter.Value()))
	d.rows = d.rows[:0]
	group := ""
	for _, b := range d.bindings {
		if !helpMatches(b, words) {
			continue
		}
		if b.Group != group {
			if group = b.Group; len(d.rows) > 0 {
				d.rows = append(d.rows, helpRow{})
			}
			d.rows = append(d.rows, helpRow{group: group})
		}
		d.rows = append(d.rows, helpRow{binding: b})
	}
	d.list.SetLen(len(d.rows))
	d.list.MoveTo(0)
	d.list.Offset = 0
}

func helpMatches(b keys.Binding, words []string) bool {
	text := strings.ToLower(b.Help + " " + string(b.Action) + " " + b.Group + " " + strings.Join(b.Keys, " "))
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// Update implements kit.Dialog.
func (d *Help) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.PasteMsg:
		if d.typing && d.filter.Update(c, m) {
			d.find()
		}
		return nil
	case kit.Mouse:
		d.list.Update(c, m)
		return nil
	}
	p, ok := d.press(c, msg, d.typing, keys.Filter, keys.Help, keys.Back)
	if !ok {
		return nil
	}
	d.key(c, p)
	return nil
}

func (d *Help) key(c *kit.Context, p press) {
	switch {
	case p.name == "esc" && (d.typing || d.filter.Value() != ""):
		d.typing = false
		d.filter.SetValue("")
		d.find()
	case p.name == "esc", p.act == keys.Back, p.act == keys.Help:
		c.Dismiss()
	case p.act == keys.Filter:
		d.typing = true
	case p.name == "enter":
		d.typing = false
	case p.name == "up", p.name == "down":
		d.scroll(map[string]int{"up": -1, "down": 1}[p.name])
	case d.typing && p.name != "pgup" && p.name != "pgdown":
		if d.filter.Update(c, p.msg) {
			d.find()
		}
	default:
		roll(c, &d.list, p)
	}
}

// scroll moves the page rather than a cursor: there is nothing to choose here.
func (d *Help) scroll(by int) {
	from, to := d.list.Visible()
	if by < 0 {
		d.list.MoveTo(from - 1)
	} else {
		d.list.MoveTo(to)
	}
}

// View implements kit.Dialog.
func (d *Help) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal), &c.Theme.Paint
	h := max(s.H-2, 1)
	rows := rowsOf(d.list.View(kit.Size{W: w, H: h}, func(i, w int, _ bool) string { return d.row(c, d.rows[i], w) }))
	if len(d.rows) == 0 {
		rows[0] = t.Dim.On("No key has these words.")
	}
	return block(w, s.H, append([]string{d.head(c, w), ""}, rows...)...)
}

func (d *Help) head(c *kit.Context, w int) string {
	t := &c.Theme.Paint
	if d.typing {
		return mark(t, true) + d.filter.View(c.Theme, w-2)
	}
	if d.filter.Value() != "" {
		return "  " + t.Match.On(end(shown(d.filter.Value()), w-2))
	}
	from, to := d.list.Visible()
	where := ""
	if to-from < len(d.rows) {
		where = t.Dim.On(kit.Percent(int64(to), int64(len(d.rows))))
	}
	return kit.Ends(t.Dim.On(c.Keys.Key(keys.Filter)+" filters · ↑ ↓ scroll"), where, w)
}

func (d *Help) row(c *kit.Context, r helpRow, w int) string {
	t := &c.Theme.Paint
	if r.binding.Action == "" {
		return t.Header.On(upper(r.group))
	}
	var list []string
	for _, k := range r.binding.Keys {
		list = append(list, keys.Label(k))
	}
	const column = 20
	key := end(strings.Join(list, "  "), column-2)
	why := d.off[r.binding.Action]
	help := upper(r.binding.Help)
	if why != "" {
		return "  " + t.Dim.On(kit.Fit(kit.Fit(key, column)+help+" – "+shown(why), w-2))
	}
	return "  " + t.HintKey.On(kit.Fit(key, column)) + t.Text.On(kit.Fit(help, w-column-2))
}

// Actions implements kit.Dialog.
func (d *Help) Actions() []kit.Action {
	return []kit.Action{hint(keys.Filter, func(*kit.Context) tea.Cmd { d.typing = true; return nil }), dismiss()}
}
