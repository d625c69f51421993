package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

func someJobs(cmd *cobra.Command, args []string) error {
	return misused(cobra.MinimumNArgs(1)(cmd, args))
}

func jobsResumeCommand(p process, o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "resume ID...",
		Short: "Go on with jobs that were cut short",
		Long: "resume does what is left of a job: uploads go on with the parts that are missing, downloads with the ranges, and what has arrived is left alone. " +
			"Objects that were written after the job was confirmed are left alone by everything that deletes, moves or changes; how many is said.",
		Args:              someJobs,
		ValidArgsFunction: completeJobs(p, o, func(_ job.Unfinished, running bool) bool { return !running }),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withSession(cmd.Context(), p, *o, func(ctx context.Context, s *session) error {
				return eachJob(s.jobs, args, func(u job.Unfinished, running bool) error { return takeUpJob(ctx, p, s.jobs, u, running, s.jobs.Again) })
			})
		},
	}
	o.addConnection(cmd.Flags())
	return cmd
}

func jobsRollbackCommand(p process, o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rollback ID...",
		Short: "Take back copies and moves that were cut short",
		Long: "rollback deletes at the destination what a copy or move has copied there, where the source is still there, and ends its open uploads. " +
			"What was moved as a whole stays where it is now, and what was overwritten does not come back.",
		Args: someJobs,
		ValidArgsFunction: completeJobs(p, o, func(u job.Unfinished, running bool) bool {
			return !running && (u.Kind == job.Copy || u.Kind == job.Move)
		}),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withSession(cmd.Context(), p, *o, func(ctx context.Context, s *session) error {
				return eachJob(s.jobs, args, func(u job.Unfinished, running bool) error {
					if !running && !u.CanBack() {
						return fmt.Errorf("%s: only copies and moves can be taken back; spaces jobs cancel gives it up", u.Title)
					}
					return takeUpJob(ctx, p, s.jobs, u, running, s.jobs.Back)
				})
			})
		},
	}
	o.addConnection(cmd.Flags())
	return cmd
}

func takeUpJob(ctx context.Context, p process, jobs *job.Manager, u job.Unfinished, running bool, take func(string) (job.ID, error)) error {
	if running {
		return fmt.Errorf("%s: %s", u.Title, u.Why)
	}
	id, err := take(u.ID)
	if err != nil {
		return fmt.Errorf("%s: %w", u.Title, err)
	}
	status, ok := newProgress(p, false).follow(ctx, jobs, id)
	if !ok {
		return interrupted(ctx, "spaces jobs resume goes on with it")
	}
	for _, f := range status.Failed {
		fmt.Fprintf(p.stderr, "failed: %s: %s\n", store.Printable(f.Name), safeLine(f.Err.Error()))
	}
	for _, f := range status.Remarks {
		fmt.Fprintf(p.stderr, "note: %s: %s\n", store.Printable(f.Name), safeLine(f.Err.Error()))
	}
	fmt.Fprintf(p.stdout, "%s: %s, %s of %s\n", store.Printable(status.Title), status.Phase, kit.Count(status.ObjectsDone), kit.Plural(status.Objects, "object"))
	switch status.Phase {
	case job.Done:
		return nil
	case job.Canceled:
		return errors.New("it was canceled")
	}
	return fmt.Errorf("%s failed", kit.Plural(status.FailedCount, "thing"))
}

func jobsCancelCommand(p process, o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cancel ID...",
		Short: "Give up jobs: their uploads are aborted and begun files removed",
		Long: "cancel gives up a job that was cut short: its open uploads are aborted and the files that it has begun removed. What has arrived stays. " +
			"A job that another program works on is canceled there.",
		Args:              someJobs,
		ValidArgsFunction: completeJobs(p, o, func(job.Unfinished, bool) bool { return true }),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withSession(cmd.Context(), p, *o, func(ctx context.Context, s *session) error {
				return eachJob(s.jobs, args, func(u job.Unfinished, running bool) error { return cancelJob(ctx, p, s.jobs, u, running) })
			})
		},
	}
	o.addConnection(cmd.Flags())
	return cmd
}

const (
	cancelWithin = time.Minute // another program cleans up meanwhile
	cancelLook   = 100 * time.Millisecond
)

func cancelJob(ctx context.Context, p process, jobs *job.Manager, u job.Unfinished, running bool) (err error) {
	if running {
		err = cancelElsewhere(ctx, jobs, u)
	} else {
		err = jobs.End(ctx, u.ID)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", u.Title, err)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: canceled\n", store.Printable(u.Title))
	return err
}

// cancelElsewhere asks the program that works on a job, and waits until it has ended there.
func cancelElsewhere(ctx context.Context, jobs *job.Manager, u job.Unfinished) error {
	if err := jobs.End(ctx, u.ID); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, cancelWithin)
	defer cancel()
	tick := time.NewTicker(cancelLook)
	defer tick.Stop()
	for {
		if err := jobs.Look(); err != nil {
			return err
		}
		_, running, err := findJob(jobs, u.ID)
		switch {
		case err != nil:
			return nil
		case !running:
			return jobs.End(ctx, u.ID)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("process %d does not answer: it ends the job as soon as it can", u.Program)
		}
	}
}
