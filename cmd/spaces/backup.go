package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"spaces/server/local"
	"spaces/store"
	"spaces/store/snapshot"
)

// backupOptions are the flags of backup.
type backupOptions struct {
	list, check, read bool
	keep              int
	within            string // "30d"
	keyFile           string
	unencrypted       bool
	quiet             bool
	systemd, calendar string
}

const backupPlace = "A place is CONNECTION:SPACE/PREFIX, or s3://SPACE/PREFIX on the connection that --profile or --endpoint chooses. " +
	"Several machines may have the same one: each store has a folder of its own below it. "

func backupCommand(p process, o *options) *cobra.Command {
	var b backupOptions
	cmd := &cobra.Command{
		Use:   "backup DIR | PLACE",
		Short: "Copy the store, as it is at one moment, to an S3 endpoint or a directory, also while the server runs",
		Long: "backup copies the data directory, through the server that owns it or, while none runs, itself. With it go its access keys and secrets, and what it encrypts objects with; " +
			"the access log does not, and neither do certificates, keys and logs that are kept elsewhere.\n\n" +
			"To a place at an S3 endpoint go the files that are not there yet, and then the list of all: a snapshot is whole or is not there. " + backupPlace +
			"A backup that was cut goes on where it was when it is run again. --keep and --keep-within remove older snapshots afterwards, with what only they need.\n\n" +
			"Whoever can read an unencrypted backup has every object and every secret of the store. With --key-file all of it is encrypted before it leaves this machine, names as well, " +
			"in the format of age (age-encryption.org); the file is made when it is not there. Without a copy of the file elsewhere the backup is lost with the machine: " +
			"so neither is done by default, and the first backup to a place wants one of --key-file and --unencrypted.\n\n" +
			"To a directory DIR, which must not exist, goes a data directory: fsck, scrub and restore take it. Where it is on the same disk the bodies of objects are hard links and take no room: " +
			"that protects from mistakes and not from the loss of the disk.\n\n" +
			"The exit status is 0 when there is a whole backup, or when --check found nothing.",
		Example: "spaces backup do:backups/box --key-file /etc/spaces/backup.key --keep 30\nspaces backup --list do:backups/box --key-file /etc/spaces/backup.key\n" +
			"spaces backup --check --read do:backups/box --key-file /etc/spaces/backup.key\n" +
			"spaces backup do:backups/box --key-file /etc/spaces/backup.key --keep 30 --systemd=timer > /etc/systemd/system/spaces-backup.timer\nspaces backup /backup/$(date +%F)",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := b.checkFlags(); err != nil {
				return misused(err)
			}
			if b.systemd != "" {
				return printBackupUnits(p.stdout, cmd, *o, b, args[0])
			}
			return runBackup(cmd.Context(), p, *o, b, args[0])
		},
	}
	b.flags(cmd.Flags())
	o.addConnection(cmd.Flags())
	o.addLimit(cmd.Flags())
	return cmd
}

func (b *backupOptions) flags(f *pflag.FlagSet) {
	f.BoolVar(&b.list, "list", false, "list the snapshots that are there")
	f.BoolVar(&b.check, "check", false, "look whether every snapshot that is there can be restored: each file in its size")
	f.BoolVar(&b.read, "read", false, "with --check: read all of them, and compare every byte")
	f.IntVar(&b.keep, "keep", 0, "remove snapshots afterwards, but for so many of the latest")
	f.StringVar(&b.within, "keep-within", "", "remove snapshots afterwards, but for those of this time: 30d, 12h; with --keep, what either keeps stays")
	f.StringVar(&b.keyFile, "key-file", "", "file of the key that everything is encrypted with; made at the first backup when it is not there")
	f.BoolVar(&b.unencrypted, "unencrypted", false, "have the first backup to a place encrypt nothing")
	f.BoolVarP(&b.quiet, "quiet", "q", false, "do not say how far it is")
	f.StringVar(&b.systemd, "systemd", "", `print the systemd units that make this backup regularly, and end; "service" or "timer" prints one`)
	f.Lookup("systemd").NoOptDefVal = "both"
	f.StringVar(&b.calendar, "on-calendar", "daily", "with --systemd: when (systemd.time(7))")
}

