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
	copyPut keys.Action = "receive"
	copyCDN keys.Action = "cdn-url"
)

// reader is who may read an object, as far as that could be found out.
type reader struct {
	ref    store.Ref
	folder bool
	access store.Access
	cdn    store.CDN
	all    bool // it is about everything that is selected
}

// startCopy opens the menu of what to copy, after asking who may read the file: a URL that nobody can open is worth a
// word.
func (f *files) startCopy(c *kit.Context) tea.Cmd {
	r := reader{all: f.l.Selection().Count > 1}
	known := r.all
	if id, ok := f.l.One(); !r.all {
		if !ok {
			return nil
		}
		r.ref, r.folder = f.l.Ref(id), f.l.Rows().Folder(id)
		r.access = f.pane.accessNow(r.ref)
		known = r.access != "" || r.folder
	}
	s, space := f.store, f.place.Space
	if known && s.NoCDN() != "" {
		f.offerCopy(c, r)
		return nil
	}
	return f.reader.Start(c, f.id, func(ctx context.Context) (reader, error) {
		if !known {
			r.access, _ = s.Access(ctx, r.ref) // not known: then nothing is said
		}
		r.cdn = s.EdgeOf(ctx, space)
		return r, ctx.Err()
	})
}

func (f *files) offerCopy(c *kit.Context, r reader) {
	if r.all {
		f.copySeveral(c, r.cdn)
		return
	}
	f.copyMenu(c, r)
}

// mostCopied is how many things are copied at once: terminals take no text of any length.
const mostCopied = 1000

func (f *files) notToCopy() string {
	if f.l.Selection().Count > mostCopied {
		return "Only " + kit.Count(mostCopied) + " at a time: more are selected."
	}
	return f.nothing()
}

// entry is a line of the copy menu that sends a text to the terminal.
func entry(name keys.Action, label, text string) kit.Action {
	return kit.Action{Name: name, Label: label, Run: func(c *kit.Context) tea.Cmd { return clip(c, kit.Info, "", text) }}
}

// oneLine is a name among others that have a line each. One that would take several is written as it is shown.
func oneLine(name string) string {
	if strings.ContainsAny(name, "\n\r") {
		return store.Printable(name)
	}
	return name
}

func uri(r store.Ref) string { return "s3://" + r.Space + "/" + r.Key }

// off are entries that are listed with the reason why they cannot be.
func off(why string, entries ...*kit.Action) {
	for _, e := range entries {
		e.Why = func() string { return why }
	}
}

func (f *files) copyMenu(c *kit.Context, r reader) {
	url := f.store.PublicURL(r.ref)
	menu := []kit.Action{entry(copyURL, "URL", url), entry(copyURI, "URI (s3://)", uri(r.ref)), entry(copyKey, "Key", r.ref.Key),
		entry(copyRun, "Command for curl", curl(f.store, url, r.access))}
	switch {
	case r.folder:
		off("a folder has none", &menu[0], &menu[3])
		menu = append(menu, kit.Action{Name: copyPut, Label: "Link to receive files…", Run: func(c *kit.Context) tea.Cmd {
			c.Open(dialog.NewReceive(c, r.ref))
			return nil
		}})
		if why := f.store.ReadOnly(); why != "" {
			off(why, &menu[len(menu)-1])
		}
	case r.access == store.Private:
		menu[0].Label = "URL (private: it answers 403)"
		menu[0].Run = func(c *kit.Context) tea.Cmd {
			return clip(c, kit.Warn, "It is private and answers 403; "+c.Keys.Key(keys.Share)+" makes a Quick Share. ", url)
		}
		menu = append(menu, named(f.changing(), keys.Share))
	case r.cdn.On():
		menu[0].Label = "URL of the Space itself"
		menu = append([]kit.Action{entry(copyCDN, "URL (CDN)", r.cdn.URL(r.ref.Key))}, menu...)
	}
	c.Open(dialog.NewMore(c, "Copy: "+store.Printable(lastName(r.ref.Key)), menu))
}

// copySeveral is the menu for what is selected, a line each. Who may read the files is not asked: of many that would
// take long.
func (f *files) copySeveral(c *kit.Context, cdn store.CDN) {
	var cached, urls, uris, all, commands []string
	for _, s := range f.sources() {
		url := f.store.PublicURL(s.Ref)
		cached = append(cached, cdn.URL(s.Ref.Key))
		urls, uris, all = append(urls, url), append(uris, oneLine(uri(s.Ref))), append(all, oneLine(s.Ref.Key))
		commands = append(commands, curl(f.store, url, ""))
	}
	lines := func(name keys.Action, label string, texts []string) kit.Action {
		return kit.Action{Name: name, Label: label, Run: func(c *kit.Context) tea.Cmd {
			c.Notify(kit.Info, c.Sent()+": "+kit.Plural(len(texts), "line"))
			return c.Clip(strings.Join(texts, "\n"))
		}}
	}
	menu := []kit.Action{lines(copyURL, "URLs (those of private files answer 403)", urls), lines(copyURI, "URIs (s3://)", uris),
		lines(copyKey, "Keys", all), lines(copyRun, "Commands for curl", commands), named(f.changing(), keys.Share)}
	if f.folderAmong() {
		off("a folder has none", &menu[0], &menu[3])
	} else if cdn.On() {
		menu = append([]kit.Action{lines(copyCDN, "URLs (CDN)", cached)}, menu...)
	}
	c.Open(dialog.NewMore(c, "Copy: "+totals(c, f.l.Selection()), menu))
}

// clip hands a text to the terminal, which may or may not put it on the clipboard.
func clip(c *kit.Context, level kit.Level, warning, text string) tea.Cmd {
	c.Notify(level, warning+c.Sent()+": "+store.Printable(text))
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
