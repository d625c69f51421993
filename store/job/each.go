package job

import (
	"context"

	"spaces/store"
)

// PlannedStep is what would be done with one object.
type PlannedStep struct {
	From, To store.Ref // To is zero where nothing is written
	Local    string    // Upload: the file; Download: where it goes below LocalDir, as a key
	Size     int64
	Exists   bool // something is at the destination already: the policy says what becomes of it
}

// Each counts as Count does, and visits all steps, in the order in which they would be begun; nothing is changed anywhere.
// An error of visit ends it. What could not be listed does not keep the rest from being visited: it is the error in the end.
// The plan can be started after it, not before.
func (p *Plan) Each(ctx context.Context, visit func(PlannedStep) error) error {
	failed := p.Count(ctx)
	if p.invalid != nil || ctx.Err() != nil {
		return failed
	}
	var err error
	p.steps.each(func(at pos, r record) bool {
		if err = ctx.Err(); err == nil {
			err = visit(p.planned(at, r))
		}
		return err == nil
	})
	if err != nil {
		return err
	}
	return failed
}

func (p *Plan) planned(at pos, r record) PlannedStep {
	s := p.planOf(p.step(r))
	_, s.Exists, _ = p.known(at)
	return s
}

// planOf is a step as others see it.
func (p *Plan) planOf(s Step) PlannedStep {
	planned := PlannedStep{From: s.From, To: s.To, Local: s.Local, Size: s.Size}
	if !p.work().writes {
		planned.To = store.Ref{}
	}
	return planned
}
