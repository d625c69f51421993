package job

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"spaces/store"
)

// permit changes who may read one object.
func (j *job) permit(ctx context.Context, _ pos, _ record, s Step, _ *tally) error {
	err := j.try(ctx, func(ctx context.Context) error {
		return j.plan.from.SetAccess(ctx, s.From, j.plan.spec.Access)
	})
	if err == nil {
		j.readBack(ctx, s.From)
		j.rowThere(j.plan.from, s.From, store.Entry{Size: s.Size, Modified: s.Modified, ETag: s.ETag})
	}
	return err
}

// edit changes some of an object's headers and leaves the others: what is there is read, merged, and written back on
// condition that it is still there.
func (j *job) edit(ctx context.Context, _ pos, _ record, s Step, _ *tally) error {
	from := j.plan.from
	return j.try(ctx, func(ctx context.Context) error {
		info, err := from.Head(ctx, s.From)
		if err != nil {
			return err
		}
		changed, err := j.plan.spec.Edit.Apply(info.Props)
		if err != nil {
			return err
		}
		made, err := from.Copy(ctx, s.From, s.From, store.CopyOptions{Props: &changed, IfMatch: info.ETag, Size: info.Size})
		if errors.Is(err, store.Precondition) {
			return fmt.Errorf("%w: %w", errChanged, err)
		}
		if err == nil {
			made.Size = info.Size
			j.made(s.From, made)
		}
		return err
	})
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
