package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/job"
)

// mirrorOptions are the flags of spaces mirror.
type mirrorOptions struct {
	remove, dryRun, asJSON, current, create bool
}

func mirrorCommand(p process, o *options) *cobra.Command {
	var m mirrorOptions
	cmd := &cobra.Command{
		Use:   "mirror SRC DST",
		Short: "Make one Space or folder as another is, on any two endpoints, and only what differs",
		Long: "mirror writes to DST what SRC has and DST has not, or has otherwise, with headers, metadata, tags, permissions and storage class; where both sides have versioning, " +
			"all versions in their order. What only DST has stays, unless --delete is given: then it goes when all else has succeeded.\n\n" +
			"  s3://SPACE/folder/        on the connection that --profile or --endpoint chose, else on the store of this machine\n" +
			"  PROFILE:SPACE/folder/     on another connection; :SPACE/folder/ is on the store of this machine\n\n" +
			"Both sides are listed once and compared in constant memory. An object is the same when size and ETag are, and SRC was not written to since. Where the ETags are of two kinds " +
			"(uploads in other parts, encryption with a key of its own) the dates decide: DST has to be newer. Changed tags and permissions of an object that is the same otherwise are not " +
			"noticed.\n\n" +
			"Interrupted or killed, run it again: it goes on. Exit status 0 says that all is there, 1 that something failed, which is listed, 2 that it was called wrongly.",
		Example: "spaces mirror s3://media do:media --create\nspaces mirror do:media/images/ ceph:archive/images/ --delete --dry-run\nspaces mirror --endpoint http://127.0.0.1:3900 :media s3://media",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return misused(errors.New("mirror needs two places: spaces mirror SRC DST"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runMirror(cmd.Context(), p, *o, m, args[0], args[1])
		},
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misused(explainFlag(cmd, err)) })
	flags := cmd.Flags()
	o.addConnection(flags)
	o.addLimit(flags)
	flags.BoolVar(&m.remove, "delete", false, "delete what only DST has, when all else has succeeded")
	flags.BoolVarP(&m.dryRun, "dry-run", "n", false, "say what would be done, a line for each object, and change nothing")
	flags.BoolVar(&m.asJSON, "json", false, "print JSON: one object a line, the sum last")
	flags.BoolVar(&m.current, "current", false, "leave older versions behind also where both sides have versioning")
	flags.BoolVar(&m.create, "create", false, "create the Space of DST where it is missing, with versioning where SRC has it")
	return cmd
}

// counted counts the requests of all connections as they are sent.
func counted(config func(store.Conn) (store.Config, error), n *atomic.Int64) func(store.Conn) (store.Config, error) {
	return func(conn store.Conn) (store.Config, error) {
		c, err := config(conn)
		c.Wrap = func(next http.RoundTripper) http.RoundTripper { return &counting{next, n} }
		return c, err
	}
}

type counting struct {
	next http.RoundTripper
	n    *atomic.Int64
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return c.next.RoundTrip(r)
}

func runMirror(ctx context.Context, p process, o options, m mirrorOptions, from, to string) error {
	return withSession(ctx, p, o, func(ctx context.Context, s *session) error {
		spec, err := s.mirrorSpec(from, to)
		if err != nil {
			return misused(err)
		}
		spec.Prune, spec.Current = m.remove, m.current
		if err := prepareMirror(ctx, s.connections, spec, m); err != nil {
			return err
		}
		r := mirrorReport{p: p, options: m, requests: &s.requests}
		if m.dryRun {
			return r.look(ctx, s.jobs.Plan(spec))
		}
		endEarlier(ctx, s.jobs, spec)
		return r.run(ctx, s.jobs, s.jobs.Plan(spec))
	})
}

// mirrorSpec reads the two sides.
func (s *session) mirrorSpec(from, to string) (spec job.Spec, err error) {
	src, err := s.folderOf(from)
	if err != nil {
		return spec, err
	}
	dst, err := s.folderOf(to)
	if err != nil {
		return spec, err
	}
	return job.Spec{Kind: job.Mirror, From: src.conn, To: dst.conn, Dest: dst.ref,
		Sources: []job.Source{{Ref: src.ref, Folder: true}}}, nil
}

// folderOf reads an argument that has to be a folder of a Space; its slash need not be written.
func (s *session) folderOf(text string) (operand, error) {
	x, err := s.operand(text)
	switch {
	case err != nil:
		return x, err
	case !x.remote():
		return x, fmt.Errorf("%q is a path on this machine: spaces sync makes a Space as a directory is, and the other way round", text)
	case x.ref.Space == "":
		return x, fmt.Errorf("%q names no Space", text)
	case !x.folder():
		x.ref.Key += "/"
	}
	return x, nil
}

// prepareMirror creates the Space of the destination where that is asked for and it is missing.
func prepareMirror(ctx context.Context, cs *connections, s job.Spec, m mirrorOptions) error {
	if !m.create {
		return nil
	}
	from, err := cs.Get(s.From)
	if err != nil {
		return err
	}
	to, err := cs.Get(s.To)
	if err != nil {
		return err
	}
	if _, err = to.List(ctx, store.ListRequest{Space: s.Dest.Space, Max: 1}); !errors.Is(err, store.NoSpace) {
		return err
	}
	if m.dryRun {
		return fmt.Errorf("%s is not there yet: without --dry-run it is created, and all of the source is written: %w", s.Target(), err)
	}
	versions, err := from.Versioning(ctx, s.Sources[0].Ref.Space)
	if err != nil && (store.Transient(err) || errors.Is(err, store.NoSpace)) {
		return err
	}
	if err = to.CreateSpace(ctx, s.Dest.Space, store.CreateOptions{}); err == nil && versions == store.Versioned && !m.current {
		err = to.SetVersioning(ctx, s.Dest.Space, store.Versioned)
	}
	return err
}

// endEarlier ends what is left of the same mirror when it was killed: uploads that hold space at the destination.
func endEarlier(ctx context.Context, jobs *job.Manager, s job.Spec) {
	for _, u := range jobs.Unfinished() {
		if u.Kind == s.Kind && u.Spec.From == s.From && u.Spec.To == s.To && u.Spec.Dest == s.Dest && u.Spec.LocalDir == s.LocalDir && u.Spec.Sources[0].Ref == s.Sources[0].Ref && u.Spec.Sources[0].Local == s.Sources[0].Local {
			_ = jobs.End(ctx, u.ID) // what cannot be ended now stays noted
		}
	}
}
