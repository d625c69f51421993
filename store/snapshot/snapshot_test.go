package snapshot_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/snapshot"
	"spaces/store/storetest"
)

const id = "0123456789abcdef"

// world is a directory and a place for its backups.
type world struct {
	*storetest.Fixture
	t   *testing.T
	dir string
	key *snapshot.Key
	v   *snapshot.Vault
	at  time.Time // of the next backup
}

// long ago is when files were written last.
var longAgo = time.Date(2026, 3, 4, 5, 6, 7, 89, time.UTC)

func newWorld(t *testing.T, key *snapshot.Key, opts ...storetest.Option) *world {
	w := &world{Fixture: storetest.New(t, opts...), t: t, dir: t.TempDir(), key: key, at: longAgo.Add(time.Hour)}
	var err error
	w.v, err = snapshot.Create(t.Context(), w.Store, store.Ref{Space: w.Space(t, "backups"), Key: "box"}, id, key)
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(name string, content []byte) {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	w.must(os.MkdirAll(filepath.Dir(path), 0o700))
	w.must(os.WriteFile(path, content, 0o600))
	w.must(os.Chtimes(path, longAgo, longAgo))
}

// random is a content that nothing else has.
func random(seed, size int) []byte {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = r.Read(b)
	return b
}

// fill writes a tree with files of all sorts.
func (w *world) fill() {
	w.some()
	w.write("blobs/00/large", random(1, snapshot.PieceSize+12345))
	w.write("blobs/00/exact", random(2, snapshot.PieceSize))
}

// some are the files of fill that are not large.
func (w *world) some() {
	w.write("format", []byte("the marker of the format"))
	w.write("blobs/00/empty", nil)
	w.write("blobs/01/middle", random(3, 100_000))
	w.write("blobs/01/twin", random(3, 100_000))
	w.write("meta/odd \xc3\xa4 name", random(4, 70_000))
	w.write("meta/secret", []byte("the secret of the store"))
	w.must(os.Mkdir(filepath.Join(w.dir, "hollow"), 0o700))
	w.must(os.Chmod(filepath.Join(w.dir, "blobs/01/twin"), 0o640))
}

const (
	pieces = 7 // of fill
	fewer  = 4 // of some
)

func (w *world) save() *snapshot.Saved {
	w.t.Helper()
	did, err := w.trySave(w.t.Context())
	w.must(err)
	return did
}

func (w *world) trySave(ctx context.Context) (*snapshot.Saved, error) {
	w.at = w.at.Add(time.Hour)
	return w.v.Save(ctx, w.dir, snapshot.SaveOptions{At: w.at, Host: "here"})
}

// restored fetches a snapshot to a directory of its own.
func (w *world) restored(name string) string {
	w.t.Helper()
	m, err := w.v.Manifest(w.t.Context(), name)
	w.must(err)
	dir := w.t.TempDir()
	_, err = w.v.Fetch(w.t.Context(), m, dir, snapshot.FetchOptions{})
	w.must(err)
	return dir
}

// tree is what a directory has, a line for each entry.
func (w *world) tree(dir string) string {
	w.t.Helper()
	var b strings.Builder
	w.must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		w.must(err)
		info, err := d.Info()
		w.must(err)
		rel, _ := filepath.Rel(dir, path)
		if d.IsDir() {
			fmt.Fprintf(&b, "%s %v\n", rel, info.Mode())
			return nil
		}
		content, err := os.ReadFile(path)
		w.must(err)
		fmt.Fprintf(&b, "%s %v %d %x\n", rel, info.Mode(), info.ModTime().UnixNano(), sha256.Sum256(content))
		return nil
	}))
	return b.String()
}

func (w *world) same(a, b string) {
	w.t.Helper()
	if a, b := w.tree(a), w.tree(b); a != b {
		w.t.Errorf("%s is not\n%s", b, a)
	}
}

// sent counts requests of a kind since the last Clear.
func (w *world) sent(method, contains string) (n int) {
	for _, r := range w.Faults.Requests() {
		if strings.HasPrefix(r, method+" ") && strings.Contains(r, contains) {
			n++
		}
	}
	return n
}

// keys are all objects there are below a prefix.
func (w *world) keys(prefix string) (keys []string) {
	w.t.Helper()
	page, err := w.Store.List(w.t.Context(), store.ListRequest{Space: "backups", Prefix: prefix})
	w.must(err)
	for _, e := range page.Entries {
		keys = append(keys, e.Key)
	}
	return keys
}

