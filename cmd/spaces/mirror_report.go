package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"spaces/store"
	"spaces/store/compare"
	"spaces/store/job"
	"spaces/tui/kit"
)

// mirrorReport tells of a mirror: what it does on standard output, how far it is on standard error.
type mirrorReport struct {
	p        process
	options  mirrorOptions
	quiet    bool
	before   func() // the sum is printed; nil: nothing
	requests *atomic.Int64
}

// mirrorSum is the last line of --json.
type mirrorSum struct {
	Source      string          `json:"source"`
	Destination string          `json:"destination"`
	DryRun      bool            `json:"dry_run"`
	Versions    bool            `json:"versions"` // all of them, not only the current ones
	New         int             `json:"new"`
	Changed     int             `json:"changed"`
	Same        int             `json:"same"`
	SameByDate  int             `json:"same_by_date"` // of Same: ETags tell nothing
	OnlyThere   int             `json:"only_there"`
	ToWrite     int64           `json:"bytes_to_write"`
	NotKept     []string        `json:"not_kept"` // that the destination is known not to keep
	Written     int             `json:"written"`
	Bytes       int64           `json:"bytes"`
	Deleted     int             `json:"deleted"`
	Skipped     int             `json:"skipped"` // deleted at the source meanwhile
	Failed      int             `json:"failed"`
	Failures    []mirrorFailure `json:"failures"`
	Remarks     []mirrorFailure `json:"remarks"`
	Requests    int64           `json:"requests"`
	Seconds     float64         `json:"seconds"`
}

type mirrorFailure struct {
	Name  string `json:"name"`
	Error string `json:"error"`
}

// mirrorLine is a line of --dry-run --json.
type mirrorLine struct {
	Change   string `json:"change"`
	Name     string `json:"name"`
	Bytes    int64  `json:"bytes"`
	Versions int    `json:"versions,omitempty"`
	By       string `json:"by,omitempty"`
}

// byWords are what a file was found to differ by.
var byWords = map[compare.Reason]string{compare.Size: "size", compare.Checksum: "content", compare.Date: "date"}

func (r *mirrorReport) sum(p *job.Plan) mirrorSum {
	s, t := p.Spec(), p.Totals()
	from, _, _ := strings.Cut(strings.TrimPrefix(s.Title(), "Mirror "), " to ")
	switch {
	case s.Kind == job.SyncUp:
		from = s.Sources[0].Local
	case s.From != "":
		from = string(s.From) + " ▸ " + s.Sources[0].Ref.String()
	case s.Kind == job.SyncDown:
		from = s.Sources[0].Ref.String()
	}
	sum := mirrorSum{Source: from, Destination: s.Target(), DryRun: r.options.dryRun, Versions: p.Histories(), New: t.New, Changed: t.Changed, Same: t.Same,
		SameByDate: t.Dated, OnlyThere: t.Only, ToWrite: t.Bytes, NotKept: []string{}, Failures: []mirrorFailure{}, Remarks: []mirrorFailure{}, Requests: r.requests.Load()}
	for _, lost := range p.Losses() {
		sum.NotKept = append(sum.NotKept, lost.Error())
	}
	return sum
}

// look prints what would be done.
func (r *mirrorReport) look(ctx context.Context, p *job.Plan) error {
	begun := r.p.now()
	out := bufio.NewWriter(r.p.stdout)
	err := p.Walk(ctx, func(d job.Difference) error {
		if d.Change == job.Remove && !r.options.remove {
			return nil
		}
		return r.line(out, d)
	})
	if err == nil {
		sum := r.sum(p)
		sum.Seconds = r.p.now().Sub(begun).Seconds()
		r.print(out, sum)
	}
	return errors.Join(err, out.Flush())
}

