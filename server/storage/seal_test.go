package storage

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

var (
	secretKey = Key{1, 2, 3}
	otherKey  = Key{1, 2, 4}
)

const plainWord = "PLAINTEXT"

func (f *fixture) stageSealed(body string, keeper Keeper) *Staged {
	f.t.Helper()
	s, err := f.Stage(f.ctx, strings.NewReader(body), StageOptions{Size: -1, Key: &secretKey, Encryption: Encryption{keeper, "proof"}})
	f.must(err)
	return s
}

func (f *fixture) putSealed(key, body string, keeper Keeper) Object {
	f.t.Helper()
	o, err := f.Put(f.ctx, "s", key, f.stageSealed(body, keeper), Attrs{}, Checksum{}, nil)
	f.must(err)
	return o
}

// setUpSealed is setUpAt with parts of any size.
func setUpSealed(t *testing.T, mem vfs.FS) *fixture {
	t.Helper()
	f := &fixture{t, reopenSealed(t, mem), t.Context()}
	f.must(f.CreateSpace(Space{Name: "s", Created: start}))
	return f
}

func reopenSealed(t *testing.T, mem vfs.FS) *Engine {
	o := small(mem)
	o.minPart = 1
	return openAt(t, mem, o)
}

// sealed puts a small body, a large one and one of parts of both kinds.
func (f *fixture) sealed() map[string]string {
	f.t.Helper()
	want := map[string]string{"small": plainWord, "large": strings.Repeat(plainWord, 9), "empty": ""}
	for key, body := range want {
		f.putSealed(key, body, ByCustomer)
	}
	a := Attrs{Encryption: Encryption{ByCustomer, "proof"}}
	u, err := f.CreateUpload(f.ctx, "s", "parts", a, "CRC32", "COMPOSITE")
	f.must(err)
	var named []CompletePart
	for n, body := range []string{strings.Repeat("part one "+plainWord, 9), plainWord} {
		p, err := f.PutPart(f.ctx, "s", "parts", u.ID, n+1, f.stageSealed(body, ByCustomer), Checksum{"CRC32", "FULL_OBJECT", string(rune('a' + n))})
		f.must(err)
		named = append(named, CompletePart{Number: n + 1, ETag: p.ETag})
		want["parts"] += body
	}
	_, err = f.Complete(f.ctx, "s", "parts", u.ID, named, nil, nil)
	f.must(err)
	return want
}

func (f *fixture) unlocked(key string, off, n int64, k *Key) (string, error) {
	f.t.Helper()
	_, b, err := f.Get(f.ctx, "s", key)
	f.must(err)
	defer b.Close()
	if k != nil {
		if err := b.Unlock(*k); err != nil {
			return "", err
		}
	}
	p, err := io.ReadAll(b.Range(off, n))
	return string(p), err
}

func TestEncryptedBodiesAreReadWithTheirKeyOnly(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpSealed(t, mem)
	want := f.sealed()
	f.must(f.Engine.Close())
	f.Engine = reopenSealed(t, mem)
	for key, body := range want {
		size := int64(len(body))
		for _, r := range [][2]int64{{0, size}, {0, 1}, {7, 2}, {size - 3, 9}, {size / 2, 20}} {
			off := min(max(r[0], 0), size)
			expect := body[off:min(off+r[1], size)]
			if got, err := f.unlocked(key, r[0], r[1], &secretKey); err != nil || r[0] >= 0 && got != expect {
				t.Errorf("%s %v: %d bytes, %v; want %d", key, r, len(got), err, len(expect))
			}
		}
		if size == 0 {
			continue
		}
		if _, err := f.unlocked(key, 0, size, nil); !errors.Is(err, ErrSealed) {
			t.Errorf("%s without a key: %v", key, err)
		}
		if got, err := f.unlocked(key, 0, size, &otherKey); !errors.Is(err, ErrCorrupt) || got != "" {
			t.Errorf("%s with another key: %q, %v", key, got, err)
		}
	}
}

func TestNothingOfAnEncryptedBodyIsOnDisk(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpSealed(t, mem)
	f.sealed()
	f.must(f.db.Flush())
	f.must(f.Engine.Close())
	seen := 0
	var walk func(dir string)
	walk = func(dir string) {
		names, err := mem.List(dir)
		f.must(err)
		for _, n := range names {
			path := mem.PathJoin(dir, n)
			if info, err := mem.Stat(path); err == nil && info.IsDir() {
				walk(path)
				continue
			}
			file, err := mem.Open(path)
			f.must(err)
			data, err := io.ReadAll(file)
			f.must(err)
			f.must(file.Close())
			seen += len(data)
			for _, word := range [][]byte{[]byte("PLAIN"), []byte("TEXT"), secretKey[:]} {
				if bytes.Contains(data, word) {
					t.Errorf("%s contains %q", path, word)
				}
			}
		}
	}
	walk("data")
	if seen < 900 {
		t.Fatalf("only %d bytes were looked at", seen)
	}
	f.Engine = reopenSealed(t, mem)
}

