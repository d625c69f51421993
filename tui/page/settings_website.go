package page

import (
	"fmt"

	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

func (s *settings) sayWebsite(_ *kit.Context, d *details, w store.Website) {
	th := &d.th.Paint
	url := s.store.WebsiteURL(s.place.Space, w, "")
	switch {
	case !w.On():
		d.wrapped(th.Dim, "None: the Space is storage only.")
		return
	case w.To != "":
		to := w.To
		if w.Protocol != "" {
			to = w.Protocol + "://" + to
		}
		d.wrapped(th.Text, "Visitors are sent to "+store.Printable(to))
	default:
		failure := "errors have no page"
		if w.Error != "" {
			failure = "errors show " + store.Printable(w.Error)
		}
		d.fact(th.Public, store.Printable(w.Index), failure)
	}
	if url != "" {
		d.pair("Address", url)
	}
	for i, r := range w.Rules {
		if i == 2 && len(w.Rules) > 3 {
			d.line(th.Dim.On(fmt.Sprintf("… and %d more rules", len(w.Rules)-i)))
			return
		}
		s.clipped(d, dialog.RoutingWords(r))
	}
}
