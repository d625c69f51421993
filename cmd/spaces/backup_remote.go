package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"spaces/server/local"
	"spaces/store"
	"spaces/store/snapshot"
	"spaces/tui/kit"
)

// backup is work on the backups at a place of an endpoint.
type backup struct {
	*session
	p  process
	o  options
	b  backupOptions
	st *store.Store
	at store.Ref
}

// save makes a snapshot, and removes older ones.
func (x *backup) save(ctx context.Context) (err error) {
	begun := x.p.now()
	dir, err := existingDir(x.p, x.o)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir.Path, "format")); isMissing(err) {
		return fmt.Errorf("there is no store in %s: name its directory with --data", dir.Path)
	}
	id, err := dir.BackupID()
	if err != nil {
		return err
	}
	vault, made, err := x.vault(ctx, id)
	if err != nil {
		return x.ended(ctx, err)
	}
	if made != "" {
		fmt.Fprintf(x.p.stdout, "made the key %s: keep a copy of it where this machine is not, without it nothing can be restored\n", made)
	}
	moment, err := dir.Moment(ctx)
	if err != nil {
		return x.ended(ctx, err)
	}
	defer func() { err = errors.Join(err, moment.Close()) }()
	host, _ := os.Hostname()
	say, clear := x.progress("went through %s in %s, sent %s")
	did, err := vault.Save(store.Background(ctx), moment.Path, snapshot.SaveOptions{At: begun, Host: host, Progress: say, Warn: x.warn})
	clear()
	if err != nil {
		return x.ended(ctx, err)
	}
	sizes := kit.Formats{}
	fmt.Fprintf(x.p.stdout, "%s has the snapshot %s: %s in %s; %s were sent in %s; %s, %s\n", x.name(vault.At()), did.Snapshot,
		sizes.Bytes(did.Bytes), kit.Plural(did.Files, "file"), sizes.Bytes(did.Sent), kit.Plural(did.Pieces, "piece"),
		kit.Plural(x.requests.Load(), "request"), x.p.now().Sub(begun).Round(1e6))
	x.sayEncryption(vault)
	noteBackup(x.p, dir, local.BackupNote{At: begun, To: strings.TrimSuffix(x.st.Endpoint(), "/") + "/" + vault.At().String(), Bytes: did.Bytes})
	return x.prune(ctx, vault)
}

// vault opens the place for the backups of this store, and makes it at the first one; made is the file of a key that was.
func (x *backup) vault(ctx context.Context, id string) (v *snapshot.Vault, made string, err error) {
	below := snapshot.Below(x.at, id)
	key, err := readBackupKey(x.b.keyFile)
	lacking := isMissing(err) && x.b.keyFile != ""
	if err != nil && !lacking {
		return nil, "", err
	}
	if !lacking {
		v, err := snapshot.Open(ctx, x.st, below, key)
		if !errors.Is(err, snapshot.ErrNone) {
			return v, "", err
		}
	} else if there, err := snapshot.Find(ctx, x.st, below); !errors.Is(err, snapshot.ErrNone) {
		if err == nil {
			err = fmt.Errorf("there are backups of this store in %s already, and no key in %s: name the file of the key that they are encrypted with", x.name(there[0]), x.b.keyFile)
		}
		return nil, "", err
	}
	switch {
	case lacking:
		made = x.b.keyFile
		if key, err = makeBackupKey(made); err != nil {
			return nil, "", err
		}
	case key == nil && !x.b.unencrypted:
		return nil, "", misused(fmt.Errorf("the first backup to %s: encrypt it with --key-file FILE, which is made and has to be kept elsewhere as well, or say --unencrypted: "+
			"whoever can read it then has every object and every secret of this store", x.name(below)))
	}
	v, err = snapshot.Create(ctx, x.st, x.at, id, key)
	return v, made, err
}

func (x *backup) sayEncryption(v *snapshot.Vault) {
	if v.Encrypted() {
		fmt.Fprintf(x.p.stdout, "encrypted with the key in %s: without it nothing can be restored, so keep a copy where this machine is not\n", x.b.keyFile)
	} else {
		fmt.Fprintf(x.p.stdout, "NOT encrypted: whoever can read %s has every object and every secret of this store\n", x.name(v.At()))
	}
	if path := x.configuration().EncryptionKey; path != "" {
		fmt.Fprintf(x.p.stdout, "not in it: %s, which objects of this store are encrypted with; keep a copy of it as well\n", path)
	}
}

func (x *backup) prune(ctx context.Context, v *snapshot.Vault) error {
	if !x.b.keeps() {
		return nil
	}
	rule, err := x.b.rule(x.p.now())
	if err != nil {
		return err
	}
	did, err := v.Prune(ctx, rule)
	if busy, is := errors.AsType[*snapshot.BusyError](err); is {
		fmt.Fprintf(x.p.stdout, "no snapshot was removed: %v. The next backup looks again\n", busy)
		return nil
	}
	if err != nil {
		return fmt.Errorf("the backup is whole, but older ones were not removed: %w", err)
	}
	if did.Snapshots > 0 {
		fmt.Fprintf(x.p.stdout, "%s removed, with %s that only they needed; %d stay\n", kit.Plural(int64(did.Snapshots), "older snapshot"), kit.Formats{}.Bytes(did.Bytes), did.Kept)
	}
	return nil
}

// name is how people are told of something at the endpoint.
func (x *backup) name(r store.Ref) string { return store.Printable(r.String()) }

func (x *backup) warn(text string) { fmt.Fprintln(x.p.stderr, safeLine(text)) }

// ended says that work was interrupted where it was.
func (x *backup) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return interrupted(ctx, "there is no new snapshot. What was sent stays, and the next backup goes on from there")
	}
	return err
}

// progress says how far something is, from any goroutine: files, bytes, and those that went over the network.
func (x *backup) progress(form string) (say func(snapshot.Progress), clear func()) {
	line := newProgress(x.p, x.b.quiet)
	sizes := kit.Formats{}
	var mu sync.Mutex
	say = func(g snapshot.Progress) {
		mu.Lock()
		defer mu.Unlock()
		line.say(fmt.Sprintf(form, sizes.Bytes(g.Bytes), kit.Plural(g.Files, "file"), sizes.Bytes(g.Sent)))
	}
	return say, line.clear
}
