package job

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"

	"spaces/store"
)

// permit changes who may read one object.
func (j *job) permit(ctx context.Context, _ pos, r record, s Step, _ *tally) error {
	is, must := j.plan.alteration(r)
	was, err := j.accessBefore(ctx, s.From, must)
	if err != nil {
		return err
	}
	err = j.try(ctx, func(ctx context.Context) error {
		return j.plan.from.SetAccess(ctx, s.From, is.Access)
	})
	if err == nil {
		j.noteAccess(s, was, is)
		j.readBack(ctx, s.From, is.Access)
		j.rowThere(j.plan.from, s.From, store.Entry{Size: s.Size, Modified: s.Modified, ETag: s.ETag})
	}
	return err
}

// amended is an object of which the metadata was written, and not yet looked at what became of the rest.
type amended struct {
	kept *store.Kept
	made store.Info
	paid func() // it has all that it had
}

// edit changes some of an object's headers and leaves the others: what is there is read, merged, and written back on
// condition that it is still there. Then what came out is compared with what was meant. An object that is already as it
// should be is not written.
func (j *job) edit(ctx context.Context, at pos, r record, s Step, _ *tally) error {
	x, begun := j.halfDone(at)
	if !begun {
		var err error
		if x, err = j.amend(ctx, r, s); err != nil || x == nil {
			return err
		}
	}
	var lost []string
	look := func(ctx context.Context) (err error) {
		lost, err = j.plan.from.PutRight(ctx, x.kept, x.made)
		return err
	}
	err := j.try(ctx, look)
	if ctx.Err() != nil { // what was begun is ended
		ctx, done := cleanup(ctx)
		defer done()
		err = look(store.Once(ctx))
	}
	if err != nil {
		j.keepHalfDone(at, x)
		return fmt.Errorf("its metadata was changed, and what else it had could not be put right: %w", err)
	}
	x.paid()
	if len(lost) > 0 {
		j.remark(Failure{Name: s.From.Key, Err: fmt.Errorf("%w: %s", ErrNotKept, strings.Join(lost, ", "))})
	}
	return nil
}

// amend writes the changed metadata of an object. It is nil where nothing is to be changed.
func (j *job) amend(ctx context.Context, r record, s Step) (x *amended, err error) {
	from := j.plan.from
	is, must := j.plan.alteration(r)
	x = &amended{}
	err = j.try(ctx, func(ctx context.Context) (err error) {
		x.kept, err = from.Keep(ctx, s.From)
		return err
	})
	if err != nil {
		return nil, err
	}
	was := is.amongHeaders(x.kept.Props)
	if must != nil && !must.stands(was) {
		return nil, errSkipped
	}
	changed, err := is.edit().Apply(x.kept.Props)
	if err != nil || sameHeaders(changed, x.kept.Props) {
		return nil, err
	}
	x.paid = func() {}
	if owed, ok := from.Owed(x.kept); ok {
		d := debt{from.Conn(), plainRef{s.From.Space, text(s.From.Key)}, owed}
		if x.paid, err = j.m.o.Ledger.owe(d); err != nil {
			return nil, err
		}
	}
	err = j.try(ctx, func(ctx context.Context) (err error) {
		x.made, err = from.Amend(ctx, x.kept, changed)
		return err
	})
	if errors.Is(err, store.Precondition) {
		x.paid()
		return nil, fmt.Errorf("%w: %w", errChanged, err)
	}
	if err != nil {
		j.giveBack(ctx, x)
		return nil, err
	}
	x.made.Size = x.kept.Size
	j.did.changed(s.From, x.made.Size, x.made.ETag, value{was, is})
	j.made(s.From, x.made)
	return x, nil
}

// giveBack is for a write of which it is not known whether it was done: what the object had must not get lost by it.
func (j *job) giveBack(ctx context.Context, x *amended) {
	ctx, done := cleanup(ctx)
	defer done()
	// The failure of the write is the one to tell.
	if _, err := j.plan.from.PutRight(store.Once(ctx), x.kept, store.Info{}); err == nil {
		x.paid()
	}
}

func sameHeaders(a, b store.Props) bool {
	same := maps.Equal(a.Meta, b.Meta)
	a.Meta, b.Meta, a.Tags, b.Tags = nil, nil, nil, nil
	return same && reflect.DeepEqual(a, b)
}

// halfDone takes a step of which only the rest is to be done, when it is tried again.
func (j *job) halfDone(at pos) (*amended, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	x, ok := j.amends[at]
	delete(j.amends, at)
	return x, ok
}

func (j *job) keepHalfDone(at pos, x *amended) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.amends == nil {
		j.amends = map[pos]*amended{}
	}
	j.amends[at] = x
}

const metaPrefix = "x-amz-meta-"

// Apply makes the change to p, which is left as it is.
func (e Edit) Apply(p store.Props) (store.Props, error) {
	p.Meta = maps.Clone(p.Meta)
	for name, value := range e.Set {
		if err := set(&p, name, value); err != nil {
			return p, err
		}
	}
	for _, name := range e.Unset {
		if err := set(&p, name, ""); err != nil {
			return p, err
		}
	}
	return p, nil
}

// set changes one header; "" removes it.
func set(p *store.Props, name, value string) error {
	if meta, ok := strings.CutPrefix(strings.ToLower(name), metaPrefix); ok {
		if value == "" {
			delete(p.Meta, meta)
			return nil
		}
		if p.Meta == nil {
			p.Meta = map[string]string{}
		}
		p.Meta[meta] = value
		return nil
	}
	switch http.CanonicalHeaderKey(name) {
	case "Content-Type":
		p.ContentType = value
	case "Cache-Control":
		p.CacheControl = value
	case "Content-Encoding":
		p.ContentEncoding = value
	case "Content-Disposition":
		p.ContentDisposition = value
	case "Content-Language":
		p.ContentLanguage = value
	case "Expires":
		p.Expires = value
	default:
		return fmt.Errorf("%q is not a header that objects have", name)
	}
	return nil
}
