package job

import (
	"context"
	"errors"
	"time"

	"spaces/store/compare"
)

// A mirror makes one folder as another is. Both listings are merged in the order of keys as they come, so that neither is
// kept; what a listing tells has to say whether an object is there already (compare.Copied), so that a mirror that has
// nothing to do costs the two listings and no more. To be killed does no harm: run again, it goes on.

// Differences are what a mirror found.
type Differences struct {
	New, Changed, Same int
	Only               int   // objects that only the destination has
	OnlyBytes          int64 // of them
	Dated              int   // of Same: by their dates, as their ETags tell nothing
}

// Change is what becomes of a name at the destination of a mirror.
type Change uint8

// Changes.
const (
	Add Change = iota
	Replace
	Remove
)

func (c Change) String() string { return [...]string{"add", "replace", "delete"}[c] }

// Difference is one name that a mirror has to do with.
type Difference struct {
	Change
	compare.Reason        // of Replace
	Name           string // below both folders
	Size           int64  // of what is written or removed
	Versions       int    // that are written; 0: only the current one is looked at
}

// mirroring is how far the walk of a mirror is.
type mirroring struct {
	known    bool // the versioning of both sides is
	keeping  [2]keeping
	merge    *compare.Comparison
	versions *histories
	only     *steps // what only the destination has, of a mirror that prunes
	read     bool   // the source has something
	visit    func(Difference) error
}

// noMirror says what a Spec of a mirror lacks.
func noMirror(s *Spec) error {
	if len(s.Sources) != 1 || !s.Sources[0].Folder || s.Name != "" || s.Sources[0].Name != "" {
		return errors.New("a mirror is of one folder, or of a whole Space")
	}
	return nil
}

// Walk finds what differs and keeps nothing of it: of a mirror that is only looked at, however large. visit is told of each
// name in order. It is in the place of Count, and the plan cannot be started after it.
func (p *Plan) Walk(ctx context.Context, visit func(Difference) error) error {
	p.mirror.visit = visit
	return p.Count(ctx)
}

func (p *Plan) differences() Differences {
	t := &p.totals
	return Differences{New: int(t.fresh.Load()), Changed: int(t.changed.Load()), Same: int(t.alike.Load()),
		Only: int(t.only.Load()), OnlyBytes: t.onlyBytes.Load(), Dated: int(t.dated.Load())}
}

// walkMirror merges the listings of both sides. Called again after an error, it goes on where it was.
func (p *Plan) walkMirror(ctx context.Context, i int, _ string) error {
	err := p.mergeMirror(ctx, i)
	if err != nil && ctx.Err() == nil && !errors.Is(err, errVisit) {
		p.lose(i, "", p.sources[i].label(), err)
		return nil
	}
	return err
}

// errVisit marks an error of who is told of differences.
var errVisit = errors.New("")

func (p *Plan) mergeMirror(ctx context.Context, i int) error {
	if err := p.lookAtVersioning(ctx); err != nil {
		return err
	}
	if p.Histories() {
		return p.mergeHistories(ctx, i)
	}
	m, src := &p.mirror, &p.sources[i]
	if m.merge == nil {
		m.merge = compare.New(compare.Folder{Store: p.from, Space: src.Ref.Space, Prefix: src.Ref.Key},
			compare.Folder{Store: p.to, Space: p.spec.Dest.Space, Prefix: p.spec.Dest.Key})
	}
	for {
		var rows []compare.Row
		var done bool
		err := p.try(ctx, func(ctx context.Context) (err error) {
			rows, done, err = m.merge.Next(ctx)
			return err
		})
		if err != nil {
			return err
		}
		ahead := compare.Ahead(p.from, p.to)
		for k := range rows {
			if err := p.judge(ctx, i, &rows[k], ahead); err != nil {
				return err
			}
		}
		if done {
			return nil
		}
	}
}

// judge makes a step of a row where one is due.
func (p *Plan) judge(ctx context.Context, i int, row *compare.Row, ahead time.Duration) error {
	if p.isMarkerOfItself(i, row.Name) {
		return nil
	}
	left, right := &row.Files[compare.Left], &row.Files[compare.Right]
	if row.Verdict == compare.OnlyRight {
		return p.foundOnly(ctx, i, row.Name, right.Size)
	}
	p.sawSource()
	d := Difference{Change: Add, Name: row.Name, Size: left.Size}
	if row.Verdict != compare.OnlyLeft {
		same, by := row.Copied(ahead)
		if same {
			p.foundSame(by)
			return nil
		}
		d.Change, d.Reason = Replace, by
	}
	return p.foundDifference(ctx, d, record{source: i, name: row.Name, size: left.Size, etag: left.ETag(), modified: left.Modified()})
}

// isMarkerOfItself says whether a name is the marker of one of the two folders, where the other is a whole Space, which can
// have none.
func (p *Plan) isMarkerOfItself(i int, name string) bool {
	return name == "" && (p.sources[i].Ref.Key == "" || p.spec.Dest.Key == "")
}

func (p *Plan) sawSource() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mirror.read = true
}

func (p *Plan) foundSame(by compare.Reason) {
	p.totals.alike.Add(1)
	if by == compare.Date {
		p.totals.dated.Add(1)
	}
}

func (p *Plan) foundDifference(ctx context.Context, d Difference, r record) error {
	if !p.work().fromDisk && !p.work().toDisk {
		if err := p.lookAtRest(ctx); err != nil {
			return err
		}
	}
	if d.Change == Add {
		p.totals.fresh.Add(1)
	} else {
		p.totals.changed.Add(1)
	}
	if p.mirror.visit != nil {
		p.totals.objects.Add(1)
		p.totals.bytes.Add(r.size)
		p.weigh(r.size)
		return p.told(d)
	}
	return p.found(ctx, r)
}

func (p *Plan) foundOnly(ctx context.Context, i int, name string, size int64) error {
	p.totals.only.Add(1)
	p.totals.onlyBytes.Add(size)
	switch {
	case p.mirror.visit != nil:
		return p.told(Difference{Change: Remove, Name: name, Size: size})
	case p.keep() && !p.prunes():
		return nil
	}
	_, err := p.onlyThere().add(ctx, record{source: i, name: name, size: size})
	return err
}

func (p *Plan) told(d Difference) error {
	if err := p.mirror.visit(d); err != nil {
		return errors.Join(errVisit, err)
	}
	return nil
}

// onlyThere are the names that only the destination has.
func (p *Plan) onlyThere() *steps {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mirror.only == nil {
		p.mirror.only = newSteps(p.scratch)
	}
	return p.mirror.only
}

func (p *Plan) prunes() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.spec.Prune
}

// Prune says whether what only the destination of a mirror has is deleted in the end. It must be called before the job is
// started.
func (p *Plan) Prune(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spec.Prune = on
}
