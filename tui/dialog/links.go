package dialog

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// linkDialog is what the dialogs about a link of the ledger have in common.
type linkDialog struct {
	base
	link   store.LinkNow
	err    error
	answer kit.Slot[string]
	done   func(c *kit.Context, text string)
}

// Close implements kit.Dialog.
func (d *linkDialog) Close() { d.answer.Cancel() }

// Update implements kit.Dialog.
func (d *linkDialog) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if text, err, ok := d.answer.Take(msg); ok {
		if d.err = err; err != nil {
			return nil
		}
		c.Dismiss()
		d.done(c, text)
		return nil
	}
	return d.base.Update(c, msg)
}

// start does something with the store of the link's own connection, and notes what became of it.
func (d *linkDialog) start(c *kit.Context, do func(context.Context, *store.Store) (string, error), note func(*store.Shared)) tea.Cmd {
	if d.answer.Busy() {
		return nil
	}
	d.err = nil
	l, here, conns, ledger := d.link, d.store, c.Conns, c.Ledger
	return d.answer.Start(c, d.id, func(ctx context.Context) (string, error) {
		s := here
		if l.Conn != here.Conn() {
			var err error
			if s, err = conns.Get(l.Conn); err != nil {
				return "", err
			}
		}
		text, err := do(ctx, s)
		if err != nil || ledger == nil || note == nil {
			return text, err
		}
		return text, ledger.ChangeShared(l.Conn, l.ID, note)
	})
}

// shownLink are the lines that name the link.
func (d *linkDialog) shownLink(w int) kit.Item {
	t := &d.c.Theme.Paint
	return text("  " + t.Strong.On(middle(shown(d.link.Space+"/"+d.link.Key), w-2)))
}

// outcome are the lines of what goes on, or went wrong.
func (d *linkDialog) outcome(w int) []kit.Item {
	t := &d.c.Theme.Paint
	switch {
	case d.err != nil:
		return []kit.Item{kit.Gap, &kit.Pager{Lines: note(explain(d.err), w, t.Bad), Scroll: &d.scroll}}
	case d.answer.Busy():
		return []kit.Item{text(note("Asking the endpoint…", w, t.Dim)...)}
	}
	return nil
}

// NewEndLink asks before a link is taken back that a server keeps. Its default answer is no.
func NewEndLink(c *kit.Context, l store.LinkNow) kit.Dialog {
	d := &linkDialog{base: newBase(c, "Take back"), link: l}
	d.done = func(c *kit.Context, _ string) { c.Notify(kit.Good, "Took back the link to "+shown(store.Base(l.Key))) }
	yes := d.keyed("Take back", keys.Confirm, func(c *kit.Context) tea.Cmd {
		now := c.Now().UTC()
		return d.start(c, func(ctx context.Context, s *store.Store) (string, error) {
			if err := s.EndLink(ctx, l.ID); err != nil && store.KindOf(err) != store.NotFound {
				return "", err
			}
			return "", nil
		}, func(n *store.Shared) { n.Ended, n.URL = now, "" })
	})
	yes.Danger = true
	d.form = func(s kit.Size) *kit.Form {
		w, t := room(s, normal-8), &d.c.Theme.Paint
		about := "Nobody gets in by it from then on, and downloads under way are cut off. That cannot be undone."
		if l.Receive {
			about = "Nobody sends files by it from then on; what came stays. That cannot be undone."
		}
		items := append([]kit.Item{kit.Gap, d.shownLink(w), kit.Gap, spare(1, note(about, w, t.Warn)...)}, d.outcome(w)...)
		return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{dismiss("Cancel"), yes})}
	}
	return d
}

// NewExtendLink gives a link another end that a server keeps.
func NewExtendLink(c *kit.Context, l store.LinkNow) kit.Dialog {
	d := &linkDialog{base: newBase(c, "Another end"), link: l}
	typed := kit.NewField("30d", "90m, 30d, 2026-11-30 18:00, never")
	d.done = func(c *kit.Context, text string) { c.Notify(kit.Good, text) }
	d.form = func(s kit.Size) *kit.Form {
		w, t := room(s, normal-8), &d.c.Theme.Paint
		until, err := untilOf(typed.Value(), d.c.Now())
		save := &kit.Button{Label: "Set", Run: func(c *kit.Context) tea.Cmd {
			told := endText(c, until)
			return d.start(c, func(ctx context.Context, s *store.Store) (string, error) {
				_, err := s.ExtendLink(ctx, l.ID, until)
				return "The link " + told, err
			}, func(n *store.Shared) { n.Until = until.UTC() })
		}}
		about := note("Then it "+endText(d.c, until)+".", w, t.Text)
		if err != nil {
			about, save.Why = note(store.Capital(err.Error())+".", w, t.Warn), store.Capital(err.Error())+"."
		}
		items := append([]kit.Item{kit.Gap, d.shownLink(w), kit.Gap, &kit.Entry{Label: "Until", Field: typed}, kit.Gap, text(about...)}, d.outcome(w)...)
		return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{save, dismiss("Cancel")})}
	}
	return d
}

func endText(c *kit.Context, until time.Time) string {
	if until.IsZero() {
		return "does not expire"
	}
	return "works until " + c.Told(until, 0)
}

// SignAgain signs a link once more, for the same end: its signature is kept nowhere.
func SignAgain(ctx context.Context, s *store.Store, l store.LinkNow, now time.Time) (store.Link, error) {
	ref := store.Ref{Space: l.Space, Key: l.Key}
	life := l.Until.Sub(now)
	switch {
	case l.Upload:
		return s.ShareUpload(ctx, ref, life)
	case l.Archive != "":
		return s.ShareFolder(ctx, ref, life)
	}
	return s.ShareVersion(ctx, ref, l.Version, life)
}
