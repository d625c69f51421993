package storage

import (
	"crypto/md5"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// Each of a batch is stored or refused by itself, and what is refused leaves nothing.
func TestEachOfABatchIsStoredOnItsOwn(t *testing.T) {
	f := setUp(t)
	f.put("there", "old")
	absent := func(cur *Object) error {
		if cur != nil {
			return errCheck
		}
		return nil
	}
	large := strings.Repeat("large ", 20)
	list := []Putting{{Key: "there", Body: f.stage("new"), Check: absent}, {Key: "a", Body: f.stage("small"), Check: absent},
		{Key: "a", Body: f.stage("again"), Check: absent}, {Key: "b", Body: f.stage(large)}, {Key: "b", Body: f.stage(large + large)}, {Key: "c", Body: f.stage("")}}
	done, err := f.PutBatch(f.ctx, "s", list)
	f.must(err)
	for i, want := range []error{errCheck, nil, errCheck, nil, nil, nil} {
		if !errors.Is(done[i].Err, want) {
			t.Errorf("%d: %v, want %v", i, done[i].Err, want)
		}
		list[i].Body.Discard()
	}
	for key, want := range map[string]string{"there": "old", "a": "small", "b": large + large, "c": ""} {
		if got := f.read("s", key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	if s, err := f.Space("s"); err != nil || s.Objects != 4 || s.Bytes != int64(len("old")+len("small")+2*len(large)) {
		t.Errorf("%d objects, %d bytes, %v", s.Objects, s.Bytes, err)
	}
	for _, key := range []string{"there", "a", "b", "c"} {
		_, err := f.Delete(f.ctx, "s", key, nil)
		f.must(err)
	}
	f.nothingLeft()
}

// What is staged can be read back before it is anything, and is checked then.
func TestAStagedBodyCanBeReadBack(t *testing.T) {
	f := setUp(t)
	for _, keeper := range []Keeper{NotEncrypted, ByServer} {
		for _, body := range []string{"", "small", strings.Repeat("0123456789", 1000)} {
			s, err := stageFor(f.ctx, f.Engine, body, keeper)
			f.must(err)
			b := s.Open()
			if keeper != NotEncrypted {
				f.must(b.Unlock(secretKey))
			}
			for range 2 {
				if got, err := io.ReadAll(b.Range(0, b.Size())); err != nil || string(got) != body {
					t.Errorf("%q, %d bytes: %d bytes, %v", keeper, len(body), len(got), err)
				}
			}
			f.must(b.Close())
			s.Discard()
		}
	}
	f.nothingLeft()
}

// What is staged in memory is there as it came, is as long as was declared, and is nowhere else.
func TestABodyIsStagedInMemory(t *testing.T) {
	f := setUp(t)
	for _, body := range []string{"", "small", strings.Repeat("0123456789", 100_000)} {
		s, err := f.Stage(f.ctx, strings.NewReader(body), StageOptions{Size: int64(len(body)), Memory: true})
		f.must(err)
		if string(s.Held()) != body || s.Size != int64(len(body)) || s.MD5 != md5.Sum([]byte(body)) {
			t.Errorf("%d bytes: %d are held, %x", len(body), len(s.Held()), s.MD5)
		}
		s.Discard()
		for by, want := range map[int64]error{+1: ErrShort, -1: ErrTooLarge} {
			if size := int64(len(body)) + by; size >= 0 {
				if _, err := f.Stage(f.ctx, strings.NewReader(body), StageOptions{Size: size, Memory: true}); !errors.Is(err, want) {
					t.Errorf("%d bytes of %d: %v, want %v", len(body), size, err, want)
				}
			}
		}
	}
	f.nothingLeft()
}

func TestAStagedBodyThatIsDamagedIsNotRead(t *testing.T) {
	dir := t.TempDir()
	e, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	s, err := e.Stage(t.Context(), strings.NewReader(strings.Repeat("x", 100_000)), StageOptions{Size: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Discard()
	if err := os.WriteFile(e.blobPath(s.id), []byte(strings.Repeat("y", 100_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	b := s.Open()
	defer b.Close()
	if got, err := io.ReadAll(b.Range(0, b.Size())); !errors.Is(err, ErrCorrupt) || len(got) > 0 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
