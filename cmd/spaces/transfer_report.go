package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// transferReport tells of a transfer: what is done on standard output, how far it is and what failed on standard error.
type transferReport struct {
	*transfer
	spec  job.Spec
	begun time.Time
	left  atomic.Int64 // bytes of what a policy left alone

	mu  sync.Mutex // of out
	out *bufio.Writer
}

// transferLine is a line of --json: one object.
type transferLine struct {
	Action string `json:"action"` // upload, download, copy, move, delete or trash; of a dry run also skip, and what --if-exists decides by
	From   string `json:"from"`
	To     string `json:"to,omitempty"`
	Bytes  int64  `json:"bytes"`
	There  bool   `json:"there,omitempty"`  // of a dry run: something is in the way
	Result string `json:"result,omitempty"` // done, skipped or failed; a dry run has none
	Error  string `json:"error,omitempty"`
}

// transferSum is the last line of --json.
type transferSum struct {
	Action   string          `json:"action"`
	DryRun   bool            `json:"dry_run"`
	Objects  int             `json:"objects"`
	Folders  int             `json:"folders"`
	Bytes    int64           `json:"bytes"`
	Done     int             `json:"done"`
	Skipped  int             `json:"skipped"`
	Failed   int             `json:"failed"`
	There    int             `json:"there"`        // of a dry run: names that are taken
	Public   int             `json:"public"`       // of a dry run: objects whose public links break
	Asked    int             `json:"public_asked"` // of how many that is known
	LeftOut  []mirrorFailure `json:"left_out"`     // of directories: what cannot be an object
	NotKept  []string        `json:"not_kept"`     // that the destination is known not to keep
	Failures []mirrorFailure `json:"failures"`
	Remarks  []mirrorFailure `json:"remarks"`
	Requests int64           `json:"requests"`
	Seconds  float64         `json:"seconds"`
	Cost     *transferCost   `json:"cost,omitempty"` // of a dry run
}

// transferCost is what a job would take, about.
type transferCost struct {
	Requests int64   `json:"requests"`
	Seconds  float64 `json:"seconds,omitempty"` // none: not known
}

// kindWords are what is done with objects, and what was.
var kindWords = map[job.Kind][2]string{job.Upload: {"upload", "uploaded"}, job.Download: {"download", "downloaded"}, job.Zip: {"download", "downloaded"}, job.Copy: {"copy", "copied"},
	job.Move: {"move", "moved"}, job.Delete: {"delete", "deleted"}, job.Trash: {"trash", "moved to the trash"}}

// words are those of what the command does.
func (t *transfer) words() [2]string {
	if t.move {
		return kindWords[job.Move]
	}
	return kindWords[t.kind]
}

// look prints what would be done.
func (r *transferReport) look(ctx context.Context, p *job.Plan) error {
	r.out = bufio.NewWriter(r.p.stdout)
	err := p.Each(ctx, func(s job.PlannedStep) error { return r.line(r.planned(s), s) })
	if ctx.Err() != nil {
		return interrupted(ctx, "nothing was changed")
	}
	t := p.Totals()
	if t.Failed == 0 && err != nil {
		return err
	}
	status := job.Status{Phase: job.Done, Objects: t.Objects, Bytes: t.Bytes, LeftOut: t.LeftOut, Failed: p.Failed(), FailedCount: t.Failed}
	return r.end(status, p)
}

// planned says what becomes of a name.
func (r *transferReport) planned(s job.PlannedStep) transferLine {
	line := transferLine{Action: r.words()[0], There: s.Exists}
	if !s.Exists {
		return line
	}
	switch r.spec.Policy {
	case job.Overwrite:
		line.Action = "overwrite"
	case job.Skip:
		line.Action = "skip"
	case job.KeepBoth:
		line.Action = "keep both"
	default:
		line.Action += " if " + r.options.ifExists
	}
	return line
}

// line prints one object.
func (r *transferReport) line(l transferLine, s job.PlannedStep) (err error) {
	l.Bytes = s.Size
	l.From, l.To = r.ends(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.options.asJSON:
		return json.NewEncoder(r.out).Encode(l)
	case r.options.quiet:
	case l.To == "":
		_, err = fmt.Fprintf(r.out, "%s\t%s\t%d\n", l.Action, store.Printable(l.From), l.Bytes)
	default:
		_, err = fmt.Fprintf(r.out, "%s\t%s\t%s\t%d\n", l.Action, store.Printable(l.From), store.Printable(l.To), l.Bytes)
	}
	return err
}

// ends are where a step leads from and to, as arguments have them.
func (r *transferReport) ends(s job.PlannedStep) (from, to string) {
	switch r.kind {
	case job.Upload:
		return s.Local, r.nameOf(r.spec.To, s.To)
	case job.Download, job.Zip:
		return r.nameOf(r.spec.From, s.From), filepath.Join(r.spec.LocalDir, filepath.FromSlash(s.Local))
	case job.Delete:
		return r.nameOf(r.spec.From, s.From), ""
	}
	return r.nameOf(r.spec.From, s.From), r.nameOf(r.spec.To, s.To)
}

// nameOf is a name as an argument has it.
func (s *session) nameOf(conn store.Conn, r store.Ref) string {
	if conn == s.given {
		return "s3://" + r.String()
	}
	return string(conn) + ":" + r.String()
}

// run does a plan and tells how it goes.
func (r *transferReport) run(ctx context.Context, p *job.Plan) error {
	r.out = bufio.NewWriter(r.p.stdout)
	r.outcome = r.did
	id := r.jobs.Start(p)
	status, ok := newProgress(r.p, r.options.quiet).follow(ctx, r.jobs, id)
	switch {
	case ok:
		return r.end(status, p)
	case r.spec.Sources[0].Stream: // nobody could go on with it
		r.jobs.Cancel(id)
		<-r.jobs.Ended(id)
		return interrupted(ctx, "nothing was written")
	case r.kind == job.Delete:
		return interrupted(ctx, "run it again to go on")
	}
	return interrupted(ctx, "spaces jobs goes on with it, or run it again")
}

