package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"spaces/store"
	"spaces/store/job"
)

// transferOptions are the flags of the commands that transfer and delete.
type transferOptions struct {
	recurse, dryRun, asJSON, quiet, links bool
	zip                                   bool // of cp
	ifExists, access                      string
	headers, meta                         []string
	yes, force, trash                     bool // of rm
}

// policies are what --if-exists takes.
var policies = map[string]job.Policy{"overwrite": job.Overwrite, "skip": job.Skip, "keep-both": job.KeepBoth, "newer": job.Newer, "differs": job.Differs}

// transferCommand is what the commands have in common.
func transferCommand(c *cobra.Command, o *options, t *transferOptions, fewest int) *cobra.Command {
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) < fewest {
			return misused(fmt.Errorf("%s needs more: spaces %s", c.Name(), c.Use))
		}
		return nil
	}
	c.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misused(explainFlag(cmd, err)) })
	flags := c.Flags()
	o.addConnection(flags)
	o.addLimit(flags)
	flags.BoolVarP(&t.dryRun, "dry-run", "n", false, "say what would be done, a line for each object, and change nothing")
	flags.BoolVar(&t.asJSON, "json", false, "print JSON: one object a line, the sum last")
	flags.BoolVarP(&t.quiet, "quiet", "q", false, "say only what failed")
	flags.IntVar(&o.workers, "workers", 0, "objects at once (default: 16)")
	return c
}

// addTransfer adds the flags of what writes somewhere.
func (t *transferOptions) addTransfer(flags *pflag.FlagSet) {
	flags.BoolVarP(&t.recurse, "recursive", "r", false, "take folders, directories and whole Spaces along")
	flags.StringVar(&t.ifExists, "if-exists", "overwrite", "what happens to a name that is there already: overwrite, skip, keep-both (a number is put before the extension), newer (overwrite what is older), differs (overwrite other content)")
	t.addUpload(flags)
}

// addUpload adds the flags of what uploads.
func (t *transferOptions) addUpload(flags *pflag.FlagSet) {
	flags.StringVar(&t.access, "access", "", "who may read what is uploaded: private, public (default: as the profile says, else private)")
	flags.BoolVar(&t.links, "links", false, "upload also what links in a directory lead to outside of it")
	flags.StringArrayVar(&t.headers, "header", nil, "a header of what is uploaded: 'Cache-Control: max-age=3600'; may be given more than once")
	flags.StringArrayVar(&t.meta, "meta", nil, "metadata of what is uploaded: name=value; may be given more than once")
}

// edit are the headers and metadata that flags name.
func (t *transferOptions) edit() (e job.Edit, err error) {
	set := map[string]string{}
	for _, text := range t.headers {
		name, value, ok := strings.Cut(text, ":")
		if !ok {
			return e, fmt.Errorf("--header %q is not written as 'Name: value'", text)
		}
		set[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	for _, text := range t.meta {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return e, fmt.Errorf("--meta %q is not written as name=value", text)
		}
		set["x-amz-meta-"+name] = value
	}
	if len(set) > 0 {
		e.Set = set
	}
	return e, nil
}

// placesHelp tells how arguments are read.
const placesHelp = "  s3://SPACE/key       on the connection that --profile or --endpoint chose, else on the store of this machine\n" +
	"  PROFILE:SPACE/key    on another connection; :SPACE/key is on the store of this machine\n" +
	"  anything else        a path of this machine; - is standard input or output\n\n"

// namesHelp tells what things are called where they arrive.
const namesHelp = "What DST ends in decides on names: a slash, a Space or a directory that is there keeps them; otherwise the last part of DST is the new name. With -r, a folder or directory without a slash at " +
	"its end goes by its name, as photos in s3://media/photos; with one, photos/, what is in it goes, as does what is in a whole Space or in “.”.\n\n" +
	"Keys may be globs: * and ? within a name, [a-z], ** across folders. What matches keeps its path from the folder on that the first of them is in. A backslash makes them plain: 's3://media/a\\*b'. " +
	"Globs of paths are the shell's; quote those of keys.\n\n"

// conflictsHelp tells what happens to what is in the way.
const conflictsHelp = "What is in the way is overwritten, as cp does; --if-exists skip or keep-both loses nothing, and --dry-run shows first what is there.\n\n"

const statusHelp = "Exit status 0 says that all is done, 1 that something failed, which is listed, 2 that it was called wrongly."

// spec is what all flags say of a job.
func (t *transferOptions) spec(k job.Kind) (s job.Spec, err error) {
	s = job.Spec{Kind: k, Links: t.links}
	if t.ifExists != "" {
		policy, is := policies[t.ifExists]
		if !is {
			return s, fmt.Errorf("--if-exists can be overwrite, skip, keep-both, newer or differs, not %q", t.ifExists)
		}
		s.Policy = policy
	}
	switch t.access {
	case "":
	case "private":
		s.Access = store.Private
	case "public", string(store.PublicRead):
		s.Access = store.PublicRead
	default:
		return s, fmt.Errorf("--access can be private or public, not %q", t.access)
	}
	if s.Edit, err = t.edit(); err != nil {
		return s, err
	}
	return s, t.onlyUploads(k)
}

// onlyUploads refuses flags of uploads where there is none.
func (t *transferOptions) onlyUploads(k job.Kind) error {
	switch {
	case k == job.Upload, k == job.SyncUp:
		return nil
	case t.access != "":
		return errors.New("--access is for uploads: copies keep who may read them")
	case len(t.headers)+len(t.meta) > 0:
		return errors.New("--header and --meta are for uploads: copies keep theirs")
	}
	return nil
}

// transfer is a command under way.
type transfer struct {
	*session
	p       process
	options transferOptions
	kind    job.Kind
	move    bool          // sources go when they have arrived
	missing []job.Failure // arguments that name nothing
	globbed bool          // an argument is a glob
}

// do plans a job and does it, or says what it would do.
func (t *transfer) do(ctx context.Context, spec job.Spec) error {
	r := &transferReport{transfer: t, begun: t.p.now()}
	if len(spec.Sources) == 0 {
		return r.end(job.Status{Phase: job.Done}, nil)
	}
	plan := t.jobs.Plan(spec)
	if err := plan.Totals().Err; err != nil {
		return misused(err)
	}
	r.spec = plan.Spec()
	if spec.Sources[0].Stream {
		plan.Feed(t.p.stdin)
	}
	if t.options.dryRun {
		return r.look(ctx, plan)
	}
	if goOn, err := t.confirm(ctx, plan, r); err != nil || !goOn {
		return err
	}
	return r.run(ctx, plan)
}
