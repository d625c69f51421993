package dialog

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Move walks the folders of a Space for a destination.
type Move struct {
	base
	flow
	space   string // that the sources lie in
	from    string // the folder of it that they lie in
	target  string // the Space that is shown
	spec    job.Spec
	in      string // the folder that is shown: "" or ending in "/"
	here    folders
	list    kit.List
	field   *kit.Field
	typing  typing
	wrong   string // why what is typed cannot be taken
	listing kit.Slot[folders]
	err     error
}

// pathText is the folder that is shown as it is typed: from its Space on when that is another one.
func (d *Move) pathText() string {
	if d.target != d.space {
		return "/" + d.target + "/" + d.in
	}
	return d.in
}

// typing is what the text field is for.
type typing int

const (
	typingNothing typing = iota
	typingPath
	typingName
)

// NewMove moves sources out of the folder prefix of a Space.
func NewMove(c *kit.Context, space string, sources []job.Source, prefix string) *Move {
	d := &Move{
		base: newBase(c, "Move to folder – "+shown(space)), space: space, from: prefix, target: space, in: prefix,
		spec: job.Spec{Kind: job.Move, From: c.Store.Conn(), To: c.Store.Conn(), Base: prefix,
			Sources: append([]job.Source(nil), sources...)},
		field: kit.NewField("", ""),
	}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *Move) Init(c *kit.Context) tea.Cmd { return d.show(c, d.from) }

// Close implements kit.Dialog.
func (d *Move) Close() {
	d.flow.close()
	d.listing.Cancel()
}

// show lists a folder.
func (d *Move) show(c *kit.Context, prefix string) tea.Cmd {
	d.in, d.here, d.err = prefix, folders{}, nil
	d.list = kit.List{}
	return d.read(c)
}

func (d *Move) read(c *kit.Context) tea.Cmd {
	s, space, at, after := d.store, d.target, d.in, d.here.next
	return d.listing.Start(c, d.id, func(ctx context.Context) (folders, error) { return readFolders(ctx, s, space, at, after) })
}

// Update implements kit.Dialog.
func (d *Move) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.flow.take(c, d.id, msg)
	if done && d.at == waiting {
		d.settle(c, moving)
	}
	if f, err, ok := d.listing.Take(msg); ok {
		d.listed(f, err)
		return nil
	}
	return tea.Batch(cmd, d.base.Update(c, msg))
}

// moving is what is done, in a word.
const moving = "Moving"

func (d *Move) listed(f folders, err error) {
	if d.err = err; errors.Is(err, store.NoSpace) && d.target != d.space {
		d.err = fmt.Errorf("there is no Space %q here. A path that begins with a slash begins with a Space; one in %s does not", d.target, d.space)
	}
	f.keys = append(d.here.keys, f.keys...)
	f.any = f.any || d.here.any
	d.here = f
	d.list.SetLen(len(f.keys))
}

// cancel goes one step back: from a question, from the count, from a name that is typed, and then out.
func (d *Move) cancel(c *kit.Context) tea.Cmd {
	switch {
	case d.plan != nil:
		d.forget()
	case d.typing != typingNothing:
		d.typing, d.wrong, d.focus.Name = typingNothing, "", "folders"
	default:
		c.Dismiss()
	}
	return nil
}

// walk takes the keys of the list of folders that lists do not know.
func (d *Move) walk(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
	if k.Action == keys.Parent {
		return d.up(c), true
	}
	return nil, false
}

// moved reads on when the cursor is at the end of what was read.
func (d *Move) moved(c *kit.Context) tea.Cmd {
	if d.here.more && d.list.Cursor == d.list.Len()-1 && !d.listing.Busy() {
		return d.read(c)
	}
	return nil
}

// open goes into the folder under the cursor.
func (d *Move) open(c *kit.Context) tea.Cmd {
	if d.list.Cursor < len(d.here.keys) {
		return d.show(c, d.here.keys[d.list.Cursor])
	}
	return nil
}

func (d *Move) up(c *kit.Context) tea.Cmd {
	if d.in == "" {
		return nil
	}
	return d.show(c, parent(d.in))
}

// why tells why nothing can be moved to the folder that is shown, "" when it can.
func (d *Move) why() string {
	switch {
	case d.err != nil:
		return "this folder cannot be looked at"
	case d.target != d.space && d.listing.Busy():
		return "the other Space is looked at"
	case d.target == d.space && d.in == d.from:
		if len(d.spec.Sources) == 1 {
			return "it is in this folder already"
		}
		return "they are in this folder already"
	case d.in != "" && !d.here.any: // it would be made
		if wrong := kit.WrongName("", strings.TrimSuffix(d.in, "/"), "/"); wrong != "" {
			return wrong
		}
	}
	for _, s := range d.spec.Sources {
		if s.Folder && d.target == d.space && strings.HasPrefix(d.in, s.Ref.Key) {
			return "a folder cannot be moved into itself"
		}
	}
	return ""
}

// yes counts what is to be moved; what is in the way is asked about when the count is complete.
func (d *Move) yes(c *kit.Context) tea.Cmd {
	if d.why() != "" || d.plan != nil {
		return nil
	}
	d.spec.Dest, d.flow.at = store.Ref{Space: d.target, Key: d.in}, waiting
	return d.flow.start(c, d.id, d.spec)
}
