package job

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"spaces/store"
)

// Plan is what a job does, step by step. The plan that was counted before people is the one that is done.
type Plan struct {
	spec    Spec
	from    *store.Store // what steps are about; the same as to for most
	to      *store.Store
	sources []source
	begun   time.Time // when counting began first, by the clock here
	undo    *undo     // what it takes back; nil: nothing
	invalid error     // why it cannot be done at all

	scratch    string // a directory for what is too much for memory, "": none
	keepsSteps bool   // also those that are done: the sources of a move that are trees go when all is done

	partSize int64 // as Options has them
	workers  int

	feed  *feed // of an upload whose source is a stream
	folds bool  // tests: the folder of a download takes names for the same that only look alike

	totals struct {
		objects, folders, bytes, public, asked, versions, markers, small, large, parts atomic.Int64
		versioned                                                                      atomic.Bool
		fresh, changed, alike, only, onlyBytes, dated                                  atomic.Int64 // of a mirror
	}
	mirror mirroring
	merge  *merge // nil: no two sources write to one folder

	mu        sync.Mutex
	steps     *steps
	walk      *walk // nil: not begun
	adopted   bool  // a job does the steps: counting goes on with it
	complete  bool
	err       error               // why counting ended early
	lost      []unwalked          // parts of sources that could not be listed
	leftOut   []Failure           // what is no work for anybody
	lacks     []error             // what the destination cannot keep
	weights   map[int]store.Space // of sources that go as a whole, at once
	clashes   clashes             // what is at destinations already
	checked   bool                // all destinations were looked at
	policy    Policy
	decisions map[string]Policy // by name below the destination

	leftOutCount int
	late         late
}

// seen is what is at a destination.
type seen struct {
	Version
	etag    string
	unknown bool // there is something, and nobody remembers what
}

// unwalked is where the listing of a source broke off.
type unwalked struct {
	source int
	after  string // a remote listing goes on after this; a local one at this directory
	Failure
}

// Plan prepares a plan. No request is sent yet; what is wrong with the Spec itself is told by Count and by the job.
func (m *Manager) Plan(s Spec) *Plan {
	s.Sources = slices.Clone(s.Sources)
	p := &Plan{spec: s, policy: s.Policy, partSize: m.o.PartSize, workers: m.o.Workers}
	p.scratch = m.o.Ledger.scratch()
	p.steps = newSteps(p.scratch)
	switch p.invalid = p.connect(m.o.Conns); {
	case p.invalid != nil:
	case s.Undo.ID != "":
		p.invalid = p.takeBack(m.o.Ledger)
	default:
		p.sources, p.invalid = prepare(&p.spec, p.same())
		if !p.carries() && !p.from.Embedded() {
			p.workers = m.remote
		}
		p.mingle()
		p.keepsSteps = s.moves() && !s.work().fromDisk && slices.ContainsFunc(p.sources, func(src source) bool { return p.isWhole(&src) })
	}
	return p
}

// mingle has names looked at that come to be in one folder from several sources.
func (p *Plan) mingle() {
	if p.merge = nil; p.spec.merges(p.sources) {
		p.merge = newMerge()
	}
}

// same says whether what is written is where it is read from: by one connection, or by two of one endpoint.
func (p *Plan) same() bool { return p.from.Same(p.to) }

// connect finds the stores that the Spec names.
func (p *Plan) connect(conns *store.Conns) (err error) {
	s := &p.spec
	if !s.work().writes {
		s.To = s.From
	}
	if s.work().fromDisk {
		s.From = s.To
	}
	if p.from, err = conns.Get(s.From); err != nil {
		return err
	}
	if p.to, err = conns.Get(s.To); err == nil {
		s.From, s.To = p.from.Conn(), p.to.Conn()
		err = p.mayUseDisk()
	}
	return err
}

