package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"spaces/server/storage"
	"spaces/server/sweep"
	"spaces/store"
)

func lifecycleCommand(p process, o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lifecycle",
		Short: "Show what the lifecycle rules of the Spaces would do",
		Long: "The lifecycle rules of a Space (PutBucketLifecycleConfiguration) are carried out once a day by spaces serve, and by the panel while it is open on " +
			"this machine's store. Uploads that stay incomplete for 30 days are aborted where no rule says otherwise.",
	}
	cmd.AddCommand(lifecyclePlanCommand(p, o))
	return cmd
}

func lifecyclePlanCommand(p process, o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "plan [SPACE]",
		Short: "List what is due to be deleted now, and delete nothing",
		Long: "plan asks the server that owns the data directory or, while none runs, looks itself. It prints a line of tab-separated columns for each thing that is due: " +
			"what becomes of it, SPACE/KEY, its version or upload, the id of the rule, and its bytes. What is not there is a -.\n\n" +
			"  delete          the object goes for good\n" +
			"  hide            the object gets a delete marker\n" +
			"  delete-version  an older version goes for good\n" +
			"  delete-marker   a delete marker goes that hides nothing any more\n" +
			"  abort-upload    an incomplete upload goes with its parts\n\n" +
			"The sum is printed to standard error.",
		Example: "spaces lifecycle plan\nspaces lifecycle plan backups | grep ^delete-version",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			space := ""
			if len(args) > 0 {
				space = args[0]
			}
			return lifecyclePlan(cmd.Context(), p, *o, space)
		},
	}
}

// duePage is how many of what is due are sent at once.
const duePage = 500

// planned sums what is due.
type planned struct {
	Objects int   `json:"objects"` // and versions and markers
	Bytes   int64 `json:"bytes"`
	Uploads int   `json:"uploads"`
}

// lifecyclePlan prints as it goes: of what is due no more than a page is in memory.
func lifecyclePlan(ctx context.Context, p process, o options, space string) error {
	dir, err := existingDir(o)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(p.stdout)
	show := func(list []sweep.Due) error { return printDue(out, list) }
	var sum planned
	engine, err := storage.Open(dir, storage.Options{Now: p.now, Logger: troubleLog(p)})
	var locked *storage.LockedError
	switch {
	case errors.As(err, &locked):
		sum, err = askPlan(ctx, dir, locked, space, show)
	case err != nil:
		return openFailed(dir, err)
	default:
		sum, err = plan(ctx, sweep.New(engine, p.now, nil), engine, space, show)
		err = errors.Join(err, engine.Close())
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stderr, "%d objects, versions and markers of %d bytes and %d uploads are due\n", sum.Objects, sum.Bytes, sum.Uploads)
	return err
}

// plan calls show with what is due in a Space, or in all, page by page.
func plan(ctx context.Context, w *sweep.Sweeper, engine *storage.Engine, space string, show func([]sweep.Due) error) (sum planned, err error) {
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
	var page []sweep.Due
	visit := func(d sweep.Due) error {
		sum.add(d)
		if page = append(page, d); len(page) < duePage {
			return nil
		}
		list := page
		page = page[:0]
		return show(list)
	}
	for _, name := range names {
		if err := w.Plan(ctx, name, visit); err != nil {
			return sum, fmt.Errorf("plan the lifecycle of %s: %w", store.Printable(name), err)
		}
	}
	return sum, show(page)
}

func (s *planned) add(d sweep.Due) {
	if d.Action == sweep.Abort {
		s.Uploads++
		return
	}
	s.Objects++
	s.Bytes += d.Size
}

func printDue(w io.Writer, list []sweep.Due) error {
	for _, d := range list {
		id, rule := d.Version+d.Upload, store.Printable(d.Rule)
		if id == "" {
			id = "-"
		}
		if rule == "" {
			rule = "-"
		}
		if _, err := fmt.Fprintf(w, "%s\t%s/%s\t%s\t%s\t%d\n", d.Action, store.Printable(d.Space), store.Printable(d.Key), id, rule, d.Size); err != nil {
			return err
		}
	}
	return nil
}

// askPlan has the process that owns the data directory make the plan.
func askPlan(ctx context.Context, dir string, locked *storage.LockedError, space string, show func([]sweep.Due) error) (planned, error) {
	a, err := askOwner(ctx, dir, locked, "lifecycle", controlRequest{Space: space}, func(a controlReply) error { return show(a.Due) })
	if err != nil {
		return planned{}, err
	}
	return *a.Planned, nil
}

// lifecycle answers askPlan.
func (c *control) lifecycle(ctx context.Context, q controlRequest, say func(controlReply)) error {
	sum, err := plan(ctx, sweep.New(c.engine, c.now, nil), c.engine, q.Space, func(list []sweep.Due) error {
		if len(list) > 0 {
			say(controlReply{Due: list})
		}
		return ctx.Err()
	})
	if err == nil {
		say(controlReply{Planned: &sum})
	}
	return err
}
