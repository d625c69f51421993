package job

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"spaces/store"
)

func noZip(s *Spec) error {
	for i := range s.Sources {
		if !s.Sources[i].Folder || s.Sources[i].Among() {
			return errors.New("only a folder comes as a .zip")
		}
	}
	return noFolder(s)
}

// walkZip finds the one step of a folder: it lists it to know how much there is.
func (p *Plan) walkZip(ctx context.Context, i int, _ string) error {
	src := &p.sources[i]
	size, some, request := int64(0), false, store.ListRequest{Space: src.Ref.Space, Prefix: src.Ref.Key}
	for {
		page, err := p.list(ctx, p.from, request)
		if err == nil && !page.More && (some || len(page.Entries) > 0) {
			err = p.try(ctx, func(ctx context.Context) error { return p.from.CheckArchive(ctx, src.Ref) })
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			p.lose(i, "", src.label(), err)
			return nil
		}
		for _, e := range page.Entries {
			size += e.Size
			some = true
		}
		if request.After = page.Next; page.More {
			continue
		}
		if !some {
			return nil
		}
		return p.found(ctx, record{source: i, size: size})
	}
}

// ofArchive cannot tell whether a file that is there is the same.
var ofArchive = fetching{(*job).fetchZip,
	func(*job, Step, string) (bool, error) { return false, nil },
	func(*job, context.Context, Step, string) (bool, error) { return false, nil }}

// zipStep downloads a folder as one file.
func (j *job) zipStep(ctx context.Context, at pos, r record, s Step, t *tally) {
	j.fetchBy(ctx, at, r, s, t, ofArchive)
}

// fetchZip is fetch for an archive. It is made as it is sent: one that breaks off begins anew.
func (j *job) fetchZip(ctx context.Context, s Step, name string, t *tally) (x *landing, err error) {
	p, err := j.openPart(s, name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.drop(j.place.dest) // the first error is the one to tell
		}
	}()
	var size int64
	err = j.try(ctx, func(ctx context.Context) (err error) {
		t.settle(0)
		if err := p.restart(); err != nil {
			return err
		}
		body, err := j.plan.from.GetArchive(ctx, s.From)
		if err != nil {
			return err
		}
		defer body.Close()
		size, err = copyAll(&zipSink{p.File, t, s.Size}, body, s.Size)
		return err
	})
	if err == nil {
		err = checkZip(ctx, p.File, size)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return &landing{part: p, name: name}, nil
}

// restart empties a part.
func (p *part) restart() error {
	_, err := p.Seek(0, io.SeekStart)
	if err == nil {
		err = p.Truncate(0)
	}
	if err != nil {
		return fmt.Errorf("writing the file: %w", bareFile(err))
	}
	return nil
}

// zipSink takes an archive that arrives. What it has beside the objects does not count.
type zipSink struct {
	file  *os.File
	tally *tally
	left  int64
}

func (w *zipSink) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	counts := min(int64(n), w.left)
	w.left -= counts
	w.tally.add(counts)
	if err != nil {
		err = fmt.Errorf("writing the file: %w", bareFile(err))
	}
	return n, err
}
