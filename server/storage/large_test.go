package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// TestALargeStore measures a store of LARGE objects against one of a few, in
// turn in one run, then what is done with a store as a whole, and a mixed load
// of MINUTES. It prints one table, and holds nothing to it: see `make bench-large`.
func TestALargeStore(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("LARGE"))
	if err != nil || n < cycle {
		t.Skip("LARGE is how many objects: at least", cycle)
	}
	few, many := newLarge(t, cycle), newLarge(t, n)
	fmt.Printf("%d objects against %d; filled in %s\n\n", n, cycle, many.filled.Round(time.Second))
	fmt.Printf("%-34s %12s %12s %8s %8s %8s %10s %10s\n", "", "few /s", "many /s", "ratio", "lowest", "by CPU", "µs of CPU", "from disk")
	for _, w := range largeWork {
		compareLarge(w, few, many)
	}
	fmt.Println()
	few.close()
	many.mixed()
	many.whole()
}

// large is a store that is measured.
type large struct {
	*fixture
	path   string
	n      int
	filled time.Duration
	round  int

	compacting atomic.Int64
	compacted  chan struct{} // something was
}

// The folders of a cycle have 1, 10, 100, 1,000 and 10,000 objects.
const cycle = 11_111

// largeKey is the ith key of a store.
func largeKey(i int) string {
	round, at, folder, size := i/cycle, i%cycle, 0, 1
	for at >= size {
		at, size, folder = at-size, size*10, folder+1
	}
	return fmt.Sprintf("team-%02d/project-%05d/folder-%d/file-%06d.jpg", round%20, round, folder, at)
}

func newLarge(t *testing.T, n int) *large {
	dir := filepath.Join(t.TempDir(), "data")
	l := &large{path: dir, n: n}
	e, err := Open(dir, l.watched())
	if err != nil {
		t.Fatal(err)
	}
	l.fixture = &fixture{t, e, context.Background()}
	t.Cleanup(l.close)
	l.must(e.CreateSpace(Space{Name: "s"}))
	began := time.Now()
	l.fillLarge()
	l.filled = time.Since(began)
	return l
}

func (l *large) close() { l.must(l.Close()) }

// fillLarge puts small objects in an order that is none, many in one commit.
func (l *large) fillLarge() {
	const stride = 7_368_787     // a prime: all keys come once
	noise := make([]byte, 1<<20) // as pictures are: nothing to compress
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	st, err := l.find("s")
	l.must(err)
	for i := 0; i < l.n; {
		t := l.begin()
		for ; i < l.n && t.b.Len() < 2<<20; i++ {
			seq, err := l.nextSeq()
			l.must(err)
			o := Object{Key: largeKey(i * stride % l.n), Seq: seq, Size: 100, Modified: start, body: ref{kindInline, seq},
				Attrs:    Attrs{Headers: map[string]string{"Content-Type": "image/jpeg"}},
				Checksum: Checksum{"CRC64NVME", "FULL_OBJECT", "AAAAAAAAAAA="}}
			at := i * 64 % (len(noise) - 100)
			copy(o.tag.md5[:], noise[at+50:])
			t.set(o.body.key(), appendInline(nil, noise[at:at+100]))
			t.replace(st, nil, &o)
		}
		l.must(t.commit(l.ctx, &held{}))
	}
	l.must(l.db.Flush())
	l.settleTables()
}

// settleTables waits until nothing is compacted any more: a compaction that
// ended says so while it holds what Metrics waits for, so what is seen after it
// is as it left it. Some debt may stay of which no compaction comes.
func (l *large) settleTables() {
	for limit := time.After(time.Minute); ; {
		if l.compacting.Load() == 0 && l.db.Metrics().Compact.EstimatedDebt < 64<<20 {
			return
		}
		select {
		case <-l.compacted:
		case <-limit:
			return
		}
	}
}

// watched are options that tell the store of compactions.
func (l *large) watched() Options {
	l.compacted = make(chan struct{}, 1)
	return Options{events: &pebble.EventListener{
		CompactionBegin: func(pebble.CompactionInfo) { l.compacting.Add(1) },
		CompactionEnd: func(pebble.CompactionInfo) {
			l.compacting.Add(-1)
			select {
			case l.compacted <- struct{}{}:
			default:
			}
		},
	}}
}

// peak is the most memory that this process had, of both stores: "" where nobody says.
func peak() string {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if text, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(text)
		}
	}
	return ""
}