func TestTheETagOfABodyUnderACustomersKeyTellsNothing(t *testing.T) {
	f := setUp(t)
	sum := md5.Sum([]byte(plainWord))
	plain := hex.EncodeToString(sum[:])
	if o := f.putSealed("a", plainWord, ByServer); o.ETag != plain {
		t.Errorf("with a key of the server's: %s, want the MD5 %s", o.ETag, plain)
	}
	first, second := f.putSealed("b", plainWord, ByCustomer), f.putSealed("c", plainWord, ByCustomer)
	if first.ETag == plain || first.ETag == second.ETag || len(first.ETag) != 32 {
		t.Errorf("with a key of the customer's: %s and %s", first.ETag, second.ETag)
	}
}

func TestEncryptionFollowsTheBody(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpSealed(t, mem)
	want := f.sealed()
	other := Encryption{ByServer, "other"}
	for key := range want {
		_, err := f.Copy(f.ctx, "s", key, "s", "copy of "+key, CopyOptions{Attrs: func(src Object) (Attrs, error) {
			return Attrs{Encryption: other}, nil
		}})
		f.must(err)
		_, err = f.UpdateAttrs(f.ctx, "s", key, func(o *Object) error { o.Encryption = other; return nil })
		f.must(err)
		_, err = f.Rename(f.ctx, "s", key, "renamed "+key, nil, nil)
		f.must(err)
	}
	f.must(f.Engine.Close())
	f.Engine = reopenSealed(t, mem)
	for key, body := range want {
		for _, name := range []string{"copy of " + key, "renamed " + key} {
			o, err := f.Head("s", name)
			f.must(err)
			if o.Encryption != (Encryption{ByCustomer, "proof"}) || o.Size != int64(len(body)) {
				t.Errorf("%s: %+v, %d bytes", name, o.Encryption, o.Size)
			}
			if got, err := f.unlocked(name, 0, o.Size, &secretKey); err != nil || got != body {
				t.Errorf("%s: %d bytes, %v", name, len(got), err)
			}
		}
	}
	f.put("plain", plainWord)
	if o, err := f.Put(f.ctx, "s", "claimed", f.stage(plainWord), Attrs{Encryption: other}, Checksum{}, nil); err != nil || o.Encryption != (Encryption{}) {
		t.Errorf("a body that is not encrypted became %+v, %v", o.Encryption, err)
	}
}

func TestDamageToEncryptedBodiesIsFound(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpSealed(t, mem)
	want := f.sealed()
	rep, err := f.Scrub(f.ctx, ScrubOptions{})
	f.must(err)
	if len(rep.Findings) != 0 || rep.Bodies != 4 {
		t.Fatalf("of what is whole it says %+v", rep)
	}
	id := f.bodyOf("large").id
	data, err := mem.UnsafeGetFileDataBuffer(f.blobPath(id))
	f.must(err)
	data[17] ^= 1
	if _, err := f.unlocked("large", 0, 99, &secretKey); !errors.Is(err, ErrCorrupt) {
		t.Errorf("read a flipped bit: %v", err)
	}
	if rep, err = f.Scrub(f.ctx, ScrubOptions{}); err != nil || places(rep.Findings) != "s/large part 0 at 16" {
		t.Errorf("scrub said %q, %v", places(rep.Findings), err)
	}
	data[17] ^= 1
	if got, err := f.unlocked("large", 0, 99, &secretKey); err != nil || got != want["large"] {
		t.Errorf("put right: %q, %v", got, err)
	}
}

func TestChecksumsOfPartsAreKept(t *testing.T) {
	f := setUpSealed(t, vfs.NewMem())
	f.sealed()
	_, err := f.Copy(f.ctx, "s", "parts", "s", "copy", CopyOptions{})
	f.must(err)
	for _, key := range []string{"parts", "copy"} {
		o, err := f.Head("s", key)
		f.must(err)
		if len(o.PartSums) != 2 || o.PartSums[0] != (Checksum{"CRC32", "FULL_OBJECT", "a"}) || o.PartSums[1].Value != "b" {
			t.Errorf("%s: %+v", key, o.PartSums)
		}
	}
}
