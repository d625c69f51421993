package job

import (
	"context"
	"errors"
)

// What a destination cannot keep of copies, known before.
var (
	ErrKeepsNoAccess = errors.New("files have no permissions of their own there: what anybody can read here is as private there as its Space")
	ErrKeepsNoTags   = errors.New("files have no tags there: the copies are without those of the files")
)

// Lacks are what the destination cannot keep of what is copied, as far as it is known before: ErrKeepsNoAccess, ErrKeepsNoTags.
// It is complete when Count is.
func (p *Plan) Lacks() []error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lacks
}

// askLacks finds them out, of copies from one Space to another. It is no failure where nobody tells: what came out is
// looked at then.
func (p *Plan) askLacks(ctx context.Context) {
	w := p.spec.work()
	if !w.writes || w.compares || w.fromDisk || w.toDisk || len(p.sources) == 0 {
		return
	}
	from, to := p.sources[0].Ref.Space, p.spec.Dest.Space
	if from == to && p.from == p.to || from == "" || to == "" {
		return
	}
	here, err := p.from.Keeps(ctx, from)
	if err != nil {
		return
	}
	there, err := p.to.Keeps(ctx, to)
	if err != nil {
		return
	}
	var lacks []error
	if here.Access && !there.Access {
		lacks = append(lacks, ErrKeepsNoAccess)
	}
	if here.Tags && !there.Tags {
		lacks = append(lacks, ErrKeepsNoTags)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lacks = lacks
}
