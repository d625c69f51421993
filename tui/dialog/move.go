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
	counter
	clashes
	space   string // that the sources lie in
	from    string // the folder of it that they lie in
	target  string // the Space that is shown
	spec    job.Spec
	at      string // the folder that is shown: "" or ending in "/"
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
		return "/" + d.target + "/" + d.at
	}
	return d.at
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
	return &Move{
		base: newBase(c, "Move to folder – "+shown(space)), space: space, from: prefix, target: space, at: prefix,
		spec: job.Spec{Kind: job.Move, From: c.Store.Conn(), To: c.Store.Conn(), Base: prefix,
			Sources: append([]job.Source(nil), sources...)},
		field: kit.NewField("", ""),
	}
}

// Init implements kit.Dialog.
func (d *Move) Init(c *kit.Context) tea.Cmd { return d.show(c, d.from) }

// Close implements kit.Dialog.
func (d *Move) Close() {
	d.counter.close()
	d.listing.Cancel()
}

// show lists a folder.
func (d *Move) show(c *kit.Context, prefix string) tea.Cmd {
	d.at, d.here, d.err = prefix, folders{}, nil
	d.list = kit.List{}
	return d.read(c)
}

func (d *Move) read(c *kit.Context) tea.Cmd {
	s, space, at, after := c.Store, d.target, d.at, d.here.next
	return d.listing.Start(c, d.id, func(ctx context.Context) (folders, error) { return readFolders(ctx, s, space, at, after) })
}

// Update implements kit.Dialog.
func (d *Move) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.counter.take(c, d.id, msg)
	if done {
		return settle(c, &d.counter, &d.clashes, "Moving")
	}
	if f, err, ok := d.listing.Take(msg); ok {
		d.listed(f, err)
		return nil
	}
	switch m := msg.(type) {
	case tea.PasteMsg:
		if d.typing != typingNothing {
			d.field.Update(c, m)
		}
		return nil
	case kit.Mouse:
		if i, n, ok := d.clicked(m); ok {
			return d.buttonClicked(c, i, n)
		}
		if d.typing == typingNothing && d.plan == nil && d.list.Update(c, m) && d.list.Double() {
			return d.open(c)
		}
		return nil
	}
	p, ok := d.press(c, msg, d.typing != typingNothing, keys.Confirm, keys.New, keys.GoTo, keys.Move)
	switch {
	case !ok:
		return cmd
	case d.clashes.open:
		return d.clashKey(c, p)
	case d.typing != typingNothing:
		return d.typeKey(c, p)
	}
	return tea.Batch(cmd, d.key(c, p))
}

// buttonClicked does what a click on the last line means: while folders are shown, its last piece moves.
func (d *Move) buttonClicked(c *kit.Context, i, n int) tea.Cmd {
	switch {
	case d.clashes.open:
		d.clashes.click(i)
		return d.clashKey(c, press{name: "enter"})
	case d.typing == typingNothing && i == n-1:
		return d.yes(c)
	}
	return nil
}

func (d *Move) listed(f folders, err error) {
	if d.err = err; errors.Is(err, store.NoSpace) && d.target != d.space {
		d.err = fmt.Errorf("there is no Space %q here. A path that begins with a slash begins with a Space; one in %s does not", d.target, d.space)
	}
	f.keys = append(d.here.keys, f.keys...)
	f.any = f.any || d.here.any
	d.here = f
	d.list.SetLen(len(f.keys))
}

func (d *Move) clashKey(c *kit.Context, p press) tea.Cmd {
	start, cancel := d.clashes.answer(c, p)
	switch {
	case start:
		return decide(c, &d.counter, &d.clashes, "Moving")
	case cancel:
		d.clashes.open, d.plan = false, nil
	}
	return nil
}

func (d *Move) key(c *kit.Context, p press) tea.Cmd {
	if d.plan != nil { // counting: only the way back is open
		if p.name == "esc" {
			d.counter.close()
			d.plan = nil
		}
		return nil
	}
	switch {
	case p.name == "esc":
		c.Dismiss()
	case p.act == keys.Confirm, p.act == keys.Move:
		return d.yes(c)
	case p.act == keys.New:
		d.typing, d.field = typingName, kit.NewField("", "name of the new folder")
	case p.act == keys.GoTo, p.name == "tab":
		d.typing, d.field = typingPath, kit.NewField(d.pathText(), "folder/folder/, or /space/folder/")
	case p.name == "enter", p.name == "right":
		return d.open(c)
	case p.name == "left", p.name == "backspace":
		return d.up(c)
	default:
		roll(c, &d.list, p)
		if d.here.more && d.list.Cursor == d.list.Len()-1 && !d.listing.Busy() {
			return d.read(c)
		}
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
	if d.at == "" {
		return nil
	}
	return d.show(c, parent(d.at))
}

// why tells why nothing can be moved to the folder that is shown, "" when it can.
func (d *Move) why() string {
	switch {
	case d.err != nil:
		return "this folder cannot be looked at"
	case d.target != d.space && d.listing.Busy():
		return "the other Space is looked at"
	case d.target == d.space && d.at == d.from:
		return "they are in this folder already"
	case d.at != "" && !d.here.any: // it would be made
		if wrong := kit.WrongName("", strings.TrimSuffix(d.at, "/"), "/"); wrong != "" {
			return wrong
		}
	}
	for _, s := range d.spec.Sources {
		if s.Folder && d.target == d.space && strings.HasPrefix(d.at, s.Ref.Key) {
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
	d.spec.Dest = store.Ref{Space: d.target, Key: d.at}
	return d.counter.start(c, d.id, d.spec)
}

// Actions implements kit.Dialog.
func (d *Move) Actions() []kit.Action {
	if d.clashes.open {
		return d.clashes.actions()
	}
	yes := hint(keys.Confirm, d.yes)
	yes.Why = d.why
	return []kit.Action{
		yes,
		hint(keys.New, func(*kit.Context) tea.Cmd { d.typing, d.field = typingName, kit.NewField("", ""); return nil }),
		dismiss(),
	}
}
