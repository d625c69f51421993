package page

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// The entries of the copy menu have no keys of their own.
const (
	copyURL keys.Action = "url"
	copyURI keys.Action = "s3-uri"
	copyKey keys.Action = "key"
	copyRun keys.Action = "curl"
)

// reader is who may read an object, as far as that could be found out.
type reader struct {
	ref    store.Ref
	folder bool
	access store.Access
}

// startCopy opens the menu of what to copy, after asking who may read the file: a URL that nobody can open is worth a
// word.
func (f *files) startCopy(c *kit.Context) tea.Cmd {
	id, ok := f.l.One()
	if !ok {
		return nil
	}
	r := reader{ref: f.l.Ref(id), folder: f.l.Rows().Folder(id)}
	if r.access = f.pane.accessOf(r.ref); r.access != "" || r.folder {
		f.copyMenu(c, r)
		return nil
	}
	s := f.store
	return f.reader.Start(c, f.id, func(ctx context.Context) (reader, error) {
		r.access, _ = s.Access(ctx, r.ref) // not known: then nothing is said
		return r, ctx.Err()
	})
}

func (f *files) copyMenu(c *kit.Context, r reader) {
	url, uri := f.store.PublicURL(r.ref), "s3://"+r.ref.Space+"/"+r.ref.Key
	entry := func(name keys.Action, label, text string) kit.Action {
		return kit.Action{Name: name, Label: label, Run: func(c *kit.Context) tea.Cmd { return clip(c, kit.Info, "", text) }}
	}
	menu := []kit.Action{entry(copyURL, "URL", url), entry(copyURI, "URI (s3://)", uri), entry(copyKey, "Key", r.ref.Key),
		entry(copyRun, "Command for curl", curl(f.store, url, r.access))}
	switch {
	case r.folder:
		why := func() string { return "a folder has none" }
		menu[0].Why, menu[3].Why = why, why
	case r.access == store.Private:
		menu[0].Label = "URL (private: it answers 403)"
		menu[0].Run = func(c *kit.Context) tea.Cmd {
			return clip(c, kit.Warn, "It is private and answers 403; "+c.Keys.Key(keys.Share)+" makes a Quick Share. ", url)
		}
		menu = append(menu, named(f.changing(), keys.Share))
	}
	c.Open(dialog.NewMore(c, "Copy: "+store.Printable(lastName(r.ref.Key)), menu))
}

// clip hands a text to the terminal, which may or may not put it on the clipboard.
func clip(c *kit.Context, level kit.Level, warning, text string) tea.Cmd {
	c.Notify(level, warning+kit.SentToClipboard+": "+store.Printable(text))
	return c.Clip(text)
}

// curl is a command that fetches a file. It takes the secret from the environment where one is needed.
func curl(s *store.Store, url string, access store.Access) string {
	command := "curl -O "
	if access != store.PublicRead {
		command += `--aws-sigv4 "aws:amz:` + s.Region() + `:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" `
	}
	return command + "'" + strings.ReplaceAll(url, "'", `'\''`) + "'"
}
