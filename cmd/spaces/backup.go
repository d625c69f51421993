package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func backupCommand(p process, o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "backup DIR",
		Short: "Copy the store to a new directory, as it is at one moment, also while the server runs",
		Long: "backup writes a copy of the data directory to DIR, which must not exist, through the server that owns the directory or, while none runs, itself. " +
			"Where DIR is on the same disk the bodies of objects are hard links and take no room: that protects from mistakes and not from the loss of the disk. " +
			"The copy is a data directory: fsck, scrub and restore take it, and its keys and secrets are those of the store. " +
			"The access log is not in it, and neither are certificates and logs that are kept elsewhere.",
		Example: "spaces backup /backup/$(date +%F)",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return makeBackup(cmd.Context(), p, *o, args[0])
		},
	}
}

func makeBackup(ctx context.Context, p process, o options, to string) error {
	dir, err := existingDir(p, o)
	if err != nil {
		return err
	}
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	rep, err := dir.Backup(ctx, to)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s has a copy of %s: %d blobs of %d bytes, %d of them copied and the others linked\n", to, dir.Path, rep.Blobs, rep.Bytes, rep.Copied)
	return nil
}

func restoreCommand(p process, o *options) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "restore DIR",
		Short: "Make the data directory of a backup",
		Long: "restore copies the backup at DIR to the data directory, which must not exist or be empty. The backup is checked as by fsck first, and refused when something is wrong " +
			"with it, unless --force says to take what there is.",
		Example: "spaces restore /backup/2026-07-01 --data /srv/spaces",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return restore(cmd.Context(), p, *o, args[0], force)
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "restore a backup with faults as well")
	return cmd
}

func restore(ctx context.Context, p process, o options, from string, force bool) error {
	dir, err := dataPath(p, o)
	if err == nil {
		from, err = filepath.Abs(from)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(dir.Path), 0o700)
	}
	if err != nil {
		return err
	}
	found, rep, err := dir.Restore(ctx, from, force)
	if found != nil {
		printFindings(p.stdout, found.Findings)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s has what was in %s: %d Spaces, %d objects of %d bytes, %d blobs\n", dir.Path, from, found.Spaces, found.Objects, found.Bytes, rep.Blobs)
	return nil
}
