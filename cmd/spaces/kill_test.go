package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"spaces/server/chance"
	"spaces/store"
)

// torment is a server under the load that ends without warning, again and again on one data directory. What was
// acknowledged is there afterwards, and nothing else but what was in flight, as a whole or not at all.
type torment struct {
	*load
	home  home
	s     *service
	rand  *rand.Rand
	end   func(*service) // it, at once
	ready []time.Duration
	ends  int
	bad   int
}

func newTorment(t *testing.T, h home, r *rand.Rand, end func(*service)) *torment {
	x := &torment{home: h, rand: r, end: end, load: &load{}}
	x.start(t)
	x.load = newLoad(t, r, h.data(), x.s.addr, 8)
	x.ready = nil // the first start has nothing to find
	return x
}

// start starts the server, and notes when it answers.
func (x *torment) start(t *testing.T) {
	t.Helper()
	began := time.Now()
	x.s = x.home.serve(t, program(t), "127.0.0.1:0")
	if _, err := x.s.open(t).Spaces(t.Context()); err != nil {
		t.Fatal(err)
	}
	x.ready = append(x.ready, time.Since(began))
	x.load.addr = x.s.addr
}

// round has the server end under load, now and then also while it starts after that, and compares.
func (x *torment) round(t *testing.T) {
	t.Helper()
	x.work(int64(1+x.rand.IntN(600)), func() {
		<-time.After(time.Duration(x.rand.ExpFloat64() * float64(time.Millisecond)))
		x.end(x.s)
	})
	x.ends++
	if x.rand.IntN(6) == 0 {
		x.falter(t)
	}
	x.start(t)
	x.bad += x.check()
	if t.Failed() && x.bad == 0 {
		x.bad++ // an answer that there may not be
	}
}

// falter has the server end while it starts.
func (x *torment) falter(t *testing.T) {
	s := launch(t, x.home.serving(program(t), "127.0.0.1:0"))
	<-time.After(time.Duration(x.rand.ExpFloat64() * float64(60*time.Millisecond)))
	x.end(s)
	x.ends++
}

// fsck ends the server and has the store gone through by the program.
func (x *torment) fsck(t *testing.T) {
	t.Helper()
	x.end(x.s)
	if out, errs, err := x.home.run(t, "fsck"); err != nil || !strings.Contains(out, "nothing is wrong") {
		x.bad++
		t.Errorf("fsck says %v\n%s%s", err, out, errs)
	}
	x.start(t)
}

// tell tells the figures, and what the load was made of.
func (x *torment) tell(t *testing.T) {
	t.Helper()
	var all []string
	x.kinds.Range(func(kind, n any) bool {
		all = append(all, fmt.Sprintf("%d %s", n.(*atomic.Int64).Load(), kind))
		return true
	})
	slices.Sort(all)
	t.Logf("acknowledged: %s", strings.Join(all, ", "))
	slices.Sort(x.ready)
}

func TestKilledServerKeepsWhatItAcknowledged(t *testing.T) {
	kills := 6
	if chance.Long() {
		kills = 220
	}
	x := newTorment(t, newHome(t), chance.Rand(t), (*service).kill)
	for i := 0; x.ends < kills && !t.Failed(); i++ {
		if x.round(t); i%20 == 4 {
			x.fsck(t)
		}
	}
	x.tell(t)
	chance.Figure(t, x.ends, "kills of the server under load", x.bad)
	chance.Say(t, fmt.Sprintf("ready again after a kill: median %.2f s, longest %.2f s", x.ready[len(x.ready)/2].Seconds(), x.ready[len(x.ready)-1].Seconds()))
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

// compareAll reads everything in the Space, compares it with what want says of its key, and returns the keys. An error
// of want means that the key should not be there; many call it at once.
func compareAll(t *testing.T, c *store.Store, want func(key string) ([]byte, error)) map[string]bool {
	found := map[string]bool{}
	req := store.ListRequest{Space: "killed"}
	for {
		page, err := c.List(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		var reads errgroup.Group
		reads.SetLimit(8)
		for _, e := range page.Entries {
			found[e.Key] = true
			reads.Go(func() error { compareOne(t, c, e.Key, want); return nil })
		}
		_ = reads.Wait()
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
