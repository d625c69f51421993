package storage

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// hops is how many rows below a common prefix are stepped over before a seek:
// a step costs a tenth of a seek. After a folder that needed a seek, the next
// is expected to need one too.
const hops = 8

// List answers a page in byte order, strictly after q.After, and whether there
// is more. Its cost follows what is returned: all below a common prefix is
// skipped by one seek, or by none when the page is remembered (see folders).
// Those of a listing by delimiter are others' as well: they are not to be changed.
func (e *Engine) List(ctx context.Context, space string, q ListQuery) (entries []Listed, truncated bool, err error) {
	if err := e.enter(); err != nil {
		return nil, false, err
	}
	defer e.leave()
	s, err := e.find(space)
	if err != nil {
		return nil, false, err
	}
	if q.Max <= 0 {
		return nil, false, nil
	}
	if q.Delimiter == "" {
		entries, truncated, err = e.list(ctx, s.id, q)
	} else {
		entries, truncated, err = e.listFolders(ctx, s.id, q)
	}
	if err != nil {
		return nil, false, fmt.Errorf("list %q: %w", space, damaged(err))
	}
	return entries, truncated, nil
}

// listFolders is list, or what list answered before.
func (e *Engine) listFolders(ctx context.Context, id string, q ListQuery) ([]Listed, bool, error) {
	if p := e.folders.find(id, q); p != nil {
		return p.rows, p.truncated, nil
	}
	began := e.folders.now()
	rows, truncated, err := e.list(ctx, id, q)
	var p *folderPage
	if err == nil {
		p = &folderPage{space: id, q: q, rows: slices.Clip(rows), truncated: truncated}
	}
	e.folders.keep(began, p)
	return rows, truncated, err
}

func (e *Engine) list(ctx context.Context, id string, q ListQuery) (entries []Listed, truncated bool, err error) {
	w, err := e.walk(recObject, id, q.Prefix, q.Delimiter, q.After)
	if err != nil {
		return nil, false, err
	}
	w.hide(recObject, id, q.Hide)
	p := pages.Get().(*page)
	defer pages.Put(p)
	p.begin(min(q.Max, 1000))
	err = p.collect(ctx, w, q.Max)
	truncated = w.valid
	if cerr := w.it.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, false, err
	}
	return p.finish(), truncated, nil
}

// walk steps through the names of a Space: keys, and common prefixes once.
type walk struct {
	it     *pebble.Iterator
	base   int // length of what is before the name in a record's key
	prefix int // length of the prefix asked for
	tail   int // length of what follows the key in a record's key
	delim  []byte
	common bool
	name   []byte // valid until the next step
	skip   []byte // the end of the common prefix that was given last
	hidden []byte // beginning of records that are passed by; nil: none are
	hops   int
	begun  bool
	valid  bool
}

func (e *Engine) walk(letter byte, space, prefix, delimiter, start string) (*walk, error) {
	var first []byte
	switch {
	case start == "":
	case isCommon(prefix, delimiter, start):
		first = after(within(letter, space, start))
	default: // strictly after: the next name in byte order is this one and a NUL
		first = append(within(letter, space, start), 0)
	}
	return walkFrom(e.db, letter, space, prefix, delimiter, first)
}

// walkFrom walks from the first record that is not before one.
func walkFrom(r view, letter byte, space, prefix, delimiter string, first []byte) (*walk, error) {
	from := within(letter, space, prefix)
	w := &walk{hops: hops, base: len(space) + 2, prefix: len(prefix), delim: []byte(delimiter), tail: tails[letter]}
	o := pebble.IterOptions{LowerBound: from, UpperBound: after(from)}
	if bytes.Compare(first, from) > 0 {
		o.LowerBound = first
	}
	if bytes.Compare(o.LowerBound, o.UpperBound) > 0 {
		o.LowerBound = o.UpperBound
	}
	var err error
	w.it, err = r.NewIter(&o)
	return w, damaged(err)
}

