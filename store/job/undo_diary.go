package job

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"spaces/store"
)

// Undoing names the job that a Spec takes back.
type Undoing struct {
	ID    string // of the Undoable
	Title string // what is taken back, as Spec.Title and results of jobs have it
	Redo  bool   // that was itself an undo
}

// diary is what one job did, on the disk, for its undo: nil is one of work that cannot be undone. It is appended to in blocks as
// the work goes on, and makes no promise: what a crash keeps off the disk is not undone.
//
// The file is locked while the job runs. It is blocks of a length, a checksum and a payload, whose first byte says what
// it is. Behind the last block of a job that has ended its length stands once more, so that it can be read first.
type diary struct {
	l     *Ledger
	id    ID // of the job
	now   func() time.Time
	noted func() // a file has come to be, or is complete
	head  diaryHead

	mu      sync.Mutex
	path    string   // "": nothing was noted yet
	file    *os.File // nil: not open
	size    int64
	buf     []byte // of the block that is being filled
	flushed time.Time
	last    string // name of the entry before
	pairs   map[pair]int
	values  map[string]int
	sum     diarySum
	over    bool // too much was done, or the disk does not take it
	reads   int
}

const (
	diaryPrefix = "done-"
	diaryName   = diaryPrefix + "*.log"

	diaryBlock = 32 << 10 // bytes that wait at most
	diaryEvery = time.Second
	diaryMost  = 64 << 20 // bytes of a file: about 1,500,000 objects
	valueMost  = 100_000  // distinct values of a file: they are in memory
	readMost   = 10_000   // objects of a job whose permissions are read just for this
)

// objectMost are the objects of a file. Tests make it small.
var objectMost = 1_000_000

// The first bytes of payloads, and of entries.
const (
	headBlock  = 'h' // JSON of diaryHead
	entryBlock = 'e'
	endBlock   = 'z' // JSON of diarySum

	pairEntry   = 1
	valueEntry  = 2
	objectEntry = 3
)

// diaryHead is what is known when the first thing is noted.
type diaryHead struct {
	Title    string
	Kind     Kind
	Begun    time.Time
	From, To store.Conn
	Undo     Undoing `json:",omitzero"`
}

// diarySum is what is known at the end.
type diarySum struct {
	Ended    time.Time `json:",omitzero"`
	Phase    Phase
	Objects  int
	Replaced int    `json:",omitempty"` // of Objects: something was at their destination, and is no more
	Unsure   int    `json:",omitempty"` // of Objects: nobody looked whether there was
	Unknown  int    `json:",omitempty"` // not in Objects: it is not known how they were
	Spaces   int    `json:",omitempty"` // that objects were taken out of
	Why      string `json:",omitempty"` // it cannot be undone at all because
}

// pair is two places whose names below are the same: of moves from and to, of changes twice the one.
type pair struct{ from, to store.Ref }

// crossed is how a step's destination was.
type crossed byte

const (
	wasFree crossed = iota
	wasTaken
	unlooked
)

// diary makes one for a plan.
func (m *Manager) diary(id ID, p *Plan) *diary {
	l := m.o.Ledger
	w := p.work()
	if l == nil || p.invalid != nil || !w.moves && w.alter == nil {
		return nil
	}
	return &diary{l: l, id: id, now: m.o.Now, noted: m.countUndoable, pairs: map[pair]int{}, values: map[string]int{},
		head: diaryHead{Title: p.spec.deed(), Kind: p.spec.Kind, From: p.spec.From, To: p.spec.To, Undo: p.spec.Undo}}
}

// moved notes that an object is at another place, as it is there.
func (d *diary) moved(from, to store.Ref, size int64, etag string, c crossed) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.ready() {
		return
	}
	switch c {
	case wasTaken:
		d.sum.Replaced++
	case unlooked:
		d.sum.Unsure++
	}
	d.move(from, to, record{size: size, etag: etag})
}

// move tells of one. mu is held.
func (d *diary) move(from, to store.Ref, r record) {
	n := sharedTail(from.Key, to.Key)
	r.name = to.Key[len(to.Key)-n:]
	from.Key, to.Key = from.Key[:len(from.Key)-n], to.Key[:len(to.Key)-n]
	d.object(d.pair(pair{from, to}), r)
}

// perhaps notes a move that nobody knows of whether it was done: its answer was lost, or not awaited. What is there in its place,
// where nothing was, and is what was to come, was made by it.
func (d *diary) perhaps(from, to store.Ref, size int64, etag string, c crossed) {
	if d == nil || c != wasFree || !isMD5(etag) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ready() {
		d.move(from, to, record{size: size, etag: etag, history: unsure})
		d.sum.Objects--
	}
}

// unsure stands in the record of a move that may not have been done, in the place of what a change made.
const unsure = "?"