func newKey(t *testing.T) *snapshot.Key {
	t.Helper()
	k, err := snapshot.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestWhatIsRestoredIsWhatWasThere(t *testing.T) {
	for name, key := range map[string]*snapshot.Key{"plain": nil, "encrypted": newKey(t)} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, key)
			w.fill()
			did := w.save()
			if did.Pieces != pieces || did.Read != did.Bytes {
				t.Errorf("%+v", did)
			}
			w.same(w.dir, w.restored(did.Snapshot))
			w.same(w.dir, w.restored(""))
			if c, err := w.v.Check(t.Context(), snapshot.CheckOptions{Read: true}); err != nil || len(c.Faults) > 0 || c.Pieces != pieces || c.Needless != 0 {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
}

func TestNothingCanBeLearnedWithoutTheKey(t *testing.T) {
	w := newWorld(t, newKey(t))
	w.some()
	w.save()
	secrets := [][]byte{[]byte("secret"), []byte("marker"), []byte("large"), []byte("here"), random(3, 100_000)[:64]}
	for _, content := range [][]byte{random(3, 100_000), []byte("the secret of the store")} {
		sum := sha256.Sum256(content)
		secrets = append(secrets, sum[:], []byte(hex.EncodeToString(sum[:])))
	}
	seen := 0
	for _, k := range w.keys("") {
		body, _, err := w.Store.Get(t.Context(), store.Ref{Space: "backups", Key: k}, store.GetOptions{})
		w.must(err)
		content, err := io.ReadAll(body)
		w.must(errors.Join(err, body.Close()))
		for _, s := range secrets {
			if bytes.Contains(content, s) || strings.Contains(k, string(s)) {
				t.Errorf("%s tells of %q", k, s)
			}
		}
		seen++
	}
	if seen < fewer {
		t.Error("only", seen, "objects were looked at")
	}
	other, err := snapshot.ParseKey([]byte(newKey(t).File()))
	w.must(err)
	if _, err := snapshot.Open(t.Context(), w.Store, w.v.At(), other); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Error(err)
	}
	if _, err := snapshot.Open(t.Context(), w.Store, w.v.At(), nil); err == nil || !strings.Contains(err.Error(), "are encrypted") {
		t.Error(err)
	}
	same, err := snapshot.ParseKey([]byte(w.key.File()))
	w.must(err)
	v, err := snapshot.Open(t.Context(), w.Store, w.v.At(), same)
	w.must(err)
	w.v = v
	w.same(w.dir, w.restored(""))
	for _, text := range []string{"", "# nothing\n", "AGE-SECRET-KEY-1QQQ", w.key.File() + newKey(t).File()} {
		if _, err := snapshot.ParseKey([]byte(text)); err == nil || strings.Contains(err.Error(), "QQQ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestOnlyWhatIsNewIsReadAndSent(t *testing.T) {
	w := newWorld(t, newKey(t))
	w.some()
	w.save()
	w.Faults.Clear()
	did := w.save()
	if did.Read != 0 || did.Sent != 0 || did.Pieces != 0 || w.sent("PUT", "/data/") != 0 {
		t.Errorf("%+v", did)
	}
	if n := len(w.Faults.Requests()); n > 10 { // a lease, four listings, a manifest down and one up
		t.Errorf("%d requests for a backup with nothing new: %q", n, w.Faults.Requests())
	}
	w.write("blobs/02/new", random(9, 3000))
	w.write("blobs/02/known", random(3, 100_000))
	w.must(os.Remove(filepath.Join(w.dir, "blobs/00/empty")))
	w.Faults.Clear()
	did = w.save()
	if did.Read != 103_000 || did.Pieces != 1 || w.sent("PUT", "/data/") != 1 || did.Sent > 3500 {
		t.Errorf("%+v", did)
	}
	w.same(w.dir, w.restored(""))
}

func TestAFileThatWasYoungIsReadAgain(t *testing.T) {
	w := newWorld(t, nil)
	w.at = longAgo.Add(-2 * time.Hour) // files are younger than the backup says it is
	w.write("a", []byte("first"))
	w.save()
	w.write("a", []byte("other"))
	did := w.save()
	if did.Read != 5 {
		t.Errorf("%+v", did)
	}
	w.same(w.dir, w.restored(""))
}

func TestABackupThatWasCutGoesOn(t *testing.T) {
	w := newWorld(t, nil)
	w.fill()
	w.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/data/"), Skip: 4, Fault: storetest.Answer(507, "InsufficientStorage")})
	_, err := w.trySave(t.Context())
	if store.KindOf(err) != store.Full {
		t.Fatal(err)
	}
	if list, err := w.v.Snapshots(t.Context()); err != nil || len(list) > 0 {
		t.Fatal("what was cut counts as a snapshot:", list, err)
	}
	there := len(w.keys("box/" + id + "/data/"))
	if there == 0 || there > 4 || len(w.keys("box/"+id+"/unfinished/")) != 1 || len(w.keys("box/"+id+"/leases/")) != 0 {
		t.Errorf("%q", w.keys(""))
	}
	w.Faults.Clear()
	did := w.save()
	if did.Pieces != int64(pieces-there) || w.sent("PUT", "/data/") != pieces-there {
		t.Errorf("%d pieces were there, and then %+v", there, did)
	}
	if len(w.keys("box/"+id+"/unfinished/")) != 0 {
		t.Error("the note of what was cut is left")
	}
	w.same(w.dir, w.restored(""))
}

func TestACanceledBackupLeavesANoteOfWhatItRead(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 100 {
		w.write(fmt.Sprintf("blobs/%03d", i), random(i, 1000))
	}
	ctx, cancel := context.WithCancel(t.Context())
	w.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/data/"), Skip: 60, Fault: storetest.Before(cancel)})
	if _, err := w.trySave(ctx); !errors.Is(err, context.Canceled) && store.KindOf(err) != store.Canceled {
		t.Fatal(err)
	}
	w.Faults.Clear()
	if did := w.save(); did.Read > 50_000 || did.Read < 1000*did.Pieces || did.Pieces == 0 {
		t.Errorf("%+v", did)
	}
	w.same(w.dir, w.restored(""))
}

func TestWhatIsGoneAtTheEndpointIsSentAgain(t *testing.T) {
	w := newWorld(t, nil)
	w.some()
	w.save()
	keys := w.keys("box/" + id + "/data/")
	w.must(w.Store.Delete(t.Context(), store.Ref{Space: "backups", Key: keys[0]}))
	_, err := w.Store.Put(t.Context(), store.Ref{Space: "backups", Key: keys[1]}, strings.NewReader("short"), 5, store.Props{}, store.PutOptions{})
	w.must(err)
	if c, err := w.v.Check(t.Context(), snapshot.CheckOptions{}); err != nil || len(c.Faults) != 2 || !strings.Contains(strings.Join(c.Faults, ""), "is missing") {
		t.Errorf("%+v, %v", c, err)
	}
	if did := w.save(); did.Pieces != 2 {
		t.Errorf("%+v", did)
	}
	if c, err := w.v.Check(t.Context(), snapshot.CheckOptions{Read: true}); err != nil || len(c.Faults) > 0 {
		t.Errorf("%+v, %v", c, err)
	}
	w.same(w.dir, w.restored(""))
}

func TestDamageIsFoundAndNeverRestored(t *testing.T) {
	for name, key := range map[string]*snapshot.Key{"plain": nil, "encrypted": newKey(t)} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, key)
			w.some()
			w.save()
			keys := w.keys("box/" + id + "/data/")
			for i, k := range keys { // the same size, another byte
				body, info, err := w.Store.Get(t.Context(), store.Ref{Space: "backups", Key: k}, store.GetOptions{})
				w.must(err)
				content, err := io.ReadAll(body)
				w.must(errors.Join(err, body.Close()))
				content[len(content)/2] ^= 1
				if i == 0 {
					content = bytes.Repeat([]byte("x"), len(content))
				}
				_, err = w.Store.Put(t.Context(), store.Ref{Space: "backups", Key: k}, bytes.NewReader(content), info.Size, store.Props{}, store.PutOptions{})
				w.must(err)
			}
			if c, err := w.v.Check(t.Context(), snapshot.CheckOptions{}); err != nil || len(c.Faults) > 0 {
				t.Errorf("sizes tell of it: %+v, %v", c, err)
			}
			if c, err := w.v.Check(t.Context(), snapshot.CheckOptions{Read: true}); err != nil || len(c.Faults) != fewer || !strings.Contains(c.Faults[0], "another content") {
				t.Errorf("%+v, %v", c, err)
			}
			m, err := w.v.Manifest(t.Context(), "")
			w.must(err)
			if _, err := w.v.Fetch(t.Context(), m, t.TempDir(), snapshot.FetchOptions{}); !errors.Is(err, snapshot.ErrDamaged) {
				t.Error(err)
			}
			did, err := w.v.Fetch(t.Context(), m, t.TempDir(), snapshot.FetchOptions{Force: true})
			if err != nil || len(did.Lost) != 5 || did.Got != 0 {
				t.Errorf("%+v, %v", did, err)
			}
		})
	}
}

