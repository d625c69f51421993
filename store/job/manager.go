package job

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"spaces/store"
)

const (
	defaultWorkers = 16
	defaultRemote  = 48 // of steps that only another machine works on: what a store has under way in the background
	defaultPart    = 16 << 20
	minPart        = 5 << 20 // S3: Multipart upload limits
	maxParts       = 10000
	bufferBytes    = 128 << 20 // of bodies in memory at once
	cleanupWithin  = 30 * time.Second
)

// Manager runs jobs. It is safe for concurrent use.
type Manager struct {
	o       Options
	remote  int       // steps at once that only another machine works on
	changes *audience // that is told when jobs go on
	effects *audience // the same, of rows
	news    *News     // of who has the Manager to himself; nil: it is shared
	memory  *semaphore.Weighted
	note    func(op, name string) error // tests: of disk
	turn    atomic.Uint64               // of the latest work

	undoables atomic.Int64 // diaries, as last counted

	ways sync.Map // of way to *streams

	mu      sync.Mutex
	jobs    []*job // oldest first
	last    ID
	closed  bool
	running sync.WaitGroup
}

// New makes a Manager. It owns no goroutine until Start.
func New(o Options) *Manager {
	remote := o.Workers
	if o.Workers <= 0 {
		o.Workers, remote = defaultWorkers, defaultRemote
	}
	if o.PartSize <= 0 {
		o.PartSize = defaultPart
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Conns == nil {
		o.Conns = store.ConnsOf()
	}
	all := &audience{now: o.Now}
	m := &Manager{o: o, remote: remote, changes: all, effects: all, memory: semaphore.NewWeighted(bufferBytes)}
	if !o.Shared {
		m.news = all.join()
	}
	m.countUndoable()
	return m
}

// Start does a plan. What of it is not counted yet is counted on the way. After Close nothing is started: 0.
func (m *Manager) Start(p *Plan) ID {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0
	}
	return m.add(p, nil)
}

// add makes a job of a plan and runs it. mu is held.
func (m *Manager) add(p *Plan, at *entry) ID {
	m.last++
	j := newJob(m, m.last, p)
	j.entry = at
	m.jobs = append(m.jobs, j)
	m.launch(j, j.run)
	return j.id
}

// launch runs a job's work on a goroutine of its own. mu is held.
func (m *Manager) launch(j *job, work func(context.Context)) {
	ctx := context.Background()
	if m.o.Crashed != nil {
		ctx = store.OnCrash(ctx, m.o.Crashed)
	}
	ctx, cancel := context.WithCancel(ctx)
	j.begin(cancel)
	ended := make(chan struct{})
	j.over = ended
	m.running.Go(func() {
		defer close(ended)
		defer cancel()
		defer store.Caught(ctx)
		work(ctx)
		m.changes.touch()
	})
	m.changes.touch()
}

// Changed is that of the Manager's own News, which a shared one does not have.
func (m *Manager) Changed() <-chan struct{} { return m.news.Changed() }

// Snapshot is how all jobs stand, newest first. What it returns may be kept.
func (m *Manager) Snapshot() []Status {
	m.mu.Lock()
	jobs := slices.Clone(m.jobs)
	m.mu.Unlock()
	slices.Reverse(jobs)
	all := make([]Status, 0, len(jobs))
	for _, j := range jobs {
		all = append(all, j.status())
	}
	return all
}

// Effects is that of the Manager's own News.
func (m *Manager) Effects() []Effect { return m.news.Effects() }

// Finished is that of the Manager's own News.
func (m *Manager) Finished() []Finished { return m.news.Finished() }

// OwnNews are the News that a Manager has for itself; nil where it is shared.
func (m *Manager) OwnNews() *News { return m.news }

// Turn is that of the work that began last: what is selected now was selected after it.
func (m *Manager) Turn() uint64 { return m.turn.Load() }

// Note tells who shows it of a change that no job made.
func (m *Manager) Note(e Effect) {
	m.effects.add(e)
	m.effects.finish(Finished{Conn: e.Conn, Ref: e.Ref, Turn: m.turn.Add(1)})
	m.changes.touch()
}

// Ended is closed when the work of a job that was started or tried again last has ended; of a job that is not there it is closed.
func (m *Manager) Ended(id ID) <-chan struct{} {
	j := m.find(id)
	if j == nil {
		closed := make(chan struct{})
		close(closed)
		return closed
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return j.over
}

func (m *Manager) find(id ID) *job {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, j := range m.jobs {
		if j.id == id {
			return j
		}
	}
	return nil
}

// Cancel ends a job. What is under way is undone; what is done stays. It returns at once.
func (m *Manager) Cancel(id ID) {
	if j := m.find(id); j != nil {
		j.stop(false)
		m.changes.touch()
	}
}

// Pause lets what is under way end and begins nothing more.
func (m *Manager) Pause(id ID) { m.hold(id, true) }

// Resume goes on after Pause.
func (m *Manager) Resume(id ID) { m.hold(id, false) }

func (m *Manager) hold(id ID, on bool) {
	if j := m.find(id); j != nil {
		j.gate.hold(on)
		m.changes.touch()
	}
}

// Retry does again exactly what failed in a job that has ended so, and what it did not come to.
func (m *Manager) Retry(id ID) {
	j := m.find(id)
	if j == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || !j.revive() {
		return
	}
	m.launch(j, j.retry)
}

// Clear forgets the jobs that have ended.
func (m *Manager) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.jobs = slices.DeleteFunc(m.jobs, func(j *job) bool {
		ended := j.phaseNow().Ended()
		if ended {
			j.leaveEntry()
		}
		return ended
	})
	m.changes.touch()
}

// Remove takes a job that has ended off the list.
func (m *Manager) Remove(id ID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.jobs = slices.DeleteFunc(m.jobs, func(j *job) bool {
		ended := j.id == id && j.phaseNow().Ended()
		if ended {
			j.leaveEntry()
		}
		return ended
	})
	m.changes.touch()
}

// Busy says whether any job has not ended.
func (m *Manager) Busy() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(m.jobs, func(j *job) bool { return !j.phaseNow().Ended() })
}

// Close cuts all jobs short and waits until they have cleaned up, or until ctx ends: its error then. What they have begun and
// noted stays for the next program.
func (m *Manager) Close(ctx context.Context) error {
	m.mu.Lock()
	m.closed = true
	jobs := slices.Clone(m.jobs)
	m.mu.Unlock()
	for _, j := range jobs {
		j.stop(true)
	}
	defer m.changes.stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.running.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
