package job_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// far is an endpoint that is only simulated: 50 ms away, 800 operations a second and 503 beyond that, and one request in a
// hundred is answered with 503 all the same. Two Spaces hold objects that are known by their numbers, a bit each.
type far struct {
	mu       sync.Mutex
	n        int
	there    map[string][]uint64 // by Space: which objects are
	made     []uint8             // how often each was copied
	rand     *rand.Rand
	budget   float64
	since    time.Time
	requests atomic.Int64
	refused  atomic.Int64
	first    atomic.Int64 // objects that were copied
	dead     atomic.Int64 // programs up to this one are no more
}

const (
	farLatency = 50 * time.Millisecond
	farRate    = 800.0 // operations a second
	farNoise   = 0.01  // of answers that are 503 whatever is sent
	farSize    = 1000  // bytes of an object
)

func newFar(n int) *far {
	f := &far{n: n, there: map[string][]uint64{"from": make([]uint64, n/64+1), "to": make([]uint64, n/64+1)}, made: make([]uint8, n), rand: rand.New(rand.NewPCG(1, 2)), since: time.Now()}
	for i := range n {
		f.there["from"][i/64] |= 1 << (i % 64)
	}
	return f
}

func farKey(i int) string { return string(appendFarKey(nil, i)) }

func appendFarKey(b []byte, i int) []byte {
	return append(b, "in/object-"+strconv.Itoa(1_000_000_000 + i)[1:]...)
}

func farNumber(key string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(key, "in/object-"))
	if err != nil {
		return -1
	}
	return n
}

// farETag is made of the number, and hard to make small, as real ones are.
func farETag(i int) string {
	x := uint64(i)*0x9e3779b97f4a7c15 + 1
	sum := binary.BigEndian.AppendUint64(nil, x)
	return hex.EncodeToString(binary.BigEndian.AppendUint64(sum, x*0xbf58476d1ce4e5b9))
}

// program is the way of one program to the endpoint, until that program is killed.
type program struct {
	*far
	number int64
}

var errKilled = errors.New("the program is killed")

func (p program) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body.Close()
	}
	if p.dead.Load() >= p.number {
		return nil, errKilled
	}
	time.Sleep(farLatency / 2)
	p.mu.Lock()
	resp := p.answer(r, body)
	p.mu.Unlock()
	time.Sleep(farLatency / 2)
	if p.dead.Load() >= p.number {
		return nil, errKilled // it was done, and nobody hears of it
	}
	resp.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	return resp, nil
}

// answer does what is asked for. mu is held.
func (f *far) answer(r *http.Request, body []byte) *http.Response {
	f.requests.Add(1)
	now := time.Now()
	f.budget = min(f.budget+farRate*now.Sub(f.since).Seconds(), farRate/10)
	f.since = now
	if f.budget < 1 || f.rand.Float64() < farNoise {
		f.refused.Add(1)
		resp, _ := storetest.SlowDown()(nil, r)
		return resp
	}
	f.budget--
	space, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	q := r.URL.Query()
	switch {
	case r.Method == http.MethodGet && key == "" && q.Get("list-type") == "2":
		return storetest.Document(r, f.list(space, q.Get("prefix"), max(q.Get("start-after"), q.Get("continuation-token"))))
	case r.Method == http.MethodPost && q.Has("delete"):
		return storetest.Document(r, f.remove(space, body))
	case r.Method == http.MethodGet && q.Has("versioning"):
		return storetest.Document(r, "<VersioningConfiguration/>")
	case len(q) > 0 && !(len(q) == 1 && q.Has("x-id")):
		resp, _ := storetest.Answer(http.StatusNotImplemented, "NotImplemented")(nil, r)
		return resp
	case r.Method == http.MethodPut:
		return f.copied(r, space, farNumber(key))
	case r.Method == http.MethodHead && key != "":
		return f.head(r, space, farNumber(key))
	}
	return storetest.Document(r, "")
}

func (f *far) has(space string, i int) bool {
	return i >= 0 && i < f.n && f.there[space][i/64]&(1<<(i%64)) != 0
}

