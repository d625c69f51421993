package job

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"spaces/store"
)

// errNotPruned is why what only the destination has stays there.
var (
	errNotPruned = errors.New("nothing was deleted at the destination, because not all was written")
	errNoSource  = errors.New("nothing was found at the source: the destination is not emptied because of that")
)

// prune deletes what only the destination has, once all that was to be written is there: exactly what was counted.
func (j *job) prune(ctx context.Context) {
	p := j.plan
	if p.totals.objects.Load() > 0 {
		for _, lost := range p.Losses() {
			if errors.Is(lost, ErrNoHistory) { // what else is lost is remarked on where it is
				j.remark(Failure{Name: p.spec.Dest.String(), Err: lost})
			}
		}
	}
	if !p.prunes() || p.totals.only.Load() == 0 {
		return
	}
	j.mu.Lock()
	failed := j.failCount > 0
	j.mu.Unlock()
	switch {
	case failed || len(p.Failed()) > 0:
		j.remark(Failure{Name: p.spec.Target(), Err: errNotPruned})
		return
	case !p.hasSource():
		j.failLate(0, p.sources[0].label(), errNoSource)
		return
	}
	only := p.onlyThere()
	only.close()
	for {
		if j.gate.wait(ctx) != nil {
			return
		}
		_, records, err := only.take(ctx, deleteBatch, false, nil)
		if err != nil || len(records) == 0 {
			return
		}
		if !j.pruneBatch(ctx, records) {
			return
		}
	}
}

func (p *Plan) hasSource() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mirror.read
}

// pruneBatch deletes some; it is false when no more should be tried.
func (j *job) pruneBatch(ctx context.Context, records []record) bool {
	p := j.plan
	if j.work().toDisk {
		return j.pruneFiles(ctx, records)
	}
	keys := make([]string, len(records))
	for i, r := range records {
		keys[i] = p.spec.Dest.Key + r.name
	}
	var failed map[string]error
	err := j.try(ctx, func(ctx context.Context) (err error) {
		failed, err = p.to.DeleteMany(ctx, p.spec.Dest.Space, keys)
		return err
	})
	if err != nil {
		if ctx.Err() == nil {
			j.failLate(0, p.spec.Dest.String(), fmt.Errorf("deleting what only the destination has: %w", err))
		}
		return false
	}
	for _, key := range keys {
		if err := failed[key]; err != nil {
			j.failLate(0, key, err)
			continue
		}
		j.pruned.Add(1)
		j.tell(Step{From: store.Ref{Space: p.spec.Dest.Space, Key: key}}, nil)
		j.rowGone(p.to, store.Ref{Space: p.spec.Dest.Space, Key: key})
	}
	j.m.changes.touch()
	return true
}

// pruneFiles removes files that only the directory of a sync has, and the directories that get empty by that.
func (j *job) pruneFiles(ctx context.Context, records []record) bool {
	for _, r := range records {
		if ctx.Err() != nil {
			return false
		}
		err := j.place.dest.Remove(filepath.FromSlash(strings.TrimSuffix(r.name, "/")))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			j.failLate(0, filepath.Join(j.place.dir, filepath.FromSlash(r.name)), fmt.Errorf("removing it: %w", bareFile(err)))
			continue
		}
		j.pruned.Add(1)
		j.tell(Step{Local: r.name}, nil)
		for dir := path.Dir(strings.TrimSuffix(r.name, "/")); dir != "."; dir = path.Dir(dir) {
			if j.place.dest.Remove(filepath.FromSlash(dir)) != nil {
				break // something is in it
			}
		}
	}
	j.m.changes.touch()
	return true
}
