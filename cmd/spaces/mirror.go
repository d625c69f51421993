package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
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

func runMirror(ctx context.Context, p process, o options, m mirrorOptions, from, to string) (err error) {
	boundGarbage(p, serveGarbage)
	c, err := loadConfig(o.config)
	if err != nil {
		return err
	}
	cs := newConnections(p, o, c)
	r := mirrorReport{p: p, options: m}
	cs.Conns = store.NewConns(counted(cs.config, &r.requests))
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		err = errors.Join(err, cs.close(ending))
	}()
	spec, err := mirrorSpec(cs, from, to)
	if err != nil {
		return misused(err)
	}
	spec.Prune, spec.Current = m.remove, m.current
	if err := prepareMirror(ctx, cs, spec, m); err != nil {
		return err
	}
	ledger := openLedger(p, o)
	jobs := job.New(job.Options{Now: p.now, Ledger: ledger, Conns: cs.Conns})
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		err = errors.Join(err, jobs.Close(ending), ledger.Close())
	}()
	if m.dryRun {
		return r.look(ctx, jobs.Plan(spec))
	}
	endEarlier(ctx, jobs, spec)
	return r.run(ctx, jobs, jobs.Plan(spec))
}

// mirrorSpec reads the two sides.
func mirrorSpec(cs *connections, from, to string) (s job.Spec, err error) {
	src, err := cs.folderAt(from)
	if err != nil {
		return s, err
	}
	dst, err := cs.folderAt(to)
	if err != nil {
		return s, err
	}
	return job.Spec{Kind: job.Mirror, From: src.Conn, To: dst.Conn, Dest: dst.Ref(),
		Sources: []job.Source{{Ref: src.Ref(), Folder: true}}}, nil
}

// folderAt reads a place on the command line, and opens its connection.
func (cs *connections) folderAt(text string) (at store.Place, err error) {
	at, remote := cs.placeAt(text)
	if !remote {
		return at, fmt.Errorf("%q is a path on this machine: mirror cannot do those yet; write s3://SPACE/folder/ or PROFILE:SPACE/folder/", text)
	}
	if at, err = store.ParsePlace(at.Key, store.Place{Conn: at.Conn}); err != nil {
		return at, err
	}
	if at.Space == "" || at.Tab != store.Files {
		return at, fmt.Errorf("%q names no Space", text)
	}
	if at.Key != "" && !strings.HasSuffix(at.Key, "/") {
		at.Key += "/"
	}
	s, err := cs.Get(at.Conn)
	if err == nil {
		at.Conn = s.Conn()
	}
	return at, err
}

// placeAt says what connection a text names, and in Key what is left of it; remote is false for a path of this machine.
func (cs *connections) placeAt(text string) (at store.Place, remote bool) {
	if rest, ok := strings.CutPrefix(text, "s3://"); ok {
		at.Conn, _ = cs.start("")
		return store.Place{Conn: at.Conn, Key: "/" + rest}, true
	}
	conn, rest, ok := strings.Cut(text, ":")
	if strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") { // ENDPOINT#KEY:SPACE
		at, err := store.ParsePlace(text, store.Place{})
		return store.Place{Conn: at.Conn, Key: "/" + strings.TrimPrefix(at.String(), string(at.Conn)+":")}, err == nil
	}
	if !ok || strings.ContainsAny(conn, `/\.`) || rest == "" {
		return at, false
	}
	return store.Place{Conn: store.Conn(conn), Key: "/" + strings.TrimPrefix(rest, "/")}, true
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
		if u.Kind == job.Mirror && u.Spec.From == s.From && u.Spec.To == s.To && u.Spec.Dest == s.Dest && u.Spec.Sources[0].Ref == s.Sources[0].Ref {
			_ = jobs.End(ctx, u.ID) // what cannot be ended now stays noted
		}
	}
}
