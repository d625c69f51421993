// Package snapshot keeps copies of a directory at an S3 endpoint, as it was at several moments, and gets them back.
// What they have in common is kept, and sent, once.
//
// What is below PREFIX/STORE/ at the endpoint, STORE being the id of who is backed up:
//
//	spaces-backup.json      format, and whether the rest is encrypted; there from the first backup on
//	data/NAME               pieces of files. NAME is the SHA-256 of the content or, where it is encrypted, a keyed hash
//	snapshots/TIME.jsonl.gz what each snapshot consists of (.age behind it where it is encrypted); written last: a
//	                        snapshot is whole, or is not there
//	unfinished/RUN.jsonl.gz what a backup that was cut had come to: it saves the next one reading files again
//	leases/KIND-RUN         who is at work
//
// What is there is always learned from a listing, and never from what was noted of it: an object that somebody removed
// is sent again by the next backup.
package snapshot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// Vault is where the snapshots of one store are kept. It is safe for concurrent use.
type Vault struct {
	st    *store.Store
	space string
	base  string // "" or ending in "/"
	id    string
	key   *Key
}

const (
	headName      = "spaces-backup.json"
	headFormat    = 1
	dataDir       = "data/"
	snapshotDir   = "snapshots/"
	unfinishedDir = "unfinished/"
	leaseDir      = "leases/"
	byAge         = "age" // the encryption

	workers = 4 // requests at once: each has a piece in memory, twice where it is encrypted
	tries   = 4 // of what broke off while it was read
)

// head is the object by which a Vault is known.
type head struct {
	Format     int    `json:"format"`
	Store      string `json:"store"`
	Encryption string `json:"encryption"`          // "none" or byAge
	Recipient  string `json:"recipient,omitempty"` // the public half of the key
}

// ErrNone says that there are no backups at a place.
var ErrNone = errors.New("there are no backups")

