// Package compare finds out in what two folders differ, each of any Space of any connection. It reads both listings side by
// side, in the order of keys, and keeps no more of them than a page each. It knows no terminal.
package compare

import (
	"context"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// Folder is one of the two: with Prefix "" a whole Space, with Tree a directory of this machine, of which nothing else is set.
type Folder struct {
	Store         *store.Store
	Space, Prefix string
	Tree          *Tree
}

// Side names one of the two.
type Side int

// The two sides.
const (
	Left Side = iota
	Right
)

// Other is the other side.
func (s Side) Other() Side { return 1 - s }

// Verdict is what becomes of a name.
type Verdict uint8

// Verdicts.
const (
	Same Verdict = iota
	OnlyLeft
	OnlyRight
	Differs
)

// Reason is what a verdict on two files goes by.
type Reason uint8

// Reasons. A Date says nothing of the content: there was nothing to compare that by.
const (
	Size Reason = iota
	Checksum
	Date
)

// File is one side of a row.
type File struct {
	Size int64
	unix int64 // seconds: what all endpoints tell of a date
	etag string
}

// FileOf is what a listing says of a file.
func FileOf(e store.Entry) File { return File{e.Size, e.Modified.Unix(), e.ETag} }

// Modified is when the file was written.
func (f *File) Modified() time.Time { return time.Unix(f.unix, 0) }

// Row is a name below the two folders, and what is there on each side.
type Row struct {
	Name  string
	Files [2]File
	Verdict
	Reason
}

// only are the verdicts on what one side alone has.
var only = [2]Verdict{Left: OnlyLeft, Right: OnlyRight}

// Has says whether a side has the file.
func (r *Row) Has(s Side) bool {
	return r.Verdict != only[s.Other()]
}

// Newer is the side whose file is the newer one; ok is false where neither is.
func (r *Row) Newer() (s Side, ok bool) {
	l, t := r.Files[Left].unix, r.Files[Right].unix
	if t > l {
		s = Right
	}
	return s, l != t && r.Has(Left) && r.Has(Right)
}

// Judge finds the verdict on a name that both sides have: by size, then by ETags where those are checksums of the content,
// else by date. The ETags of uploads in parts are none (Amazon S3: Checking object integrity), but equal ones are of equal
// content.
func (r *Row) Judge() {
	l, t := &r.Files[Left], &r.Files[Right]
	switch {
	case l.Size != t.Size:
		r.Verdict, r.Reason = Differs, Size
	case l.etag != "" && l.etag == t.etag:
		r.Verdict, r.Reason = Same, Checksum
		t.etag = l.etag // one string in memory
	case isMD5(l.etag) && isMD5(t.etag):
		r.Verdict, r.Reason = Differs, Checksum
	default:
		r.byDate()
	}
}

// Put says what is on a side now, and judges anew.
func (r *Row) Put(s Side, f File) {
	has := r.Has(s.Other())
	r.Files[s] = f
	if has {
		r.Judge()
	}
}

// Drop says that a side has no file any more. It is false when none has.
func (r *Row) Drop(s Side) bool {
	if !r.Has(s.Other()) {
		return false
	}
	r.Verdict, r.Reason, r.Files[s] = only[s.Other()], Size, File{}
	return true
}

// Alone says that the file is on one side only.
func (r *Row) Alone(s Side, f File) {
	r.Verdict, r.Reason, r.Files = only[s], Size, [2]File{}
	r.Files[s] = f
}

func (r *Row) byDate() {
	r.Verdict, r.Reason = Same, Date
	if r.Files[Left].unix != r.Files[Right].unix {
		r.Verdict = Differs
	}
}

// isMD5 says whether an ETag can be the MD5 of the content.
func isMD5(etag string) bool { return len(etag) == 32 && !strings.Contains(etag, "-") }

// Comparison is two folders being compared.
type Comparison struct {
	Page int // names of a page; 0: as many as the endpoints give

	folders [2]Folder
	sides   [2]side
	asked   int  // objects that were asked whether they are sealed
	sealed  bool // one was
}

// side is how far the listing of a folder is.
type side struct {
	entries []store.Entry // that were not looked at yet
	after   string
	ended   bool
}

// New begins a comparison of two folders.
func New(left, right Folder) *Comparison { return &Comparison{folders: [2]Folder{left, right}} }

// Next reads on, by a page of each side at most, and gives what that tells, in the order of names. done is true with the
// last of them. It must not be called again before it has returned; after an error it goes on where it was.
func (c *Comparison) Next(ctx context.Context) (rows []Row, done bool, err error) {
	if err := c.fetch(ctx); err != nil {
		return nil, false, err
	}
	l, t := &c.sides[Left], &c.sides[Right]
	for l.ready() && t.ready() && (len(l.entries) > 0 || len(t.entries) > 0) {
		row := c.merge(l, t)
		if row.Verdict == Differs && row.Reason == Checksum && c.areSealed(ctx, row.Name) {
			row.byDate()
		}
		rows = append(rows, row)
	}
	return rows, l.ended && t.ended && len(l.entries)+len(t.entries) == 0, ctx.Err()
}

// ready says whether it is known what comes next.
func (s *side) ready() bool { return len(s.entries) > 0 || s.ended }

// fetch lists where nothing is known of what comes next, both sides at once.
func (c *Comparison) fetch(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for i := range c.sides {
		if c.sides[i].ready() {
			continue
		}
		g.Go(func() error {
			defer store.Caught(ctx)
			return c.sides[i].list(ctx, c.folders[i], c.Page)
		})
	}
	return g.Wait()
}

func (s *side) list(ctx context.Context, f Folder, most int) (err error) {
	if f.Tree != nil {
		s.entries, s.ended, err = f.Tree.next(ctx)
		return err
	}
	page, err := f.Store.List(ctx, store.ListRequest{Space: f.Space, Prefix: f.Prefix, After: s.after, Max: most})
	if err != nil {
		return err
	}
	s.entries, s.after, s.ended = page.Entries, page.Next, !page.More
	return nil
}

// merge takes the next name off one side, or off both.
func (c *Comparison) merge(l, t *side) (row Row) {
	left, right := "", ""
	if len(l.entries) > 0 {
		left = l.entries[0].Key[len(c.folders[Left].Prefix):]
	}
	if len(t.entries) > 0 {
		right = t.entries[0].Key[len(c.folders[Right].Prefix):]
	}
	onLeft := len(l.entries) > 0 && (len(t.entries) == 0 || left <= right)
	onRight := len(t.entries) > 0 && (len(l.entries) == 0 || right <= left)
	if onLeft {
		row.Name, row.Files[Left], l.entries = left, FileOf(l.entries[0]), l.entries[1:]
	}
	if onRight {
		row.Name, row.Files[Right], t.entries = right, FileOf(t.entries[0]), t.entries[1:]
	}
	switch {
	case onLeft && onRight:
		row.Judge()
	case onLeft:
		row.Verdict = OnlyLeft
	default:
		row.Verdict = OnlyRight
	}
	return row
}

// seals is how many files whose ETags differ are asked whether those say something. Encryption is mostly that of a whole
// Space: where none of so many is sealed, none is taken to be.
const seals = 16

// areSealed says whether the ETags of a name are those of sealed objects, which are no checksums of the content (Amazon S3:
// objects encrypted with SSE-C or SSE-KMS). Listings do not tell.
func (c *Comparison) areSealed(ctx context.Context, name string) bool {
	if c.asked >= seals && !c.sealed {
		return false
	}
	c.asked++
	for _, f := range c.folders {
		if info, err := f.Store.Head(ctx, store.Ref{Space: f.Space, Key: f.Prefix + name}); err == nil && info.Sealed {
			c.sealed = true
			return true
		}
	}
	return false
}
