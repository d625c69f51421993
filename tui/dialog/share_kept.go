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

// kind is how a link comes about.
type kind int

// The kinds of links: one that nobody keeps, and those that the server does, which can be taken back.
const (
	signedLink kind = iota
	keptLink
	onceLink
)

var kinds = []string{"signed", "revocable", "for once"}

// roomForKinds is how many lines the box needs for the choice among them: on a smaller screen the link itself has them.
const roomForKinds = 12

// endless is what is typed for a link that works until it is taken back.
const endless = "never"

// keeping asks whether the server keeps links. One that may not be changed keeps no new ones.
func keeping(c *kit.Context, d kit.Dialog, slot *kit.Slot[struct{}], s *store.Store) tea.Cmd {
	return slot.Start(c, d.ID(), func(ctx context.Context) (struct{}, error) { return struct{}{}, s.KeepsLinks(ctx) })
}

// notKept says in a sentence why a server keeps no links for us, "" where it does.
func notKept(s *store.Store, asked bool, err error) string {
	switch {
	case s.ReadOnly() != "":
		return "It cannot be taken back: a read-only connection makes no link that the server keeps."
	case !asked:
		return "Asking whether the server keeps links…"
	case err == nil:
		return ""
	case store.KindOf(err) == store.Unsupported:
		return "It cannot be taken back by itself: only spaces serve keeps links. Moving the file or deleting the access key ends it."
	}
	return "Whether the server keeps links could not be asked: " + explain(err)
}

// untilOf reads the end of a link that is kept: the zero time for none.
func untilOf(text string, now time.Time) (time.Time, error) {
	if strings.EqualFold(strings.TrimSpace(text), endless) {
		return time.Time{}, nil
	}
	life, err := KeptLife(text, now)
	return now.Add(life), err
}

// kindItems are the choice of the kind and what goes with it.
func (d *Share) kindItems(w int) []kit.Item {
	if why := notKept(d.store, d.keepsAsked, d.keepsNot); why != "" {
		return []kit.Item{spare(3, note(why, w, d.c.Theme.Paint.Dim)...)}
	}
	items := []kit.Item{&kit.Choice{Label: "Kind", Look: kit.Strip, Options: kit.Options(kinds...), Chosen: int(d.kind),
		Choose: func(c *kit.Context, i int) tea.Cmd { d.kind = kind(i); return d.make(c) }}}
	if d.kind != signedLink {
		items = append(items, &kit.Entry{Label: "Password", Field: d.password, Changed: d.make})
	}
	return items
}

// unmade says whether the links are kept ones that are still to be made: each is a record of the server, so that none is
// made before it is asked for.
func (d *Share) unmade() bool {
	return d.kind != signedLink && d.signed == nil && d.err == nil && !d.sign.Busy() && !d.allPublic()
}

// keep has the server keep the links, and notes them.
func (d *Share) keep(c *kit.Context) tea.Cmd {
	until, err := untilOf(d.life(), c.Now())
	if err != nil {
		d.err = err
		return nil
	}
	s, refs, ledger := d.store, d.refs, c.Ledger
	o := store.LinkOptions{Folder: d.folder, ShareOptions: store.ShareOptions{Version: d.of}, Until: until, Once: d.kind == onceLink, Password: store.Secret(d.password.Value())}
	d.asked = until
	return d.sign.Start(c, d.id, func(ctx context.Context) ([]store.Link, error) {
		links, notes := make([]store.Link, 0, len(refs)), make([]store.Shared, 0, len(refs))
		var failed error
		for _, ref := range refs {
			l, err := s.MakeLink(ctx, ref, o)
			if failed = err; err != nil {
				break
			}
			links, notes = append(links, store.Link{URL: l.URL, Expires: l.Until, Unix: l.Until.Unix()}), append(notes, s.SharedKept(l))
		}
		if ledger != nil && len(notes) > 0 {
			if err := ledger.NoteShared(notes...); failed == nil && err != nil {
				failed = err
			}
		}
		return links, failed
	})
}

// keptEnd says what is to know of links that the server keeps.
func (d *Share) keptEnd(c *kit.Context, w int) []string {
	t := &c.Theme.Paint
	if d.unmade() {
		text := "Enter makes the link, which the server keeps until it is taken back."
		if d.kind == onceLink {
			text = "Enter makes the link. It is used up by the first download that comes to its end; looking at its page does not count."
		}
		return note(text, w, t.Text)
	}
	if d.links() == nil {
		return note("Making the link…", w, t.Dim)
	}
	text := "It does not expire. "
	if !d.asked.IsZero() {
		text = "Expires " + c.Told(d.asked, 0) + ". "
	}
	return note(text+c.Keys.Key(keys.Links)+" lists it, and takes it back.", w, t.Text)
}

// noteSigned notes the signed links that are used, once.
func (d *Share) noteSigned(c *kit.Context) tea.Cmd {
	if c.Ledger == nil || d.kind != signedLink || d.noted {
		return nil
	}
	d.noted = true
	ledger, notes := c.Ledger, sharedNotes(d.store, d.links(), d.of, c.Now())
	if len(notes) == 0 {
		return nil
	}
	return d.noting.Start(c, d.id, func(context.Context) (struct{}, error) { return struct{}{}, ledger.NoteShared(notes...) })
}

// sharedNotes are the notes of links, without those that are a file's plain address.
func sharedNotes(s *store.Store, links []link, version string, now time.Time) (notes []store.Shared) {
	for _, l := range links {
		if l.plain == "" {
			notes = append(notes, s.SharedLink(l.ref, version, l.signed, false, now))
		}
	}
	return notes
}