// mayUseDisk refuses a plan that is about files of this machine, where one of its connections is for somebody who has none
// here. It is the wall behind the actions that are off.
func (p *Plan) mayUseDisk() error {
	s := &p.spec
	onDisk := s.work().fromDisk || s.work().toDisk || s.LocalDir != "" ||
		slices.ContainsFunc(s.Sources, func(x Source) bool { return x.Local != "" })
	if why := cmp.Or(p.from.NoDisk(), p.to.NoDisk()); onDisk && why != "" {
		return errors.New(why)
	}
	return nil
}

// Spec is what the plan was made of.
func (p *Plan) Spec() Spec {
	s := p.spec
	s.Policy = p.policyNow()
	return s
}

// SetPolicy changes what happens to names that are there already. It must be called before the job is started.
func (p *Plan) SetPolicy(x Policy) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.policy = x
}

// Decide is SetPolicy for one name of Conflicts.
func (p *Plan) Decide(name string, x Policy) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.decisions == nil {
		p.decisions = map[string]Policy{}
	}
	p.decisions[name] = x
}

// Change says what is done to the objects that are being counted: Permissions get access, Metadata and Tags edit. It must be
// called before the job is started.
func (p *Plan) Change(access store.Access, edit Edit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spec.Access, p.spec.Edit = access, edit
}

func (p *Plan) policyNow() Policy {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.policy
}

func (p *Plan) policyFor(name string) Policy {
	p.mu.Lock()
	defer p.mu.Unlock()
	if x, ok := p.decisions[name]; ok {
		return x
	}
	return p.policy
}

// Totals tells how far counting is. It may be asked at any time.
func (p *Plan) Totals() Totals {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := Totals{
		Objects: int(p.totals.objects.Load()), Folders: int(p.totals.folders.Load()), Bytes: p.totals.bytes.Load(),
		Versions: int(p.totals.versions.Load()), Markers: int(p.totals.markers.Load()), Versioned: p.totals.versioned.Load(),
		Public: int(p.totals.public.Load()), PublicAsked: int(p.totals.asked.Load()),
		Conflicts: p.clashes.count, Failed: len(p.lost), LeftOut: p.leftOutCount, Differences: p.differences(), Complete: p.complete, Err: p.err,
	}
	if p.invalid != nil {
		t.Err = p.invalid
	}
	return t
}

// Conflicts are the names that are there already, in order. It is complete when Count is, but for very many: Totals counts all.
func (p *Plan) Conflicts() []Conflict {
	p.mu.Lock()
	steps := p.steps
	clashes := maps.Clone(p.clashes.known)
	undo := p.undo != nil
	p.mu.Unlock()
	conflicts := make([]Conflict, 0, len(clashes))
	for at, theirs := range clashes {
		s := p.step(steps.at(at))
		if undo && theirs.isSame(s) {
			continue // it is back already
		}
		conflicts = append(conflicts, Conflict{Name: p.below(s), Theirs: theirs.Version,
			Ours: Version{Size: s.Size, Modified: s.Modified}})
	}
	slices.SortFunc(conflicts, func(a, b Conflict) int { return strings.Compare(a.Name, b.Name) })
	return conflicts
}

// below is a step's name below the destination.
func (p *Plan) below(s Step) string {
	if p.work().toDisk {
		return s.Local
	}
	return strings.TrimPrefix(s.To.Key, p.spec.Dest.Key)
}

// Failed are the sources, or parts of them, that could not be listed.
func (p *Plan) Failed() []Failure {
	p.mu.Lock()
	defer p.mu.Unlock()
	failed := make([]Failure, 0, len(p.lost))
	for _, l := range p.lost {
		failed = append(failed, l.Failure)
	}
	return failed
}

// missing are the sources that are objects and were looked for in vain.
func (p *Plan) missing() map[int]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	missing := map[int]bool{}
	for _, l := range p.lost {
		if p.isObject(&p.sources[l.source]) && errors.Is(l.Err, store.NotFound) {
			missing[l.source] = true
		}
	}
	return missing
}

// lose notes a part of a source that could not be listed.
func (p *Plan) lose(source int, after, name string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost = append(p.lost, unwalked{source: source, after: after, Failure: Failure{Name: name, Err: err}})
}