// did prints an object that a job is done with.
func (r *transferReport) did(_ job.ID, o job.Outcome) {
	if o.Skipped {
		r.left.Add(o.Size)
	}
	if !r.options.asJSON {
		return
	}
	l := outcomeLine(o)
	l.Action = r.words()[0]
	_ = r.line(l, o.PlannedStep) // who does not read it any more is told by the sum
}

// outcomeLine says how an object ended.
func outcomeLine(o job.Outcome) transferLine {
	switch {
	case o.Err != nil:
		return transferLine{Result: "failed", Error: o.Err.Error()}
	case o.Skipped:
		return transferLine{Result: "skipped"}
	}
	return transferLine{Result: "done"}
}

// end prints the sum and says by its error what the exit status is.
func (r *transferReport) end(s job.Status, p *job.Plan) error {
	sum := transferSum{Action: r.words()[0], DryRun: r.options.dryRun, Objects: s.Objects, Bytes: s.Bytes, Skipped: s.Skipped,
		Done: max(0, s.ObjectsDone-s.Skipped), Failed: s.FailedCount + len(r.missing), LeftOut: []mirrorFailure{}, NotKept: []string{},
		Failures: failures(append(r.missing, s.Failed...)), Remarks: failures(s.Remarks), Requests: r.requests.Load(), Seconds: r.p.now().Sub(r.begun).Seconds()}
	if !sum.DryRun {
		sum.Bytes = s.BytesDone - r.left.Load()
	}
	if p != nil {
		t := p.Totals()
		sum.Folders, sum.There, sum.Public, sum.Asked = t.Folders, t.Conflicts, t.Public, t.PublicAsked
		sum.LeftOut = failures(p.LeftOut())
		if sum.DryRun {
			c := p.Cost()
			sum.Cost = &transferCost{c.Requests, c.Time.Seconds()}
		}
		for _, lost := range p.Lacks() {
			sum.NotKept = append(sum.NotKept, lost.Error())
		}
	}
	if r.out == nil {
		r.out = bufio.NewWriter(r.p.stdout)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.print(sum)
	if err := r.out.Flush(); err != nil {
		return err
	}
	if sum.Failed == 0 {
		return nil
	}
	if len(s.Failed) > 0 && errors.Is(s.Failed[0].Err, store.NoSpace) {
		return errors.New("there is no such Space: spaces mb makes one")
	}
	return fmt.Errorf("%s failed", kit.Plural(sum.Failed, "thing"))
}

func failures(list []job.Failure) []mirrorFailure {
	all := make([]mirrorFailure, 0, len(list))
	for _, f := range list {
		all = append(all, mirrorFailure{f.Name, f.Err.Error()})
	}
	return all
}

// print writes the sum, and to standard error what failed.
func (r *transferReport) print(s transferSum) {
	printFailures(r.p.stderr, s.Failures, s.Failed)
	if r.options.asJSON {
		_ = json.NewEncoder(r.out).Encode(s) // its error is that of the flush
		return
	}
	if r.options.quiet {
		return
	}
	for _, f := range s.Remarks {
		fmt.Fprintf(r.p.stderr, "note: %s: %s\n", store.Printable(f.Name), safeLine(f.Error))
	}
	for _, f := range s.LeftOut {
		fmt.Fprintf(r.p.stderr, "left out: %s: %s\n", store.Printable(f.Name), safeLine(f.Error))
	}
	for _, lost := range s.NotKept {
		fmt.Fprintf(r.p.stderr, "note: not kept: %s\n", lost)
	}
	if s.DryRun {
		r.printPlan(s)
		return
	}
	fmt.Fprintf(r.out, "%s of %s %s", kit.Plural(s.Done, "object"), kit.Formats{}.Bytes(s.Bytes), r.words()[1])
	if s.Skipped > 0 {
		fmt.Fprintf(r.out, ", %s skipped", kit.Count(s.Skipped))
	}
	if s.Failed > 0 {
		fmt.Fprintf(r.out, ", %s failed", kit.Count(s.Failed))
	}
	fmt.Fprintf(r.out, "; %s, %s\n", kit.Plural(s.Requests, "request"), time.Duration(s.Seconds*float64(time.Second)).Round(time.Millisecond))
}

func areThere(n int) string {
	if n == 1 {
		return "1 is"
	}
	return kit.Count(n) + " are"
}

func (r *transferReport) printPlan(s transferSum) {
	fmt.Fprintf(r.out, "%s of %s would be %s", kit.Plural(s.Objects, "object"), kit.Formats{}.Bytes(s.Bytes), r.words()[1])
	if s.There > 0 {
		fmt.Fprintf(r.out, "; %s there already (--if-exists %s)", areThere(s.There), cmp.Or(r.options.ifExists, "overwrite"))
	}
	if s.Public > 0 {
		fmt.Fprintf(r.out, "; the public links of %s break", kit.Count(s.Public))
		if s.Asked < s.Objects {
			fmt.Fprintf(r.out, ", of %s that were asked", kit.Count(s.Asked))
		}
	}
	if s.Cost != nil && s.Objects > 0 {
		fmt.Fprintf(r.out, "; about %s", kit.Plural(s.Cost.Requests, "request"))
		if left := kit.Left(time.Duration(s.Cost.Seconds * float64(time.Second))); left != "" && s.Cost.Seconds >= 1 {
			fmt.Fprintf(r.out, ", %s", left)
		}
	}
	fmt.Fprintln(r.out)
}
