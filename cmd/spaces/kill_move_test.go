package main

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"spaces/server/chance"
	"spaces/store"
	"spaces/store/job"
)

// moved are the objects that a crash test moves between two servers, and the random things that happen to them.
type moved struct {
	*world
	rand  *rand.Rand
	want  map[string]thing
	at    int // the server that they are moved away from
	lives *exec.Cmd
	ended chan struct{}
	said  *bytes.Buffer
	kills map[string]int
}

// thing is all that an object is.
type thing struct {
	sum    string
	size   int64
	props  store.Props
	access store.Access
}

// TestKilledMovesLoseNothing moves objects between two servers, there and back, while the program and both servers are killed
// at random moments. After each kill there is a whole copy of everything; when a move has come to its end, exactly one.
func TestKilledMovesLoseNothing(t *testing.T) {
	objects, kills := 150, 5
	if endures() {
		objects, kills = 2000, 100
	}
	m := &moved{world: newWorld(t, "here", "there"), rand: chance.Rand(t), want: map[string]thing{}, kills: map[string]int{}}
	for i := range m.servers {
		newSpace(t, m.servers[i].open(t), "killed")
	}
	m.fill(t, objects)
	moves := 0
	for n := 0; n < kills; {
		m.noteMove(t)
		for {
			if m.isEnded() {
				if len(m.jobs(t)) == 0 {
					break
				}
				m.resume(t)
			}
			if n < kills && m.killSomebody(t) {
				n++
				m.check(t, false)
			} else if n == kills {
				<-m.ended
			}
		}
		m.at = 1 - m.at
		m.check(t, true)
		moves++
	}
	t.Logf("%d kills (%v) in %d moves of %d objects", kills, m.kills, moves, objects)
}

