package snapshot

import (
	"context"
	"fmt"
	"time"

	"spaces/store"
)

// Keep says which snapshots stay: those that either rule keeps, and the latest in any case. The zero Keep keeps all.
type Keep struct {
	Last   int           // so many of the latest; 0: the rule keeps none
	Within time.Duration // those of so long before Now; 0: the rule keeps none
	Now    time.Time     // by the clock here. Where the endpoint's is behind that, by the endpoint's
}

// goes are the snapshots that do not stay, of a list in the order of time.
func (k Keep) goes(list []Snapshot) (gone []Snapshot) {
	if k.Last == 0 && k.Within == 0 {
		return nil
	}
	for i, s := range list {
		after := len(list) - i // of the last it is the so many-th
		if after > max(k.Last, 1) && (k.Within == 0 || s.At.Before(k.Now.Add(-k.Within))) {
			gone = append(gone, s)
		}
	}
	return gone
}

// Pruned is what a Prune removed.
type Pruned struct {
	Snapshots, Kept int
	Pieces, Bytes   int64
}

// atOnce is how many keys one request deletes (S3: DeleteObjects).
const atOnce = 1000

// Prune removes snapshots, and then the pieces that no other one needs. It is a *BusyError, and nothing is removed, while
// a backup is under way; one that begins meanwhile waits.
func (v *Vault) Prune(ctx context.Context, k Keep) (*Pruned, error) {
	list, err := v.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	if there := v.st.Now().Add(v.st.Ahead()); v.st.Heard() && there.Before(k.Now) {
		k.Now = there // nothing goes by a clock here that is ahead
	}
	gone := k.goes(list)
	if len(gone) == 0 {
		return &Pruned{Kept: len(list)}, nil
	}
	l, err := v.lease(ctx, pruning)
	if err != nil {
		return nil, err
	}
	defer l.giveBack(ctx)
	if busy, err := l.others(ctx, ""); err != nil || busy != nil {
		if err == nil {
			err = busy
		}
		return nil, err
	}
	var names []string
	for _, s := range gone {
		names = append(names, v.base+snapshotDir+s.Name+v.ending())
	}
	if err := v.remove(ctx, l, names); err != nil {
		return nil, err
	}
	p := &Pruned{Snapshots: len(gone), Kept: len(list) - len(gone)}
	return p, v.sweep(ctx, l, p)
}

// sweep removes the pieces that nobody needs. Where a single manifest cannot be read, nothing is.
func (v *Vault) sweep(ctx context.Context, l *lease, p *Pruned) error {
	have, err := v.pieces(ctx)
	if err != nil {
		return err
	}
	var manifests []string
	for _, dir := range []string{snapshotDir, unfinishedDir} {
		err := v.list(ctx, dir, "", func(name string, _ store.Entry) { manifests = append(manifests, dir+name) })
		if err != nil {
			return err
		}
	}
	for _, name := range manifests {
		m, err := v.manifest(ctx, name)
		if err != nil {
			return fmt.Errorf("no data were removed: %s says what is needed, and cannot be read: %w", store.Printable(v.ref(name).String()), err)
		}
		for i := range m.Files {
			for _, sum := range m.Files[i].pieces() {
				delete(have, v.key.name(sum))
			}
		}
	}
	var names []string
	for name, size := range have {
		names = append(names, v.base+dataDir+name)
		p.Pieces++
		p.Bytes += size
	}
	return v.remove(ctx, l, names)
}

// remove deletes objects as long as others heed the lease.
func (v *Vault) remove(ctx context.Context, l *lease, keys []string) error {
	for len(keys) > 0 {
		if err := l.held(); err != nil {
			return err
		}
		some := keys[:min(atOnce, len(keys))]
		keys = keys[len(some):]
		failed, err := v.st.DeleteMany(ctx, v.space, some)
		if err != nil {
			return err
		}
		for _, err := range failed {
			return err
		}
	}
	return nil
}
