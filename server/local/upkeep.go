package local

import (
	"context"

	"spaces/server/storage"
)

// Fsck checks the metadata of a directory that nobody has open: *InUseError otherwise. See storage.Fsck for what is
// repaired; there may be a report beside the error.
func (d Dir) Fsck(ctx context.Context, repair ...storage.Fault) (*storage.FsckReport, error) {
	rep, err := storage.Fsck(ctx, d.Path, d.options(0), repair...)
	if rep != nil {
		return rep, err
	}
	return nil, d.explain(err)
}

// Scrub compares every stored byte with its checksum, in the process that owns the directory or, while none does, here.
// rate is in bytes a second, 0: as fast as it goes. progress is called now and then.
func (d Dir) Scrub(ctx context.Context, rate int64, progress func(storage.ScrubReport)) (rep *storage.ScrubReport, err error) {
	here := func() error {
		rep, err = storage.Scrub(ctx, d.Path, d.options(0), storage.ScrubOptions{Rate: rate, Progress: progress})
		if err == nil {
			d.scrubbed(rep)
		}
		return d.explain(err)
	}
	there := func(o other) error {
		last, err := o.ask(ctx, "scrub", controlRequest{Rate: rate}, func(a controlReply) error {
			if a.Progress != nil {
				progress(*a.Progress)
			}
			return nil
		})
		rep = last.Scrub
		return err
	}
	err = d.hereOrThere(here, there)
	return rep, err
}

// Backup copies the directory to the absolute path to, which must not exist, by the process that owns it or, while
// none does, here.
func (d Dir) Backup(ctx context.Context, to string) (rep *storage.BackupReport, err error) {
	here := func() error {
		began := d.Now()
		rep, err = storage.Backup(ctx, d.Path, d.options(0), to)
		if err == nil {
			d.backedUp(began, to, rep)
		}
		return d.explain(err)
	}
	there := func(o other) error {
		last, err := o.ask(ctx, "backup", controlRequest{To: to}, nil)
		rep = last.Backup
		return err
	}
	err = d.hereOrThere(here, there)
	return rep, err
}

// Restore makes the directory, which must not be there or be empty, of the backup at from. A backup with faults is
// refused unless force is set. What was found in it is given beside the error.
func (d Dir) Restore(ctx context.Context, from string, force bool) (*storage.FsckReport, *storage.BackupReport, error) {
	found, rep, err := storage.Restore(ctx, from, d.options(0), d.Path, force)
	backup := d
	backup.Path = from
	return found, rep, backup.explain(err)
}
