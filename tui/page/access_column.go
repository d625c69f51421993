package page

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

const (
	accessAtOnce = 4                      // rows whose permissions are asked at once
	accessRest   = 300 * time.Millisecond // the cursor must rest so long before
	accessMost   = 4096                   // rows that are remembered
)

// accessColumn is who may read the files on the screen: asked a few at a time, each once, and only for rows that are seen.
type accessColumn struct {
	known map[string]store.Access // by key; "" where it may not be known
	slots [accessAtOnce]kit.Slot[store.Access]
	keys  [accessAtOnce]string // that they ask about, "" idle
	rest  kit.Slot[struct{}]
	at    sighted
	off   bool // this key may not know
}

// sighted is what is on the screen.
type sighted struct {
	dir                  string
	from, to, cursor, of int
}

// columns are those of the listing on a page of the size that it has.
func (f *files) columns(c *kit.Context) columns {
	r := frame{w: f.size.W, pane: f.paneWidth(f.size.W)}
	return f.columnsOf(c.Formats, r.inner())
}

// showsAccess says whether the endpoint tells who may read.
func (f *files) showsAccess() bool { return !f.readers.off && f.store.HasAccess() }

// askAccess asks about the rows on the screen once the cursor rests. What is under way ends when other rows are shown.
func (f *files) askAccess(c *kit.Context) tea.Cmd {
	x := &f.readers
	if !f.showsAccess() || f.pane.full || !c.IsFront(f.id) || f.columns(c).access == 0 {
		x.stop()
		return nil
	}
	at := sighted{f.l.Dir(), f.list.Offset, min(f.list.Offset+max(f.size.H-3, 0), f.l.Len()), f.list.Cursor, f.l.Len()}
	if at == x.at {
		return nil
	}
	moved := at.dir != x.at.dir || at.from != x.at.from || at.to != x.at.to || at.of != x.at.of
	if !moved && !x.rest.Busy() { // the cursor went on among the same rows
		x.at = at
		return nil
	}
	x.stop()
	x.at = at
	return x.rest.StartAfter(c, f.id, accessRest, func(context.Context) (struct{}, error) { return struct{}{}, nil })
}

// fillAccess begins as many requests as may go at once.
func (f *files) fillAccess(c *kit.Context) tea.Cmd {
	x, s := &f.readers, f.store
	var cmds []tea.Cmd
	slot := 0
	for row := x.at.from; row < min(x.at.to, f.l.Len()) && f.showsAccess(); row++ {
		id := f.l.ID(row)
		ref := f.l.Ref(id)
		if _, known := x.known[ref.Key]; known || f.l.Rows().Folder(id) || x.asks(ref.Key) {
			continue
		}
		for slot < accessAtOnce && x.keys[slot] != "" {
			slot++
		}
		if slot == accessAtOnce {
			break
		}
		x.keys[slot] = ref.Key
		cmds = append(cmds, x.slots[slot].Start(c, f.id, func(ctx context.Context) (store.Access, error) { return s.Access(ctx, ref) }))
	}
	return tea.Batch(cmds...)
}

func (x *accessColumn) asks(key string) bool {
	for _, k := range x.keys {
		if k == key {
			return true
		}
	}
	return false
}

// tookAccess takes an answer, and asks on.
func (f *files) tookAccess(c *kit.Context, msg tea.Msg) (tea.Cmd, bool) {
	x := &f.readers
	if _, _, ok := x.rest.Take(msg); ok {
		return f.fillAccess(c), true
	}
	for i := range x.slots {
		access, err, ok := x.slots[i].Take(msg)
		if !ok {
			continue
		}
		key := x.keys[i]
		x.keys[i] = ""
		switch kind := store.KindOf(err); {
		case kind == store.Unsupported: // the Store remembers that
			x.stop()
			return nil, true
		case kind == store.Denied && len(x.known) == 0:
			x.stop()
			x.off = true
			return nil, true
		case kind == store.Canceled:
			return nil, true
		}
		x.note(key, access)
		return f.fillAccess(c), true
	}
	return nil, false
}

// note remembers an answer: that there was none as well, so that it is not asked for again and again.
func (x *accessColumn) note(key string, access store.Access) {
	if len(x.known) >= accessMost || x.known == nil {
		x.known = map[string]store.Access{}
	}
	x.known[key] = access
}

// forget makes be asked again what jobs may have changed.
func (x *accessColumn) forget(conn store.Conn, space string, effects []job.Effect) {
	for _, e := range effects {
		if e.Conn != conn || e.Ref.Space != space || len(x.known) == 0 {
			continue
		}
		x.at = sighted{}
		if e.Kind != job.Stale {
			delete(x.known, e.Ref.Key)
			continue
		}
		for key := range x.known {
			if strings.HasPrefix(key, e.Ref.Key) {
				delete(x.known, key)
			}
		}
	}
}

// again forgets all.
func (x *accessColumn) again() {
	x.stop()
	x.known, x.off = nil, false
}

func (x *accessColumn) stop() {
	x.rest.Cancel()
	for i := range x.slots {
		x.slots[i].Cancel()
		x.keys[i] = ""
	}
	x.at = sighted{}
}

// readable is who may read a file, as far as that is known: "" where it is not.
func (f *files) readable(ref store.Ref) store.Access {
	if access := f.pane.accessOf(ref); access != "" {
		return access
	}
	return f.readers.known[ref.Key]
}
