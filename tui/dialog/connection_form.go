package dialog

import (
	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// asking is the form.
func (d *Connection) asking(s kit.Size) *kit.Form {
	w := room(s, normal)
	kinds := make([]string, len(presets))
	for i, p := range presets {
		kinds[i] = p.Kind
	}
	provider := d.choose("Provider", kinds, d.kind, func(i int) { d.kind = i; d.exemplify(); d.follow() })
	provider.Look = kit.Strip
	items := []kit.Item{kit.Gap, provider}
	items = append(items, d.where(w)...)
	if d.add {
		items = append(items, &kit.Entry{Label: "Name", Field: d.name, Changed: func(c *kit.Context) tea.Cmd { d.named = true; return d.edited(c) }})
	}
	items = append(items, kit.Gap)
	items = append(items, d.keys(w)...)
	items = append(items, d.tokens(w)...)
	items = append(items, kit.Gap,
		d.choose("Mode", []string{"Read and write", "Read-only"}, asChoice(d.rest.readOnly), func(i int) { d.rest.readOnly = i == 1 }),
		d.choose("Uploads are", []string{"Private", "Public"}, asChoice(d.rest.public), func(i int) { d.rest.public = i == 1 }),
		d.choose("Deleting", []string{"For good", "Moves to the trash"}, asChoice(d.rest.trash), func(i int) { d.rest.trash = i == 1 }),
		&kit.Entry{Label: "Spaces", Field: d.rest.spaces, Changed: d.edited},
		kit.Gap)
	items = append(items, d.verdict(w)...)
	return &kit.Form{Width: w, Focus: &d.focus, Default: "Save", Unsaved: d.typed() != d.first, Items: append(items, d.buttons())}
}

func asChoice(second bool) int {
	if second {
		return 1
	}
	return 0
}

// choose is one of a few that stand in a line.
func (d *Connection) choose(label string, options []string, at int, set func(int)) *kit.Choice {
	return &kit.Choice{Label: label, Options: kit.Options(options...), Chosen: at, Choose: func(c *kit.Context, i int) tea.Cmd {
		set(i)
		return d.edited(c)
	}}
}

// where are the lines of the endpoint: one of the regions of a provider, or an address.
func (d *Connection) where(w int) []kit.Item {
	t := &d.c.Theme.Paint
	p := d.preset()
	if p.Regions == nil {
		items := []kit.Item{
			&kit.Entry{Label: "Endpoint", Field: d.at, Changed: func(c *kit.Context) tea.Cmd { d.follow(); return d.edited(c) }},
			&kit.Entry{Label: "Region", Field: d.region, Changed: d.edited},
			d.choose("Addressing", []string{"By the endpoint", "Always HOST/NAME"}, asChoice(d.path), func(i int) { d.path = i == 1 }),
		}
		return append(items, d.lacks(w)...)
	}
	endpoint, _ := d.endpoint()
	region := d.choose("Region", p.Regions, d.regions[d.kind], func(i int) { d.regions[d.kind] = i; d.follow() })
	region.Look = kit.Strip
	items := []kit.Item{region, spare(3, kit.Labelled(t.Dim, "Endpoint", t.Dim.On(end(endpoint, kit.Inner(w))), w))}
	return append(items, d.lacks(w)...)
}

// lacks says what such endpoints are known not to have.
func (d *Connection) lacks(w int) []kit.Item {
	p := d.preset()
	if p.Lacks == "" {
		return nil
	}
	return []kit.Item{spare(3, kit.Under(w, styled("Known not to have: "+p.Lacks+".", kit.Inner(w), d.c.Theme.Paint.Dim)...)...)}
}

// exemplify shows an address of the chosen kind where one is to be typed.
func (d *Connection) exemplify() {
	p := d.preset()
	d.at.SetPlaceholder(p.Example)
	d.region.SetPlaceholder("as the endpoint's name says, else us-east-1")
	if p.Region != "" {
		d.region.SetPlaceholder(p.Region)
	}
}

// keys are the lines of the access key.
func (d *Connection) keys(w int) []kit.Item {
	t := &d.c.Theme.Paint
	items := []kit.Item{d.choose("Key from", []string{"Configuration", "Keyring", "~/.aws"}, d.source, func(i int) { d.source = i })}
	switch keySources[d.source] {
	case store.KeyOfAWS:
		return append(items, &kit.Entry{Label: "AWS profile", Field: d.aws, Changed: d.edited},
			spare(2, kit.Under(w, t.Dim.On(end("Also AWS_ACCESS_KEY_ID and the like in the environment", kit.Inner(w))))...))
	case store.KeyInKeyring:
		if d.noKeyring != "" {
			return append(items, text(kit.Under(w, styled(d.noKeyring, kit.Inner(w), t.Warn)...)...))
		}
	}
	return append(items, &kit.Entry{Label: "Access key", Field: d.key, Changed: d.edited},
		&kit.Entry{Label: "Secret", Field: d.secret, Changed: d.edited})
}

// tokens are the lines of the token of DigitalOcean's API.
func (d *Connection) tokens(w int) []kit.Item {
	if d.preset().Kind != store.OceanKind {
		return nil
	}
	where := "Kept with the key"
	if keySources[d.source] == store.KeyOfAWS {
		where = "Configuration"
	}
	items := []kit.Item{d.choose("API token", []string{"Environment", where}, asChoice(d.keeps), func(i int) { d.keeps = i == 1 })}
	if d.keeps {
		return append(items, &kit.Entry{Label: "Token", Field: d.token, Changed: d.edited})
	}
	t := &d.c.Theme.Paint
	return append(items, spare(3, kit.Under(w, t.Dim.On(end("DIGITALOCEAN_ACCESS_TOKEN: for access keys and the CDN", kit.Inner(w))))...))
}

// verdict is what is wrong, or what a test has found.
func (d *Connection) verdict(w int) []kit.Item {
	t := &d.c.Theme.Paint
	var lines []string
	switch {
	case d.save.Busy():
		lines = note("Saving…", w, t.Dim)
	case d.test.Busy():
		lines = note("Asking the endpoint…", w, t.Dim)
	case d.err != "":
		lines = note(d.err, w, t.Warn)
	case d.found != nil:
		lines = diagnosis(t, *d.found, w)
	}
	if len(lines) == 0 {
		return nil
	}
	return []kit.Item{&kit.Pager{Lines: lines, Scroll: &d.scroll}, kit.Gap}
}

func (d *Connection) buttons() kit.Buttons {
	save := &kit.Button{Label: "Save", Run: d.keep}
	if d.found != nil && d.found.Fix != nil && !d.test.Busy() {
		return kit.Buttons{{Label: d.found.Fix.What, Run: d.mend}, save, dismiss("Cancel")}
	}
	return kit.Buttons{save, {Label: "Test", Run: d.try}, dismiss("Cancel")}
}
