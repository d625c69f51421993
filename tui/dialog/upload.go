package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Upload is the staging dialog of uploads. It stays open while files and trees are added, until they are uploaded as
// one batch.
type Upload struct {
	base
	flow
	dest   store.Ref
	files  walker
	stage  stage
	path   *localPath
	public bool
	drops  []string // pastes that wait to be read
	drop   kit.Slot[dropped]
}

// NewUpload stages files for the folder dest.
func NewUpload(c *kit.Context, dest store.Ref) *Upload {
	to := dest.Space + "/" + dest.Key
	d := &Upload{base: newBase(c, "Upload to "+middle(shown(to), normal-16)), dest: dest, files: newWalker(c.Local),
		path: newLocalPath("", "a path on this machine", false), public: c.Store.UploadAccess() == store.PublicRead}
	d.form = d.asking
	return d
}

// NewDrop stages files for the folder dest, beginning with what was dropped onto the terminal.
func NewDrop(c *kit.Context, dest store.Ref, pasted string) *Upload {
	d := NewUpload(c, dest)
	d.drops = append(d.drops, pasted)
	return d
}

// Init implements kit.Dialog.
func (d *Upload) Init(c *kit.Context) tea.Cmd {
	return tea.Batch(d.files.show(c, d.id, d.files.dir, ""), d.readDrop(c))
}

// Close implements kit.Dialog.
func (d *Upload) Close() {
	d.flow.close()
	d.stage.close()
	d.files.reading.Cancel()
	d.path.looking.Cancel()
	d.drop.Cancel()
}

// uploading is what is done, in a word.
const uploading = "Uploading"

// Update implements kit.Dialog.
func (d *Upload) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if a, is := msg.(kit.Answer); is {
		return d.answer(c, a)
	}
	return d.base.Update(c, msg)
}

// answer takes what came back of anything that was started.
func (d *Upload) answer(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.flow.take(c, d.id, msg)
	if done && (d.at == waiting || d.at == leaving && !d.complete()) {
		d.settle(c, uploading)
	}
	if d.files.take(msg) || d.path.take(msg) {
		return nil
	}
	if found, _, ok := d.drop.Take(msg); ok {
		return d.add(c, found)
	}
	return tea.Batch(cmd, d.stage.take(c, d.id, msg))
}

// add stages what a paste named, and reads the next one. What names nothing goes into the path, when that is typed.
func (d *Upload) add(c *kit.Context, found dropped) tea.Cmd {
	text := d.drops[0]
	d.drops = d.drops[1:]
	var cmds []tea.Cmd
	for _, p := range found.paths {
		cmds = append(cmds, d.stage.add(c, d.id, p))
	}
	if len(found.paths) == 0 && d.focus.Name == "Path" {
		if d.path.paste(c, tea.PasteMsg{Content: text}) {
			cmds = append(cmds, d.path.typed(c, d.id))
		}
		found.bad = nil
	}
	for _, b := range found.bad {
		d.stage.tell(b)
	}
	return tea.Batch(append(cmds, d.readDrop(c))...)
}

// paste takes paths, which is how a terminal delivers dropped files: they are staged wherever the focus is.
func (d *Upload) paste(c *kit.Context, m tea.PasteMsg) tea.Cmd {
	if d.plan != nil {
		return nil
	}
	if d.drops = append(d.drops, m.Content); len(d.drops) > 1 {
		return nil
	}
	return d.readDrop(c)
}

func (d *Upload) readDrop(c *kit.Context) tea.Cmd {
	if len(d.drops) == 0 {
		return nil
	}
	text, dir := d.drops[0], d.files.dir
	return d.drop.Start(c, d.id, func(ctx context.Context) (dropped, error) { return drop(ctx, text, dir) })
}

// upload plans the batch and looks at the destination; the plan is started when that is done and answered.
func (d *Upload) upload(c *kit.Context) tea.Cmd {
	if len(d.stage.items) == 0 {
		d.stage.tell("Nothing is staged: add files first")
		return nil
	}
	spec := job.Spec{Kind: job.Upload, From: d.store.Conn(), To: d.store.Conn(), Dest: d.dest, Access: store.Private}
	if d.public {
		spec.Access = store.PublicRead
	}
	for _, x := range d.stage.items {
		spec.Sources = append(spec.Sources, job.Source{Local: x.path})
	}
	d.at = waiting
	return d.flow.start(c, d.id, spec)
}

// back goes one step back: from the destination to the files, from a filter or a path to the list, and then out.
func (d *Upload) back(c *kit.Context) tea.Cmd {
	switch {
	case d.plan != nil:
		d.forget()
	case d.files.typing || d.focus.Name != "Path" && d.files.filter.Value() != "":
		d.files.typing, d.focus.Name = false, "files"
		d.files.filter.SetValue("")
		d.files.find()
	case d.focus.Name == "Path":
		d.focus.Name = "files"
	default:
		c.Dismiss()
	}
	return nil
}
