package server_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server"
	"spaces/server/storage"
)

// sluggish is a server whose files and whose clock let others have their turn whenever
// they are used: what happens between two steps of a request happens often.
func sluggish(t testing.TB, change ...func(*server.Config)) *fixture {
	return sluggishOn(t, vfs.NewMem(), change...)
}

func sluggishOn(t testing.TB, fs vfs.FS, change ...func(*server.Config)) *fixture {
	var n atomic.Uint32
	pause := func() {
		for range n.Add(1) * 2654435761 >> 28 {
			runtime.Gosched()
		}
	}
	y := &faulty{}
	y.set(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			pause()
		}
		return nil
	})
	now := func() time.Time { // a write asks for it when it has looked at what is there
		pause()
		return time.Now()
	}
	return newFixtureWith(t, storage.Options{FS: errorfs.Wrap(fs, y), Now: now}, change...)
}

// try sends a signed request of one of many clients, which must not end the test.
func (f *fixture) try(ctx context.Context, method, target, body string, headers ...string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+host+target, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	return f.trySend(sign(req))
}

func (f *fixture) trySend(req *http.Request) (answer, error) {
	res, err := f.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return answer{res, string(body)}, err
}

// impatient is a context of a client that hangs up at some moment after it began to
// send.
func impatient(ctx context.Context, rng *rand.Rand) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	patience, early := rng.IntN(300), rng.IntN(8) == 0
	hangUp := func() {
		go func() {
			for range patience {
				runtime.Gosched()
			}
			cancel()
		}()
	}
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { hangUp() }}
	if early {
		trace.GotConn = func(httptrace.GotConnInfo) { hangUp() }
	}
	return httptrace.WithClientTrace(ctx, trace), cancel
}

// together runs what many do at once, each with randomness of its own.
func together(seed uint64, many int, do func(i int, rng *rand.Rand)) {
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() { do(i, rand.New(rand.NewPCG(seed, uint64(i)))) })
	}
	all.Wait()
}
