package dialog

import (
	"cmp"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// Limits bounds the transfers of the endpoint that one is at, or holds them.
type Limits struct {
	base
	field *kit.Field
	held  bool
	told  bool // it was tried
}

// NewLimits shows what is in force at the endpoint of the page.
func NewLimits(c *kit.Context) *Limits {
	d := &Limits{base: newBase(c, "Transfer limits – "+shown(c.Store.Name())), field: kit.NewField("", "none"), held: c.Store.Held()}
	if n := c.Store.Bandwidth(); n > 0 {
		d.field = kit.NewField(plainSize(n), "none")
	}
	d.form = d.asking
	return d
}

// plainSize writes a number of bytes so that it is read back as the same.
func plainSize(n int64) string {
	for _, unit := range []struct {
		of   int64
		name string
	}{{1e9, "G"}, {1 << 20, "MiB"}, {1e6, "M"}, {1 << 10, "KiB"}, {1e3, "k"}} {
		if n%unit.of == 0 {
			return strconv.FormatInt(n/unit.of, 10) + " " + unit.name
		}
	}
	return strconv.FormatInt(n, 10)
}

// limit reads the field: 0 is none.
func (d *Limits) limit() (int64, error) {
	text := strings.TrimSuffix(strings.TrimSpace(d.field.Value()), "/s")
	if text == "" {
		return 0, nil
	}
	return store.ParseSize(text)
}

func (d *Limits) apply(c *kit.Context) tea.Cmd {
	n, err := d.limit()
	if err != nil {
		d.told = true
		return nil
	}
	d.store.SetBandwidth(n)
	d.store.Hold(d.held)
	c.Dismiss()
	return nil
}

// asking is the form.
func (d *Limits) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal-8), &d.c.Theme.Paint
	n, err := d.limit()
	verdict := styled("Bytes a second: 500k, 10M", kit.Inner(w), t.Dim)
	switch {
	case err != nil:
		verdict = styled(store.Capital(err.Error()), kit.Inner(w), t.Warn)
	case n > 0:
		verdict = styled(d.c.Bytes(n)+" a second, all transfers there together", kit.Inner(w), t.Good)
	}
	items := []kit.Item{kit.Gap}
	if !d.store.Embedded() {
		items = append(items, &kit.Entry{Label: "Limit", Field: d.field}, text(kit.Under(w, verdict...)...), kit.Gap)
	}
	held := 0
	if d.held {
		held = 1
	}
	items = append(items, &kit.Choice{Label: "Jobs", Name: "jobs", Look: kit.Strip, Chosen: held,
		Options: kit.Options("go on", "hold"), Choose: func(_ *kit.Context, i int) tea.Cmd { d.held = i == 1; return nil }}, kit.Gap)
	about := cmp.Or(map[bool]string{true: "Nothing more begins there; what is under way ends. What you look at goes on."}[d.held],
		"This is so until you quit. limit_rate of a profile in the configuration keeps a limit.")
	if d.store.Embedded() && !d.held {
		about = "What this machine keeps goes over no line: there is nothing to limit."
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, spare(1, note(about, w, t.Dim)...), kit.Gap,
		kit.Buttons{{Label: "Apply", Run: d.apply}, dismiss("Cancel")})}
}
