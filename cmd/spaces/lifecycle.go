package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"spaces/server/local"
	"spaces/server/sweep"
	"spaces/store"
)

func lifecycleCommand(p process, o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lifecycle",
		Short: "Show what the lifecycle rules of the Spaces would do",
		Long: "The lifecycle rules of a Space (PutBucketLifecycleConfiguration) are carried out once a day by spaces serve, and by the panel while it is open on " +
			"this machine's store. Uploads that stay incomplete for 30 days are aborted where no rule says otherwise.",
	}
	cmd.AddCommand(lifecyclePlanCommand(p, o))
	return cmd
}

func lifecyclePlanCommand(p process, o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "plan [SPACE]",
		Short: "List what is due to be deleted now, and delete nothing",
		Long: "plan asks the server that owns the data directory or, while none runs, looks itself. It prints a line of tab-separated columns for each thing that is due: " +
			"what becomes of it, SPACE/KEY, its version or upload, the id of the rule, and its bytes. What is not there is a -.\n\n" +
			"  delete          the object goes for good\n" +
			"  hide            the object gets a delete marker\n" +
			"  delete-version  an older version goes for good\n" +
			"  delete-marker   a delete marker goes that hides nothing any more\n" +
			"  abort-upload    an incomplete upload goes with its parts\n\n" +
			"The sum is printed to standard error.",
		Example: "spaces lifecycle plan\nspaces lifecycle plan backups | grep ^delete-version",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			space := ""
			if len(args) > 0 {
				space = args[0]
			}
			return lifecyclePlan(cmd.Context(), p, *o, space)
		},
	}
}

// lifecyclePlan prints as it goes: of what is due no more than a page is in memory.
func lifecyclePlan(ctx context.Context, p process, o options, space string) error {
	dir, err := existingDir(p, o)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(p.stdout)
	sum, err := dir.Plan(ctx, space, func(list []sweep.Due) error { return printDue(out, list) })
	if err = errors.Join(err, out.Flush()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stderr, "%d objects, versions and markers of %d bytes and %d uploads are due\n", sum.Objects, sum.Bytes, sum.Uploads)
	return err
}

func printDue(w io.Writer, list []sweep.Due) error {
	for _, d := range list {
		id, rule := d.Version+d.Upload, store.Printable(d.Rule)
		if id == "" {
			id = "-"
		}
		if rule == "" {
			rule = "-"
		}
		if _, err := fmt.Fprintf(w, "%s\t%s/%s\t%s\t%s\t%d\n", d.Action, store.Printable(d.Space), store.Printable(d.Key), id, rule, d.Size); err != nil {
			return err
		}
	}
	return nil
}

// dueOf is what the panel shows of the plan.
func dueOf(ctx context.Context, machine *local.Store, space string, show func([]store.Due) error) error {
	_, err := machine.Plan(ctx, space, func(page []sweep.Due) error {
		list := make([]store.Due, len(page))
		for i, d := range page {
			list[i] = store.Due{Key: d.Key, Action: d.Action, Version: d.Version, Upload: d.Upload, Rule: d.Rule, Size: d.Size}
		}
		return show(list)
	})
	return err
}
