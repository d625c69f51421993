package dialog

import (
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
	space  string // that the sources lie in
	from   string // the folder of it that they lie in
	target string // the Space that is shown
	spec   job.Spec
	in     string // the folder that is shown: "" or ending in "/"
	here   folders
	field  *kit.Field
	typing typing
	wrong  string // why what is typed cannot be taken
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
	d.here.store = d.store
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *Move) Init(c *kit.Context) tea.Cmd { return d.show(c, d.from, true, "") }

// Close implements kit.Dialog.
func (d *Move) Close() {
	d.flow.close()
	d.here.close()
}

// show lists a folder. there says whether it is known to be there, back which folder in it the cursor goes to.
func (d *Move) show(c *kit.Context, prefix string, there bool, back string) tea.Cmd {
	d.in = prefix
	return d.here.show(c, d.id, store.Place{Conn: d.store.Conn(), Space: d.target, Prefix: prefix}, there, back)
}

// Update implements kit.Dialog.
func (d *Move) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.flow.take(c, d.id, msg)
	if done && d.at == waiting {
		d.settle(c, moving)
	}
	if next, ok := d.here.take(c, d.id, msg); ok {
		return next
	}
	return tea.Batch(cmd, d.base.Update(c, msg))
}

// moving is what is done, in a word.
const moving = "Moving"

// failed is why the folder that is shown cannot be listed.
func (d *Move) failed() error {
	err := d.here.l.Err()
	if errors.Is(err, store.NoSpace) && d.target != d.space {
		return fmt.Errorf("there is no Space %q here. A path that begins with a slash begins with a Space; one in %s does not", d.target, d.space)
	}
	return err
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

// moved is called when the cursor was moved.
func (d *Move) moved(c *kit.Context) tea.Cmd { return d.here.moved(c, d.id) }

// open goes into the folder under the cursor, or reads on where there may be more.
func (d *Move) open(c *kit.Context) tea.Cmd {
	if key, ok := d.here.current(); ok {
		return d.show(c, key, true, "")
	}
	return d.here.goOn(c, d.id)
}

func (d *Move) up(c *kit.Context) tea.Cmd {
	if d.in == "" {
		return nil
	}
	return d.show(c, parent(d.in), d.here.there, d.in)
}

// why tells why nothing can be moved to the folder that is shown, "" when it can.
func (d *Move) why() string {
	switch {
	case d.failed() != nil:
		return "this folder cannot be looked at"
	case d.target != d.space && !d.here.l.Begun():
		return "the other Space is looked at"
	case d.target == d.space && d.in == d.from:
		if len(d.spec.Sources) == 1 {
			return "it is in this folder already"
		}
		return "they are in this folder already"
	case d.in != "" && d.here.empty() && !d.here.there: // it would be made
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
