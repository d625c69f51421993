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

// Move asks where things are to be moved or copied to: it walks over the folders of Spaces, the Spaces of connections, and
// the connections.
type Move struct {
	base
	flow
	words  transport
	from   store.Place // the folder that the sources lie in
	start  store.Place // what is shown at first
	spec   job.Spec
	here   shelves
	field  *kit.Field
	typing typing
	offer  kit.Slot[[]string]
	wrong  string // why what is typed cannot be taken
	fixed  bool   // where it begins was said
}

// transport is a way to another place in words.
type transport struct {
	verb, doing string
	key         keys.Action // which opened the dialog, and does it
}

var (
	aMove  = transport{"Move", "Moving", keys.Move}
	aCopy  = transport{"Copy", "Copying", keys.CopyTo}
	aPaste = transport{"Copy", "Copying", keys.Paste}
)

// typing is what the text field is for.
type typing int

const (
	typingNothing typing = iota
	typingPath
	typingName
)

// NewMove moves sources out of the folder prefix of a Space.
func NewMove(c *kit.Context, space string, sources []job.Source, prefix string) *Move {
	return newMove(c, aMove, store.Place{Conn: c.Store.Conn(), Space: space, Prefix: prefix}, sources)
}

// NewCopyTo copies sources out of the folder prefix of a Space.
func NewCopyTo(c *kit.Context, space string, sources []job.Source, prefix string) *Move {
	return newMove(c, aCopy, store.Place{Conn: c.Store.Conn(), Space: space, Prefix: prefix}, sources)
}

// NewCopyOver copies sources out of one folder to another, which may be of another connection.
func NewCopyOver(c *kit.Context, from, to store.Place, sources []job.Source) *Move {
	d := newMove(c, aCopy, from, sources)
	d.Toward(to)
	d.fixed = true
	return d
}

// NewPaste copies or moves what the board of the Context holds to a folder of the Context's Store.
func NewPaste(c *kit.Context, space, prefix string) *Move {
	b, words := c.Board, aPaste
	if b.Cut {
		words.verb, words.doing = aMove.verb, aMove.doing
	}
	d := newMove(c, words, b.From, b.Sources)
	if b.Cut {
		d.begins = c.Board.Clear
	}
	d.Toward(store.Place{Conn: c.Store.Conn(), Space: space, Prefix: prefix})
	d.fixed = true
	return d
}

func newMove(c *kit.Context, words transport, from store.Place, sources []job.Source) *Move {
	kind := job.Copy
	if words.verb == aMove.verb {
		kind = job.Move
	}
	d := &Move{
		base: newBase(c, words.verb+" to folder – "+shown(from.Space)), words: words, from: from, start: from,
		spec:  job.Spec{Kind: kind, From: from.Conn, Base: from.Prefix, Sources: append([]job.Source(nil), sources...)},
		field: kit.NewField("", ""),
	}
	d.here.conns, d.here.at = c.Conns, from
	d.form = d.asking
	return d
}

// Toward has the dialog begin at another place, where Enter does the work at once. It comes before Init.
func (d *Move) Toward(p store.Place) {
	if d.fixed || p.Space == "" && p.Tab != store.Files {
		return
	}
	if of, err := d.here.conns.Get(p.Conn); err == nil {
		p.Conn = of.Conn()
	}
	d.start = store.Place{Conn: p.Conn, Space: p.Space, Prefix: p.Prefix}
	d.here.at = d.start
	if p.Space != "" && (!d.isHome() || d.words.key == keys.Paste && d.spec.Kind == job.Copy) {
		d.focus.Name = d.button()
	}
}

// button is the one that does it.
func (d *Move) button() string { return d.words.verb + " here" }

// Init implements kit.Dialog.
func (d *Move) Init(c *kit.Context) tea.Cmd { return d.show(c, d.start, true, "") }

// Close implements kit.Dialog.
func (d *Move) Close() {
	d.flow.close()
	d.here.close()
	d.offer.Cancel()
}

// show lists a place. there says whether it is known to be there, back where in it the cursor goes to.
func (d *Move) show(c *kit.Context, at store.Place, there bool, back string) tea.Cmd {
	return d.here.show(c, d.id, at, there, back)
}

// Update implements kit.Dialog.
func (d *Move) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.flow.take(c, d.id, msg)
	if done && d.at == waiting {
		d.settle(c, d.words.doing)
	}
	if next, ok := d.here.take(c, d.id, msg); ok {
		return next
	}
	if list, err, ok := d.offer.Take(msg); ok {
		return d.completed(c, list, err)
	}
	return tea.Batch(cmd, d.base.Update(c, msg))
}