func TestARestoreThatWasCutFetchesWhatIsMissing(t *testing.T) {
	w := newWorld(t, newKey(t))
	for i := range 100 {
		w.write(fmt.Sprintf("blobs/%03d", i), random(i, 1000))
	}
	w.save()
	m, err := w.v.Manifest(t.Context(), "")
	w.must(err)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	w.Faults.Clear()
	w.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/data/"), Skip: 60, Fault: storetest.Before(cancel)})
	if _, err := w.v.Fetch(ctx, m, dir, snapshot.FetchOptions{}); err == nil {
		t.Fatal("nothing told of the cut")
	}
	w.must(os.MkdirAll(filepath.Join(dir, "meta", "left", "over"), 0o700))
	w.must(os.WriteFile(filepath.Join(dir, "blobs", "000"), random(0, 2000), 0o600)) // longer than it was, and the same so far
	w.must(os.WriteFile(filepath.Join(dir, "blobs", "001"), random(7, 1000), 0o600))
	w.Faults.Clear()
	w.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/data/"), Times: 1, Fault: storetest.CutBody(100)})
	did, err := w.v.Fetch(t.Context(), m, dir, snapshot.FetchOptions{})
	if err != nil || int64(w.sent("GET", "/data/")) != did.Got/1000+1 || did.Got > 50_000 {
		t.Errorf("%+v, %v, %q", did, err, w.Faults.Requests())
	}
	w.same(w.dir, dir)
	w.Faults.Clear()
	if did, err := w.v.Fetch(t.Context(), m, dir, snapshot.FetchOptions{}); err != nil || did.Got != 0 || w.sent("GET", "") != 0 {
		t.Errorf("%+v, %v", did, err)
	}
}