func (f *far) list(space, prefix, after string) string {
	var b strings.Builder
	b.WriteString("<ListBucketResult>")
	count, last, more := 0, "", false
	from := sort.Search(f.n, func(i int) bool { return farKey(i) > after && farKey(i) >= prefix })
	for i := from; i < f.n; i++ {
		if f.there[space][i/64] == 0 {
			i |= 63
			continue
		}
		if !f.has(space, i) {
			continue
		}
		key := farKey(i)
		if !strings.HasPrefix(key, prefix) {
			break
		}
		if count == 1000 {
			more = true
			break
		}
		last = key
		count++
		b.WriteString("<Contents><Key>" + last + "</Key><LastModified>1990-01-02T03:04:05.000Z</LastModified><ETag>&#34;" + farETag(i) + "&#34;</ETag><Size>" + strconv.Itoa(farSize) + "</Size></Contents>")
	}
	fmt.Fprintf(&b, "<KeyCount>%d</KeyCount><IsTruncated>%t</IsTruncated>", count, more)
	if more {
		b.WriteString("<NextContinuationToken>" + last + "</NextContinuationToken>")
	}
	return b.String() + "</ListBucketResult>"
}

func (f *far) remove(space string, body []byte) string {
	var x struct{ Object []struct{ Key string } }
	if err := xml.Unmarshal(body, &x); err != nil {
		return "<Error/>"
	}
	for _, o := range x.Object {
		if i := farNumber(o.Key); i >= 0 {
			f.there[space][i/64] &^= 1 << (i % 64)
		}
	}
	return "<DeleteResult/>"
}

func (f *far) copied(r *http.Request, space string, i int) *http.Response {
	source := strings.TrimPrefix(r.Header.Get("X-Amz-Copy-Source"), "/")
	from, key, _ := strings.Cut(source, "/")
	if !f.has(from, farNumber(key)) {
		resp, _ := storetest.Answer(http.StatusNotFound, "NoSuchKey")(nil, r)
		return resp
	}
	f.there[space][i/64] |= 1 << (i % 64)
	if f.made[i]++; f.made[i] == 1 {
		f.first.Add(1)
	}
	return storetest.Document(r, "<CopyObjectResult><LastModified>1990-01-02T03:04:05.000Z</LastModified><ETag>&#34;"+farETag(i)+"&#34;</ETag></CopyObjectResult>")
}

func (f *far) head(r *http.Request, space string, i int) *http.Response {
	if !f.has(space, i) {
		resp, _ := storetest.Answer(http.StatusNotFound, "NoSuchKey")(nil, r)
		return resp
	}
	resp := storetest.Document(r, "")
	resp.Body, resp.ContentLength = http.NoBody, farSize
	resp.Header = http.Header{"Content-Length": {strconv.Itoa(farSize)}, "Etag": {`"` + farETag(i) + `"`}, "Last-Modified": {"Tue, 02 Jan 1990 03:04:05 GMT"}}
	return resp
}

// simulated is how many objects are moved: a few pages of a listing, or as many as SPACES_SIMULATED says.
func simulated(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("SPACES_SIMULATED"))
	if err != nil {
		return 4000
	}
	return n
}

// TestManyObjectsAreMovedByProgramsThatAreKilled moves objects from one Space to another in virtual time. The program is
// killed three times, at random, and another goes on from what is on its disk.
func TestManyObjectsAreMovedByProgramsThatAreKilled(t *testing.T) {
	n := simulated(t)
	// A request leaves 40 KB of garbage: what is alive is looked at now and then, and the rest is cheap to keep for a while.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(300 << 20))
	synctest.Test(t, func(t *testing.T) {
		s := &simulation{t: t, far: newFar(n), dir: t.TempDir(), random: rand.New(rand.NewPCG(3, 4))}
		s.begin()
		for range 3 {
			s.work(int(s.far.first.Load()) + s.random.IntN(n/4) + 1)
			s.kill()
			s.resume()
		}
		s.work(n)
		s.finish()
	})
}

type simulation struct {
	t      *testing.T
	far    *far
	dir    string // of ledgers
	random *rand.Rand
	runs   int64
	m      *job.Manager
	ledger *job.Ledger
	store  *store.Store
	id     job.ID
	start  time.Time
	heap   uint64 // the most that was in use
	early  struct {
		at   time.Time
		left time.Duration
	}
	journal int64 // bytes, the most
}

// open begins a program on the disk as it is.
func (x *simulation) open() {
	x.runs++
	s, err := store.Open(x.t.Context(), store.Config{Name: "far", Endpoint: "http://far.example", PathStyle: true, AccessKey: "a", SecretKey: "b",
		Wrap: func(http.RoundTripper) http.RoundTripper { return program{x.far, x.runs} }})
	check(x.t, err)
	ledger, err := job.OpenLedger(x.dir)
	check(x.t, err)
	x.store, x.ledger, x.m = s, ledger, job.New(job.Options{Ledger: ledger, Conns: store.ConnsOf(s)})
}

