package page

import (
	"context"
	"fmt"
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// all are the sections, in their order on the page.
func (s *settings) all() []*section {
	space := s.place.Space
	list := []*section{
		sectionOf("Endpoint", s.store.Client, s.sayEndpoint, func(c *kit.Context, v store.Client) kit.Dialog { return dialog.NewClients(c, space, v) }),
		sectionOf("File listing", asked(s.store.Access, store.Ref{Space: space}), s.sayListing, dialogOf(space, dialog.NewListing)),
		sectionOf("CORS rules", asked(s.store.CORS, space), s.sayCORS, dialogOf(space, dialog.NewCORS)),
		sectionOf("Versioning", asked(s.store.Versioning, space), s.sayVersioning, dialogOf(space, dialog.NewVersioning)),
		sectionOf("Lifecycle rules", asked(s.store.Lifecycle, space), s.sayLifecycle, dialogOf(space, dialog.NewLifecycle)),
		sectionOf("Bucket policy", asked(s.store.Policy, space), s.sayPolicy, dialogOf(space, dialog.NewPolicy)),
		sectionOf("Web pages", asked(s.store.Website, space), s.sayWebsite, dialogOf(space, dialog.NewWebsite)),
		sectionOf("Encryption", asked(s.store.Encryption, space), s.sayEncryption, dialogOf(space, dialog.NewEncryption)),
		sectionOf("Access logs", asked(s.store.Logging, space), s.sayLogging, dialogOf(space, dialog.NewLogging)),
		sectionOf("Object lock", asked(s.store.ObjectLock, space), s.sayLock, nil),
		s.cdn(),
		sectionOf("Usage", asked(s.store.Usage, space), s.sayUsage, nil),
	}
	list[0].word = "for other programs"
	destroy := &section{name: "Destroy", word: "destroy", early: true, changes: true, say: func(_ *kit.Context, d *details, _ any) { s.sayDestroy(d) }}
	destroy.open = func(c *kit.Context, _ any) kit.Dialog { return dialog.NewDestroy(c, space) }
	return append(list, destroy)
}

// dialogOf makes what opens a dialog on a setting of a Space.
func dialogOf[T any](space string, open func(*kit.Context, string, T) kit.Dialog) func(*kit.Context, T) kit.Dialog {
	return func(c *kit.Context, v T) kit.Dialog { return open(c, space, v) }
}

// asked is a question of the store about one thing, to be asked later.
func asked[A, T any](ask func(context.Context, A) (T, error), about A) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) { return ask(ctx, about) }
}

func (s *settings) sayEndpoint(_ *kit.Context, d *details, v store.Client) {
	style := "host style (NAME.HOST)"
	if v.PathStyle {
		style = "path style (HOST/NAME)"
	}
	d.pair("URL", v.Endpoint)
	d.pair("Region", v.Region+", "+style)
	for i, u := range s.store.Addresses(s.place.Space, "") {
		d.pair([]string{"Space", "or"}[min(i, 1)], u)
	}
	if v.Key != "" {
		d.pair("Key", v.Key)
	}
}

func (s *settings) sayListing(_ *kit.Context, d *details, a store.Access) {
	th := &d.th.Paint
	switch a {
	case store.PublicRead:
		d.fact(th.Public, "Public listing", "anyone sees the names, not the files")
	case store.Private:
		d.fact(th.Private, "Private (keys only)", "")
	default:
		d.line(th.Warn.On("Grants of its own, neither private nor public"))
	}
}

func (s *settings) sayCORS(_ *kit.Context, d *details, v store.CORS) {
	if len(v.Rules) == 0 {
		d.wrapped(d.th.Paint.Dim, "None: browsers keep pages of other origins out.")
		return
	}
	for i, r := range v.Rules {
		if i == 3 && len(v.Rules) > 4 {
			d.line(d.th.Paint.Dim.On(fmt.Sprintf("… and %d more", len(v.Rules)-i)))
			return
		}
		s.clipped(d, strings.Join(r.Methods, " ")+"  from  "+strings.Join(r.Origins, ", "))
	}
}

// fact is a word in a colour of its own and what it means, in one line where there is room for it.
func (d *details) fact(p kit.Paint, word, means string) {
	if means == "" || kit.Width(word)+2+kit.Width(means)+2 > d.w {
		d.line(p.On(word))
		if means != "" {
			d.wrapped(d.th.Paint.Dim, store.Capital(means)+".")
		}
		return
	}
	d.line(p.On(word) + d.th.Paint.Dim.On(": "+means))
}