func TestManyPiecesAreListed(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 1100 {
		w.write(fmt.Sprintf("blobs/%02d/%d", i%16, i), random(i, 20))
	}
	if did := w.save(); did.Pieces != 1100 {
		t.Errorf("%+v", did)
	}
	w.Faults.Clear()
	if did := w.save(); did.Pieces != 0 || did.Read != 0 {
		t.Errorf("%+v", did)
	}
	if c, err := w.v.Check(t.Context(), snapshot.CheckOptions{}); err != nil || c.Pieces != 1100 || len(c.Faults) > 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestStoresAtOnePlaceAreFound(t *testing.T) {
	w := newWorld(t, nil)
	at := store.Ref{Space: "backups", Key: "box/"}
	_, err := snapshot.Create(t.Context(), w.Store, at, "fedcba9876543210", newKey(t))
	w.must(err)
	found, err := snapshot.Find(t.Context(), w.Store, at)
	w.must(err)
	want := []store.Ref{{Space: "backups", Key: "box/" + id + "/"}, {Space: "backups", Key: "box/fedcba9876543210/"}}
	if !slices.Equal(found, want) {
		t.Errorf("%v", found)
	}
	for _, key := range []string{"box/" + id, "box/" + id + "/"} {
		if found, err := snapshot.Find(t.Context(), w.Store, store.Ref{Space: "backups", Key: key}); err != nil || !slices.Equal(found, want[:1]) {
			t.Errorf("%v, %v", found, err)
		}
	}
	if _, err := snapshot.Find(t.Context(), w.Store, store.Ref{Space: "backups", Key: "none"}); !errors.Is(err, snapshot.ErrNone) {
		t.Error(err)
	}
	if _, err := snapshot.Find(t.Context(), w.Store, store.Ref{Space: "nowhere"}); store.KindOf(err) != store.NoSpace {
		t.Error(err)
	}
	if _, err := w.v.Manifest(t.Context(), ""); !errors.Is(err, snapshot.ErrNone) {
		t.Error(err)
	}
	if _, err := snapshot.Create(t.Context(), w.Store, at, id, newKey(t)); err == nil || !strings.Contains(err.Error(), "not encrypted") {
		t.Error("another made it first, and it was taken for his own:", err)
	}
}
