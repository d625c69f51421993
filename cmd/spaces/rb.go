package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

type rbOptions struct{ force, yes bool }

func rbCommand(p process, o *options) *cobra.Command {
	var rb rbOptions
	cmd := &cobra.Command{
		Use:   "rb SPACE",
		Short: "Remove a Space",
		Long: "rb removes a Space in which nothing is. With --force it destroys one with everything in it, older versions and unfinished uploads too, for good, or where the server is this program for a week: it says how much that is, and has the name of the Space typed on the terminal. " +
			"Where there is no terminal --yes takes the place of that.",
		Example: "spaces rb s3://media\nspaces rb --force do:media\nspaces rb --force --yes s3://scratch",
		Args:    needs(1, 1, "rb SPACE"),
	}
	cmd.Flags().BoolVar(&rb.force, "force", false, "destroy everything in it, too")
	cmd.Flags().BoolVar(&rb.yes, "yes", false, "do not ask: for scripts")
	usable(cmd, o)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withSession(cmd.Context(), p, *o, func(ctx context.Context, s *session) error {
			w := &viewer{session: s, p: p, out: bufio.NewWriter(p.stdout)}
			list, err := w.operands(args)
			if err != nil {
				return err
			}
			if err = w.rb(ctx, list[0], rb); err == nil {
				_, err = fmt.Fprintf(p.stdout, "Removed %s\n", store.Printable(list[0].ref.Space))
			}
			return err
		})
	}
	return cmd
}

func (w *viewer) rb(ctx context.Context, x operand, rb rbOptions) error {
	st, err := w.wholeSpace(x)
	if err != nil {
		return err
	}
	if !rb.force {
		err = st.DeleteSpace(ctx, x.ref.Space)
		if errors.Is(err, store.NotEmpty) {
			return fmt.Errorf("%w; --force destroys what is in it, too", err)
		}
		return err
	}
	plan := w.jobs.Plan(job.Spec{Kind: job.Destroy, From: x.conn, To: x.conn, Sources: []job.Source{{Ref: store.Ref{Space: x.ref.Space}, Folder: true}}})
	if err := plan.Count(ctx); err != nil {
		return err
	}
	if !rb.yes {
		if err := confirmDestroy(w.p, st, x.ref.Space, plan.Totals()); err != nil {
			return err
		}
	}
	return destroyed(ctx, w.jobs, w.jobs.Start(plan))
}

// confirmDestroy says what would be lost and has the name of the Space typed.
func confirmDestroy(p process, st *store.Store, space string, t job.Totals) error {
	in, isFile := p.stdin.(*os.File)
	if !isFile || !isTerminal(in) {
		return misused(errors.New("--force asks for the name of the Space on a terminal; without one give --yes"))
	}
	what := kit.Plural(t.Objects, "object") + " of " + kit.Formats{}.Bytes(t.Bytes)
	if t.Versions+t.Markers > 0 {
		what += ", " + kit.Plural(t.Versions, "older version") + " and " + kit.Plural(t.Markers, "delete marker") + " among them"
	}
	stays := "are deleted for good"
	if st.KeepsDestroyed() {
		stays = "go. It can be had back for a week, in the panel"
	}
	_, _ = fmt.Fprintf(p.stderr, "%s holds %s. The Space, everything in it and its unfinished uploads %s.\nIts links break, and its name becomes free for others. Type its name to go on: ", store.Printable(space), what, stays)
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && err != io.EOF {
		return fmt.Errorf("read the name: %w", err)
	}
	if strings.TrimRight(line, "\r\n") != space {
		return errors.New("that is not the name of the Space: nothing was changed")
	}
	return nil
}

// destroyed waits for the end of a job.
func destroyed(ctx context.Context, jobs *job.Manager, id job.ID) error {
	for {
		for _, s := range jobs.Snapshot() {
			switch {
			case s.ID != id || !s.Phase.Ended():
			case s.Phase == job.Done:
				return nil
			case len(s.Failed) > 0:
				return fmt.Errorf("%s could not be deleted, the first: %s: %w", kit.Plural(s.FailedCount, "thing"), s.Failed[0].Name, s.Failed[0].Err)
			default:
				return errors.New("canceled")
			}
		}
		select {
		case <-jobs.Changed():
		case <-ctx.Done():
			jobs.Cancel(id)
			return errors.New("interrupted: what was deleted is gone, the rest is there")
		}
	}
}
