package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	"spaces/server/storage"
	"spaces/server/sweep"
)

// Planned sums what is due.
type Planned struct {
	Objects int   `json:"objects"` // and versions and markers
	Bytes   int64 `json:"bytes"`
	Uploads int   `json:"uploads"`
}

// PlanPage is how many of what is due are shown at once, at most.
const PlanPage = 500

// Plan calls show, page by page, with what the lifecycle of a Space would delete now, or that of all when space is "";
// nothing is deleted. The process that owns the directory makes the plan or, while none does, this one. An error of show
// ends it. What show is given is good until it returns.
func (d Dir) Plan(ctx context.Context, space string, show func([]sweep.Due) error) (sum Planned, err error) {
	here := func() error {
		engine, err := d.engine(0)
		if err != nil {
			return err
		}
		sum, err = plan(ctx, engine, d.Now, space, show)
		return errors.Join(err, engine.Close())
	}
	there := func(o other) error {
		last, err := o.ask(ctx, "lifecycle", controlRequest{Space: space}, func(a controlReply) error { return show(a.Due) })
		if err == nil {
			sum = *last.Planned
		}
		return err
	}
	err = d.hereOrThere(here, there)
	return sum, err
}

func plan(ctx context.Context, engine *storage.Engine, now func() time.Time, space string, show func([]sweep.Due) error) (sum Planned, err error) {
	names := []string{space}
	if space == "" {
		spaces, err := engine.Spaces()
		if err != nil {
			return sum, err
		}
		names = names[:0]
		for _, sp := range spaces {
			names = append(names, sp.Name)
		}
	}
	sweeper := sweep.New(engine, now, nil)
	var page []sweep.Due
	visit := func(d sweep.Due) error {
		sum.add(d)
		if page = append(page, d); len(page) < PlanPage {
			return nil
		}
		list := page
		page = page[:0]
		return show(list)
	}
	for _, name := range names {
		if err := sweeper.Plan(ctx, name, visit); err != nil {
			return sum, fmt.Errorf("plan the lifecycle of %s: %w", name, err)
		}
	}
	return sum, show(page)
}

func (s *Planned) add(d sweep.Due) {
	if d.Action == sweep.Abort {
		s.Uploads++
		return
	}
	s.Objects++
	s.Bytes += d.Size
}
