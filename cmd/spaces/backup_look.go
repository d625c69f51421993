package main

import (
	"context"
	"fmt"

	"spaces/store"
	"spaces/store/snapshot"
	"spaces/tui/kit"
)

// existing opens the backups of every store that has some at the place.
func (x *backup) existing(ctx context.Context) (vaults []*snapshot.Vault, err error) {
	key, err := readBackupKey(x.b.keyFile)
	if err != nil {
		return nil, err
	}
	bases, err := snapshot.Find(ctx, x.st, x.at)
	if err != nil {
		return nil, err
	}
	for _, at := range bases {
		v, err := snapshot.Open(ctx, x.st, at, key)
		if err != nil {
			return nil, err
		}
		vaults = append(vaults, v)
	}
	return vaults, nil
}

func (x *backup) list(ctx context.Context) error {
	vaults, err := x.existing(ctx)
	if err != nil {
		return err
	}
	for _, v := range vaults {
		list, err := v.Snapshots(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(x.p.stdout, "%s, %s:\n", x.name(v.At()), howEncrypted(v))
		for _, s := range list {
			files, bytes, err := v.Size(ctx, s)
			if err != nil {
				return err
			}
			fmt.Fprintf(x.p.stdout, "  %s  %s in %s\n", s.Name, kit.Formats{}.Bytes(bytes), kit.Plural(files, "file"))
		}
		if len(list) == 0 {
			fmt.Fprintln(x.p.stdout, "  no snapshot: none was finished")
		}
	}
	return nil
}

func howEncrypted(v *snapshot.Vault) string {
	if v.Encrypted() {
		return "encrypted"
	}
	return "NOT encrypted"
}

func (x *backup) check(ctx context.Context) error {
	vaults, err := x.existing(ctx)
	if err != nil {
		return err
	}
	faults := 0
	for _, v := range vaults {
		say, clear := x.progress("read %s in %s of what is kept, %s")
		c, err := v.Check(store.Background(ctx), snapshot.CheckOptions{Read: x.b.read, Progress: say})
		clear()
		if err != nil {
			return err
		}
		for _, f := range c.Faults {
			fmt.Fprintln(x.p.stdout, safeLine(f))
		}
		what := "is there in its size"
		if x.b.read {
			what = "was read and is as it was sent"
		}
		if len(c.Faults) > 0 {
			what = fmt.Sprintf("%d faults", len(c.Faults))
		} else {
			what = "every piece " + what
		}
		fmt.Fprintf(x.p.stdout, "%s: %s, %s in %s; %s\n", x.name(v.At()), kit.Plural(int64(c.Snapshots), "snapshot"), kit.Formats{}.Bytes(c.Bytes), kit.Plural(c.Pieces, "piece"), what)
		if c.Needless > 0 {
			fmt.Fprintf(x.p.stdout, "%s besides, of %s, that no snapshot needs: they go when a snapshot is removed\n", kit.Plural(c.Needless, "piece"), kit.Formats{}.Bytes(c.Unused))
		}
		faults += len(c.Faults)
	}
	if faults > 0 {
		return errFaults
	}
	return nil
}
