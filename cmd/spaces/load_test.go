package main

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spaces/server/sigv4"
)

// load is everything that changes a store, done by several writers at once. Each of them has things of its own, and knows
// what they must be after each answer.
type load struct {
	t       *testing.T
	data    string // the data directory
	addr    string
	writers []*writer
	acked   atomic.Int64
	until   int64         // so many answers are read, and then
	reached chan struct{} // is closed
	token   string        // of the API, as it was first
	kinds   sync.Map      // of steps that were answered
}

// writer is one of the load.
type writer struct {
	*load
	n       int
	rand    *rand.Rand
	http    *http.Client
	made    int                 // tokens
	cells   map[string]string   // what is there, by what it is; what is not there is not in it
	etags   map[string]string   // of cells
	ids     map[string][]string // of versions, uploads, keys, links, destroyed Spaces
	pending *step
	bodies  map[string][]byte // of parts, by MD5
	inside  string            // what a Space held when it was destroyed
}

// step is one request that changes something.
type step struct {
	kind, method, path string
	body               []byte
	header             []string
	want               int
	changes            []change // an answer means all of them; each is there as a whole or not at all
	answered           func(answer) error
}

// change is what cells are after it: "" is not there.
type change map[string]string

type answer struct {
	status int
	header http.Header
	body   string
}

