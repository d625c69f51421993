package dialog

import (
	"context"
	"errors"
	"os"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

// Download asks where files go on this machine.
type Download struct {
	base
	flow
	spec    job.Spec
	path    *localPath
	prepare kit.Slot[string]
	err     error
}

// NewDownload downloads sources, cutting prefix from their keys.
func NewDownload(c *kit.Context, sources []job.Source, prefix string) *Download {
	d := &Download{
		base: newBase(c, "Download"),
		spec: job.Spec{Kind: job.Download, From: c.Store.Conn(), To: c.Store.Conn(), Base: prefix, LocalDir: c.Local,
			Sources: append([]job.Source(nil), sources...)},
		path: newLocalPath(c.Local, "a directory on this machine", true),
	}
	d.form = d.asking
	return d
}

// NewDownloadZip downloads folders as one archive each.
func NewDownloadZip(c *kit.Context, folders []job.Source) *Download {
	d := NewDownload(c, folders, "")
	d.title, d.flow.thing = "Download as .zip", "archive"
	d.spec.Kind = job.Zip
	return d
}

// Init implements kit.Dialog: counting begins.
func (d *Download) Init(c *kit.Context) tea.Cmd {
	return tea.Batch(d.flow.start(c, d.id, d.spec), d.path.ask(c, d.id))
}

// Close implements kit.Dialog.
func (d *Download) Close() {
	d.flow.close()
	d.path.looking.Cancel()
	d.prepare.Cancel()
}

// Update implements kit.Dialog.
func (d *Download) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.flow.take(c, d.id, msg)
	if done && d.at == waiting {
		d.settle(c, downloading)
	}
	if dir, err, ok := d.prepare.Take(msg); ok {
		return d.prepared(c, dir, err)
	}
	if d.path.take(msg) {
		return nil
	}
	return tea.Batch(cmd, d.base.Update(c, msg))
}

// downloading is what is done, in a word.
const downloading = "Downloading"

// edited looks at another directory. What was said before does not hold for it.
func (d *Download) edited(c *kit.Context) tea.Cmd {
	d.err, d.at = nil, editing
	return d.path.typed(c, d.id)
}

// paste takes a path: a whole one in place of what stands there.
func (d *Download) paste(c *kit.Context, m tea.PasteMsg) tea.Cmd {
	if d.path.paste(c, m) {
		return d.edited(c)
	}
	return nil
}

// back leads from a question to the directory.
func (d *Download) back(*kit.Context) tea.Cmd {
	d.at = editing
	return nil
}

// yes makes the directory; what follows waits for that.
func (d *Download) yes(c *kit.Context) tea.Cmd {
	if d.prepare.Busy() || d.at == waiting {
		return nil
	}
	d.err = nil
	text, local := d.path.field.Value(), c.Local
	return d.prepare.Start(c, d.id, func(context.Context) (string, error) {
		if text == "" {
			return "", errors.New("name a directory")
		}
		dir := absolute(text, local)
		return dir, os.MkdirAll(dir, 0o777)
	})
}

// prepared goes on when the directory is there: with the plan as it is, or with a new one for another directory.
func (d *Download) prepared(c *kit.Context, dir string, err error) tea.Cmd {
	if err != nil {
		d.err = err
		return nil
	}
	if dir != d.spec.LocalDir || d.plan == nil {
		d.spec.LocalDir, d.at = dir, waiting
		return d.flow.start(c, d.id, d.spec)
	}
	d.settle(c, downloading)
	return nil
}

// asking is the form.
func (d *Download) asking(s kit.Size) *kit.Form {
	if f := d.question(&d.base, s, downloading, "Download", d.back); f != nil {
		return f
	}
	w, t := room(s, normal), &d.c.Theme.Paint
	in := kit.Inner(w)
	offers := ""
	if (d.focus.Name == "" || d.focus.Name == "Directory") && d.path.field.Value() != d.path.first {
		offers = d.path.hint(in)
	}
	items := []kit.Item{kit.Gap, text(d.figures(d.c, sources(d.spec.Sources), w)...), kit.Gap,
		&kit.Entry{Label: "Directory", Field: d.path.field, Paths: true, Changed: d.edited,
			Complete: func(c *kit.Context) (tea.Cmd, bool) { return d.path.complete(c, d.id) }},
		text(kit.Under(w, d.verdict(t, in))...), spare(3, kit.Under(w, t.Dim.On(offers))...)}
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, &kit.Pager{Lines: trouble, Scroll: &d.scroll})
	}
	switch {
	case d.err != nil:
		items = append(items, text(note("The directory cannot be used: "+reason(d.err)+".", w, t.Bad)...))
	case d.at == waiting:
		items = append(items, text(note("It starts as soon as everything is counted…", w, t.Dim)...))
	}
	items = append(items, kit.Gap, kit.Buttons{{Label: "Download", Run: d.yes}, dismiss("Cancel")})
	return &kit.Form{Width: w, Focus: &d.focus, Items: items, Paste: d.paste}
}

func (d *Download) verdict(t *themes.Paints, w int) string {
	f := d.path.found
	switch {
	case d.path.looking.Busy() || d.path.asked != d.path.field.Value():
		return ""
	case d.path.asked == "":
		return t.Warn.On(end("Name a directory", w))
	case f.err != nil && os.IsNotExist(f.err):
		return t.Dim.On(end("It does not exist yet and will be created", w))
	case f.err != nil:
		return t.Warn.On(end(store.Capital(reason(f.err)), w))
	case !f.dir:
		return t.Warn.On(end("That is a file, not a directory", w))
	}
	return t.Dim.On(end("Nothing is ever written outside of it", w))
}