func (b *backupOptions) checkFlags() error {
	switch {
	case b.keep < 0:
		return errors.New("--keep cannot be negative")
	case b.list && b.check || (b.list || b.check) && b.keeps():
		return errors.New("--list, --check, and backups with --keep are for themselves")
	case b.read && !b.check:
		return errors.New("--read belongs to --check")
	case b.keyFile != "" && b.unencrypted:
		return errors.New("give --key-file or --unencrypted, not both")
	case b.systemd != "" && b.systemd != "both" && b.systemd != "service" && b.systemd != "timer":
		return fmt.Errorf("--systemd=%s: write service, timer, or nothing for both", b.systemd)
	}
	_, err := b.rule(time.Time{})
	return err
}

func (b *backupOptions) keeps() bool { return b.keep > 0 || b.within != "" }

// rule is which snapshots stay.
func (b *backupOptions) rule(now time.Time) (k snapshot.Keep, err error) {
	k = snapshot.Keep{Last: b.keep, Now: now}
	if b.within == "" {
		return k, nil
	}
	if k.Within, err = ageOf(b.within); err != nil || k.Within <= 0 {
		return k, fmt.Errorf("--keep-within %q: write 12h or 30d", b.within)
	}
	return k, nil
}

func runBackup(ctx context.Context, p process, o options, b backupOptions, text string) error {
	return withEndpoints(ctx, p, o, func(s *session) error {
		st, at, remote, err := s.backupPlace(text)
		switch {
		case err != nil:
			return err
		case !remote && (b.list || b.check || b.keeps() || b.keyFile != "" || b.unencrypted):
			return misused(fmt.Errorf("%s is a directory: these flags are for places at an endpoint, such as PROFILE:SPACE/PREFIX", store.Printable(text)))
		case !remote:
			return backupToDir(ctx, p, o, text)
		}
		x := &backup{session: s, p: p, o: o, b: b, st: st, at: at}
		switch {
		case b.list:
			return x.list(ctx)
		case b.check:
			return x.check(ctx)
		}
		return x.save(ctx)
	})
}

// withEndpoints is withSession without jobs, and without what is noted of them.
func withEndpoints(ctx context.Context, p process, o options, do func(*session) error) (err error) {
	boundGarbage(p, serveGarbage)
	raiseFloor(p, commandFloor)
	c, err := loadConfig(o.config)
	if err != nil {
		return err
	}
	s := &session{connections: newConnections(p, o, c)}
	s.Conns = store.NewConns(counted(s.config, &s.requests))
	defer func() { err = errors.Join(err, s.close(context.WithoutCancel(ctx))) }()
	return do(s)
}

// backupPlace reads an argument that may name a place at an endpoint.
func (s *session) backupPlace(text string) (st *store.Store, at store.Ref, remote bool, err error) {
	conn, _, remote, err := s.split(text)
	if err != nil || !remote {
		return nil, at, false, err
	}
	if conn == "" {
		return nil, at, true, misused(errors.New("that is this machine, and a backup there is lost with it: name another connection, as PROFILE:SPACE/PREFIX or by --profile or --endpoint"))
	}
	x, err := s.operand(text)
	if err == nil && x.ref.Space == "" {
		err = misused(fmt.Errorf("%q names no Space", text))
	}
	if err != nil {
		return nil, at, true, err
	}
	st, err = s.Get(x.conn)
	return st, x.ref, true, err
}

func backupToDir(ctx context.Context, p process, o options, to string) error {
	dir, err := existingDir(p, o)
	if err != nil {
		return err
	}
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	at := p.now()
	rep, err := dir.Backup(ctx, to)
	if err != nil {
		return err
	}
	noteBackup(p, dir, local.BackupNote{At: at, To: to, Bytes: rep.Bytes})
	fmt.Fprintf(p.stdout, "%s has a copy of %s: %d blobs of %d bytes, %d of them copied and the others linked\n", to, dir.Path, rep.Blobs, rep.Bytes, rep.Copied)
	return nil
}

// noteBackup has the store remember a backup, which is there whether that succeeds or not.
func noteBackup(p process, dir local.Dir, n local.BackupNote) {
	if err := dir.NoteBackup(n); err != nil {
		fmt.Fprintf(p.stderr, "the backup is whole, but: %s\n", safeLine(err.Error()))
	}
}