// tails are the lengths of what follows the key in a record's key.
var tails = [256]int{recUpload: uploadTail, recVersion: versionTail}

// isCommon says whether name is a common prefix below prefix.
func isCommon(prefix, delimiter, name string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok || delimiter == "" {
		return false
	}
	i := strings.Index(rest, delimiter)
	return i >= 0 && i+len(delimiter) == len(rest)
}

// next goes to the next name. After false, the iterator says why.
func (w *walk) next() bool {
	w.advance()
	if !w.valid {
		return false
	}
	w.name, w.common = w.it.Key()[w.base:], false
	if len(w.delim) == 0 {
		return true
	}
	if i := bytes.Index(w.name[w.prefix:max(w.prefix, len(w.name)-w.tail)], w.delim); i >= 0 {
		w.name, w.common = w.name[:w.prefix+i+len(w.delim)], true
		w.skip = append(w.skip[:0], w.it.Key()[:w.base+len(w.name)]...)
	}
	return true
}

// hide passes by the keys that begin with a prefix; "" hides none.
func (w *walk) hide(letter byte, space, prefix string) {
	if prefix != "" {
		w.hidden = within(letter, space, prefix)
	}
}

// advance goes to the next record that is not hidden.
func (w *walk) advance() {
	w.step()
	if w.valid && w.hidden != nil && bytes.HasPrefix(w.it.Key(), w.hidden) {
		w.valid = w.it.SeekGE(after(w.hidden))
	}
}

func (w *walk) step() {
	if !w.begun {
		w.begun = true
		w.valid = w.it.First()
		return
	}
	if !w.common {
		w.valid = w.it.Next()
		return
	}
	for range w.hops {
		if w.valid = w.it.Next(); !w.valid || !bytes.HasPrefix(w.it.Key(), w.skip) {
			w.hops = hops
			return
		}
	}
	w.hops = 1
	w.valid = w.it.SeekGE(raise(w.skip))
}

// page collects rows. Their strings are cut from one buffer at the end: two
// allocations a row would cost more than reading it.
type page struct {
	rows []Listed
	text []byte
	ends []int // of the key, the ETag and the checksum of each row, in text
}

var pages = sync.Pool{New: func() any { return &page{} }}

func (p *page) begin(rows int) {
	p.rows, p.text, p.ends = make([]Listed, 0, rows), p.text[:0], p.ends[:0]
}

// collect takes up to limit rows from a walk.
func (p *page) collect(ctx context.Context, w *walk, limit int) error {
	for w.next() && len(p.rows) < limit {
		if len(p.rows)%100 == 99 && ctx.Err() != nil {
			return ctx.Err()
		}
		if w.common {
			p.addPrefix(w.name)
			continue
		}
		value, err := w.it.ValueAndErr()
		if err == nil {
			err = p.add(w.name, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *page) addPrefix(name []byte) {
	p.text = append(p.text, name...)
	p.ends = append(p.ends, len(p.text), len(p.text), len(p.text))
	p.rows = append(p.rows, Listed{Prefix: true})
}

func (p *page) add(name, value []byte) error {
	r := reader{b: value}
	w, err := r.row()
	if err != nil {
		return err
	}
	p.text = append(p.text, name...)
	key := len(p.text)
	p.text = w.tag.append(p.text)
	tag := len(p.text)
	p.text = append(p.text, w.sumValue...)
	p.ends = append(p.ends, key, tag, len(p.text))
	p.rows = append(p.rows, Listed{Size: w.size, Modified: w.modified, Class: w.class, Sum: w.sum})
	return nil
}

func (p *page) finish() []Listed {
	text, at, rows := string(p.text), 0, p.rows
	for i := range rows {
		key, tag, end := p.ends[3*i], p.ends[3*i+1], p.ends[3*i+2]
		rows[i].Key, rows[i].ETag, rows[i].Sum.Value = text[at:key], text[key:tag], text[tag:end]
		at = end
	}
	p.rows = nil
	return rows
}
