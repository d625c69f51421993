package dialog

import (
	"context"
	"errors"
	"os"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

// Download asks where files go on this machine.
type Download struct {
	base
	counter
	clashes
	spec    job.Spec
	path    *localPath
	focus   int  // 0: the path, 1: Download, 2: Cancel
	waiting bool // yes was said; the work begins when everything is counted
	prepare kit.Slot[string]
	err     error
}

// NewDownload downloads sources, cutting prefix from their keys.
func NewDownload(c *kit.Context, sources []job.Source, prefix string) *Download {
	return &Download{
		base: newBase(c, "Download"),
		spec: job.Spec{Kind: job.Download, From: c.Store.Conn(), To: c.Store.Conn(), Base: prefix, LocalDir: c.Local,
			Sources: append([]job.Source(nil), sources...)},
		path: newLocalPath(c.Local, "a directory on this machine", true),
	}
}

// Init implements kit.Dialog: counting begins.
func (d *Download) Init(c *kit.Context) tea.Cmd {
	return tea.Batch(d.counter.start(c, d.id, d.spec), d.path.ask(c, d.id))
}

// Close implements kit.Dialog.
func (d *Download) Close() {
	d.counter.close()
	d.path.looking.Cancel()
	d.prepare.Cancel()
}

// Update implements kit.Dialog.
func (d *Download) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.counter.take(c, d.id, msg)
	if done && d.waiting {
		d.waiting = false
		return settle(c, &d.counter, &d.clashes, "Downloading")
	}
	if dir, err, ok := d.prepare.Take(msg); ok {
		return d.prepared(c, dir, err)
	}
	if d.path.take(msg) {
		return nil
	}
	if m, ok := msg.(tea.PasteMsg); ok && d.focus == 0 && !d.clashes.open {
		d.path.field.Update(c, m)
		return d.path.ask(c, d.id)
	}
	if i, _, ok := d.clicked(msg); ok {
		d.focus = i + 1
		d.clashes.click(i)
		msg = kit.Key{Action: keys.Enter}
	}
	p, ok := d.press(c, msg, d.focus == 0 && !d.clashes.open)
	switch {
	case !ok:
		return cmd
	case d.clashes.open:
		return d.clashKey(c, p)
	}
	return tea.Batch(cmd, d.key(c, p))
}

func (d *Download) clashKey(c *kit.Context, p press) tea.Cmd {
	start, cancel := d.clashes.answer(c, p)
	switch {
	case start:
		return decide(c, &d.counter, &d.clashes, "Downloading")
	case cancel:
		d.clashes.open = false
	}
	return nil
}

func (d *Download) key(c *kit.Context, p press) tea.Cmd {
	switch p.name {
	case "esc":
		c.Dismiss()
	case "tab":
		if d.focus == 0 {
			if cmd, more := d.path.complete(c, d.id); more {
				return cmd
			}
		}
		d.focus = (d.focus + 1) % 3
	case "down":
		d.focus = min(d.focus+1, 2)
	case "up":
		d.focus = max(d.focus-1, 0)
	case "shift+tab":
		d.focus = (d.focus + 2) % 3
	case "enter":
		if d.focus == 2 {
			c.Dismiss()
			return nil
		}
		return d.yes(c)
	default:
		if d.focus > 0 && (p.name == "left" || p.name == "right") {
			d.focus = 3 - d.focus
		} else if d.focus == 0 && d.path.field.Update(c, p.msg) {
			d.err, d.waiting = nil, false
			return d.path.ask(c, d.id)
		}
	}
	return nil
}

// yes makes the directory; what follows waits for that.
func (d *Download) yes(c *kit.Context) tea.Cmd {
	if d.prepare.Busy() || d.waiting {
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
	if dir == d.spec.LocalDir && d.complete() {
		return settle(c, &d.counter, &d.clashes, "Downloading")
	}
	d.waiting = true
	if dir == d.spec.LocalDir && d.counting() {
		return nil
	}
	d.spec.LocalDir = dir
	return d.counter.start(c, d.id, d.spec)
}

// View implements kit.Dialog.
func (d *Download) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal), &c.Theme.Paint
	if d.clashes.open {
		return d.drawn(block(w, s.H, d.clashes.view(c, &d.counter, w, s.H, "Download")...))
	}
	in := w - labelWidth - 2
	lines := []string{"", "  " + sources(t, d.spec.Sources) + d.numbers(t), ""}
	if d.focus == 0 {
		d.path.field.Focus()
	} else {
		d.path.field.Blur()
	}
	lines = append(lines, labelled(t, "To directory", d.path.field.View(c.Theme, in), d.focus == 0))
	lines = append(lines, under([]string{d.verdict(t, in)})...)
	offers := ""
	if d.focus == 0 && d.path.field.Value() != d.path.first {
		offers = d.path.hint(in)
	}
	lines = append(lines, under([]string{t.Dim.On(offers)})...)
	lines = append(lines, d.trouble(t, w)...)
	switch {
	case d.err != nil:
		lines = append(lines, note("The directory cannot be used: "+reason(d.err)+".", w, t.Bad)...)
	case d.waiting:
		lines = append(lines, t.Dim.On("  It begins as soon as everything is counted…"))
	default:
		lines = append(lines, "")
	}
	return d.drawn(block(w, s.H, append(lines, "", buttons(c, w, max(d.focus-1, 0), kit.Button{Label: "Download"}, kit.Button{Label: "Cancel"}))...))
}

func (d *Download) verdict(t *themes.Paints, w int) string {
	f := d.path.found
	switch {
	case d.path.looking.Busy() || d.path.asked != d.path.field.Value():
		return ""
	case d.path.asked == "":
		return t.Warn.On("Name a directory")
	case f.err != nil && os.IsNotExist(f.err):
		return t.Dim.On(end("It is not there yet and will be made", w))
	case f.err != nil:
		return t.Warn.On(end(upper(reason(f.err)), w))
	case !f.dir:
		return t.Warn.On(end("That is a file, not a directory", w))
	}
	return t.Dim.On("Nothing is ever written outside of it")
}

// Actions implements kit.Dialog.
func (d *Download) Actions() []kit.Action {
	if d.clashes.open {
		return d.clashes.actions()
	}
	return []kit.Action{hint(keys.Next, func(*kit.Context) tea.Cmd { d.focus = (d.focus + 1) % 3; return nil }), dismiss()}
}