// fill makes the objects: most small, some above what goes in one piece, with all that an object can have.
func (m *moved) fill(t *testing.T, n int) {
	s := m.servers[0].open(t)
	var wg sync.WaitGroup
	work := make(chan func(), n)
	for i := range n {
		key := fmt.Sprintf("d/%d/%04d", i%7, i)
		size := m.rand.IntN(8 << 10)
		switch {
		case i%500 == 17:
			size = 17<<20 + m.rand.IntN(5<<20)
		case i%40 == 3:
			size = 100<<10 + m.rand.IntN(900<<10)
		}
		body := make([]byte, size)
		_, _ = rand.NewChaCha8([32]byte{byte(i), byte(i >> 8)}).Read(body)
		sum := md5.Sum(body)
		p := store.Props{ContentType: "text/x-" + strconv.Itoa(i%9), Meta: map[string]string{"n": strconv.Itoa(i)}, Tags: map[string]string{"t": strconv.Itoa(i)}}
		x := thing{sum: hex.EncodeToString(sum[:]), size: int64(size), props: p, access: store.Private}
		if i%3 == 0 {
			x.access = store.PublicRead
		}
		p.Access = x.access
		m.want[key] = x
		work <- func() {
			if _, err := s.Put(t.Context(), store.Ref{Space: "killed", Key: key}, bytes.NewReader(body), int64(size), p, store.PutOptions{}); err != nil {
				t.Error(err)
			}
		}
	}
	close(work)
	for range 8 {
		wg.Go(func() {
			for do := range work {
				do()
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// noteMove has a move of everything to the other server noted, when all is old enough to have been there before it.
func (m *moved) noteMove(t *testing.T) {
	began := time.Now()
	until(t, func() bool { return time.Since(began) > 4*time.Second })
	conns := []store.Conn{"here", "there"}
	m.note(t, job.Spec{Kind: job.Move, From: conns[m.at], To: conns[1-m.at], Base: "", Dest: store.Ref{Space: "killed"},
		Sources: []job.Source{{Ref: store.Ref{Space: "killed", Key: "d/"}, Folder: true}}})
}

func (m *moved) isEnded() bool {
	if m.lives == nil {
		return true
	}
	select {
	case <-m.ended:
		m.lives = nil
		return true
	default:
		return false
	}
}

func (m *moved) resume(t *testing.T) {
	cmd, said := m.begin(t, "jobs", "resume", m.theJob(t).ID)
	m.lives, m.said, m.ended = cmd, said, make(chan struct{})
	go func(ended chan struct{}) {
		_ = cmd.Wait()
		close(ended)
	}(m.ended)
}

// killSomebody waits a moment and kills the program, or one of the servers, which is started again. false: the program came to
// its end before.
func (m *moved) killSomebody(t *testing.T) bool {
	select {
	case <-time.After(time.Duration(m.rand.ExpFloat64() * float64(400*time.Millisecond))):
	case <-m.ended:
		return false
	}
	who := m.rand.IntN(4)
	if who >= 2 {
		_ = m.lives.Process.Kill()
		<-m.ended
		m.kills["program"]++
		return true
	}
	m.servers[who].kill()
	m.servers[who] = m.homes[who].serve(t, program(t), "127.0.0.1:0")
	m.wires[who].to.Store(&m.servers[who].addr)
	m.kills[[]string{"source", "destination"}[who^m.at]]++
	return true
}

// check reads what both servers have, the one first that things go away from: what is not there any more must be at the other.
func (m *moved) check(t *testing.T, exactly bool) {
	t.Helper()
	from, to := m.list(t, m.at), m.list(t, 1-m.at)
	if exactly {
		from, to = to, from // m.at is where they are now
		if len(to) != len(m.want) || len(from) != 0 {
			t.Fatalf("there are %d objects where they were moved to and %d where they were, of %d; it said %s", len(to), len(from), len(m.want), m.said)
		}
	}
	for key, x := range m.want {
		a, isA := from[key]
		b, isB := to[key]
		if !(isA && x.is(a)) && !(isB && x.is(b)) {
			t.Fatalf("%s has no whole copy: %+v, %+v, want %+v", key, a, b, x)
		}
	}
	if exactly {
		m.compare(t)
	}
}

func (x thing) is(e store.Entry) bool {
	return e.Size == x.size && (e.ETag == x.sum || len(e.ETag) > 32) // in parts: compare reads it
}

func (m *moved) list(t *testing.T, server int) map[string]store.Entry {
	t.Helper()
	found, s := map[string]store.Entry{}, m.servers[server].open(t)
	defer s.Close()
	req := store.ListRequest{Space: "killed"}
	for {
		page, err := s.List(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			found[e.Key] = e
		}
		if !page.More {
			return found
		}
		req.After = page.Next
	}
}

// compare reads everything where it is now.
func (m *moved) compare(t *testing.T) {
	t.Helper()
	s := m.servers[m.at].open(t)
	defer s.Close()
	keys := make(chan string, len(m.want))
	for key := range m.want {
		keys <- key
	}
	close(keys)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for key := range keys {
				if err := m.want[key].compare(t, s, store.Ref{Space: "killed", Key: key}); err != nil {
					t.Errorf("%s: %v", key, err)
				}
			}
		})
	}
	wg.Wait()
	m.wantNoUploads(t, s)
	if t.Failed() {
		t.FailNow()
	}
}

func (x thing) compare(t *testing.T, s *store.Store, r store.Ref) error {
	body, info, err := s.Get(t.Context(), r, store.GetOptions{})
	if err != nil {
		return err
	}
	defer body.Close()
	h := md5.New()
	if _, err := io.Copy(h, body); err != nil {
		return err
	}
	tags, err := s.Tags(t.Context(), r)
	if err != nil {
		return err
	}
	access, err := s.Access(t.Context(), r)
	if err != nil {
		return err
	}
	if sum := hex.EncodeToString(h.Sum(nil)); sum != x.sum || info.ContentType != x.props.ContentType || info.Meta["n"] != x.props.Meta["n"] ||
		!maps.Equal(tags, x.props.Tags) || access != x.access {
		return fmt.Errorf("it is %s %q %v %v %v, want %+v", sum, info.ContentType, info.Meta, tags, access, x)
	}
	return nil
}

// wantNoUploads fails when an upload is left open, also one of which a kill or a lost answer let nobody hear.
func (m *moved) wantNoUploads(t *testing.T, s *store.Store) {
	t.Helper()
	if open, err := s.Uploads(t.Context(), "killed", ""); err != nil || len(open) > 0 {
		t.Errorf("%d uploads are left open after %v: %v, %v", len(open), m.kills, open, err)
	}
}
