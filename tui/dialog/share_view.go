package dialog

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// asking is the form.
func (d *Share) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, spare(2, d.what(w)), kit.Gap}
	if d.open.count > 0 {
		items = append(items, spare(1, note(d.publicNote(), w, t.Public)...), kit.Gap)
	}
	if !d.allPublic() {
		labels := make([]string, 0, len(lives)+1)
		for _, l := range lives {
			labels = append(labels, l.label)
		}
		items = append(items, &kit.Choice{Label: "Expires in", Look: kit.Strip, Numbered: true, Chosen: d.chosen, Choose: d.choose,
			Options: kit.Options(append(labels, "other")...)})
		if d.custom() {
			items = append(items, &kit.Entry{Label: "Until", Field: d.typed, Changed: d.make})
		}
	}
	labels := make([]string, len(forms))
	at := 0
	for i, f := range forms {
		if labels[i] = string(f); f == d.as {
			at = i
		}
	}
	items = append(items, &kit.Choice{Label: "Link as", Look: kit.Strip, Options: kit.Options(labels...), Chosen: at,
		Choose: func(_ *kit.Context, i int) tea.Cmd { d.as, d.sent = forms[i], false; d.scroll.Top(); return nil }})
	if !d.allPublic() && (s.H >= roomForKinds || d.kind != signedLink) {
		items = append(items, d.kindItems(w)...)
	}
	items = append(items, kit.Gap)
	items = append(items, d.body(s, w, len(items)), kit.Gap, text(d.end(d.c, w)...))
	if unix, beside := d.unix(w); unix != "" && !beside {
		items = append(items, spare(1, note(unix, w, t.Dim)...)) // it gives way to the link
	}
	if d.sent {
		items = append(items, text(note(d.c.Sent()+"; if nothing arrives, "+d.c.Keys.Key(keys.Pause)+" prints it.", w, t.Good)...))
	}
	buttons, first := kit.Buttons{d.keyed("Copy link", keys.CopyURL, d.copy), d.keyed("Print", keys.Pause, d.bare), dismiss("Close")}, "Copy link"
	if d.unmade() {
		buttons, first = kit.Buttons{{Label: "Make link", Run: d.keep}, dismiss("Close")}, "Make link"
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Default: first, Items: append(items, kit.Gap, buttons)}
}

// what names what is shared.
func (d *Share) what(w int) string {
	t := &d.c.Theme.Paint
	what := kit.Plural(len(d.refs), "file")
	if len(d.refs) == 1 {
		what = shown(d.refs[0].Key)
	}
	size := d.c.Bytes(d.bytes)
	if d.folder {
		what, size = d.refs[0].Space+"/"+d.refs[0].Key, "as "+store.ArchiveName(d.refs[0])
		what, size = shown(what), shown(size)
	}
	if d.of != "" {
		size += ", version " + shown(d.of[:min(len(d.of), 8)])
	}
	return "  " + t.Strong.On(middle(what, w-4-kit.Width(size))) + t.Dim.On("  "+size)
}

func (d *Share) publicNote() string {
	plain, plains := "its plain URL", "their plain URLs"
	if d.open.cdn {
		plain, plains = "its URL at the CDN", "their URLs at the CDN"
	}
	switch {
	case len(d.refs) == 1:
		return "This file is public: its link is " + plain + "."
	case d.allPublic():
		return "These files are public: their links are " + plains + "."
	case d.open.count == 1:
		return "One of them is public: its link is " + plain + " and never expires."
	}
	return kit.Count(d.open.count) + " of them are public: their links are " + plains + " and never expire."
}

// body is the links, or the code, of a form of so many other items.
func (d *Share) body(s kit.Size, w, others int) kit.Item {
	t := &d.c.Theme.Paint
	links := d.links()
	if d.as == asCode && links != nil {
		return d.picture(s, w, links)
	}
	var lines []string
	for l := range strings.SplitSeq(d.as.text(links), "\n") { // broken where the box ends and nowhere else
		for part := range strings.SplitSeq(ansi.Hardwrap(shown(l), w, true), "\n") {
			lines = append(lines, t.Accent.On(part))
		}
	}
	return &kit.Pager{Lines: lines, Scroll: &d.scroll}
}

// beside is how many lines there are at least with a code: what is chosen, when it ends, the buttons.
const beside = 7

// picture is the QR code, or how much room it needs.
func (d *Share) picture(s kit.Size, w int, links []link) kit.Item {
	t := &d.c.Theme.Paint
	if len(links) > 1 {
		return text(note("A QR code is of one file: select one.", w, t.Warn)...)
	}
	lines, err := qrCode(d.c, links[0].url())
	if err != nil {
		return text(note(explain(err), w, t.Bad)...)
	}
	wide, high := kit.Width(lines[0]), len(lines)
	if wide <= w && high+beside <= s.H {
		for i := range lines {
			lines[i] = kit.Blank((w-wide)/2) + lines[i]
		}
		return text(lines...)
	}
	screen := screenOf(s)
	need := fmt.Sprintf("The code needs %d×%d cells, more than there are here. ", wide, high)
	if wide <= screen.W && high <= screen.H {
		need += d.c.Keys.Key(keys.Pause) + " shows it on the whole screen."
	} else {
		need += fmt.Sprintf("The whole screen has %d×%d: make the window larger or its letters smaller.", screen.W, screen.H)
	}
	return &kit.Pager{Lines: note(need, w, t.Warn), Scroll: &d.scroll}
}

// screenOf is what a command that has the terminal may draw on, by the room that dialogs have: their frame, the status and
// the hints go, and what is said there takes a few lines.
func screenOf(s kit.Size) kit.Size { return kit.Size{W: s.W + 6, H: s.H + 6 - 3} }

// end says how long the links work.
func (d *Share) end(c *kit.Context, w int) []string {
	t := &c.Theme.Paint
	switch {
	case d.err != nil:
		return note(explain(d.err), w, t.Bad)
	case d.allPublic():
		return note("It never expires.", w, t.Text)
	case d.kind != signedLink:
		return d.keptEnd(c, w)
	case d.links() == nil:
		return note("Making the link…", w, t.Dim)
	}
	first := firstEnd(d.links())
	lines := note(d.expires(w), w, t.Text)
	if unix, beside := d.unix(w); beside {
		lines[len(lines)-1] += "   " + t.Dim.On(unix)
	}
	if first.Expires.Before(d.asked.Add(-early)) {
		lines = append(lines, note("That is sooner than asked: the credentials that sign the link expire then.", w, t.Warn)...)
	}
	switch {
	case d.access.Busy():
		lines = append(lines, note("Asking whether the file is public…", w, t.Dim)...)
	case d.open.err != nil:
		lines = append(lines, note("Whether the file is public could not be asked: "+explain(d.open.err), w, t.Dim)...)
	}
	return lines
}

// expires is when the links end: where there is room for it with weekday and year, else as people say it.
func (d *Share) expires(w int) string {
	return "Expires " + d.c.Told(firstEnd(d.links()).Expires, w-2-len("Expires "))
}

// unix is the same as a Unix time, and whether it has room beside the date. It is "" of links that do not end.
func (d *Share) unix(w int) (text string, beside bool) {
	first := firstEnd(d.links())
	if first.Expires.IsZero() || d.err != nil {
		return "", false
	}
	text = fmt.Sprintf("Unix %d", first.Unix)
	return text, 2+kit.Width(d.expires(w))+3+len(text) <= w
}
