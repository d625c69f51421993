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
	uploadsAtOnce = 4               // that are asked at the same time for their parts
	uploadsRest   = time.Second / 2 // between two listings while jobs go on
)

// uploads shows the uploads in parts of a Space that were neither completed nor aborted, the oldest first. Their parts take
// room. Those that a job here knows are marked, and not ended from here.
type uploads struct {
	id    kit.ID
	place store.Place
	store *store.Store
	jobs  *job.Manager
	bare  bool // in a pane, beside another page

	load     kit.Slot[[]job.HeldUpload]
	have     []job.HeldUpload
	known    bool
	err      error
	weights  map[store.Upload]weight
	weigh    [uploadsAtOnce]kit.Slot[job.UploadWeight]
	weighed  [uploadsAtOnce]store.Upload // zero: the slot is free
	selected map[store.Upload]bool
	list     kit.List
	mend     mender
}

// weight is what was told of an upload's parts.
type weight struct {
	job.UploadWeight
	err error
}

func newUploads(c *kit.Context, p store.Place) *uploads {
	return &uploads{id: c.NewID(), place: store.Place{Conn: p.Conn, Space: p.Space, Tab: store.Uploads}, store: c.Store, jobs: c.Jobs,
		weights: map[store.Upload]weight{}, selected: map[store.Upload]bool{}, mend: newMender(c, p.Conn)}
}

func (x *uploads) ID() kit.ID          { return x.id }
func (x *uploads) Place() store.Place  { return x.place }
func (x *uploads) Store() *store.Store { return x.store }
func (x *uploads) Title() string       { return store.Printable(x.place.Space) + " – Unfinished uploads" }
func (x *uploads) Typing() bool        { return false }
func (x *uploads) halve(is bool)       { x.bare = is }

func (x *uploads) Init(c *kit.Context) tea.Cmd { return x.load.Start(c, x.id, x.look()) }

func (x *uploads) look() func(context.Context) ([]job.HeldUpload, error) {
	m, s, space := x.jobs, x.store, x.place.Space
	return func(ctx context.Context) ([]job.HeldUpload, error) { return m.UploadsHeld(ctx, s, space, "") }
}

func (x *uploads) Close() {
	x.load.Cancel()
	x.mend.close()
	for i := range x.weigh {
		x.weigh[i].Cancel()
	}
}

func (x *uploads) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
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
			return x.ask(c)
		}
	}
	return nil
}

func (x *uploads) answer(c *kit.Context, msg kit.Answer) tea.Cmd {
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
		x.listed(got)
		return x.ask(c)
	}
	for i := range x.weigh {
		if w, err, ok := x.weigh[i].Take(msg); ok {
			x.weights[x.weighed[i]], x.weighed[i] = weight{w, err}, store.Upload{}
			return x.ask(c)
		}
	}
	return nil
}

// listed takes a listing. What is not there any more is not selected any more.
func (x *uploads) listed(got []job.HeldUpload) {
	under, was := x.under()
	x.have, x.known = got, true
	x.list.SetLen(len(got))
	selected := map[store.Upload]bool{}
	for i, u := range got {
		if was && u.Upload == under.Upload {
			x.list.MoveTo(i)
		}
		if x.selected[u.Upload] && u.Job == "" {
			selected[u.Upload] = true
		}
	}
	x.selected = selected
}

// ask asks for the parts of the uploads on the screen that are not known.
func (x *uploads) ask(c *kit.Context) tea.Cmd {
	var cmds []tea.Cmd
	x.list.SetHeight(c.Page.H - 4) // nothing is drawn yet when the first listing comes
	from, to := x.list.Visible()
	for i := from; i < min(to, len(x.have)); i++ {
		u := x.have[i].Upload
		free := slices.Index(x.weighed[:], store.Upload{})
		if _, known := x.weights[u]; known || slices.Contains(x.weighed[:], u) || free < 0 {
			continue
		}
		x.weighed[free] = u
		s := x.store
		cmds = append(cmds, x.weigh[free].Start(c, x.id, func(ctx context.Context) (job.UploadWeight, error) { return job.WeighUpload(ctx, s, u) }))
	}
	return tea.Batch(cmds...)
}

func (x *uploads) refresh(c *kit.Context) tea.Cmd {
	x.weights = map[store.Upload]weight{}
	return x.Init(c)
}

// Effects of jobs may have completed some.
func (x *uploads) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	ours := slices.ContainsFunc(effects, func(e job.Effect) bool { return e.Conn == x.store.Conn() && e.Ref.Space == x.place.Space })
	if !ours {
		return nil
	}
	return x.load.StartAfter(c, x.id, uploadsRest, x.look())
}

// under is the upload under the cursor.
func (x *uploads) under() (job.HeldUpload, bool) {
	if x.list.Cursor < len(x.have) {
		return x.have[x.list.Cursor], true
	}
	return job.HeldUpload{}, false
}

// chosen are the selected uploads, else the one under the cursor, without those that a job knows.
func (x *uploads) chosen() (list []job.HeldUpload) {
	under, _ := x.under()
	for _, u := range x.have {
		if u.Job == "" && (x.selected[u.Upload] || len(x.selected) == 0 && u.Upload == under.Upload) {
			list = append(list, u)
		}
	}
	return list
}
