package page

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// made is what goes to the clipboard, that in short, and when it expires: the zero time, never.
type made struct {
	text, what string
	end        time.Time
}

func (f *files) notToShare() string {
	switch {
	case f.nothing() != "":
		return f.nothing()
	case f.folderAmong() && !f.store.GivesArchives():
		return "A folder has no link of its own: " + store.NoArchives + "."
	case f.folderAmong() && f.l.Selection().Count > 1:
		return "One folder at a time: its link gives it as one file."
	case f.l.Selection().Count > dialog.MostShared:
		return "Only " + kit.Count(dialog.MostShared) + " files at a time: more are selected."
	}
	return ""
}

func (f *files) notAgain() string {
	if why := f.notToShare(); why != "" {
		return why
	}
	if f.folderAmong() {
		return "A folder has no link of its own: " + f.c.Keys.Key(keys.Share) + " makes one that gives it as one file."
	}
	return dialog.NotAgain(f.c)
}

// shared are the files to share, and their bytes.
func (f *files) shared() (refs []store.Ref, bytes int64) {
	for _, s := range f.sources() {
		refs = append(refs, s.Ref)
		bytes += s.Entry.Size
	}
	return refs, bytes
}

// shareAgain makes links as the last time and sends them to the clipboard.
func (f *files) shareAgain(c *kit.Context) tea.Cmd {
	refs, _ := f.shared()
	s, how, ledger, now := f.store, *c.Shared, c.Ledger, c.Now()
	return f.again.Start(c, f.id, func(ctx context.Context) (made, error) {
		text, what, end, err := dialog.Again(ctx, s, refs, how, ledger, now)
		return made{text, what, end}, err
	})
}

func (f *files) sharedAgain(c *kit.Context, msg tea.Msg) (cmd tea.Cmd, ok bool) {
	m, err, ok := f.again.Take(msg)
	switch {
	case !ok:
		return nil, false
	case err != nil:
		c.Notify(kit.Bad, reason(err))
		return nil, true
	}
	end := "public, never expires"
	if !m.end.IsZero() {
		end = "expires " + c.Told(m.end, 0)
	}
	c.Notify(kit.Info, c.Sent()+"; "+end+": "+m.what)
	return c.Clip(m.text), true
}