// Find lists the stores that have backups at a place, which may be that of one of them.
func Find(ctx context.Context, st *store.Store, at store.Ref) (bases []store.Ref, err error) {
	v := &Vault{st: st, space: at.Space, base: folder(at.Key)}
	if _, err := v.head(ctx); err == nil {
		return []store.Ref{{Space: at.Space, Key: v.base}}, nil
	} else if store.KindOf(err) != store.NotFound {
		return nil, err
	}
	for r := (store.ListRequest{Space: at.Space, Prefix: v.base, Delimiter: "/"}); ; {
		page, err := st.List(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Entries {
			below := &Vault{st: st, space: at.Space, base: e.Key}
			if !e.Folder {
				continue
			}
			if _, err := below.head(ctx); err == nil {
				bases = append(bases, store.Ref{Space: at.Space, Key: e.Key})
			} else if store.KindOf(err) != store.NotFound {
				return nil, err
			}
		}
		if r.After = page.Next; !page.More {
			break
		}
	}
	if len(bases) == 0 {
		return nil, fmt.Errorf("%w in %s", ErrNone, store.Printable(v.place()))
	}
	return bases, nil
}

// Open opens the backups that are at a place, which Find knows.
func Open(ctx context.Context, st *store.Store, at store.Ref, key *Key) (*Vault, error) {
	v := &Vault{st: st, space: at.Space, base: folder(at.Key), key: key}
	h, err := v.head(ctx)
	if store.KindOf(err) == store.NotFound {
		err = fmt.Errorf("%w in %s", ErrNone, store.Printable(v.place()))
	}
	if err != nil {
		return nil, err
	}
	v.id = h.Store
	return v, v.fits(h)
}

// Create makes a place for the backups of a store, below at. Where there is one already it is opened.
func Create(ctx context.Context, st *store.Store, at store.Ref, id string, key *Key) (*Vault, error) {
	v := &Vault{st: st, space: at.Space, base: Below(at, id).Key, id: id, key: key}
	h := head{Format: headFormat, Store: id, Encryption: "none", Recipient: key.recipient()}
	if key != nil {
		h.Encryption = byAge
	}
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	err = v.put(ctx, headName, append(text, '\n'), nil, store.PutOptions{IfNoneMatch: true})
	if store.KindOf(err) == store.Precondition { // another was faster, with his key perhaps
		return Open(ctx, st, v.At(), key)
	}
	return v, err
}

// Below is where the backups of a store are, at a place for those of many.
func Below(at store.Ref, id string) store.Ref {
	return store.Ref{Space: at.Space, Key: folder(at.Key) + id + "/"}
}

// folder is a prefix that ends in a slash, or is none.
func folder(prefix string) string {
	if prefix == "" || strings.HasSuffix(prefix, "/") {
		return prefix
	}
	return prefix + "/"
}

// At is where it is.
func (v *Vault) At() store.Ref { return store.Ref{Space: v.space, Key: v.base} }

// Encrypted says whether nobody can read it without the key.
func (v *Vault) Encrypted() bool { return v.key != nil }

func (v *Vault) place() string { return store.Ref{Space: v.space, Key: v.base}.String() }

// head reads the object by which it is known.
func (v *Vault) head(ctx context.Context) (h head, err error) {
	text, err := v.get(ctx, headName, 64<<10)
	if err == nil && json.Unmarshal(text, &h) != nil {
		err = fmt.Errorf("%s%s is not what it should be", store.Printable(v.place()), headName)
	}
	return h, err
}

// fits says whether the key is the one.
func (v *Vault) fits(h head) error {
	where := store.Printable(v.place())
	switch {
	case h.Format > headFormat:
		return fmt.Errorf("the backups in %s were written by a newer version of this program, use that one", where)
	case h.Encryption == byAge && v.key == nil:
		return fmt.Errorf("the backups in %s are encrypted: name the file of their key with --key-file", where)
	case h.Encryption == byAge && h.Recipient != v.key.recipient():
		return fmt.Errorf("the backups in %s are encrypted with another key, the public half of which is %s", where, store.Printable(h.Recipient))
	case h.Encryption != byAge && v.key != nil:
		return fmt.Errorf("the backups in %s are not encrypted: leave --key-file out, or choose another place for encrypted ones", where)
	}
	return nil
}

func (v *Vault) ref(name string) store.Ref { return store.Ref{Space: v.space, Key: v.base + name} }

func (v *Vault) put(ctx context.Context, name string, content []byte, meta map[string]string, o store.PutOptions) error {
	_, err := v.st.Put(ctx, v.ref(name), bytes.NewReader(content), int64(len(content)), store.Props{ContentType: "application/octet-stream", Meta: meta}, o)
	return err
}

// get reads an object of most bytes at most, again where that breaks off.
func (v *Vault) get(ctx context.Context, name string, most int64) (content []byte, err error) {
	for range tries {
		content, err = v.getOnce(ctx, name, most)
		if err == nil || !store.Transient(err) || ctx.Err() != nil {
			break
		}
	}
	return content, err
}

func (v *Vault) getOnce(ctx context.Context, name string, most int64) ([]byte, error) {
	body, info, err := v.st.Get(ctx, v.ref(name), store.GetOptions{})
	if err != nil {
		return nil, err
	}
	defer body.Close()
	if info.Size > most {
		return nil, fmt.Errorf("%s has %d bytes: that is not what was written there", store.Printable(v.ref(name).String()), info.Size)
	}
	content := make([]byte, 0, info.Size+bytes.MinRead)
	into := bytes.NewBuffer(content)
	_, err = into.ReadFrom(io.LimitReader(body, most+1))
	return into.Bytes(), err
}

// list calls visit with all below a directory whose names begin with more; they are without it then.
func (v *Vault) list(ctx context.Context, dir, more string, visit func(name string, e store.Entry)) error {
	for r := (store.ListRequest{Space: v.space, Prefix: v.base + dir + more}); ; {
		page, err := v.st.List(ctx, r)
		if err != nil {
			return err
		}
		for _, e := range page.Entries {
			visit(strings.TrimPrefix(e.Key, v.base+dir), e)
		}
		if r.After = page.Next; !page.More {
			return nil
		}
	}
}

// pieces are the names and sizes of what is in data. Many are listed side by side.
func (v *Vault) pieces(ctx context.Context) (map[string]int64, error) {
	all := map[string]int64{}
	first, err := v.st.List(ctx, store.ListRequest{Space: v.space, Prefix: v.base + dataDir})
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	add := func(name string, e store.Entry) {
		mu.Lock()
		defer mu.Unlock()
		all[name] = e.Size
	}
	if !first.More {
		for _, e := range first.Entries {
			add(strings.TrimPrefix(e.Key, v.base+dataDir), e)
		}
		return all, nil
	}
	side, ctx := errgroup.WithContext(ctx)
	side.SetLimit(2 * workers)
	for _, digit := range "0123456789abcdef" {
		side.Go(func() error {
			defer store.Caught(ctx)
			return v.list(ctx, dataDir, string(digit), add)
		})
	}
	return all, side.Wait()
}

// Snapshot is a whole one.
type Snapshot struct {
	Name string    // by which it is asked for; names are in the order of the moments
	At   time.Time // by its name; that may be later than the Manifest's, after one that was made while the clock was ahead
	Size int64     // of its manifest
}

// nameOf is how a moment is written in names.
const nameOf = "20060102T150405.000Z"

// IsName says whether a text may be the name of a snapshot.
func IsName(text string) bool {
	_, err := time.Parse(nameOf, text)
	return err == nil
}

func (v *Vault) ending() string {
	if v.key != nil {
		return ".jsonl.gz.age"
	}
	return ".jsonl.gz"
}

// Snapshots lists the whole ones, the oldest first.
func (v *Vault) Snapshots(ctx context.Context) (list []Snapshot, err error) {
	err = v.list(ctx, snapshotDir, "", func(name string, e store.Entry) {
		name, is := strings.CutSuffix(name, v.ending())
		if at, err := time.Parse(nameOf, name); is && err == nil {
			list = append(list, Snapshot{name, at, e.Size})
		}
	})
	slices.SortFunc(list, func(a, b Snapshot) int { return cmp.Compare(a.Name, b.Name) })
	return list, err
}

// mostManifest bounds what is read as a manifest: some 50 million files.
const mostManifest = 4 << 30

// Manifest reads what a snapshot consists of; "" is the latest.
func (v *Vault) Manifest(ctx context.Context, name string) (*Manifest, error) {
	if name == "" {
		list, err := v.Snapshots(ctx)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return nil, fmt.Errorf("%w in %s that are whole", ErrNone, store.Printable(v.place()))
		}
		name = list[len(list)-1].Name
	}
	m, err := v.manifest(ctx, snapshotDir+name+v.ending())
	if store.KindOf(err) == store.NotFound {
		return nil, fmt.Errorf("there is no snapshot %s in %s: --list has those there are", name, store.Printable(v.place()))
	}
	if err != nil {
		return nil, fmt.Errorf("read the snapshot %s: %w", name, err)
	}
	m.Snapshot = name
	return m, nil
}

func (v *Vault) manifest(ctx context.Context, name string) (*Manifest, error) {
	content, err := v.get(ctx, name, mostManifest)
	if err != nil {
		return nil, err
	}
	return unpack(bytes.NewReader(content), v.id, name, v.key)
}

// Size is how many files a snapshot has, and their bytes.
func (v *Vault) Size(ctx context.Context, s Snapshot) (files, bytes int64, err error) {
	info, err := v.st.Head(ctx, v.ref(snapshotDir+s.Name+v.ending()))
	if err != nil {
		return 0, 0, err
	}
	files, _ = strconv.ParseInt(info.Meta["files"], 10, 64)
	bytes, _ = strconv.ParseInt(info.Meta["bytes"], 10, 64)
	return files, bytes, nil
}
