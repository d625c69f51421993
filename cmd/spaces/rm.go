package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

func rmCommand(p process, o *options) *cobra.Command {
	var t transferOptions
	c := transferCommand(&cobra.Command{
		Use:   "rm TARGET...",
		Short: "Delete files and folders of Spaces",
		Long: "rm deletes what is in Spaces; where those keep versions, the older ones stay. More than one object is counted, and asked about on a terminal; elsewhere folders and globs need --yes.\n\n" +
			placesHelp + "Keys may be globs: * and ? within a name, [a-z], ** across folders; a backslash makes them plain. Quote them.\n\n" + statusHelp,
		Example: "spaces rm s3://media/a.jpg s3://media/b.jpg\nspaces rm -r s3://media/2025/\nspaces rm 's3://media/**.tmp' --dry-run",
		RunE:    func(cmd *cobra.Command, args []string) error { return runRemove(cmd.Context(), p, *o, t, args) },
	}, o, &t, 1)
	flags := c.Flags()
	flags.BoolVarP(&t.recurse, "recursive", "r", false, "delete folders with all that is in them")
	flags.BoolVarP(&t.yes, "yes", "y", false, "do not ask")
	flags.BoolVarP(&t.force, "force", "f", false, "what is not there is no failure")
	return c
}

func runRemove(ctx context.Context, p process, o options, to transferOptions, args []string) error {
	return withSession(ctx, p, o, func(ctx context.Context, s *session) error {
		_, _ = s.start("") // names are told as arguments have them
		t := &transfer{session: s, p: p, options: to, kind: job.Delete}
		xs, err := t.targets(args)
		if err != nil {
			return misused(err)
		}
		spec, err := t.options.spec(t.kind)
		if err != nil {
			return misused(err)
		}
		spec.From = xs[0].conn
		if spec.Sources, err = t.sources(ctx, xs); err != nil {
			return err
		}
		return t.do(ctx, spec)
	})
}

// targets reads what is to be deleted.
func (t *transfer) targets(args []string) (xs []operand, err error) {
	for _, text := range args {
		x, err := t.operand(text)
		switch {
		case err != nil:
			return nil, err
		case !x.remote():
			return nil, fmt.Errorf("%s is on this machine: rm deletes in Spaces; write s3://SPACE/key or PROFILE:SPACE/key", store.Printable(text))
		case x.ref.Space != "" && x.ref.Key == "":
			return nil, fmt.Errorf("%s is a whole Space: spaces rb removes those; %s/** is all that is in it", store.Printable(text), store.Printable(strings.TrimRight(text, "/")))
		case x.folder() && !t.options.recurse && !x.glob():
			return nil, fmt.Errorf("%s: %w", store.Printable(text), errFolder)
		}
		t.globbed = t.globbed || x.glob()
		xs = append(xs, x)
	}
	return xs, nil
}

// confirm asks before more than one object is deleted.
func (t *transfer) confirm(ctx context.Context, p *job.Plan, r *transferReport) (goOn bool, err error) {
	if t.kind != job.Delete || t.options.yes {
		return true, nil
	}
	if !canAsk(t.p) {
		for _, src := range p.Spec().Sources {
			if src.Folder {
				return false, misused(errors.New("folders are deleted with --yes where nobody can be asked; --dry-run shows what would go"))
			}
		}
		if t.globbed {
			return false, misused(errors.New("what globs match is deleted with --yes where nobody can be asked; --dry-run shows what would go"))
		}
		return true, nil
	}
	if err := countFirst(ctx, t.p, p, t.options.quiet); err != nil {
		return false, err
	}
	totals := p.Totals()
	if totals.Objects < 2 {
		return true, nil
	}
	question := fmt.Sprintf("Delete %s of %s?", kit.Plural(totals.Objects, "object"), kit.Formats{}.Bytes(totals.Bytes))
	if totals.Versioned {
		question = fmt.Sprintf("Delete %s of %s? Older versions stay.", kit.Plural(totals.Objects, "object"), kit.Formats{}.Bytes(totals.Bytes))
	}
	yes, err := ask(ctx, t.p, question)
	if err == nil && !yes {
		fmt.Fprintln(t.p.stderr, "Nothing was deleted.")
	}
	return yes, err
}

// canAsk says whether somebody sits there.
func canAsk(p process) bool { return onTerminal(p.stdin) && onTerminal(p.stderr) }

// countFirst counts what a question is about.
func countFirst(ctx context.Context, p process, plan *job.Plan, quiet bool) error {
	err := newProgress(p, quiet).count(ctx, plan)
	switch {
	case ctx.Err() != nil:
		return interrupted(ctx, "nothing was deleted")
	case err != nil:
		return fmt.Errorf("counting what would be deleted: %w", err)
	}
	return nil
}

// ask puts a question on a terminal. Only y and yes are a yes.
func ask(ctx context.Context, p process, question string) (yes bool, err error) {
	fmt.Fprint(p.stderr, question+" [y/N] ")
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(p.stdin).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		line = strings.ToLower(strings.TrimSpace(line))
		return line == "y" || line == "yes", nil
	case <-ctx.Done():
		fmt.Fprintln(p.stderr)
		return false, interrupted(ctx, "nothing was deleted")
	}
}
