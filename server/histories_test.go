package server_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"spaces/server/chance"
)

// ask is a request of a history: what it is, and to which key, or from one to
// another.
type ask struct {
	what      string
	key, from int
	id        string // of a version, an upload, or something destroyed
	object           // what it writes
	match     string // If-Match
	none      bool   // If-None-Match: *
}

// told is the answer: what was seen of each key, where it tells of that.
type told struct {
	status int
	code   string
	lost   bool // the client hung up: it may have been done, be done later, or never
	seen   string
	object // read
}

// history is what clients did at once, and what they were told.
type history struct {
	*fixture
	clock atomic.Int64
	mu    sync.Mutex
	ops   []porcupine.Operation
}

// record has a client send a request, and notes when it did, and what the answer was.
func (h *history) record(client int, a ask, send func() told) told {
	call := h.clock.Add(1)
	got := send()
	op := porcupine.Operation{ClientId: client, Input: a, Call: call, Output: got, Return: h.clock.Add(1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, op)
	return got
}

// send makes an answer of a request; an error is one that was lost.
func (h *history) send(ctx context.Context, method, target, body string, headers ...string) (answer, told) {
	a, err := h.try(ctx, method, target, body, headers...)
	if err != nil {
		return answer{}, told{lost: true}
	}
	return a, told{status: a.StatusCode, code: a.code()}
}

// ended gives the operations; those whose answers were lost never return.
func (h *history) ended() []porcupine.Operation {
	end := h.clock.Add(1)
	for i := range h.ops {
		if h.ops[i].Output.(told).lost {
			h.ops[i].Return = end
		}
	}
	return h.ops
}

// reads are requests that change nothing: a history is no less possible without them.
var reads = []string{"get", "head", "list", "tagged", "acl", "versions", "spaces", "exists", "document", "object"}

// patience is how long a history is looked at: one in much that is at once may take hours,
// and does not count.
const patience = 2 * time.Second

// lookAt says whether a history was possible, and shows one that was not. checked is
// false when it could not be decided.
func lookAt(t *testing.T, model porcupine.Model, ops []porcupine.Operation) (possible, checked bool) {
	t.Helper()
	switch porcupine.CheckOperationsTimeout(model, ops, patience) {
	case porcupine.Ok:
		return true, true
	case porcupine.Unknown:
		return true, false
	}
	ops = shortened(model, ops)
	var b strings.Builder
	for _, op := range ops {
		fmt.Fprintf(&b, "%4d–%4d client %2d: %s\n", op.Call, op.Return, op.ClientId, model.DescribeOperation(op.Input, op.Output))
	}
	at := "no file: "
	_, info := porcupine.CheckOperationsVerbose(model, ops, patience)
	if f, err := os.CreateTemp("", "history-*.html"); err != nil {
		at += err.Error()
	} else {
		at = f.Name()
		if err := porcupine.Visualize(model, info, f); err != nil {
			at += ": " + err.Error()
		}
		f.Close()
	}
	t.Errorf("nothing that happens one after the other gives these answers (drawn in %s):\n%s", at, &b)
	return false, true
}

// shortened leaves out of an impossible history what it is impossible without: all that
// began after some moment, and reads.
func shortened(model porcupine.Model, ops []porcupine.Operation) []porcupine.Operation {
	impossible := func(ops []porcupine.Operation) bool {
		return porcupine.CheckOperationsTimeout(model, ops, time.Second) == porcupine.Illegal
	}
	slices.SortFunc(ops, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	for n := len(ops) - 1; n > 0; n-- {
		var before []porcupine.Operation
		for _, op := range ops[:n] {
			if op.Return >= ops[n].Call { // not answered yet
				op.Return, op.Output = ops[n].Call, told{lost: true}
			}
			before = append(before, op)
		}
		if impossible(before) {
			ops = before
			n = len(ops)
		}
	}
	for i := len(ops) - 1; i >= 0; i-- {
		less := slices.Delete(slices.Clone(ops), i, i+1)
		a, got := ops[i].Input.(ask), ops[i].Output.(told)
		if (slices.Contains(reads, a.what) || got.status >= 300) && impossible(less) {
			ops = less
		}
	}
	return ops
}

// histories has clients do what next says at once, again and again on keys that are new,
// and looks whether each history was possible.
func histories(t *testing.T, what string, many, clients int, begin func(f *fixture, n int, rng *rand.Rand) (porcupine.Model, func(h *history, client int, rng *rand.Rand))) {
	seed, f := chance.Seed(t), sluggish(t)
	bad, unknown, answers, lost := 0, 0, 0, 0
	for n := range many {
		rng := rand.New(rand.NewPCG(seed, uint64(n)))
		model, client := begin(f, n, rng)
		h := &history{fixture: f}
		together(rng.Uint64(), clients, func(i int, rng *rand.Rand) { client(h, i, rng) })
		ops := h.ended()
		for _, op := range ops {
			answers++
			if op.Output.(told).lost {
				lost++
			}
		}
		possible, checked := lookAt(t, model, ops)
		if !checked {
			unknown++
		}
		if !possible {
			if bad++; bad == 3 {
				break
			}
		}
	}
	t.Logf("%d answers, %d of them lost; %d histories were not decided", answers, lost, unknown)
	chance.Figure(t, many-unknown, what, bad)
}
