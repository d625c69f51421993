package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// logging sets where the access log of a Space goes.
type logging struct {
	base
	writes
	space          string
	now            store.Logging
	target, prefix *kit.Field
	on             bool
	wrong          string
}

// NewLogging turns the access log of a Space on and off.
func NewLogging(c *kit.Context, space string, now store.Logging) kit.Dialog {
	prefix := now.Prefix
	if now.Target == "" {
		prefix = space + "/"
	}
	d := &logging{base: newBase(c, "Access logs – "+shown(space)), space: space, now: now, on: now.Target != "",
		target: kit.NewField(now.Target, "a Space of the same region"), prefix: kit.NewField(prefix, "none")}
	d.form = d.asking
	return d
}

// Close implements kit.Dialog.
func (d *logging) Close() { d.slot.Cancel() }

// Update implements kit.Dialog.
func (d *logging) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if d.take(msg) {
		if d.err == nil {
			c.Dismiss()
			did := "Access logs of " + shown(d.space) + " are off now"
			if d.on {
				did = "Access logs of " + shown(d.space) + " go to " + shown(d.target.Value()) + " now"
			}
			c.Notify(kit.Good, did)
		}
		return nil
	}
	return d.base.Update(c, msg)
}

func (d *logging) apply(c *kit.Context) tea.Cmd {
	set := d.now
	set.Target, set.Prefix = "", ""
	if d.on {
		if set.Target, set.Prefix = d.target.Value(), d.prefix.Value(); set.Target == "" {
			d.wrong, d.focus.Name = "Type the name of a Space for the logs.", "To the Space"
			return nil
		}
	}
	s, space := d.store, d.space
	return d.start(c, d.id, func(ctx context.Context) error { return s.SetLogging(ctx, space, set) })
}

// asking is the form.
func (d *logging) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	edited := func(*kit.Context) tea.Cmd { d.err, d.wrong = nil, ""; return nil }
	items := []kit.Item{kit.Gap,
		&kit.Choice{Label: "Access logs", Options: kit.Options("Off", "On"), Chosen: map[bool]int{true: 1}[d.on],
			Choose: func(_ *kit.Context, i int) tea.Cmd { d.on, d.err, d.wrong = i == 1, nil, ""; return nil }}, kit.Gap}
	if d.on {
		items = append(items, &kit.Entry{Label: "To the Space", Field: d.target, Changed: edited},
			&kit.Entry{Label: "Prefix", Field: d.prefix, Changed: edited},
			spare(2, kit.Under(w, styled("A line for each request, some hours later, in objects whose names begin with it.", kit.Inner(w), t.Dim)...)...))
		if d.target.Value() == d.space {
			items = append(items, text(note("A Space that logs into itself logs its logs: they never end.", w, t.Warn)...))
		}
	}
	if d.wrong != "" {
		items = append(items, text(note(d.wrong, w, t.Warn)...))
	}
	items = append(items, d.writes.items(&d.base, w)...)
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{{Label: "Apply", Why: d.store.ReadOnly(), Run: d.apply}, dismiss("Cancel")})}
}