// clipped is one line of what may be longer.
func (s *settings) clipped(d *details, text string) {
	d.line(d.th.Paint.Text.On(strings.TrimRight(kit.Fit(store.Printable(text), max(d.w-2, 1)), " ")))
}

func (s *settings) sayVersioning(_ *kit.Context, d *details, v store.Versioning) {
	th := &d.th.Paint
	switch v {
	case store.Versioned:
		d.fact(th.Good, "Enabled", "what is replaced stays as an older version")
	case store.Suspended:
		d.fact(th.Warn, "Suspended", "older versions stay, no new ones are made")
	default:
		d.fact(th.Text, "Off", "what is replaced or deleted is gone")
	}
}

func (s *settings) sayLifecycle(_ *kit.Context, d *details, v store.Lifecycle) {
	if len(v.Rules) == 0 {
		d.wrapped(d.th.Paint.Dim, "None: nothing is deleted by itself.")
		return
	}
	for i, r := range v.Rules {
		if i == 3 && len(v.Rules) > 4 {
			d.line(d.th.Paint.Dim.On(fmt.Sprintf("… and %d more", len(v.Rules)-i)))
			return
		}
		s.clipped(d, dialog.RuleWords(r))
	}
}

func (s *settings) sayPolicy(_ *kit.Context, d *details, p store.Policy) {
	th := &d.th.Paint
	if p.Text == "" {
		d.wrapped(th.Dim, "None.")
		return
	}
	list, err := store.ReadPolicy(p.Text)
	if err != nil {
		d.wrapped(th.Warn, "A policy that cannot be read here: "+err.Error())
		return
	}
	for i, st := range list {
		if i == 3 && len(list) > 4 {
			d.line(th.Dim.On(fmt.Sprintf("… and %d more", len(list)-i)))
			return
		}
		s.clipped(d, dialog.StatementWords(st))
	}
}

func (s *settings) sayEncryption(_ *kit.Context, d *details, e store.Encryption) {
	th := &d.th.Paint
	switch e.Algorithm {
	case "":
		d.wrapped(th.Dim, "Not by default: a writer can ask for it.")
	case "AES256":
		d.wrapped(th.Text, "By default, with a key of the endpoint (AES-256).")
	default:
		d.wrapped(th.Text, "By default, "+strings.TrimSpace(e.Algorithm+" "+e.Key)+".")
	}
}

func (s *settings) sayLogging(_ *kit.Context, d *details, l store.Logging) {
	if l.Target == "" {
		d.wrapped(d.th.Paint.Dim, "Off.")
		return
	}
	d.wrapped(d.th.Paint.Text, "To "+l.Target+"/"+l.Prefix)
}

func (s *settings) sayLock(_ *kit.Context, d *details, l store.ObjectLock) {
	th := &d.th.Paint
	switch {
	case !l.Enabled:
		d.wrapped(th.Dim, "Off.")
	case l.Mode == "":
		d.wrapped(th.Text, "On, with nothing kept by default.")
	default:
		for_ := kit.Plural(int64(l.Days), "day")
		if l.Years > 0 {
			for_ = kit.Plural(int64(l.Years), "year")
		}
		d.wrapped(th.Text, "New versions are kept for "+for_+" ("+strings.ToLower(l.Mode)+").")
	}
}

func (s *settings) sayUsage(c *kit.Context, d *details, u store.Space) {
	th := &d.th.Paint
	if !u.Counted {
		counts := "This endpoint does not tell."
		if key := c.Keys.Key(keys.Usage); key != "" {
			counts += " Counted on the Usage page: " + key
		}
		d.wrapped(th.Dim, counts)
		return
	}
	d.wrapped(th.Text, kit.Plural(u.Objects, "object")+", "+c.Bytes(u.Bytes)+exact(c, u.Bytes))
	d.wrapped(th.Dim, "Estimate: "+dollars(monthly(u.Bytes))+" a month at DigitalOcean, alone in an account, 1 TiB of transfer included.")
}

func (s *settings) sayDestroy(d *details) {
	d.fact(d.th.Paint.Bad, "Destroy this Space", "with everything in it, for good")
}
