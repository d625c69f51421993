package snapshot_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"spaces/store"
	"spaces/store/snapshot"
)

// keeper is whoever runs the endpoint: he has all that is there, and no key.
type keeper struct{ *world }

func (k keeper) read(key string) []byte {
	k.t.Helper()
	body, _, err := k.Store.Get(k.t.Context(), store.Ref{Space: "backups", Key: key}, store.GetOptions{})
	k.must(err)
	content, err := io.ReadAll(body)
	k.must(errors.Join(err, body.Close()))
	return content
}

func (k keeper) write(key string, content []byte) {
	k.t.Helper()
	_, err := k.Store.Put(k.t.Context(), store.Ref{Space: "backups", Key: key}, bytes.NewReader(content), int64(len(content)), store.Props{}, store.PutOptions{})
	k.must(err)
}

// forge encrypts what he likes to the public half of the key, which lies beside the backups.
func (k keeper) forge(version int, evil []byte) []byte {
	k.t.Helper()
	var head struct{ Recipient string }
	k.must(json.Unmarshal(k.read(k.v.At().Key+"spaces-backup.json"), &head))
	to, err := age.ParseX25519Recipient(head.Recipient)
	k.must(err)
	sum := sha256.Sum256(evil)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	k.must(err)
	packed := gzip.NewWriter(w)
	fmt.Fprintf(packed, `{"version":%d,"store":%q,"at":"2026-03-04T05:06:07Z"}`+"\n", version, id)
	fmt.Fprintf(packed, `{"name":"evil","size":%d,"mode":"0600","mtime":1,"sha256":%q}`+"\n", len(evil), hex.EncodeToString(sum[:]))
	fmt.Fprintf(packed, `{"files":1,"bytes":%d}`+"\n", len(evil))
	k.must(errors.Join(packed.Close(), w.Close()))
	return out.Bytes()
}

// Whoever keeps the backups can encrypt to their key, and cannot make a backup of his own that is restored for one.
func TestWhoKeepsBackupsCannotWriteOne(t *testing.T) {
	w := newWorld(t, newKey(t))
	w.some()
	w.save()
	k := keeper{w}
	for _, version := range []int{1, 2} {
		at := w.at.Add(24 * time.Hour).UTC().Format("20060102T150405.000Z")
		name := w.v.At().Key + "snapshots/" + at + ".jsonl.gz.age"
		k.write(name, k.forge(version, []byte("evil")))
		m, err := w.v.Manifest(t.Context(), "")
		if err == nil {
			_, err = w.v.Fetch(t.Context(), m, t.TempDir(), snapshot.FetchOptions{})
			if c, _ := w.v.Check(t.Context(), snapshot.CheckOptions{}); c == nil || !strings.Contains(strings.Join(c.Faults, "\n"), at) {
				t.Errorf("a check of format %d says %+v", version, c)
			}
		}
		if err == nil || version == 2 && !errors.Is(err, snapshot.ErrForged) {
			t.Errorf("format %d: %v", version, err)
		}
		w.must(w.Store.Delete(t.Context(), store.Ref{Space: "backups", Key: name}))
	}
}

// A backup believes no note of what it read, so nothing can be made to be left out.
func TestWhoKeepsBackupsCannotSayWhatWasRead(t *testing.T) {
	w := newWorld(t, newKey(t))
	w.some()
	k := keeper{w}
	for i, version := range []int{1, 2} {
		k.write(fmt.Sprintf("%sunfinished/note%d.jsonl.gz.age", w.v.At().Key, i), k.forge(version, []byte("evil")))
	}
	if did := w.save(); did.Read != did.Bytes {
		t.Errorf("%+v", did)
	}
	w.same(w.dir, w.restored(""))
}

// Nor can he show one snapshot under the name of another, newer one.
func TestASnapshotHasOneName(t *testing.T) {
	w := newWorld(t, newKey(t))
	w.some()
	old := w.save().Snapshot
	k, dir := keeper{w}, w.v.At().Key+"snapshots/"
	k.write(dir+"20990101T000000.000Z.jsonl.gz.age", k.read(dir+old+".jsonl.gz.age"))
	if _, err := w.v.Manifest(t.Context(), ""); !errors.Is(err, snapshot.ErrForged) {
		t.Error(err)
	}
	w.same(w.dir, w.restored(old))
}

// A snapshot that is not encrypted proves nothing, and says what it was written as.
func TestASnapshotInThePlaceOfAnotherIsDamage(t *testing.T) {
	w := newWorld(t, nil)
	w.write("a", []byte("first"))
	old := w.save().Snapshot
	w.write("a", []byte("other"))
	newer := w.save().Snapshot
	k, dir := keeper{w}, w.v.At().Key+"snapshots/"
	k.write(dir+newer+".jsonl.gz", k.read(dir+old+".jsonl.gz"))
	if _, err := w.v.Manifest(t.Context(), newer); !errors.Is(err, snapshot.ErrDamaged) {
		t.Error(err)
	}
}
