package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// uploadsOptions are the flags of spaces jobs uploads.
type uploadsOptions struct {
	older            string
	end, yes, asJSON bool
}

func jobsUploadsCommand(p process, o *options) *cobra.Command {
	var u uploadsOptions
	cmd := &cobra.Command{
		Use:   "uploads PLACE",
		Short: "List uploads in parts that no job here knows, and end them with --end",
		Long: "uploads lists the multipart uploads of a Space, or below a folder, that were begun and neither completed nor aborted, and that no job of this machine knows. " +
			"Their parts take room, and cost. Other programs and machines may have some under way: --older-than leaves what is younger alone.",
		Example: "spaces jobs uploads s3://media\nspaces jobs uploads do:media/films/ --older-than 7d --end",
		Args:    func(cmd *cobra.Command, args []string) error { return misused(cobra.ExactArgs(1)(cmd, args)) },
		RunE: func(cmd *cobra.Command, args []string) error {
			age, err := ageOf(u.older)
			if err != nil {
				return misused(err)
			}
			return withSession(cmd.Context(), p, *o, func(ctx context.Context, s *session) error { return strayUploads(ctx, p, s, args[0], age, u) })
		},
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misused(explainFlag(cmd, err)) })
	flags := cmd.Flags()
	o.addConnection(flags)
	flags.StringVar(&u.older, "older-than", "", "only those that were begun longer ago: 90m, 24h, 7d")
	flags.BoolVar(&u.end, "end", false, "end them, after a question: their parts are deleted")
	flags.BoolVarP(&u.yes, "yes", "y", false, "end them without a question")
	flags.BoolVar(&u.asJSON, "json", false, "print JSON")
	return cmd
}

// ageOf reads a duration, which may be in days.
func ageOf(text string) (age time.Duration, err error) {
	if text == "" {
		return 0, nil
	}
	if days, is := strings.CutSuffix(text, "d"); is {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return 0, fmt.Errorf("--older-than %q: write 90m, 24h or 7d", text)
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	if age, err = time.ParseDuration(text); err != nil || age < 0 {
		return 0, fmt.Errorf("--older-than %q: write 90m, 24h or 7d", text)
	}
	return age, nil
}

// uploadLine is an upload as --json prints it.
type uploadLine struct {
	Key   string    `json:"key"`
	ID    string    `json:"upload_id"`
	Begun time.Time `json:"begun"`
	Parts int       `json:"parts"`
	Bytes int64     `json:"bytes"`
	Ended bool      `json:"ended"`
	Error string    `json:"error,omitempty"`
}

func strayUploads(ctx context.Context, p process, s *session, text string, age time.Duration, o uploadsOptions) error {
	x, err := s.operand(text)
	if err != nil {
		return misused(err)
	}
	if !x.remote() || x.ref.Space == "" {
		return misused(fmt.Errorf("%q names no Space: write s3://SPACE or PROFILE:SPACE", text))
	}
	at, err := s.Get(x.conn)
	if err != nil {
		return err
	}
	before := time.Time{}
	if age > 0 {
		before = p.now().Add(-age)
	}
	list, err := s.jobs.StrayUploads(ctx, at, x.ref.Space, x.ref.Key, before)
	if err != nil {
		return err
	}
	lines := make([]uploadLine, len(list))
	bytes := int64(0)
	for i, u := range list {
		lines[i] = uploadLine{Key: u.Key, ID: u.ID, Begun: u.Begun, Parts: u.Parts, Bytes: u.Bytes}
		bytes += u.Bytes
	}
	if !o.asJSON {
		printUploads(p, lines)
	}
	if o.end && len(list) > 0 {
		question := fmt.Sprintf("End %s with %s of parts?", kit.Plural(len(list), "upload"), kit.Formats{}.Bytes(bytes))
		if err := agreed(p, o.yes, question); err != nil {
			return err
		}
		err = endUploads(ctx, s.jobs, at, list, lines)
	}
	if o.asJSON {
		return errors.Join(printJSON(p.stdout, map[string][]uploadLine{"uploads": lines}), err)
	}
	if o.end && err == nil && len(list) > 0 {
		fmt.Fprintf(p.stdout, "%s ended\n", kit.Plural(len(list), "upload"))
	}
	return err
}

func printUploads(p process, lines []uploadLine) {
	if len(lines) == 0 {
		fmt.Fprintln(p.stdout, "no upload is open that no job knows")
		return
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "BEGUN\tPARTS\tSIZE\tKEY")
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", stamp(l.Begun), l.Parts, kit.Formats{}.Bytes(l.Bytes), store.Printable(l.Key))
	}
	w.Flush()
}

// agreed asks on a terminal; elsewhere it has to be said before.
func agreed(p process, yes bool, question string) error {
	switch {
	case yes:
		return nil
	case !p.terminal:
		return misused(errors.New("nobody can be asked here: add --yes"))
	}
	fmt.Fprint(p.stderr, question+" [y/N] ")
	answer, _ := bufio.NewReader(p.stdin).ReadString('\n') // no answer is none
	if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
		return errors.New("nothing was ended")
	}
	return nil
}

func endUploads(ctx context.Context, jobs *job.Manager, at *store.Store, list []job.StrayUpload, lines []uploadLine) error {
	var errs []error
	for i, u := range list {
		err := jobs.EndUpload(ctx, at, u.Upload)
		if lines[i].Ended = err == nil; err != nil {
			lines[i].Error = err.Error()
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
