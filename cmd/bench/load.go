package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// noise is what all objects hold: it does not compress, and is known, so that every byte that is read is compared.
// Its second MiB is its first again, for what begins at an offset.
var noise = func() []byte {
	b := make([]byte, 2<<20)
	rand.NewChaCha8([32]byte{1}).Read(b[:1<<20])
	copy(b[1<<20:], b[:1<<20])
	return b
}()

// content is what object i holds, or the MiB that it repeats.
func content(i int, size int64) []byte {
	at := i * 64 % (1 << 20)
	return noise[at : at+int(min(size, 1<<20))]
}

// spread has n connections work at the same time until d has passed, with one operation at least, and counts what they did.
// The first error ends it.
func (s *server) spread(ctx context.Context, n int, d time.Duration, do func(c *conn, i int) (units float64, err error)) (float64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	done := make([]float64, n)
	until := time.Now().Add(d)
	for w := range n {
		wg.Go(func() {
			c, err := dial(ctx, s.host)
			if err != nil {
				cancel(err)
				return
			}
			defer c.close()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i > 0 && time.Now().After(until) {
					return
				}
				units, err := do(c, i)
				if errors.Is(err, errAllDone) {
					return
				}
				if err != nil {
					cancel(err)
					return
				}
				done[w] += units
			}
		})
	}
	wg.Wait()
	all := 0.0
	for _, units := range done {
		all += units
	}
	return all, context.Cause(ctx)
}

// errAllDone is what work answers that has no operation left.
var errAllDone = errors.New("all is done")

// times is spread over exactly total operations, however long they take.
func (s *server) times(ctx context.Context, n, total int, do func(c *conn, i int) (float64, error)) (float64, error) {
	return s.spread(ctx, min(n, total), time.Hour, func(c *conn, i int) (float64, error) {
		if i >= total {
			return 0, errAllDone
		}
		return do(c, i)
	})
}

func put(c *conn, space, key string, i int, size int64) error {
	_, err := c.do(call{method: "PUT", space: space, key: key, body: content(i, size), size: size})
	return err
}

// get reads size bytes of object i from at on, by a range unless that is all of it, and compares them.
func get(c *conn, key string, i int, at, size int64, ranged string) error {
	want := content(i, at+size)
	pos := int(at % int64(len(want)))
	a, err := c.do(call{method: "GET", space: space, key: key, ranged: ranged, each: func(p []byte) bool {
		for len(p) > 0 {
			n := min(len(p), len(want)-pos)
			if !bytes.Equal(p[:n], want[pos:pos+n]) {
				return false
			}
			p, pos = p[n:], (pos+n)%len(want)
		}
		return true
	}})
	if err == nil && a.size != size {
		err = fmt.Errorf("GET /%s/%s: %d bytes, where %d were written", space, key, a.size, size)
	}
	return err
}

// fill puts n objects, once for each space and prefix.
func (s *server) fill(ctx context.Context, space, prefix string, n int, size int64, key func(i int) string) error {
	at := space + "/" + prefix
	if s.filled[at] {
		return nil
	}
	_, err := s.times(ctx, 16, n, func(c *conn, i int) (float64, error) { return 1, put(c, space, prefix+key(i), i, size) })
	s.filled[at] = err == nil
	return err
}

func numbered(i int) string { return fmt.Sprintf("%06d", i) }

// page is a page of a listing: how much is on it, and how to go on.
func page(c *conn, space, prefix, delimiter, token string) (n int, next string, err error) {
	query := "list-type=2&max-keys=1000&prefix=" + escaped(prefix)
	if delimiter != "" {
		query = "delimiter=" + escaped(delimiter) + "&" + query
	}
	if token != "" {
		query = "continuation-token=" + escaped(token) + "&" + query
	}
	a, err := c.do(call{method: "GET", space: space, query: query})
	if err != nil {
		return 0, "", err
	}
	n = bytes.Count(a.body, []byte("<Key>")) + bytes.Count(a.body, []byte("<CommonPrefixes>"))
	if element(a.body, "IsTruncated") == "true" {
		if next = element(a.body, "NextContinuationToken"); next == "" || next == token {
			err = errors.New("the listing goes on, but there is no way to go on")
		}
	}
	return n, next, err
}

// list reads a whole listing, which has to have want entries.
func list(c *conn, space, prefix, delimiter string, want int) error {
	got, token := 0, ""
	for {
		n, next, err := page(c, space, prefix, delimiter, token)
		if err != nil {
			return err
		}
		if got, token = got+n, next; next == "" {
			break
		}
	}
	if got != want {
		return fmt.Errorf("the listing of %s/%s has %d entries, where %d are", space, prefix, got, want)
	}
	return nil
}

// once does one thing on a connection of its own.
func (s *server) once(ctx context.Context, do func(c *conn) error) error {
	c, err := dial(ctx, s.host)
	if err != nil {
		return err
	}
	defer c.close()
	return do(c)
}
