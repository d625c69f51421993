package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/store/snapshot"
	"spaces/tui/kit"
)

func restoreCommand(p process, o *options) *cobra.Command {
	var b backupOptions
	var force bool
	cmd := &cobra.Command{
		Use:   "restore DIR | PLACE[@SNAPSHOT]",
		Short: "Make the data directory of a backup",
		Long: "restore makes the data directory, which must not exist or be empty, of a backup: a directory, or a place at an S3 endpoint where spaces backup wrote to; the latest snapshot there, or the one that is named. " +
			backupPlace + "Where several stores have backups at a place, name the folder of one.\n\n" +
			"Each file is compared with its SHA-256 as it comes. A restore that was cut goes on when it is run again, and fetches what is missing. " +
			"At the end the store is checked as by fsck, and refused when something is wrong with it, unless --force says to take what there is. " +
			"Until then there is no store in the data directory.",
		Example: "spaces restore do:backups/box --key-file backup.key --data /srv/spaces\nspaces restore do:backups/box@20261127T030000.000Z --key-file backup.key --data /srv/spaces\nspaces restore /backup/2026-07-01 --data /srv/spaces",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRestore(cmd.Context(), p, *o, b, args[0], force)
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "restore a backup with faults as well")
	cmd.Flags().StringVar(&b.keyFile, "key-file", "", "file of the key that the backup is encrypted with")
	cmd.Flags().BoolVarP(&b.quiet, "quiet", "q", false, "do not say how far it is")
	o.addConnection(cmd.Flags())
	o.addLimit(cmd.Flags())
	return cmd
}

func runRestore(ctx context.Context, p process, o options, b backupOptions, text string, force bool) error {
	return withEndpoints(ctx, p, o, func(s *session) error {
		place, name := atSnapshot(text)
		st, at, remote, err := s.backupPlace(place)
		switch {
		case err != nil:
			return err
		case !remote && b.keyFile != "":
			return misused(fmt.Errorf("%s is a directory, which is never encrypted", store.Printable(text)))
		case !remote:
			return restoreFromDir(ctx, p, o, text, force)
		}
		x := &backup{session: s, p: p, o: o, b: b, st: st, at: at}
		return x.restore(ctx, name, force)
	})
}

// atSnapshot takes the name of a snapshot from an argument.
func atSnapshot(text string) (place, name string) {
	if i := strings.LastIndexByte(text, '@'); i >= 0 && snapshot.IsName(text[i+1:]) {
		return text[:i], text[i+1:]
	}
	return text, ""
}

func restoreFromDir(ctx context.Context, p process, o options, from string, force bool) error {
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

// restore fetches a snapshot, the latest when none is named.
func (x *backup) restore(ctx context.Context, name string, force bool) (err error) {
	begun := x.p.now()
	vaults, err := x.existing(ctx)
	if err != nil {
		return err
	}
	if len(vaults) > 1 {
		var names []string
		for _, v := range vaults {
			names = append(names, x.name(v.At()))
		}
		return misused(fmt.Errorf("there are backups of %d stores: name one of %s", len(vaults), strings.Join(names, ", ")))
	}
	v := vaults[0]
	m, err := v.Manifest(ctx, name)
	if err != nil {
		return err
	}
	dir, err := dataPath(x.p, x.o)
	if err != nil {
		return err
	}
	stage, err := dir.Stage()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	say, clear := x.progress("restored %s in %s, fetched %s")
	did, err := v.Fetch(store.Background(ctx), m, stage.Path, snapshot.FetchOptions{Force: force, Progress: say})
	clear()
	switch {
	case ctx.Err() != nil:
		return interrupted(ctx, "there is no store in "+dir.Path+" yet. Run it again to go on")
	case errors.Is(err, snapshot.ErrDamaged):
		return fmt.Errorf("%w. Another snapshot may be whole, which --check tells; --force restores what there is of this one", err)
	case err != nil:
		return err
	}
	for _, file := range did.Lost {
		fmt.Fprintf(x.p.stdout, "lost: %s\n", store.Printable(file))
	}
	found, err := stage.Adopt(ctx, force)
	if found != nil {
		printFindings(x.p.stdout, found.Findings)
	}
	if err != nil {
		return err
	}
	sizes := kit.Formats{}
	fmt.Fprintf(x.p.stdout, "%s has the snapshot %s of %s: %d Spaces, %d objects of %d bytes; %s in %s, of which %s were fetched; %s, %s\n", dir.Path, m.Snapshot, x.name(v.At()),
		found.Spaces, found.Objects, found.Bytes, sizes.Bytes(did.Bytes), kit.Plural(did.Files, "file"), sizes.Bytes(did.Got), kit.Plural(x.requests.Load(), "request"),
		x.p.now().Sub(begun).Round(1e6))
	return nil
}