func (r *mirrorReport) line(w io.Writer, d job.Difference) error {
	by := ""
	if d.Change == job.Replace {
		by = byWords[d.Reason]
	}
	if r.options.asJSON {
		return json.NewEncoder(w).Encode(mirrorLine{d.Change.String(), d.Name, d.Size, d.Versions, by})
	}
	_, err := fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", d.Change, store.Printable(d.Name), d.Size, by)
	return err
}

// run does a mirror and tells how it goes.
func (r *mirrorReport) run(ctx context.Context, jobs *job.Manager, p *job.Plan) error {
	id := jobs.Start(p)
	status, ok := newProgress(r.p, r.quiet).follow(ctx, jobs, id)
	if !ok {
		return interrupted(ctx, "run it again to go on")
	}
	sum := r.sum(p)
	sum.Written, sum.Bytes, sum.Deleted, sum.Skipped, sum.Failed = status.ObjectsDone-status.Skipped, status.BytesDone, status.Pruned, status.Skipped, status.FailedCount
	sum.Seconds = status.Ended.Sub(status.Started).Seconds()
	for _, f := range status.Failed {
		sum.Failures = append(sum.Failures, mirrorFailure{f.Name, f.Err.Error()})
	}
	for _, f := range status.Remarks {
		sum.Remarks = append(sum.Remarks, mirrorFailure{f.Name, f.Err.Error()})
	}
	if r.before != nil {
		r.before()
	}
	r.print(r.p.stdout, sum)
	if len(status.Failed) > 0 && errors.Is(status.Failed[0].Err, store.NoSpace) {
		return errors.New("create that Space first; --create does it for DST")
	}
	if status.Phase != job.Done {
		return fmt.Errorf("%s failed: run it again to go on", kit.Plural(status.FailedCount, "thing"))
	}
	return nil
}

// printFailures lists what failed: all of a few.
func printFailures(w io.Writer, list []mirrorFailure, all int) {
	for _, f := range list {
		fmt.Fprintf(w, "failed: %s: %s\n", store.Printable(f.Name), safeLine(f.Error))
	}
	if more := all - len(list); more > 0 {
		fmt.Fprintf(w, "failed: %s more\n", kit.Count(more))
	}
}

// print writes the sum, and to standard error what failed.
func (r *mirrorReport) print(w io.Writer, s mirrorSum) {
	printFailures(r.p.stderr, s.Failures, s.Failed)
	if r.options.asJSON {
		_ = json.NewEncoder(w).Encode(s)
		return
	}
	if r.quiet {
		return
	}
	for _, f := range s.Remarks {
		fmt.Fprintf(r.p.stderr, "note: %s: %s\n", store.Printable(f.Name), safeLine(f.Error))
	}
	for _, lost := range s.NotKept {
		fmt.Fprintf(r.p.stderr, "note: not kept: %s\n", lost)
	}
	fmt.Fprintf(w, "%s to %s: %s new, %s changed, %s the same", store.Printable(s.Source), store.Printable(s.Destination), kit.Count(s.New), kit.Count(s.Changed), kit.Count(s.Same))
	if s.SameByDate > 0 {
		fmt.Fprintf(w, " (%s by date)", kit.Count(s.SameByDate))
	}
	fmt.Fprintf(w, ", %s only there\n", kit.Count(s.OnlyThere))
	switch {
	case s.DryRun:
		fmt.Fprintf(w, "%s of %s would be written", kit.Plural(s.New+s.Changed, "object"), kit.Formats{}.Bytes(s.ToWrite))
		if r.options.remove {
			fmt.Fprintf(w, ", %s deleted", kit.Count(s.OnlyThere))
		}
	default:
		fmt.Fprintf(w, "%s of %s written, %s deleted, %s failed", kit.Plural(s.Written, "object"), kit.Formats{}.Bytes(s.Bytes), kit.Count(s.Deleted), kit.Count(s.Failed))
	}
	fmt.Fprintf(w, "; %s, %s\n", kit.Plural(s.Requests, "request"), time.Duration(s.Seconds*float64(time.Second)).Round(time.Millisecond))
}
