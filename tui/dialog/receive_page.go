package dialog

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// receiveLives are how long a page that receives may be open, as they are typed.
var receiveLives = []struct{ label, text string }{{"1 day", "1d"}, {"3 days", "3d"}, {"7 days", "7d"}, {"30 days", "30d"}, {"no end", endless}}

// receivePage is what is asked for a page by which files are sent, where the server keeps one.
type receivePage struct {
	chosen             int // of receiveLives
	size, files, types *kit.Field
	made               store.KeptLink
	make               kit.Slot[store.KeptLink]
}

func newReceivePage() receivePage {
	return receivePage{chosen: 2, size: kit.NewField("", "5 GB"), files: kit.NewField("", "any number"), types: kit.NewField("", "any: image/*, .pdf, .docx")}
}

// limits reads what was typed; the error is a sentence without its capital.
func (p *receivePage) limits() (m store.ReceiveLimits, err error) {
	if text := strings.TrimSpace(p.size.Value()); text != "" {
		if m.Size, err = store.ParseSize(text); err != nil {
			return m, fmt.Errorf("type the largest size as 100M or 1G")
		}
	}
	if text := strings.TrimSpace(p.files.Value()); text != "" {
		if m.Files, err = strconv.Atoi(text); err != nil || m.Files < 1 {
			return m, fmt.Errorf("type how many files may come as a number")
		}
	}
	for t := range strings.FieldsFuncSeq(p.types.Value(), func(r rune) bool { return r == ',' || r == ' ' }) {
		m.Types = append(m.Types, t)
	}
	return m, nil
}

// makePage has the server keep the link, and notes it.
func (d *Receive) makePage(c *kit.Context) tea.Cmd {
	p := &d.page
	m, err := p.limits()
	if d.err = err; err != nil || p.make.Busy() {
		return nil
	}
	until, err := untilOf(receiveLives[p.chosen].text, c.Now())
	if d.err = err; err != nil {
		return nil
	}
	s, folder, ledger := d.store, d.folder, c.Ledger
	return p.make.Start(c, d.id, func(ctx context.Context) (store.KeptLink, error) {
		l, err := s.MakeReceive(ctx, folder, m, until)
		if err == nil && ledger != nil {
			err = ledger.NoteShared(s.SharedKept(l))
		}
		return l, err
	})
}

// changed forgets a link that was made for other limits; it goes on working, and is in the list of links.
func (d *Receive) changed(*kit.Context) tea.Cmd {
	d.page.made, d.sent, d.err = store.KeptLink{}, false, nil
	d.page.make.Cancel()
	return nil
}

// copyPage sends the link to the clipboard.
func (d *Receive) copyPage(c *kit.Context) tea.Cmd {
	d.sent = true
	return c.Clip(d.page.made.URL)
}

func (d *Receive) printPage(c *kit.Context) tea.Cmd {
	return d.print.Lend(c, d.id, kit.NewPrinted(c, shown(d.page.made.URL)+"\n"+shown(sendsTo(d.page.made.URL))))
}

// sendsTo is how a file is sent without a browser.
func sendsTo(url string) string { return "curl -f -T FILE " + store.Word(url+"/") }

// pageItems are the form for a page.
func (d *Receive) pageItems(w int) ([]kit.Item, kit.Buttons) {
	t, p := &d.c.Theme.Paint, &d.page
	labels := make([]string, len(receiveLives))
	for i, l := range receiveLives {
		labels[i] = l.label
	}
	items := []kit.Item{
		&kit.Choice{Label: "Expires in", Look: kit.Strip, Numbered: true, Options: kit.Options(labels...), Chosen: p.chosen,
			Choose: func(c *kit.Context, i int) tea.Cmd { p.chosen = i; return d.changed(c) }},
		&kit.Entry{Label: "Largest", Field: p.size, Changed: d.changed},
		&kit.Entry{Label: "Files", Field: p.files, Changed: d.changed},
		&kit.Entry{Label: "Types", Field: p.types, Changed: d.changed}, kit.Gap}
	if p.made.URL == "" {
		return append(items, text(d.pageTold(w)...)), kit.Buttons{{Label: "Make link", Run: d.makePage}, dismiss("Close")}
	}
	var lines []string
	for _, l := range []string{p.made.URL, sendsTo(p.made.URL)} {
		for part := range strings.SplitSeq(ansi.Hardwrap(shown(l), w, true), "\n") {
			lines = append(lines, t.Accent.On(part))
		}
	}
	items = append(items, &kit.Pager{Lines: lines, Scroll: &d.scroll}, kit.Gap, text(d.pageTold(w)...))
	return items, kit.Buttons{d.keyed("Copy link", keys.CopyURL, d.copyPage), d.keyed("Print", keys.Pause, d.printPage), dismiss("Close")}
}

// pageTold is what there is to say of the page.
func (d *Receive) pageTold(w int) []string {
	t, p := &d.c.Theme.Paint, &d.page
	switch {
	case d.err != nil:
		return note(explain(d.err), w, t.Bad)
	case p.make.Busy():
		return note("Making the link…", w, t.Dim)
	case p.made.URL == "":
		return note("A page by which somebody without a key sends files here. Nobody sees what is here, and nothing is replaced.", w, t.Dim)
	case d.sent:
		return note(d.c.Sent()+"; if nothing arrives, "+d.c.Keys.Key(keys.Pause)+" prints it.", w, t.Good)
	}
	return note("It "+endText(d.c, p.made.Until)+". "+d.c.Keys.Key(keys.Links)+" lists what came, and takes it back.", w, t.Text)
}
