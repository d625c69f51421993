package snapshot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// CheckOptions of a Check.
type CheckOptions struct {
	Read     bool           // read every piece and compare it, not only its size
	Progress func(Progress) // now and then; nil: nobody asks
}

// Checked is what a Check found.
type Checked struct {
	Snapshots        int
	Pieces, Bytes    int64    // that the snapshots need, and their bytes as they are kept
	Needless, Unused int64    // objects that no snapshot needs, and their bytes: the next removal of snapshots takes them
	Read             int64    // bytes
	Faults           []string // sentences
}

// wanted is a piece that snapshots need.
type wanted struct {
	size int64
	by   string // one of them
	file string // of it
	more int    // how many more files need it
}

// Check looks whether every snapshot can be restored: every piece is there in its size or, with Read, in its bytes.
func (v *Vault) Check(ctx context.Context, o CheckOptions) (*Checked, error) {
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	c := &Checked{}
	list, err := v.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	need := map[Sum]wanted{}
	for _, s := range list {
		m, err := v.Manifest(ctx, s.Name)
		switch {
		case err != nil && (ctx.Err() != nil || store.KindOf(err) != store.Other):
			return nil, err
		case err != nil:
			c.Faults = append(c.Faults, err.Error())
			continue
		}
		if c.Snapshots++; m.Unproven {
			c.Faults = append(c.Faults, fmt.Sprintf("the snapshot %s %v", s.Name, errUnproven))
		}
		for i := range m.Files {
			for n, sum := range m.Files[i].pieces() {
				w, is := need[sum]
				if !is {
					_, w.size = m.Files[i].piece(n)
				} else {
					w.more++
				}
				w.by, w.file = s.Name, m.Files[i].Name
				need[sum] = w
			}
		}
	}
	have, err := v.pieces(ctx) // after the snapshots: what those need was there before
	if err != nil {
		return nil, err
	}
	c.compare(v, need, have)
	if o.Read {
		err = v.readAll(ctx, c, need, o.Progress)
	}
	slices.Sort(c.Faults)
	return c, err
}

// compare looks at names and sizes. What is missing is taken out of need.
func (c *Checked) compare(v *Vault, need map[Sum]wanted, have map[string]int64) {
	for sum, w := range need {
		name := v.key.name(sum)
		size, is := have[name]
		c.Pieces++
		c.Bytes += v.key.stored(w.size)
		switch {
		case !is:
			c.Faults = append(c.Faults, w.fault(v, name, "is missing"))
		case size != v.key.stored(w.size):
			c.Faults = append(c.Faults, w.fault(v, name, fmt.Sprintf("has %d bytes instead of %d", size, v.key.stored(w.size))))
		}
		if is && size == v.key.stored(w.size) {
			delete(have, name)
			continue
		}
		delete(have, name)
		delete(need, sum)
	}
	for _, size := range have {
		c.Needless++
		c.Unused += size
	}
}

func (w wanted) fault(v *Vault, name, what string) string {
	text := fmt.Sprintf("%s %s: the snapshot %s needs it for %s", v.ref(dataDir+name), what, w.by, w.file)
	if w.more > 0 {
		text += fmt.Sprintf(", and others need it %d times", w.more)
	}
	return text
}

// readAll reads every piece that is needed.
func (v *Vault) readAll(whole context.Context, c *Checked, need map[Sum]wanted, progress func(Progress)) error {
	reading, ctx := errgroup.WithContext(whole)
	reading.SetLimit(workers)
	var mu sync.Mutex
	var read, done atomic.Int64
	for sum, w := range need {
		if ctx.Err() != nil {
			break
		}
		reading.Go(func() error {
			defer store.Caught(ctx)
			_, err := v.content(ctx, sum, w.size)
			if errors.Is(err, ErrDamaged) {
				mu.Lock()
				defer mu.Unlock()
				_, what, _ := strings.Cut(err.Error(), v.key.name(sum)+" ")
				c.Faults = append(c.Faults, w.fault(v, v.key.name(sum), what))
				return nil
			}
			if err == nil {
				read.Add(w.size)
				progress(Progress{Files: done.Add(1), Bytes: read.Load(), Sent: read.Load()})
			}
			return err
		})
	}
	err := cmp.Or(reading.Wait(), whole.Err())
	c.Read = read.Load()
	return err
}
