package dialog

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// cdn enables, changes and disables the cache before a Space.
type cdn struct {
	base
	writes
	space               string
	was                 store.CDN
	on                  bool
	life                int // of store.CDNLives; -1: one that is none of them
	domain, certificate *kit.Field
	wrong               string
}

// NewCDN sets the CDN of a Space.
func NewCDN(c *kit.Context, space string, now store.CDN) kit.Dialog {
	d := &cdn{base: newBase(c, "CDN – "+shown(space)), space: space, was: now, on: now.On(), life: -1,
		domain: kit.NewField(now.Domain, "none"), certificate: kit.NewField(now.Certificate, "the id that DigitalOcean gave it")}
	life := now.TTL
	if !now.On() {
		life = store.DefaultCDNLife
	}
	for i, l := range store.CDNLives {
		if l == life {
			d.life = i
		}
	}
	d.form = d.asking
	return d
}

// CDNLife is how long files stay in a cache, in words.
func CDNLife(life time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{7 * 24 * time.Hour, "week"}, {24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if life >= unit.of && life%unit.of == 0 {
			return kit.Plural(int64(life/unit.of), unit.name)
		}
	}
	return kit.Plural(int64(life/time.Second), "second")
}

// Close implements kit.Dialog.
func (d *cdn) Close() { d.slot.Cancel() }

// Update implements kit.Dialog.
func (d *cdn) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if d.take(msg) {
		if d.err == nil {
			c.Dismiss()
			c.Notify(kit.Good, d.did())
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// set is what the form says.
func (d *cdn) set() store.CDN {
	set := store.CDN{TTL: d.was.TTL, Domain: strings.ToLower(strings.TrimSpace(d.domain.Value()))}
	if d.life >= 0 {
		set.TTL = store.CDNLives[d.life]
	}
	if set.Domain != "" {
		set.Certificate = strings.TrimSpace(d.certificate.Value())
	}
	return set
}

func (d *cdn) did() string {
	set := d.set()
	switch {
	case !d.on:
		return "The CDN of " + shown(d.space) + " is disabled"
	case !d.was.On():
		return "The CDN of " + shown(d.space) + " is enabled: files stay in it for " + CDNLife(set.TTL)
	}
	return "The CDN of " + shown(d.space) + " is changed"
}

func (d *cdn) apply(c *kit.Context) tea.Cmd {
	s, space, was, set := d.store, d.space, d.was, d.set()
	if !d.on {
		return d.start(c, d.id, func(ctx context.Context) error { return s.DisableCDN(ctx, space, was) })
	}
	if strings.ContainsAny(set.Domain, "/: ") || set.Domain != "" && !strings.Contains(set.Domain, ".") {
		d.wrong, d.focus.Name = "Type the name of a host, as static.example.com.", "Own domain"
		return nil
	}
	return d.start(c, d.id, func(ctx context.Context) error { return s.SetCDN(ctx, space, was, set) })
}

func (d *cdn) edited(*kit.Context) tea.Cmd {
	d.err, d.wrong = nil, ""
	return nil
}

// purge opens the question whether to purge everything, in the place of this box.
func (d *cdn) purge(c *kit.Context) tea.Cmd {
	c.Dismiss()
	was := c.Store
	c.Store = d.store
	c.Open(NewPurgeCDN(c, d.space, nil))
	c.Store = was
	return nil
}

// asking is the form.
func (d *cdn) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap,
		&kit.Choice{Label: "CDN", Options: kit.Options("Off", "On"), Chosen: asChoice(d.on),
			Choose: func(c *kit.Context, i int) tea.Cmd { d.on = i == 1; return d.edited(c) }},
		spare(3, kit.Labelled(t.Dim, "Address", t.Dim.On(end(d.address(), kit.Inner(w))), w))}
	if d.on {
		items = append(items, d.settings(w)...)
	}
	items = append(items, kit.Gap, spare(1, note(d.means(), w, d.tone())...))
	if d.wrong != "" {
		items = append(items, text(note(d.wrong, w, t.Warn)...))
	}
	items = append(items, d.writes.items(&d.base, w)...)
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, d.buttons())}
}

func (d *cdn) address() string {
	if d.was.Host != "" {
		return "https://" + shown(d.was.Host)
	}
	return shown(d.store.EdgeURL(d.space))
}

// settings are the lines of a CDN that is on.
func (d *cdn) settings(w int) []kit.Item {
	t := &d.c.Theme.Paint
	lives := make([]string, len(store.CDNLives))
	for i, l := range store.CDNLives {
		lives[i] = CDNLife(l)
	}
	items := []kit.Item{
		&kit.Choice{Label: "Files stay", Look: kit.Strip, Options: kit.Options(lives...), Chosen: d.life,
			Choose: func(c *kit.Context, i int) tea.Cmd { d.life = i; return d.edited(c) }},
		&kit.Entry{Label: "Own domain", Field: d.domain, Changed: d.edited}}
	if strings.TrimSpace(d.domain.Value()) != "" {
		items = append(items, &kit.Entry{Label: "Certificate", Field: d.certificate, Changed: d.edited},
			spare(3, kit.Under(w, t.Dim.On(end("doctl compute certificate list shows them", kit.Inner(w))))...))
	}
	return items
}

// means is what comes of it.
func (d *cdn) means() string {
	switch {
	case !d.on && d.was.On():
		return "Nothing is served at this address any more, nor at a domain that leads there: links to it break."
	case !d.on:
		return "Public files are served from the Space itself."
	}
	return "Public files are served from places near to who asks. A file that is overwritten is seen there when its time is over, or after a purge."
}

func (d *cdn) tone() kit.Paint {
	if !d.on && d.was.On() {
		return d.c.Theme.Paint.Warn
	}
	return d.c.Theme.Paint.Dim
}

// verb names what the first button does.
func (d *cdn) verb() string {
	switch {
	case d.on && !d.was.On():
		return "Enable"
	case !d.on && d.was.On():
		return "Disable"
	}
	return "Apply"
}

func (d *cdn) buttons() kit.Buttons {
	apply := &kit.Button{Label: d.verb(), Run: d.apply}
	if d.verb() == "Disable" {
		apply = d.keyed(d.verb(), keys.Confirm, d.apply)
		apply.Danger, apply.Why = true, d.store.ReadOnly()
		return kit.Buttons{dismiss("Cancel"), apply}
	}
	switch set := d.set(); {
	case d.store.ReadOnly() != "":
		apply.Why = d.store.ReadOnly()
	case d.on != d.was.On():
	case !d.on, set.TTL == d.was.TTL && set.Domain == d.was.Domain && set.Certificate == d.was.Certificate:
		apply.Why = "It is so already."
	}
	if !d.was.On() {
		return kit.Buttons{apply, dismiss("Cancel")}
	}
	return kit.Buttons{apply, {Label: "Purge everything…", Why: d.store.ReadOnly(), Run: d.purge}, dismiss("Cancel")}
}
