package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

func syncCommand(p process, o *options) *cobra.Command {
	var t transferOptions
	var remove bool
	c := transferCommand(&cobra.Command{
		Use:   "sync SRC DST",
		Short: "Make a folder as a directory is, a directory as a folder is, or a folder as another is: only what differs",
		Long: "sync writes to DST what SRC has and DST has not, or has otherwise. Both are directories or folders, with or without a slash, and what is in SRC comes to be in DST. What only DST has stays, " +
			"unless --delete is given: then it goes when all else has succeeded. It is counted, and asked about on a terminal; elsewhere --delete needs --yes.\n\n" +
			placesHelp +
			"A file and an object are the same when their sizes are, and their contents by the ETag; where that tells nothing, by the time of the file, which uploads note. Both sides are read once, in constant memory. " +
			"Between two Spaces it is spaces mirror without older versions.\n\n" +
			"Interrupted or killed, run it again: it goes on. " + statusHelp,
		Example: "spaces sync ./site s3://www\nspaces sync do:media/images ./images --delete --dry-run\nspaces sync s3://media ceph:media",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 2 {
				return misused(errors.New("sync needs two places: spaces sync SRC DST"))
			}
			return runSync(cmd.Context(), p, *o, t, remove, args[0], args[1])
		},
	}, o, &t, 2)
	flags := c.Flags()
	flags.BoolVar(&remove, "delete", false, "delete what only DST has, when all else has succeeded")
	flags.BoolVarP(&t.yes, "yes", "y", false, "do not ask before --delete deletes")
	t.addUpload(flags)
	return c
}

func runSync(ctx context.Context, p process, o options, t transferOptions, remove bool, from, to string) error {
	return withSession(ctx, p, o, func(ctx context.Context, s *session) error {
		_, _ = s.start("") // names are told as arguments have them
		x := &transfer{session: s, p: p, options: t}
		spec, err := x.syncSpec(from, to)
		if err != nil {
			return misused(err)
		}
		spec.Prune = remove
		plan := s.jobs.Plan(spec)
		if err := plan.Totals().Err; err != nil {
			return misused(err)
		}
		r := &mirrorReport{p: p, options: mirrorOptions{remove: remove, dryRun: t.dryRun, asJSON: t.asJSON}, quiet: t.quiet, requests: &s.requests}
		if t.dryRun {
			return r.look(ctx, plan)
		}
		if goOn, err := x.confirmSync(ctx, plan); err != nil || !goOn {
			return err
		}
		endEarlier(ctx, s.jobs, plan.Spec())
		if t.asJSON {
			lines := x.syncLines(spec)
			defer lines.flush()
			r.before = lines.flush
		}
		return r.run(ctx, s.jobs, plan)
	})
}

// syncSpec finds out in which direction a sync goes.
func (t *transfer) syncSpec(from, to string) (spec job.Spec, err error) {
	src, err := t.operand(from)
	if err != nil {
		return spec, err
	}
	dst, err := t.operand(to)
	if err != nil {
		return spec, err
	}
	switch {
	case src.std || dst.std:
		return spec, errors.New("a stream is no folder: use cp")
	case src.local != "" && dst.local != "":
		return spec, errors.New("neither is at an endpoint: write s3://SPACE/folder or PROFILE:SPACE/folder for what is")
	case src.local != "":
		t.kind = job.SyncUp
	case dst.local != "":
		t.kind = job.SyncDown
	default:
		if err := t.options.onlyUploads(job.Mirror); err != nil {
			return spec, err
		}
		spec, err = t.mirrorSpec(from, to)
		t.kind, spec.Current = spec.Kind, true
		return spec, err
	}
	if spec, err = t.options.spec(t.kind); err != nil {
		return spec, err
	}
	if t.kind == job.SyncDown {
		x, err := t.folderOf(from)
		if err == nil {
			spec.LocalDir, err = filepath.Abs(dst.local)
		}
		spec.From = x.conn
		spec.Sources = []job.Source{{Ref: x.ref, Folder: true}}
		return spec, err
	}
	if info, err := os.Stat(src.local); err == nil && !info.IsDir() {
		return spec, fmt.Errorf("%s is a file: cp copies those", store.Printable(from))
	}
	x, err := t.folderOf(to)
	if err != nil {
		return spec, err
	}
	spec.To, spec.Dest, spec.Sources = x.conn, x.ref, []job.Source{{Local: src.local}}
	return spec, t.uploadAccess(&spec, x)
}

// confirmSync asks before a sync deletes something.
func (t *transfer) confirmSync(ctx context.Context, p *job.Plan) (goOn bool, err error) {
	spec := p.Spec()
	if !spec.Prune || t.options.yes {
		return true, nil
	}
	if !canAsk(t.p) {
		return false, misused(errors.New("--delete needs --yes where nobody can be asked; --dry-run shows what would go"))
	}
	if err := countFirst(ctx, t.p, p, t.options.quiet); err != nil {
		return false, err
	}
	n := p.Totals().Only
	if n == 0 {
		return true, nil
	}
	yes, err := ask(ctx, t.p, fmt.Sprintf("Delete %s of %s that only %s has, when all else is done?",
		kit.Plural(n, "object"), kit.Formats{}.Bytes(p.Totals().OnlyBytes), store.Printable(spec.Target())))
	if err == nil && !yes {
		fmt.Fprintln(t.p.stderr, "Nothing was done.")
	}
	return yes, err
}

// outcomeLines prints a line of JSON for each object that a sync is done with.
type outcomeLines struct {
	mu  sync.Mutex
	out *bufio.Writer
}

func (l *outcomeLines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.out.Flush() // what cannot be written is nothing that failed
}

func (t *transfer) syncLines(spec job.Spec) *outcomeLines {
	l := &outcomeLines{out: bufio.NewWriter(t.p.stdout)}
	t.outcome = func(_ job.ID, o job.Outcome) {
		line := outcomeLine(o)
		line.Bytes = o.Size
		local := filepath.Join(spec.LocalDir, filepath.FromSlash(o.Local))
		switch {
		case t.kind == job.SyncUp && o.Local != "":
			line.Action, line.From, line.To = "upload", o.Local, t.nameOf(spec.To, o.To)
		case t.kind == job.SyncDown && o.From.Key != "":
			line.Action, line.From, line.To = "download", t.nameOf(spec.From, o.From), local
		case t.kind == job.Mirror && o.To.Key != "":
			line.Action, line.From, line.To = "copy", t.nameOf(spec.From, o.From), t.nameOf(spec.To, o.To)
		case t.kind == job.SyncDown:
			line.Action, line.From = "delete", local
		default:
			line.Action, line.From = "delete", t.nameOf(spec.To, o.From)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		_ = json.NewEncoder(l.out).Encode(line)
	}
	return l
}