// changed notes what a change made of an object, which is as size and etag say now.
func (d *diary) changed(r store.Ref, size int64, etag string, v value) {
	if d == nil || v.same() {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.ready() {
		return
	}
	space := store.Ref{Space: r.Space}
	at, ok := d.value(v)
	if !ok {
		d.sum.Unknown++
		return
	}
	d.object(d.pair(pair{space, space}), record{name: r.Key, size: size, etag: etag, history: string(binary.AppendUvarint(nil, uint64(at)))})
}

// untold notes that an object was changed, and that it is not known how it was.
func (d *diary) untold() {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ready() {
		d.sum.Unknown++
	}
}

// mayRead says whether an object is among those that are read just to note how they were.
func (d *diary) mayRead() bool {
	if d == nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reads++
	return !d.over && d.reads <= readMost
}

// sharedTail is how many bytes at their ends two keys have in common, from the beginning of a name.
func sharedTail(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	tail := a[len(a)-n:]
	if starts := func(key string) bool { return n == len(key) || key[len(key)-n-1] == '/' }; starts(a) && starts(b) {
		return n
	}
	i := strings.IndexByte(tail, '/')
	if i < 0 {
		return 0
	}
	return n - i - 1
}

// pair tells of two places, once. mu is held, as by the others.
func (d *diary) pair(x pair) int {
	at, ok := d.pairs[x]
	if ok {
		return at
	}
	at = len(d.pairs)
	if !d.fromSpace(x.from.Space) {
		d.sum.Spaces++
	}
	d.pairs[x] = at
	d.buf = append(d.buf, pairEntry)
	for _, s := range []string{x.from.Space, x.from.Key, x.to.Space, x.to.Key} {
		d.buf = appendText(d.buf, s)
	}
	return at
}

func (d *diary) fromSpace(space string) bool {
	if d.sum.Spaces > 1 {
		return true // which is what matters
	}
	for x := range d.pairs {
		return x.from.Space == space
	}
	return false
}

func (d *diary) value(v value) (at int, ok bool) {
	b, err := json.Marshal(v)
	if err != nil {
		return 0, false
	}
	text := string(b)
	if at, ok = d.values[text]; ok {
		return at, true
	}
	if len(d.values) >= valueMost {
		return 0, false
	}
	at = len(d.values)
	d.values[text] = at
	d.buf = appendText(append(d.buf, valueEntry), text)
	return at, true
}

// object tells of one. Its name is told by what it has more than the one before.
func (d *diary) object(at int, r record) {
	same := 0
	for same < min(len(d.last), len(r.name)) && d.last[same] == r.name[same] {
		same++
	}
	d.last = r.name
	r.source, r.name = at, r.name[same:]
	d.buf = r.append(binary.AppendUvarint(append(d.buf, objectEntry), uint64(same)))
	d.sum.Objects++
	if d.sum.Objects > objectMost || d.size > diaryMost {
		d.giveUp("it was more than can be noted, which is " + store.Count(objectMost) + " objects")
		return
	}
	if now := d.now(); len(d.buf) >= diaryBlock || now.Sub(d.flushed) >= diaryEvery {
		d.flushed = now
		d.flush()
	}
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// ready says whether there is a file to note in. The first thing to be noted makes it.
func (d *diary) ready() bool {
	if d.file != nil || d.over {
		return !d.over
	}
	if d.path != "" {
		d.reopen()
	}
	if d.file == nil && !d.over {
		d.create()
	}
	return !d.over
}

func (d *diary) create() {
	d.head.Begun = d.now()
	text, err := json.Marshal(d.head)
	if err != nil {
		d.over = true
		return
	}
	d.l.thin()
	first := block(append([]byte{headBlock}, text...))
	name := fmt.Sprintf("%s%s-%06d-%s.log", diaryPrefix, d.head.Begun.UTC().Format("20060102T150405.000000000"), d.id, rand.Text()[:8])
	d.path = filepath.Join(d.l.dir, name)
	if d.file, err = newFile(d.path, first, nil); err != nil {
		d.over = true
		return
	}
	d.size, d.flushed = int64(len(first)), d.head.Begun
	d.noted()
}

// reopen goes on with what a job noted before it was tried again. Where that is gone, because it was undone, it begins anew.
func (d *diary) reopen() {
	f, _ := openIfThere(d.path)
	if f != nil && lockFile(f) && sameFile(f, d.path) {
		var err error
		if d.size, err = f.Seek(0, io.SeekEnd); err == nil {
			d.file = f
			return
		}
	}
	if f != nil {
		f.Close()
	}
	d.path, d.last, d.sum = "", "", diarySum{}
	clear(d.pairs)
	clear(d.values)
}

// block frames a payload.
func block(payload []byte) []byte {
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, len(payload)+8), uint32(len(payload)))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(payload, castagnoli))
	return append(b, payload...)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (d *diary) flush() {
	if len(d.buf) == 0 || d.file == nil {
		return
	}
	d.write(block(append([]byte{entryBlock}, d.buf...)))
	d.buf = d.buf[:0]
}

func (d *diary) write(b []byte) {
	n, err := d.file.Write(b)
	d.size += int64(n)
	if err != nil {
		d.giveUp("what it did could not be noted: " + bareFile(err).Error())
	}
}

// giveUp leaves a file that only says why.
func (d *diary) giveUp(why string) {
	if d.over {
		return
	}
	d.over, d.sum.Why, d.buf = true, why, nil
	text, err := json.Marshal(d.head)
	if err == nil && d.file.Truncate(0) == nil {
		if _, err = d.file.Seek(0, io.SeekStart); err == nil {
			_, _ = d.file.Write(block(append([]byte{headBlock}, text...))) // or it tells nothing, and is thinned out
		}
	}
}

// end notes how the job has ended. It may go on after that.
func (d *diary) end(phase Phase) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return
	}
	d.flush()
	d.sum.Ended, d.sum.Phase = d.now(), phase
	if text, err := json.Marshal(d.sum); err == nil {
		b := block(append([]byte{endBlock}, text...))
		_, _ = d.file.Write(binary.LittleEndian.AppendUint32(b, uint32(len(b))))
	}
	d.file.Close()
	d.file = nil
	d.noted()
}
