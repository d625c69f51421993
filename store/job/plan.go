package job

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"spaces/store"
)

// Plan is what a job does, step by step. The plan that was counted before people is the one that is done.
type Plan struct {
	spec    Spec
	sources []source
	invalid error // why it cannot be done at all
	folds   bool  // tests: the folder of a download takes names for the same that only look alike

	totals struct{ objects, folders, bytes, public, asked atomic.Int64 }

	mu        sync.Mutex
	steps     *steps
	walk      *walk // nil: not begun
	adopted   bool  // a job does the steps: counting goes on with it
	complete  bool
	err       error        // why counting ended early
	lost      []unwalked   // parts of sources that could not be listed
	clashes   map[pos]seen // what is at destinations already
	checked   bool         // all destinations were looked at
	policy    Policy
	decisions map[string]Policy // by name below the destination
}

// seen is what is at a destination.
type seen struct {
	Version
	etag string
}

// unwalked is where the listing of a source broke off.
type unwalked struct {
	source int
	after  string // a remote listing goes on after this; a local one at this directory
	Failure
}

// walk is one run of counting.
type walk struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// NewPlan prepares a plan. Nothing is read yet; what is wrong with the Spec itself is told by Count and by the job.
func NewPlan(s Spec) *Plan {
	s.Sources = slices.Clone(s.Sources)
	p := &Plan{spec: s, policy: s.Policy, steps: newSteps()}
	p.sources, p.invalid = prepare(&p.spec)
	return p
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

// Count walks all sources once and looks what is at the destination. Called again, it waits for the first or tells how
// that ended; after it was canceled it begins anew. A job that was started meanwhile keeps the walk alive.
func (p *Plan) Count(ctx context.Context) error {
	if p.invalid != nil {
		return p.invalid
	}
	w := p.begin(ctx)
	select {
	case <-w.done:
	case <-ctx.Done():
		if !p.keep() {
			w.cancel()
			<-w.done
		}
		return ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// keep says whether a job has taken the walk over.
func (p *Plan) keep() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.adopted
}

// begin starts the walk, or joins the one that is under way or complete.
func (p *Plan) begin(ctx context.Context) *walk {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.walk != nil && !(p.ended() && errors.Is(p.err, context.Canceled)) {
		return p.walk
	}
	if p.walk != nil {
		p.reset()
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	w := &walk{cancel: cancel, done: make(chan struct{})}
	p.walk = w
	go func() {
		defer close(w.done)
		defer cancel()
		p.finish(p.walkAll(ctx))
	}()
	return w
}

// ended says whether the walk is over. mu is held.
func (p *Plan) ended() bool {
	select {
	case <-p.walk.done:
		return true
	default:
		return false
	}
}

func (p *Plan) reset() {
	p.steps, p.lost, p.clashes, p.err, p.complete, p.checked = newSteps(), nil, nil, nil, false, false
	for _, n := range []*atomic.Int64{&p.totals.objects, &p.totals.folders, &p.totals.bytes, &p.totals.public, &p.totals.asked} {
		n.Store(0)
	}
}

// finish notes how the walk ended. The first part that was lost is the error to tell.
func (p *Plan) finish(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	if err == nil && len(p.lost) > 0 {
		p.err = p.lost[0].Err
	}
	p.complete = p.err == nil
	p.steps.close()
}

// adopt has a job do the steps: the walk, begun if need be, lives as long as the job wants.
func (p *Plan) adopt(ctx context.Context) *walk {
	p.mu.Lock()
	p.adopted = true
	p.mu.Unlock()
	w := p.begin(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps.bind()
	return w
}

// again walks what was lost once more.
func (p *Plan) again(ctx context.Context) *walk {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.lost) == 0 {
		return p.walk
	}
	lost := p.lost
	p.lost, p.err = nil, nil
	p.steps.reopen()
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	w := &walk{cancel: cancel, done: make(chan struct{})}
	p.walk = w
	go func() {
		defer close(w.done)
		defer cancel()
		var err error
		for _, l := range lost {
			if err = p.walkSource(ctx, l.source, l.after); err != nil {
				break
			}
		}
		p.finish(err)
	}()
	return w
}

// Totals tells how far counting is. It may be asked at any time.
func (p *Plan) Totals() Totals {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := Totals{
		Objects: int(p.totals.objects.Load()), Folders: int(p.totals.folders.Load()), Bytes: p.totals.bytes.Load(),
		Public: int(p.totals.public.Load()), PublicAsked: int(p.totals.asked.Load()),
		Conflicts: len(p.clashes), Failed: len(p.lost), Complete: p.complete, Err: p.err,
	}
	if p.invalid != nil {
		t.Err = p.invalid
	}
	return t
}

// Conflicts are the names that are there already, in order. It is complete when Count is.
func (p *Plan) Conflicts() []Conflict {
	p.mu.Lock()
	clashes := make(map[pos]seen, len(p.clashes))
	for at, theirs := range p.clashes {
		clashes[at] = theirs
	}
	p.mu.Unlock()
	conflicts := make([]Conflict, 0, len(clashes))
	for at, theirs := range clashes {
		s := p.step(p.steps.at(at))
		conflicts = append(conflicts, Conflict{Name: p.below(s), Theirs: theirs.Version,
			Ours: Version{Size: s.Size, Modified: s.Modified}})
	}
	slices.SortFunc(conflicts, func(a, b Conflict) int { return strings.Compare(a.Name, b.Name) })
	return conflicts
}

// below is a step's name below the destination.
func (p *Plan) below(s Step) string {
	if p.spec.Kind == Download {
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

// lose notes a part of a source that could not be listed.
func (p *Plan) lose(source int, after, name string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost = append(p.lost, unwalked{source: source, after: after, Failure: Failure{Name: name, Err: err}})
}

// to and from are the stores that steps are about.
func (p *Plan) from() *store.Store { return p.spec.From }

func (p *Plan) to() *store.Store {
	if p.spec.To == nil {
		return p.spec.From
	}
	return p.spec.To
}
