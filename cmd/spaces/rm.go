package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
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
		Long: "rm deletes what is in Spaces, for good; where those keep versions, the older ones stay. With --trash it goes to the trash of its Space, where the panel (g t) lists and restores it; " +
			"a Space that keeps versions needs none. More than one object is counted, and asked about on a terminal; elsewhere folders and globs need --yes.\n\n" +
			placesHelp + "Keys may be globs: * and ? within a name, [a-z], ** across folders; a backslash makes them plain. Quote them.\n\n" + statusHelp,
		Example: "spaces rm s3://media/a.jpg s3://media/b.jpg\nspaces rm -r s3://media/2025/\nspaces rm -r --trash s3://media/2025/\nspaces rm 's3://media/**.tmp' --dry-run",
		RunE:    func(cmd *cobra.Command, args []string) error { return runRemove(cmd.Context(), p, *o, t, args) },
	}, o, &t, 1)
	flags := c.Flags()
	flags.BoolVarP(&t.recurse, "recursive", "r", false, "delete folders with all that is in them")
	flags.BoolVar(&t.trash, "trash", false, "move to the trash of the Space, not for good")
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
		if t.options.trash {
			if spec, err = t.toTrash(ctx, spec); err != nil {
				return err
			}
		}
		return t.do(ctx, spec)
	})
}

// toTrash is what the panel does with what is deleted to the trash: in a Space that keeps versions those are the trash. What
// is in the trash already is nothing that a glob means.
func (t *transfer) toTrash(ctx context.Context, spec job.Spec) (job.Spec, error) {
	if t.globbed {
		spec.Sources = slices.DeleteFunc(spec.Sources, func(c job.Source) bool { return store.InTrash(c.Ref.Key) })
	}
	if len(spec.Sources) == 0 {
		return spec, nil
	}
	st, err := t.Get(spec.From)
	if err != nil {
		return spec, err
	}
	space := spec.Sources[0].Ref.Space
	if versioned, err := st.Versioned(ctx, space); err != nil || versioned {
		return spec, err
	}
	t.kind = job.Trash
	return job.ToTrash(spec.From, space, spec.Sources, t.p.now().Add(st.Ahead())), nil
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
		case t.options.trash && !x.glob() && store.InTrash(x.ref.Key):
			return nil, fmt.Errorf("%s is in the trash: from there it is deleted for good, without --trash", store.Printable(text))
		case t.options.trash && len(xs) > 0 && xs[0].ref.Space != x.ref.Space:
			return nil, errors.New("each Space has a trash of its own: delete in one at a time")
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
	if t.kind != job.Delete && t.kind != job.Trash || t.options.yes {
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
	what := fmt.Sprintf("%s of %s", kit.Plural(totals.Objects, "object"), kit.Formats{}.Bytes(totals.Bytes))
	question := "Delete " + what + "?"
	switch {
	case t.kind == job.Trash:
		question = "Move " + what + " to the trash?"
	case totals.Versioned:
		question += " Older versions stay."
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