// begin counts before it starts, as who asks does.
func (x *simulation) begin() {
	x.open()
	s := everything("from", "")
	s.Ref.Key = "in/"
	p := x.m.Plan(job.Spec{Kind: job.Move, From: x.store.Conn(), To: x.store.Conn(), Sources: []job.Source{s}, Base: "in/", Dest: store.Ref{Space: "to", Key: "in/"}})
	x.start = time.Now()
	check(x.t, p.Count(x.t.Context()))
	cost := p.Cost()
	x.t.Logf("counted %d objects in %v; %d requests to come, %v", p.Totals().Objects, time.Since(x.start), cost.Requests, cost.Time)
	x.id = x.m.Start(p)
}

// work waits until so many objects were copied, or the job has ended, and looks now and then.
func (x *simulation) work(copies int) {
	for second := 0; ; second++ {
		time.Sleep(time.Second)
		s := x.m.Snapshot()[0]
		if x.early.at.IsZero() && s.ObjectsDone >= x.far.n/100 && s.Left > 0 {
			x.early.at, x.early.left = time.Now(), s.Left
			x.t.Logf("after %v, with %d moved: %v are left", time.Since(x.start), s.ObjectsDone, s.Left)
		}
		if second%60 == 0 {
			x.weigh()
		}
		if s.Phase.Ended() || copies < x.far.n && int(x.far.first.Load()) >= copies {
			x.weigh()
			return
		}
	}
}

// weigh looks at memory and disk.
func (x *simulation) weigh() {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	x.heap = max(x.heap, m.HeapAlloc)
	size := int64(0)
	files, err := filepath.Glob(filepath.Join(x.dir, "*"))
	check(x.t, err)
	for _, path := range files {
		if info, err := os.Stat(path); err == nil {
			size += info.Size()
		}
	}
	x.journal = max(x.journal, size)
}

// kill ends the program between two instants. What it wrote stays, and nothing that it does afterwards comes anywhere.
func (x *simulation) kill() {
	synctest.Wait()
	left := x.t.TempDir()
	check(x.t, os.CopyFS(left, os.DirFS(x.dir)))
	x.far.dead.Store(x.runs)
	x.t.Logf("killed after %v, with %d copied and %d still at their source", time.Since(x.start), x.far.first.Load(), x.far.count("from"))
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	check(x.t, x.m.Close(ctx))
	check(x.t, x.ledger.Close())
	x.store.Close()
	x.dir = left
}

func (x *simulation) resume() {
	x.open()
	left := x.m.Unfinished()
	if len(left) != 1 {
		x.t.Fatalf("of one job that was cut short, %d are told: %+v", len(left), left)
	}
	id, err := x.m.Again(left[0].ID)
	check(x.t, err)
	x.id = id
}

func (x *simulation) finish() {
	t, f := x.t, x.far
	s := x.m.Snapshot()[0]
	if s.Phase != job.Done {
		t.Errorf("it ended %v: %.500v", s.Phase, s.Failed)
	}
	end := time.Now()
	check(t, x.m.Close(context.Background()))
	check(t, x.ledger.Close())
	x.store.Close()
	if from, to := f.count("from"), f.count("to"); from != 0 || to != f.n {
		t.Errorf("%d are at their source and %d at their destination, of %d", from, to, f.n)
	}
	twice := 0
	for _, made := range f.made {
		if made > 1 {
			twice++
		}
	}
	truth, took := end.Sub(x.early.at), end.Sub(x.start)
	requests, refused := float64(f.requests.Load()), float64(f.refused.Load())
	rate := (requests - refused) / took.Seconds()
	t.Logf("%d objects in %v: %.0f requests, %.2f %% of them refused, %.0f a second got through; %d copied twice; the most heap %.1f MiB, the most of the journal %d bytes, of a million objects %d; at 1 %% were left %v, and were %v",
		f.n, took, requests, 100*refused/requests, rate, twice, float64(x.heap)/(1<<20), x.journal, x.journal*1_000_000/int64(f.n), x.early.left, truth)
	if refused > 0.03*requests {
		t.Errorf("%.0f of %.0f requests were refused", refused, requests)
	}
	if d := x.early.left - truth; f.n >= 1_000_000 && (max(d, -d) > truth/4 || rate < 0.9*farRate) { // of fewer, to count and to start counts for much
		t.Errorf("at 1 %% the time left was said to be %v, and was %v; %.0f requests a second got through, of %v", x.early.left, truth, rate, farRate)
	}
	if x.heap > 100<<20+uint64(f.n)*5/4 { // what the endpoint itself remembers
		t.Errorf("%d bytes of heap were in use", x.heap)
	}
	if twice > 3*2000 {
		t.Errorf("%d objects were copied twice", twice)
	}
}

// count is how many objects a Space has.
func (f *far) count(space string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, word := range f.there[space] {
		n += bits.OnesCount64(word)
	}
	return n
}