// isHome says whether the folder that is shown is the one that the sources lie in.
func (d *Move) isHome() bool {
	return d.here.inSpace() && d.sameSpace() && d.here.at.Prefix == d.from.Prefix
}

// sameSpace says whether the Space that is shown is the one that the sources lie in.
func (d *Move) sameSpace() bool {
	return d.here.at.Conn == d.from.Conn && d.here.at.Space == d.from.Space
}

// failed is why what is shown cannot be listed.
func (d *Move) failed() error {
	err := d.here.failed()
	if errors.Is(err, store.NoSpace) && !d.sameSpace() {
		return fmt.Errorf("there is no Space %q here. A path that begins with a slash begins with a Space; one in %s does not", d.here.at.Space, d.from.Space)
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
		d.offer.Cancel()
	default:
		c.Dismiss()
	}
	return nil
}

// walk takes the keys of the list that lists do not know.
func (d *Move) walk(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
	if k.Action == keys.Parent {
		return d.up(c), true
	}
	return nil, false
}

// moved is called when the cursor was moved.
func (d *Move) moved(c *kit.Context) tea.Cmd { return d.here.moved(c, d.id) }

// open goes to what is under the cursor, or reads on where there may be more.
func (d *Move) open(c *kit.Context) tea.Cmd {
	if p, ok := d.here.under(); ok {
		return d.show(c, p, true, "")
	}
	return d.here.goOn(c, d.id)
}

// up goes to the folder around, from a Space's root to the Spaces, and from there to the connections if there are several.
func (d *Move) up(c *kit.Context) tea.Cmd {
	switch at := d.here.at; {
	case d.here.top:
		return nil
	case at.Space == "":
		if len(d.here.conns.Names()) > 1 {
			d.here.showConns(at.Conn)
		}
		return nil
	case at.Prefix == "":
		return d.show(c, store.Place{Conn: at.Conn}, true, at.Space)
	default:
		above := at
		above.Prefix = parent(at.Prefix)
		return d.show(c, above, d.here.there, at.Prefix)
	}
}

// why tells why nothing can be moved or copied to what is shown, "" when it can.
func (d *Move) why() string {
	switch {
	case d.failed() != nil:
		return "this cannot be looked at"
	case d.here.top:
		return "a connection holds Spaces, and those hold files: open one"
	case d.here.at.Space == "":
		return "files go into a Space: open one"
	case d.readOnly() != "":
		return strings.TrimSuffix(d.readOnly(), ".")
	case !d.sameSpace() && !d.here.there && !d.here.l.Begun():
		return "the other Space is looked at"
	case d.isHome() && d.spec.Kind == job.Move:
		if len(d.spec.Sources) == 1 {
			return "it is in this folder already"
		}
		return "they are in this folder already"
	case d.here.at.Prefix != "" && d.here.empty() && !d.here.there: // it would be made
		if wrong := kit.WrongName("", strings.TrimSuffix(d.here.at.Prefix, "/"), "/"); wrong != "" {
			return wrong
		}
	}
	return d.intoItself()
}

// readOnly tells why nothing may be written where the screen says, or be taken away where the sources lie.
func (d *Move) readOnly() string {
	why := d.here.store.ReadOnly()
	if from, err := d.here.conns.Get(d.from.Conn); why == "" && err == nil && d.spec.Kind == job.Move {
		why = from.ReadOnly()
	}
	return why
}

// intoItself tells why a folder that is chosen cannot go where the screen says.
func (d *Move) intoItself() string {
	done := map[job.Kind]string{job.Move: "moved", job.Copy: "copied"}[d.spec.Kind]
	for _, s := range d.spec.Sources {
		switch {
		case !s.Folder || !d.sameSpace():
		case s.Among():
			if name, in := strings.CutPrefix(d.here.at.Prefix, s.Ref.Key); in && s.Match.Takes()(name) {
				return "a folder cannot be " + done + " into itself"
			}
			if d.isHome() {
				return "they are in this folder already"
			}
		case strings.HasPrefix(d.here.at.Prefix, s.Ref.Key):
			return "a folder cannot be " + done + " into itself"
		case d.isHome():
			return "a folder cannot be " + done + " onto itself"
		}
	}
	return ""
}

// yes counts what is to be done; what is in the way is asked about when the count is complete. Copies beside the files
// themselves get numbers.
func (d *Move) yes(c *kit.Context) tea.Cmd {
	if d.why() != "" || d.plan != nil {
		return nil
	}
	at := d.here.at
	d.spec.To, d.spec.Dest, d.flow.at = at.Conn, store.Ref{Space: at.Space, Key: at.Prefix}, waiting
	d.spec.Policy = job.Overwrite
	if d.isHome() {
		d.spec.Policy = job.KeepBoth
	}
	return d.flow.start(c, d.id, d.spec)
}
