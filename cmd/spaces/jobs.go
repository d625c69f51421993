package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

func jobsCommand(p process, o *options) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "jobs",
		Short: "List jobs that run or did not finish; go on with them or give them up",
		Long: "jobs lists the work on many objects that programs on this machine do at the moment, and what was cut short: by a kill, a lost connection, the end of the program. " +
			"An ID may be written as its first letters.",
		Example: "spaces jobs\nspaces jobs resume k3x\nspaces jobs cancel k3x\nspaces jobs uploads s3://media --older-than 7d --end",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withSession(cmd.Context(), p, *o, func(_ context.Context, s *session) error { return listJobs(p, s.jobs, asJSON) })
		},
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misused(explainFlag(cmd, err)) })
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(jobsResumeCommand(p, o), jobsRollbackCommand(p, o), jobsCancelCommand(p, o), jobsUploadsCommand(p, o))
	return cmd
}

func noArgs(cmd *cobra.Command, args []string) error { return misused(cobra.NoArgs(cmd, args)) }

// jobLine is a job as --json prints it.
type jobLine struct {
	ID          string    `json:"id"`
	State       string    `json:"state"`             // running, paused, unfinished
	Program     int       `json:"program,omitempty"` // process that works on it
	Kind        string    `json:"kind"`
	Title       string    `json:"title"`
	Begun       time.Time `json:"begun"`
	Seen        time.Time `json:"seen,omitzero"` // when the following was so
	Objects     int       `json:"objects"`
	ObjectsDone int       `json:"objects_done"`
	Bytes       int64     `json:"bytes"`
	BytesDone   int64     `json:"bytes_done"`
	Failed      int       `json:"failed"`
	Uploads     int       `json:"uploads"`       // open at the endpoint
	Files       int       `json:"files"`         // begun here
	Why         string    `json:"why,omitempty"` // it cannot be resumed
}

func lineOf(u job.Unfinished, running bool) jobLine {
	at := u.Progress
	l := jobLine{ID: strings.ToLower(u.ID), State: "unfinished", Kind: u.Kind.String(), Title: u.Title, Begun: u.Begun, Seen: at.When, Objects: at.Objects, ObjectsDone: at.ObjectsDone,
		Bytes: at.Bytes, BytesDone: at.BytesDone, Failed: at.Failed, Uploads: u.Uploads, Files: u.Parts, Why: u.Why}
	if running {
		l.State, l.Program = "running", u.Program
		if at.Phase == job.Paused {
			l.State = "paused"
		}
	}
	return l
}

func listJobs(p process, jobs *job.Manager, asJSON bool) error {
	lines := []jobLine{}
	for _, u := range jobs.Elsewhere() {
		lines = append(lines, lineOf(u, true))
	}
	for _, u := range jobs.Unfinished() {
		lines = append(lines, lineOf(u, false))
	}
	if asJSON {
		return printJSON(p.stdout, map[string][]jobLine{"jobs": lines})
	}
	if len(lines) == 0 {
		_, err := fmt.Fprintln(p.stdout, "no job runs, and none was cut short")
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSTATE\tDONE\tBEGUN\tJOB")
	for _, l := range lines {
		state := l.State
		if l.Program != 0 {
			state += fmt.Sprintf(" (%d)", l.Program)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", shortest(l.ID, lines), state, doneWords(l), stamp(l.Begun), store.Printable(l.Title))
	}
	return w.Flush()
}

// doneWords say how far a job was when that was last noted.
func doneWords(l jobLine) string {
	if l.Seen.IsZero() {
		return "-"
	}
	words := fmt.Sprintf("%s of %s, %s", kit.Count(l.ObjectsDone), kit.Count(l.Objects), kit.Formats{}.Bytes(l.BytesDone))
	if l.Failed > 0 {
		words += fmt.Sprintf(", %s failed", kit.Count(l.Failed))
	}
	return words
}

// shortest is as much of an ID as people have to type, and a little more.
func shortest(id string, lines []jobLine) string {
	n := 6
	for _, l := range lines {
		for l.ID != id && n < len(id) && strings.HasPrefix(l.ID, id[:n]) {
			n++
		}
	}
	return id[:min(n, len(id))]
}

// findJob is the job whose ID begins with what was typed.
func findJob(jobs *job.Manager, text string) (found job.Unfinished, running bool, err error) {
	n := 0
	for i, list := range [][]job.Unfinished{jobs.Unfinished(), jobs.Elsewhere()} {
		for _, u := range list {
			if text != "" && strings.HasPrefix(u.ID, strings.ToUpper(text)) {
				found, running, n = u, i == 1, n+1
			}
		}
	}
	switch n {
	case 0:
		return found, false, fmt.Errorf("there is no job %q: spaces jobs lists them", text)
	case 1:
		return found, running, nil
	}
	return found, false, misused(fmt.Errorf("%d jobs begin with %q: write more of the ID", n, text))
}

// eachJob does the same to some jobs, which are named by the beginnings of their IDs. The first error is told when all are done.
func eachJob(jobs *job.Manager, texts []string, do func(job.Unfinished, bool) error) error {
	var errs []error
	for _, text := range texts {
		u, running, err := findJob(jobs, text)
		if err == nil {
			err = do(u, running)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
