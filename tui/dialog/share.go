package dialog

import (
	"context"
	"fmt"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// lives are the durations that Quick Share offers.
var lives = []struct {
	label string
	life  time.Duration
}{
	{"1 hour", time.Hour}, {"6 hours", 6 * time.Hour}, {"1 day", 24 * time.Hour}, {"3 days", 3 * 24 * time.Hour},
	{"7 days", 7 * 24 * time.Hour},
}

// early is how much sooner than asked a link may end before it is worth a sentence: a minute covers the clock.
const early = time.Minute

// Share is Quick Share: a link to one file that works for a while, or for ever when the file is public.
type Share struct {
	base
	ref    store.Ref
	size   int64
	chosen int
	link   store.Link
	asked  time.Time // when the link should end
	public bool
	unsure error // why it is not known whether the file is public
	err    error
	sent   bool
	scroll int
	sign   kit.Slot[store.Link]
	access kit.Slot[store.Access]
}

// NewShare makes links to one file.
func NewShare(c *kit.Context, ref store.Ref, size int64) *Share {
	return &Share{base: newBase(c, "Quick Share"), ref: ref, size: size}
}

// Init implements kit.Dialog.
func (d *Share) Init(c *kit.Context) tea.Cmd {
	s, ref := c.Store, d.ref
	return tea.Batch(d.choose(c, 0), d.access.Start(c, d.id, func(ctx context.Context) (store.Access, error) {
		return s.Access(ctx, ref)
	}))
}

// Close implements kit.Dialog.
func (d *Share) Close() {
	d.sign.Cancel()
	d.access.Cancel()
}

// choose makes the link for another duration. Signing sends no request, but reading credentials may take a moment.
func (d *Share) choose(c *kit.Context, i int) tea.Cmd {
	d.chosen, d.sent, d.scroll, d.err = i, false, 0, nil
	if d.public {
		return nil
	}
	s, ref, life := c.Store, d.ref, lives[i].life
	d.asked = c.Now().Add(life)
	return d.sign.Start(c, d.id, func(ctx context.Context) (store.Link, error) { return s.Share(ctx, ref, life) })
}

// Update implements kit.Dialog.
func (d *Share) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if link, err, ok := d.sign.Take(msg); ok {
		if d.err = err; !d.public && err == nil {
			d.link = link
		}
		return nil
	}
	if access, err, ok := d.access.Take(msg); ok {
		d.unsure = err
		if err == nil && access == store.PublicRead {
			d.public, d.sent, d.scroll, d.err = true, false, 0, nil
			d.sign.Cancel()
			d.link = store.Link{URL: c.Store.PublicURL(d.ref)}
		}
		return nil
	}
	p, ok := d.press(c, msg, false, keys.CopyURL)
	if !ok {
		return nil
	}
	return d.key(c, p)
}

func (d *Share) key(c *kit.Context, p press) tea.Cmd {
	switch p.name {
	case "esc":
		c.Dismiss()
	case "enter":
		return d.copy(c)
	case "left", "shift+tab":
		return d.step(c, -1)
	case "right", "tab":
		return d.step(c, 1)
	case "up", "pgup":
		d.scroll = max(d.scroll-1, 0)
	case "down", "pgdown":
		d.scroll++
	default:
		if p.act == keys.CopyURL {
			return d.copy(c)
		}
		if i, err := strconv.Atoi(p.text); err == nil && i >= 1 && i <= len(lives) && !d.public {
			return d.choose(c, i-1)
		}
	}
	return nil
}

func (d *Share) step(c *kit.Context, by int) tea.Cmd {
	i := d.chosen + by
	if d.public || i < 0 || i >= len(lives) {
		return nil
	}
	return d.choose(c, i)
}

// ready says whether the link on the screen is the one that was chosen.
func (d *Share) ready() bool { return d.link.URL != "" && !d.sign.Busy() && d.err == nil }

