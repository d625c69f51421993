package main

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/job"
)

// jobChoice says whether a job can be meant: running is one that another program works on.
type jobChoice func(u job.Unfinished, running bool) bool

// completeJobs completes IDs of the jobs that choose takes, each with what it does. No endpoint is asked.
func completeJobs(p process, o *options, choose jobChoice) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
		names := inTime(cmd.Context(), func(context.Context) []cobra.Completion { return jobIDs(p, *o, choose, args, text) })
		return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// jobIDs are in the order of spaces jobs, and as short as that writes them; given are those that were named before.
func jobIDs(p process, o options, choose jobChoice, given []string, text string) (ids []cobra.Completion) {
	if _, err := os.Stat(stateDir(p, o)); err != nil {
		return nil
	}
	ledger := openLedger(p, o)
	defer ledger.Close()
	jobs := job.New(job.Options{Ledger: ledger, Conns: store.ConnsOf()}) // no endpoint is asked
	defer jobs.Close(context.Background())                               // nothing runs
	var all, chosen []jobLine
	for i, list := range [][]job.Unfinished{jobs.Elsewhere(), jobs.Unfinished()} {
		for _, u := range list {
			l := lineOf(u, i == 0)
			if all = append(all, l); choose(u, i == 0) {
				chosen = append(chosen, l)
			}
		}
	}
	for _, l := range chosen {
		id := shortest(l.ID, all)
		if len(text) > len(id) {
			id = l.ID
		}
		named := slices.ContainsFunc(given, func(g string) bool { return g != "" && strings.HasPrefix(l.ID, strings.ToLower(g)) })
		if !named && strings.HasPrefix(id, strings.ToLower(text)) {
			ids = append(ids, cobra.CompletionWithDesc(id, store.Printable(l.Title)+", "+doneWords(l)))
		}
	}
	return ids
}
