package page

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

const (
	trashAtOnce = 4               // batches that are asked at the same time what is in them
	trashRest   = time.Second / 2 // between two listings while jobs go on
)

// trash shows what was deleted from a Space and can be restored: a row for each delete.
type trash struct {
	id    kit.ID
	place store.Place
	store *store.Store
	bare  bool // in a pane, beside another page

	load    kit.Slot[trashed]
	have    trashed
	known   bool
	err     error
	held    map[string]holding // by the name of the batch
	weigh   [trashAtOnce]kit.Slot[holding]
	weighed [trashAtOnce]string
	list    kit.List
	mend    mender
}

// trashed is what a listing of the trash finds.
type trashed struct {
	batches   []store.TrashBatch // the last one first
	versioned bool               // the Space keeps versions
}

func newTrash(c *kit.Context, p store.Place) *trash {
	return &trash{id: c.NewID(), place: store.Place{Conn: p.Conn, Space: p.Space, Tab: store.Trash}, store: c.Store,
		held: map[string]holding{}, mend: newMender(c, p.Conn)}
}

func (x *trash) ID() kit.ID          { return x.id }
func (x *trash) Place() store.Place  { return x.place }
func (x *trash) Store() *store.Store { return x.store }
func (x *trash) Title() string       { return store.Printable(x.place.Space) + " – Trash" }
func (x *trash) Typing() bool        { return false }
func (x *trash) halve(is bool)       { x.bare = is }

func (x *trash) Init(c *kit.Context) tea.Cmd { return x.load.Start(c, x.id, x.look()) }

// look lists the batches, and asks whether the Space has versions besides.
func (x *trash) look() func(context.Context) (trashed, error) {
	s, space := x.store, x.place.Space
	return func(ctx context.Context) (t trashed, err error) {
		request := store.ListRequest{Space: space, Prefix: store.TrashPrefix, Delimiter: "/"}
		for {
			page, err := s.List(ctx, request)
			if err != nil {
				return t, err
			}
			for _, e := range page.Entries {
				if b, _, rest, ok := store.TrashBatchOf(e.Key); e.Folder && ok && rest == "" && !slices.Contains(t.batches, b) {
					t.batches = append(t.batches, b)
				}
			}
			if !page.More {
				break
			}
			request.After = page.Next
		}
		slices.SortStableFunc(t.batches, func(a, b store.TrashBatch) int { return b.At.Compare(a.At) })
		t.versioned, _ = s.Versioned(ctx, space) // who may not know is told nothing
		return t, nil
	}
}

func (x *trash) Close() {
	x.load.Cancel()
	x.mend.close()
	for i := range x.weigh {
		x.weigh[i].Cancel()
	}
}

func (x *trash) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		return x.answer(c, m)
	case kit.Return:
		return tea.Batch(x.mend.returned(c, x.id), x.refresh(c))
	case kit.Key, kit.Mouse:
		if mouse, ok := m.(kit.Mouse); ok && !x.bare && turned(c, mouse, x.place) {
			return nil
		}
		if x.list.Update(c, msg) {
			if x.list.Double() {
				return x.open(c)
			}
			return x.ask(c)
		}
	}
	return nil
}

func (x *trash) answer(c *kit.Context, msg kit.Answer) tea.Cmd {
	if s, ok := x.mend.take(c, msg); ok {
		if s == nil {
			return nil
		}
		x.store = s
		return x.refresh(c)
	}
	if got, err, ok := x.load.Take(msg); ok {
		if x.err = err; err != nil {
			return nil
		}
		under, was := x.under()
		x.have, x.known = got, true
		x.list.SetLen(len(got.batches))
		if at := slices.Index(got.batches, under); was && at >= 0 {
			x.list.MoveTo(at)
		}
		return x.ask(c)
	}
	for i := range x.weigh {
		if h, err, ok := x.weigh[i].Take(msg); ok {
			h.err = err
			x.held[x.weighed[i]], x.weighed[i] = h, ""
			return x.ask(c)
		}
	}
	return nil
}

// ask asks what is in the batches on the screen that is not known.
func (x *trash) ask(c *kit.Context) tea.Cmd {
	var cmds []tea.Cmd
	x.list.SetHeight(c.Page.H - 4) // nothing is drawn yet when the first listing comes
	from, to := x.list.Visible()
	for i := from; i < min(to, len(x.have.batches)); i++ {
		b := x.have.batches[i]
		free := slices.Index(x.weighed[:], "")
		if _, known := x.held[b.Name]; known || slices.Contains(x.weighed[:], b.Name) || free < 0 {
			continue
		}
		x.weighed[free] = b.Name
		s, space := x.store, x.place.Space
		cmds = append(cmds, x.weigh[free].Start(c, x.id, func(ctx context.Context) (holding, error) { return held(ctx, s, space, b) }))
	}
	return tea.Batch(cmds...)
}

func (x *trash) refresh(c *kit.Context) tea.Cmd {
	x.held = map[string]holding{}
	return x.Init(c)
}

// Effects of jobs may have filled the trash, or emptied it.
func (x *trash) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	ours := slices.ContainsFunc(effects, func(e job.Effect) bool {
		return e.Conn == x.store.Conn() && e.Ref.Space == x.place.Space && (store.InTrash(e.Ref.Key) || e.Ref.Key == "")
	})
	if !ours {
		return nil
	}
	x.held = map[string]holding{}
	return x.load.StartAfter(c, x.id, trashRest, x.look())
}

// under is the batch under the cursor.
func (x *trash) under() (store.TrashBatch, bool) {
	if x.list.Cursor < len(x.have.batches) {
		return x.have.batches[x.list.Cursor], true
	}
	return store.TrashBatch{}, false
}
