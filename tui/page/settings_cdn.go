package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// cdn is the section of the cache before the Space. Where it cannot be managed nothing is asked, and it says why.
func (s *settings) cdn() *section {
	space := s.place.Space
	why := s.store.NoCDN()
	if why == "" {
		return sectionOf("CDN", asked(s.store.CDN, space), s.sayCDN, dialogOf(space, dialog.NewCDN))
	}
	return &section{name: "CDN", why: why, say: func(_ *kit.Context, d *details, _ any) {
		if url := s.store.EdgeURL(space); url != "" {
			d.pair("Address", url)
		}
		d.wrapped(d.th.Paint.Dim, why)
	}}
}

func (s *settings) sayCDN(_ *kit.Context, d *details, v store.CDN) {
	th := &d.th.Paint
	if !v.On() {
		d.fact(th.Text, "Off", "public files are served from the Space itself")
		return
	}
	d.fact(th.Good, "On", "files stay in its cache for "+dialog.CDNLife(v.TTL))
	d.pair("Address", "https://"+v.Host)
	if v.Domain != "" {
		d.pair("Domain", "https://"+v.Domain)
	}
}

// purgeCDN asks whether the CDN is to forget what is selected, or else the row under the cursor.
func (f *files) purgeCDN(c *kit.Context) tea.Cmd {
	var refs []store.Ref
	for _, s := range f.sources() {
		refs = append(refs, s.Ref)
	}
	c.Open(dialog.NewPurgeCDN(c, f.place.Space, refs))
	return nil
}

func (f *files) notToPurge() string {
	switch {
	case f.store.NoCDN() != "":
		return f.store.NoCDN()
	case f.l.Selection().Count > store.MostPurged:
		return "Only " + kit.Count(store.MostPurged) + " at a time: more are selected. Purge their folder, or everything in the Settings tab."
	}
	return f.nothing()
}
