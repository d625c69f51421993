package job

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"spaces/store"
)

// undo is what a plan takes back.
type undo struct {
	path   string
	values []value
}

// forget removes what was noted.
func (u *undo) forget() { _ = os.Remove(u.path) }

// undoAtOnce is how many noted objects are looked at together.
const undoAtOnce = 10_000

// takeBack makes the sources of an undo: the places where what was noted is now, each with the one that it had.
func (p *Plan) takeBack(l *Ledger) error {
	path, err := l.diaryAt(p.spec.Undo.ID)
	if err != nil {
		return err
	}
	d := reading{}
	if d.readDiary(path) != nil || d.count == 0 {
		return errNotNoted
	}
	p.undo = &undo{path: path, values: d.values}
	p.spec.Dest = store.Ref{Space: d.pairs[0].from.Space}
	p.sources = make([]source, len(d.pairs))
	for i, x := range d.pairs {
		p.sources[i] = source{Source: &Source{Ref: x.to}, target: x.from.Key}
		if p.work().moves && x.from.Space != p.spec.Dest.Space {
			return errors.New("it took files out of more than one Space")
		}
	}
	return nil
}

// walkUndo finds the steps of an undo: of what is still as it was left. What else was noted is left out and told.
func (p *Plan) walkUndo(ctx context.Context) error {
	var chunk []record
	d := reading{object: func(r record) error {
		if chunk = append(chunk, r); len(chunk) < undoAtOnce {
			return nil
		}
		err := p.lookBack(ctx, chunk)
		chunk = chunk[:0]
		return err
	}}
	err := d.readDiary(p.undo.path)
	if err == nil {
		err = p.lookBack(ctx, chunk)
	}
	if err == nil && !p.keep() {
		p.mu.Lock()
		p.checked = p.work().writes
		p.mu.Unlock()
	}
	return err
}

// lookBack adds the steps of some of what was noted, with what is at their old places.
func (p *Plan) lookBack(ctx context.Context, noted []record) error {
	var still []record
	err := p.lookAt(ctx, p.from, noted, func(r record) store.Ref { return p.step(r).From }, func(r record, e store.Entry, err error) error {
		switch name := p.step(r).From.Key; {
		case r.history == unsure && (errors.Is(err, store.NotFound) || err == nil && (e.Size != r.size || e.ETag != r.etag)):
			// it was not done
		case p.spec.Again && errors.Is(err, store.NotFound):
			// it was taken back before this was cut short, or is nobody's business
		case errors.Is(err, store.NotFound):
			p.leaveOut(name, errGoneFrom)
		case err != nil:
			return err
		case e.Size != r.size || r.etag != "" && e.ETag != r.etag:
			p.leaveOut(name, errSince)
		default:
			r.etag, r.modified = e.ETag, e.Modified
			still = append(still, r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	taken := map[int]seen{} // by index in still
	if p.work().writes {
		at := map[string]int{}
		for i, r := range still {
			at[p.step(r).To.Key] = i
		}
		err = p.lookAt(ctx, p.to, still, func(r record) store.Ref { return p.step(r).To }, func(r record, e store.Entry, err error) error {
			if err == nil {
				taken[at[p.step(r).To.Key]] = seen{Version: Version{Size: e.Size, Modified: e.Modified}, etag: e.ETag}
			} else if !errors.Is(err, store.NotFound) {
				return err
			}
			return nil
		})
	}
	for i, r := range still {
		if err != nil {
			return err
		}
		var at pos
		if at, err = p.steps.add(ctx, r); err != nil {
			return err
		}
		p.totals.objects.Add(1)
		p.totals.bytes.Add(r.size)
		p.weigh(r.size)
		if theirs, is := taken[i]; is {
			p.clash(at, theirs)
		}
	}
	return err
}

// lookAt looks at one place of each record, in as few requests as may be.
func (p *Plan) lookAt(ctx context.Context, s *store.Store, list []record, place func(record) store.Ref, visit func(record, store.Entry, error) error) error {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b record) int {
		x, y := place(a), place(b)
		if n := strings.Compare(x.Space, y.Space); n != 0 {
			return n
		}
		return strings.Compare(x.Key, y.Key)
	})
	list = slices.CompactFunc(list, func(a, b record) bool { return place(a) == place(b) })
	for len(list) > 0 {
		n, space := 1, place(list[0]).Space
		for n < len(list) && place(list[n]).Space == space {
			n++
		}
		some := list[:n]
		l := looker{s: s, space: space, keys: make([]string, n), gone: true, try: p.try}
		for i, r := range some {
			l.keys[i] = place(r).Key
		}
		l.visit = func(i int, e store.Entry, err error) error { return visit(some[i], e, err) }
		if err := l.run(ctx); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}
