package dialog

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// Requests is the log of requests: what was asked of which endpoint, how it answered and how long that took.
type Requests struct {
	base
	calls *store.Calls
	all   []store.Call
	list  kit.List
	one   bool // the request under the cursor is shown whole
	sent  bool
}

// NewRequests shows what calls remember, the newest first.
func NewRequests(c *kit.Context, calls *store.Calls) *Requests {
	d := &Requests{base: newBase(c, "Request log"), calls: calls}
	d.form = d.asking
	d.refresh(c)
	return d
}

func (d *Requests) refresh(*kit.Context) tea.Cmd {
	d.all = d.calls.All()
	d.list.SetLen(len(d.all))
	return nil
}

// open shows a request whole.
func (d *Requests) open(*kit.Context) tea.Cmd {
	if len(d.all) > 0 {
		d.one, d.sent = true, false
		d.scroll.Top()
	}
	return nil
}

// cancel goes back to the list, and from there closes the box.
func (d *Requests) cancel(c *kit.Context) tea.Cmd {
	if d.one {
		d.one = false
		return nil
	}
	c.Dismiss()
	return nil
}

// copy sends the curl line to the terminal's clipboard.
func (d *Requests) copy(c *kit.Context) tea.Cmd {
	d.sent = true
	return c.Clip(d.all[d.list.Cursor].Curl())
}

// asking is the form.
func (d *Requests) asking(s kit.Size) *kit.Form {
	w := room(s, wide)
	if d.one {
		return d.whole(w)
	}
	t := &d.c.Theme.Paint
	rows := &kit.Rows{Name: "requests", List: &d.list, Most: max(len(d.all), 1), Open: d.open, Word: "show",
		Empty: note("No request was sent yet.", w, t.Dim),
		Row:   func(i, w int, cursor bool) string { return d.row(&d.all[i], w, cursor) }}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Cancel: d.cancel, Items: []kit.Item{
		text("  " + t.Header.On(end(d.head(w-2), w-2))), rows},
		Actions: []kit.Action{{Name: keys.Retry, Hint: "refresh", Run: d.refresh}}}
}

// Columns of the log.
const (
	clockWidth = 8
	tookWidth  = 8
	codeWidth  = 4
	opWidth    = 20
)

func (d *Requests) head(w int) string {
	return columns("Time", "Took", "", "Operation", "On", w)
}

// columns lays a row out. Where there is little room the operation gives way to what it was on.
func columns(clock, took, code, op, on string, w int) string {
	line := kit.Fit(clock, clockWidth) + " " + strings.Repeat(" ", max(tookWidth-kit.Width(took), 0)) + took + "  " + kit.Fit(code, codeWidth)
	if w >= 70 {
		line += kit.Fit(op, opWidth) + " "
	}
	return line + on
}

func (d *Requests) row(c *store.Call, w int, cursor bool) string {
	t := &d.c.Theme.Paint
	code, paint := fmt.Sprint(c.Status), t.Text
	switch {
	case c.Status == 0:
		code, paint = "–", t.Bad
	case c.Status >= 500 || c.Status == 429:
		paint = t.Bad
	case c.Status >= 400:
		paint = t.Warn
	}
	op := cmp.Or(c.Op, c.Method)
	on := shown(targetOf(c))
	if c.Attempt != "" {
		on = "attempt " + c.Attempt + "  " + on
	}
	line := kit.Fit(mark(cursor)+columns(c.At.In(d.c.Now().Location()).Format("15:04:05"), took(c.Took), code, op, on, w-2), w)
	if cursor {
		return t.Cursor.On(line)
	}
	return paint.On(line)
}

// targetOf is what a request was on, as it was sent, without the endpoint.
func targetOf(c *store.Call) string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return c.URL
	}
	return u.RequestURI()
}

// took is a latency.
func took(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// whole shows the request under the cursor.
func (d *Requests) whole(w int) *kit.Form {
	t, c := &d.c.Theme.Paint, &d.all[d.list.Cursor]
	var lines []string
	pair := func(name, value string) {
		if value == "" {
			return
		}
		for i, part := range kit.Wrap(shown(value), max(w-14, 8)) {
			if i > 0 {
				name = ""
			}
			lines = append(lines, t.Dim.On(kit.Fit(name, 12))+" "+t.Text.On(part))
		}
	}
	answer := c.Err
	if c.Status != 0 {
		answer = fmt.Sprint(c.Status)
	}
	pair("Operation", c.Op)
	pair("Answer", answer)
	pair("Request id", c.ID)
	pair("Sent", d.c.Formats.Milli(c.At, d.c.Now()))
	pair("Took", took(c.Took))
	pair("Attempt", c.Attempt)
	pair("Connection", cmp.Or(string(c.Conn), "this machine"))
	pair("Address", c.URL)
	lines = append(lines, "", t.Dim.On("The same on a command line:"))
	for part := range strings.SplitSeq(ansi.Hardwrap(shown(c.Curl()), max(w-2, 1), true), "\n") {
		lines = append(lines, t.Accent.On(part))
	}
	items := []kit.Item{&kit.Pager{Lines: lines, Scroll: &d.scroll}, kit.Gap}
	if d.sent {
		items = append(items, text(note("Sent to the terminal's clipboard; if nothing arrives, the line is above.", w, t.Good)...), kit.Gap)
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "back", Cancel: d.cancel, Items: append(items,
		kit.Buttons{d.keyed("Copy curl line", keys.CopyURL, d.copy), &kit.Button{Label: "Back", Run: d.cancel}})}
}
