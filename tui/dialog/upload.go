package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// area is a part of the staging dialog that can have the focus.
type area int

const (
	areaFiles area = iota
	areaStaged
	areaPath
	areaAccess
	areaUpload
	areaCancel
	areas
)

// Upload is the staging dialog of uploads. It stays open while files and trees are added, until they are uploaded as
// one batch.
type Upload struct {
	base
	counter
	clashes
	dest   store.Ref
	files  walker
	stage  stage
	path   *localPath
	public bool
	focus  area
	drops  []string // pastes that wait to be read
	drop   kit.Slot[dropped]
}

// NewUpload stages files for the folder dest.
func NewUpload(c *kit.Context, dest store.Ref) *Upload {
	to := dest.Space + "/" + dest.Key
	d := &Upload{base: newBase(c, "Upload to "+middle(shown(to), normal-16)), dest: dest, files: newWalker(c.Local),
		path: newLocalPath("", "a path on this machine", false)}
	d.path.field.Blur()
	return d
}

// Init implements kit.Dialog.
func (d *Upload) Init(c *kit.Context) tea.Cmd { return d.files.show(c, d.id, d.files.dir, "") }

// Close implements kit.Dialog.
func (d *Upload) Close() {
	d.counter.close()
	d.stage.close()
	d.files.reading.Cancel()
	d.path.looking.Cancel()
	d.drop.Cancel()
}

// Update implements kit.Dialog.
func (d *Upload) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		return d.answer(c, m)
	case tea.PasteMsg:
		return d.paste(c, m)
	case kit.Mouse:
		return d.mouse(c, m)
	}
	p, ok := d.press(c, msg, d.typingText(), keys.Select, keys.Filter, keys.Remove, keys.GoTo, keys.Upload, keys.Confirm)
	switch {
	case !ok:
		return nil
	case d.clashes.open:
		return d.clashKey(c, p)
	case d.plan != nil:
		return d.checkKey(p)
	}
	return d.key(c, p)
}

func (d *Upload) typingText() bool {
	return d.plan == nil && (d.focus == areaPath || d.focus == areaFiles && d.files.typing)
}

// answer takes what came back of anything that was started.
func (d *Upload) answer(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.counter.take(c, d.id, msg)
	if done {
		return settle(c, &d.counter, &d.clashes, "Uploading")
	}
	if d.files.take(msg) || d.path.take(msg) {
		return nil
	}
	if found, _, ok := d.drop.Take(msg); ok {
		return d.add(c, found)
	}
	return tea.Batch(cmd, d.stage.take(c, d.id, msg))
}

// add stages what a paste named, and reads the next one.
func (d *Upload) add(c *kit.Context, found dropped) tea.Cmd {
	var cmds []tea.Cmd
	for _, p := range found.paths {
		cmds = append(cmds, d.stage.add(c, d.id, p))
	}
	for _, b := range found.bad {
		d.stage.tell(b)
	}
	return tea.Batch(append(cmds, d.readDrop(c))...)
}

// paste takes paths, which is how a terminal delivers dropped files.
func (d *Upload) paste(c *kit.Context, m tea.PasteMsg) tea.Cmd {
	switch {
	case d.plan != nil:
		return nil
	case d.focus == areaPath:
		d.path.field.Update(c, m)
		return d.path.ask(c, d.id)
	case d.files.typing:
		d.files.filter.Update(c, m)
		d.files.find()
		return nil
	}
	d.drops = append(d.drops, m.Content)
	if d.drop.Busy() {
		return nil
	}
	return d.readDrop(c)
}

func (d *Upload) readDrop(c *kit.Context) tea.Cmd {
	if len(d.drops) == 0 {
		return nil
	}
	text, dir := d.drops[0], d.files.dir
	d.drops = d.drops[1:]
	return d.drop.Start(c, d.id, func(ctx context.Context) (dropped, error) { return drop(ctx, text, dir) })
}

func (d *Upload) mouse(c *kit.Context, m kit.Mouse) tea.Cmd {
	i, _, button := d.clicked(m)
	left, _ := halves(kit.Width(strings.SplitN(d.last, "\n", 2)[0]))
	switch {
	case button && d.clashes.open:
		d.clashes.click(i)
		return d.clashKey(c, press{name: "enter"})
	case d.plan != nil:
	case button:
		d.focus = areaUpload + area(i)
		return d.buttonKey(c, press{name: "enter"})
	case m.X > left:
		if d.stage.list.Update(c, m) {
			d.focus = areaStaged
		}
	case d.files.list.Update(c, m):
		d.focus = areaFiles
		if d.files.list.Double() {
			return d.open(c)
		}
	}
	return nil
}

// upload plans the batch and looks at the destination; the plan is started when that is done and answered.
func (d *Upload) upload(c *kit.Context) tea.Cmd {
	if len(d.stage.items) == 0 {
		d.stage.tell("Nothing is staged: add files first")
		return nil
	}
	spec := job.Spec{Kind: job.Upload, From: c.Store.Conn(), To: c.Store.Conn(), Dest: d.dest, Access: store.Private}
	if d.public {
		spec.Access = store.PublicRead
	}
	for _, x := range d.stage.items {
		spec.Sources = append(spec.Sources, job.Source{Local: x.path})
	}
	return d.counter.start(c, d.id, spec)
}

// checkKey takes keys while the destination is looked at: the way back is open.
func (d *Upload) checkKey(p press) tea.Cmd {
	if p.name == "esc" {
		d.counter.close()
		d.plan = nil
	}
	return nil
}

func (d *Upload) clashKey(c *kit.Context, p press) tea.Cmd {
	start, cancel := d.clashes.answer(c, p)
	switch {
	case start:
		return decide(c, &d.counter, &d.clashes, "Uploading")
	case cancel:
		d.clashes.open, d.plan = false, nil
	}
	return nil
}

// Actions implements kit.Dialog.
func (d *Upload) Actions() []kit.Action {
	if d.clashes.open {
		return d.clashes.actions()
	}
	begin := hint(keys.Upload, d.upload)
	begin.Why = func() string {
		if len(d.stage.items) == 0 {
			return "nothing is staged"
		}
		return ""
	}
	if d.typingText() {
		return []kit.Action{dismiss()}
	}
	if d.focus == areaStaged {
		return []kit.Action{begin, hint(keys.Remove, func(*kit.Context) tea.Cmd { d.stage.remove(d.stage.list.Cursor); return nil }), dismiss()}
	}
	return []kit.Action{begin, hint(keys.Select, d.toggle),
		hint(keys.Filter, func(*kit.Context) tea.Cmd { d.focus, d.files.typing = areaFiles, true; return nil }),
		hint(keys.GoTo, func(c *kit.Context) tea.Cmd { return d.toward(c, areaPath) }), dismiss()}
}