// copy sends the link to the terminal's clipboard (OSC 52). Terminals do not say whether they took it.
func (d *Share) copy(c *kit.Context) tea.Cmd {
	if !d.ready() {
		return nil
	}
	d.sent = true
	return tea.SetClipboard(d.link.URL)
}

// View implements kit.Dialog.
func (d *Share) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal), &c.Theme.Paint
	about := t.Dim.On("  " + kit.Bytes(d.size))
	lines := []string{t.Strong.On(middle(shown(d.ref.Key), w-12)) + about, ""}
	lines = append(lines, d.durations(c, w), "")
	link := d.lines(w)
	end := d.end(c, w)
	rows := max(min(len(link), s.H-len(lines)-len(end)-4), 1)
	from := min(d.scroll, max(len(link)-rows, 0))
	for _, l := range link[from:min(from+rows, len(link))] {
		lines = append(lines, t.Accent.On(l))
	}
	if rows < len(link) {
		lines = append(lines, t.Dim.On(fmt.Sprintf("lines %d–%d of %d, ↑ ↓ scroll", from+1, from+rows, len(link))))
	}
	lines = append(lines, "")
	lines = append(lines, end...)
	lines = append(lines, "", d.hint(c, w))
	return block(w, s.H, lines...)
}

// durations draws the choice; a public file has none.
func (d *Share) durations(c *kit.Context, w int) string {
	t := &c.Theme.Paint
	if d.public {
		return t.Public.On("This file is public: its link is its plain URL.")
	}
	row := ""
	for i, l := range lives {
		text, style := fmt.Sprintf(" %d %s ", i+1, l.label), t.Button
		if i == d.chosen {
			text, style = fmt.Sprintf("[%d %s]", i+1, l.label), t.ButtonFocus
		}
		row += style.On(text) + " "
	}
	return row
}

// lines is the whole link, broken where the box ends and nowhere else, so that it can be selected.
func (d *Share) lines(w int) []string {
	if d.link.URL == "" {
		return []string{""}
	}
	return rowsOf(ansi.Hardwrap(shown(d.link.URL), w, true))
}

// end says how long the link works.
func (d *Share) end(c *kit.Context, w int) []string {
	t := &c.Theme.Paint
	switch {
	case d.err != nil:
		return styled(explain(d.err), w, t.Bad)
	case d.public:
		return []string{t.Text.On("It never expires.")}
	case !d.ready():
		return []string{t.Dim.On("Making the link…")}
	}
	if d.link.Expires.IsZero() {
		return []string{t.Text.On("It never expires.")}
	}
	lines := []string{t.Text.On("Works until "+d.link.Expires.In(c.Now().Location()).Format("Monday, 2 January 2006, 15:04:05 MST")) +
		t.Dim.On(fmt.Sprintf("   Unix %d", d.link.Unix))}
	if d.link.Expires.Before(d.asked.Add(-early)) {
		lines = append(lines, styled("That is sooner than asked: the credentials that sign it end then.", w, t.Warn)...)
	}
	switch {
	case d.access.Busy():
		lines = append(lines, t.Dim.On("Asking whether the file is public…"))
	case d.unsure != nil:
		lines = append(lines, styled("Whether the file is public could not be asked: "+explain(d.unsure), w, t.Dim)...)
	}
	return lines
}

func (d *Share) hint(c *kit.Context, w int) string {
	t := &c.Theme.Paint
	if d.sent {
		return t.Good.On(end("Sent to the terminal's clipboard; if nothing arrives, the link is above.", w))
	}
	key := c.Keys.Key(keys.CopyURL)
	if key != "" {
		key += " or "
	}
	return t.Dim.On(key + "Enter sends the link to the terminal's clipboard")
}

// Actions implements kit.Dialog.
func (d *Share) Actions() []kit.Action { return []kit.Action{hint(keys.CopyURL, d.copy), dismiss()} }
