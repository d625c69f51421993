package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spaces/store"
)

// TestKilledServerKeepsWhatItAcknowledged kills a server without warning in the middle of an upload, again and again
// on one data directory. What was acknowledged is there and whole afterwards; what was not is absent or whole.
func TestKilledServerKeepsWhatItAcknowledged(t *testing.T) {
	const kills, writers = 5, 8
	h := newHome(t)
	s := h.serve(t, program(t), "127.0.0.1:0")
	if err := s.open(t).CreateSpace(t.Context(), "killed", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	acked := map[string]bool{}
	for round := range kills {
		for key := range uploadUntilKilled(t, s, round, writers, 200+rand.IntN(300)) {
			acked[key] = true
		}
		began := time.Now()
		s = h.serve(t, program(t), "127.0.0.1:0")
		c := s.open(t)
		if _, err := c.Spaces(t.Context()); err != nil {
			t.Fatal(err)
		}
		ready := time.Since(began)
		found := checkWhole(t, c)
		t.Logf("kill %d: %d acknowledged so far, %d found, ready in %v", round+1, len(acked), len(found), ready)
		for key := range acked {
			if !found[key] {
				t.Errorf("%s was acknowledged and is gone", key)
			}
		}
	}
}

// uploadUntilKilled writes objects from several goroutines and kills the server after so many acknowledgements. It
// returns the keys that were acknowledged.
func uploadUntilKilled(t *testing.T, s *service, round, writers, after int) map[string]bool {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	acked := map[string]bool{}
	var n atomic.Int64
	var wg sync.WaitGroup
	for w := range writers {
		c := s.open(t)
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				key := fmt.Sprintf("r%d/w%d/%05d", round, w, i)
				body := content(key)
				if _, err := c.Put(ctx, store.Ref{Space: "killed", Key: key}, bytes.NewReader(body), int64(len(body)), store.Props{}, store.PutOptions{}); err != nil {
					return
				}
				mu.Lock()
				acked[key] = true
				mu.Unlock()
				if n.Add(1) == int64(after) {
					s.kill()
					cancel()
				}
			}
		})
	}
	wg.Wait()
	return acked
}

// content is the body of a key: a few bytes for most, a blob file's worth for every eighth.
func content(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	size := int(binary.LittleEndian.Uint32(sum[:]) % 20000)
	if sum[4]%8 == 0 {
		size += 200 << 10
	}
	return bytes.Repeat(sum[:], size/len(sum)+1)
}

// checkWhole reads everything in the Space and compares it with what its key says it is.
func checkWhole(t *testing.T, c *store.Store) map[string]bool {
	return compareAll(t, c, func(key string) ([]byte, error) { return content(key), nil })
}

// compareAll reads everything in the Space, compares it with what want says of its key, and returns the keys. An error
// of want means that the key should not be there.
func compareAll(t *testing.T, c *store.Store, want func(key string) ([]byte, error)) map[string]bool {
	found := map[string]bool{}
	req := store.ListRequest{Space: "killed"}
	for {
		page, err := c.List(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			found[e.Key] = true
			compareOne(t, c, e.Key, want)
		}
		if !page.More {
			return found
		}
		req.After = page.Next
	}
}

func compareOne(t *testing.T, c *store.Store, key string, want func(key string) ([]byte, error)) {
	whole, err := want(key)
	if err != nil {
		t.Errorf("%s is visible and was never uploaded: %v", key, err)
		return
	}
	body, _, err := c.Get(t.Context(), store.Ref{Space: "killed", Key: key}, store.GetOptions{})
	if err != nil {
		t.Errorf("%s is listed but cannot be read: %v", key, err)
		return
	}
	got, err := io.ReadAll(body)
	body.Close()
	if err != nil || !bytes.Equal(got, whole) {
		t.Errorf("%s is not whole: %d bytes of %d, %v", key, len(got), len(whole), err)
	}
}