// newLoad has what all writers share made, on a server that was just started.
func newLoad(t *testing.T, r *rand.Rand, data, addr string, writers int) *load {
	l := &load{t: t, data: data, addr: addr}
	for n := range writers {
		w := &writer{load: l, n: n, rand: rand.New(rand.NewPCG(r.Uint64(), 1)), http: &http.Client{Transport: &http.Transport{DisableCompression: true}},
			cells: map[string]string{}, etags: map[string]string{}, ids: map[string][]string{}, bodies: map[string][]byte{}}
		l.writers = append(l.writers, w)
		t.Cleanup(w.http.CloseIdleConnections)
	}
	l.token = l.adminToken()
	w := l.writers[0]
	for _, space := range []string{"plain", "versioned", "secret", "logs", "own"} {
		w.must("PUT", "/"+space, "")
	}
	w.must("PUT", "/plain/linked", "linked")
	w.must("PUT", "/plain/large", string(large()))
	w.must("PUT", "/locked", "", "X-Amz-Bucket-Object-Lock-Enabled", "true")
	w.must("PUT", "/versioned?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	w.must("PUT", "/secret?encryption", encrypts)
	for _, w := range l.writers {
		w.must("PUT", "/"+w.docs(), "")
	}
	return l
}

const encrypts = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"

func (l *load) adminToken() string {
	text, err := os.ReadFile(filepath.Join(l.data, "admin-token"))
	if err != nil {
		l.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// call sends a request that is signed with the root key.
func (w *writer) call(method, path, body string, header ...string) (answer, error) {
	return w.signed(testKey, testSecret, method, path, body, header...)
}

func (w *writer) signed(id, secret, method, path, body string, header ...string) (answer, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, "http://"+w.addr+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	if method == "PUT" || method == "POST" {
		sum := md5.Sum([]byte(body))
		req.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	sigv4.Sign(req, id, secret, "us-east-1", sigv4.HashPayload([]byte(body)), time.Now())
	res, err := w.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(text)}, err
}

// must is call where nothing may go wrong.
func (w *writer) must(method, path, body string, header ...string) answer {
	a, err := w.call(method, path, body, header...)
	if err != nil || a.status >= 300 {
		w.t.Errorf("%s %s: %d %.300s, %v", method, path, a.status, a.body, err)
	}
	return a
}

// work has the writers write until so many answers were read, and the server is ended then by end. It returns when nobody
// writes any more.
func (l *load) work(answers int64, end func()) {
	l.acked.Store(0)
	l.until, l.reached = answers, make(chan struct{})
	var wg sync.WaitGroup
	for _, w := range l.writers {
		wg.Go(w.write)
	}
	ended := make(chan struct{})
	go func() { wg.Wait(); close(ended) }()
	select {
	case <-l.reached:
	case <-ended:
	}
	end()
	<-ended
}

// write writes until the server does not answer.
func (w *writer) write() {
	for w.do(w.next()) {
		if w.acked.Add(1) == w.until {
			close(w.reached)
		}
	}
}

// do does a step. false: there was no whole answer, or one that there may not be.
func (w *writer) do(s *step) bool {
	w.pending = s
	a, err := w.call(s.method, s.path, string(s.body), s.header...)
	if err != nil {
		return false
	}
	if a.status != s.want || s.want == 200 && strings.Contains(a.body, "<Error>") {
		w.t.Errorf("%s: %s %s: %d, want %d: %.500s", s.kind, s.method, s.path, a.status, s.want, a.body)
		return false
	}
	for _, c := range s.changes {
		w.apply(c)
	}
	if s.answered != nil {
		if err := s.answered(a); err != nil {
			w.t.Errorf("%s: %s %s: %v in %.500s", s.kind, s.method, s.path, err, a.body)
			return false
		}
	}
	w.pending = nil
	n, _ := w.kinds.LoadOrStore(s.kind, new(atomic.Int64))
	n.(*atomic.Int64).Add(1)
	return true
}

func (w *writer) apply(c change) {
	for cell, to := range c {
		if w.cells[cell] = to; to == "" {
			delete(w.cells, cell)
		}
	}
}

// check compares what is there with what must be, says how many things are not so, and goes on with what is there.
func (l *load) check() (bad int) {
	if now := l.adminToken(); now != l.token {
		l.t.Errorf("the admin token is another one")
		bad++
	}
	var wrong atomic.Int64
	var wg sync.WaitGroup
	for _, w := range l.writers {
		wg.Go(func() { wrong.Add(int64(w.check())) })
	}
	wg.Wait()
	return bad + int(wrong.Load())
}

func (w *writer) check() (bad int) {
	seen := w.see()
	inFlight := "nothing"
	if s := w.pending; s != nil {
		inFlight = s.kind + " " + s.path
		for _, c := range s.changes {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(c)), func(cell string) bool { return seen[cell] != c[cell] }) {
				w.apply(c)
			}
		}
	}
	all := maps.Clone(seen)
	maps.Copy(all, w.cells)
	for cell := range all {
		if seen[cell] != w.cells[cell] {
			bad++
			w.t.Errorf("%s is\n  %s\nand should be\n  %s\nwith %s in flight", cell, seen[cell], w.cells[cell], inFlight)
		}
	}
	w.cells, w.pending = seen, nil
	return bad
}

// token is a word of which there is one.
func (w *writer) token() string {
	w.made++
	return fmt.Sprintf("w%dn%d", w.n, w.made)
}

func (w *writer) docs() string { return fmt.Sprintf("docs-w%d", w.n) }

// held is what there is to say of an object, or of one of its versions.
type held struct {
	Sum    string `json:",omitempty"`
	Kind   string `json:",omitempty"`
	Meta   string `json:",omitempty"`
	Tag    string `json:",omitempty"`
	Public bool   `json:",omitempty"`
	Sealed bool   `json:",omitempty"` // encrypted
	Own    bool   `json:",omitempty"` // under a key of the customer's
	Null   bool   `json:",omitempty"` // without an id, of versions
	Marker bool   `json:",omitempty"`
	Kept   bool   `json:",omitempty"` // by retention
	Hold   bool   `json:",omitempty"`
}

// text is v as a cell has it.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func parsed[T any](cell string) (v T) {
	if cell != "" {
		if err := json.Unmarshal([]byte(cell), &v); err != nil {
			panic(err)
		}
	}
	return v
}

// pattern is the body of a token: no block of it is like another.
func pattern(token string, size int) []byte {
	sum := md5.Sum([]byte(token))
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte(bytes.Repeat(sum[:], 2))).Read(b)
	return b
}

func summed(body []byte) string {
	sum := md5.Sum(body)
	return fmt.Sprintf("%d:%s", len(body), hex.EncodeToString(sum[:]))
}
