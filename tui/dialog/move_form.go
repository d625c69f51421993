package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// asking is the form: the folders, what is typed, the buttons.
func (d *Move) asking(s kit.Size) *kit.Form {
	if f := d.question(&d.base, s, d.words.doing, d.words.verb, d.cancel); f != nil {
		return f
	}
	w, t := room(s, normal), &d.c.Theme.Paint
	what := "  " + t.Strong.On(sources(d.spec.Sources)) + t.Dim.On("  →  ")
	items := []kit.Item{kit.Gap, text(what + t.PathLast.On(d.path(w-kit.Width(what)))), kit.Gap,
		&kit.Rows{Name: "folders", List: &d.here.list, Most: 12, Open: d.open, Word: "open", Keys: d.walk, Moved: d.moved,
			Still: d.plan != nil, Row: d.row, Empty: note(d.nothing(), w, t.Dim)}, kit.Gap}
	if d.typing != typingNothing {
		items = append(items, text("  "+t.Bad.On(end(d.wrong, w-2))), d.entry())
	}
	items = append(items, d.told(w)...)
	if keeps := d.keepsFolders(); keeps != "" && d.typing == typingNothing {
		items = append(items, text(note(keeps, w, t.Dim)...))
	}
	f := &kit.Form{Width: w, Focus: &d.focus, Cancel: d.cancel, Paste: d.paste}
	if d.plan != nil {
		f.Leave = "back"
		buttons := kit.Buttons{{Label: "Back", Run: d.cancel}}
		if d.mayBegin() {
			items = append(items, text(note("Begun before that is known, it leaves names alone that are there already.", w, t.Dim)...))
			buttons = append(buttons, &kit.Button{Label: d.words.verb + " uncounted", Run: d.uncounted})
		}
		f.Items = append(items, kit.Gap, buttons)
		return f
	}
	move := d.keyed(d.button(), keys.Confirm, d.yes)
	move.Why = store.Capital(d.why())
	if d.typing != typingNothing {
		f.Leave = "back to the folders"
	}
	f.Actions = []kit.Action{{Name: d.words.key, Hint: kit.NoHint, Why: func() string { return move.Why }, Run: d.yes}}
	make := d.keyed("New folder", keys.New, d.types(typingName))
	if !d.here.inSpace() {
		make.Why = "Folders are made in a Space: open one"
	}
	f.Items = append(items, kit.Gap, kit.Buttons{move, make,
		d.keyed("Path", keys.GoTo, d.types(typingPath)), dismiss("Cancel")})
	return f
}

// mayBegin says whether what is counted may be begun before that has ended: it may be very much.
func (d *Move) mayBegin() bool { return d.counting() && d.spec.Sources[0].Among() }

// uncounted begins while it is counted. Nobody could be asked about what is in the way.
func (d *Move) uncounted(c *kit.Context) tea.Cmd {
	d.plan.SetPolicy(job.Skip)
	d.begin(c, d.words.doing)
	return nil
}

func (d *Move) row(i, w int, cursor bool) string {
	t := &d.c.Theme.Paint
	what, paint := d.here.row(i), t.Folder
	if what == "" {
		what, paint = d.tail(), t.Dim
	}
	if cursor {
		paint = t.Cursor
	}
	return paint.On(kit.Fit(mark(cursor)+middle(what, w-4), w))
}

// tail stands for the folders that are not listed yet.
func (d *Move) tail() string {
	switch {
	case d.here.busy():
		return "… listing"
	case d.here.lacks() && d.here.spent():
		return "… there may be more behind the " + kit.Count(d.here.l.Loaded()) + " names so far: " + d.c.Keys.Key(keys.Enter) + " looks"
	}
	return "… more"
}

// told is what there is to say below the folders.
func (d *Move) told(w int) []kit.Item {
	t := &d.c.Theme.Paint
	switch {
	case d.typing != typingNothing:
		return nil
	case d.failed() != nil:
		return []kit.Item{&kit.Pager{Lines: note(explain(d.failed()), w, t.Bad), Scroll: &d.scroll}}
	case d.plan != nil:
		lines := note(d.sum(d.c)+"   ("+d.state()+")", w, t.Strong)
		if price := d.price(); price != "" {
			lines = append(lines, note(price, w, t.Dim)...)
		}
		lines = append(lines, d.trouble(t, w)...)
		return []kit.Item{&kit.Pager{Lines: lines, Scroll: &d.scroll}}
	case d.why() != "":
		return []kit.Item{text(note(store.Capital(d.why()), w, t.Warn)...)}
	case d.isHome():
		return []kit.Item{text(note(d.beside(), w, t.Dim)...)}
	case d.here.at.Conn != d.from.Conn:
		return []kit.Item{text(note("From "+connName(d.from.Conn)+" to "+connName(d.here.at.Conn)+": the bytes go through this machine.", w, t.Dim)...)}
	}
	return []kit.Item{kit.Gap}
}

// beside says what becomes of copies in the folder of the things themselves.
func (d *Move) beside() string {
	switch one := len(d.spec.Sources) == 1; {
	case one && d.deep() != "":
		return "It is there already: the copy gets a number."
	case one:
		return "It is in this folder: the copy gets a number."
	case d.deep() != "":
		return "They are there already: the copies get a number."
	}
	return "They are in this folder: the copies get a number."
}

// deep is the first of the sources that lies in a folder below the one they were chosen in, from there on: a search finds
// such. "": none does.
func (d *Move) deep() string {
	for _, s := range d.spec.Sources {
		below := strings.TrimPrefix(s.Ref.Key, d.spec.Base)
		if strings.Contains(strings.TrimSuffix(below, "/"), "/") {
			return below
		}
	}
	return ""
}

// keepsFolders says where such a source comes to lie.
func (d *Move) keepsFolders() string {
	deep := d.deep()
	if deep == "" || d.plan != nil || !d.here.inSpace() || d.failed() != nil {
		return ""
	}
	who := "They keep their folders: "
	if len(d.spec.Sources) == 1 {
		who = "It keeps its folders: "
	}
	return who + shown(deep) + " becomes " + shown(d.here.at.Space+"/"+d.here.at.Prefix+deep) + "."
}

// path is the place that is shown: of another connection, with its name.
func (d *Move) path(w int) string {
	at := d.here.at
	path := shown(at.Space + "/" + at.Prefix)
	switch {
	case d.here.top:
		return end("all connections", w)
	case at.Space == "":
		path = "all Spaces"
		fallthrough
	case at.Conn != d.from.Conn:
		path = connName(at.Conn) + " ▸ " + path
	}
	return middle(path, w)
}

// nothing is what stands where there are no rows.
func (d *Move) nothing() string {
	switch {
	case d.failed() != nil:
		return ""
	case !d.here.inSpace() && !d.here.known, d.here.inSpace() && !d.here.l.Known():
		return "Listing…"
	case !d.here.inSpace():
		return "There are no Spaces here."
	case !d.here.empty():
		return "There are no folders in here."
	case d.here.there:
		return "This folder is empty."
	}
	return "Nothing is here yet; " + strings.ToLower(d.words.doing) + " something here creates the folder."
}
