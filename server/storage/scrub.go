package storage

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"
	"golang.org/x/time/rate"
)

// ScrubOptions say how a scrub works.
type ScrubOptions struct {
	From     []byte            // the Next of the part before; nil: from the beginning
	Most     int64             // bytes after which the rest is left to another part; 0: all that there are
	Rate     int64             // bytes a second that are read at most; 0: as fast as it goes
	Progress func(ScrubReport) // called now and then, without Findings; may be nil
}

// ScrubReport is what a scrub has read, and what it found.
type ScrubReport struct {
	Bodies   int64 // inline bodies and blobs
	Bytes    int64
	Findings []Finding
	Next     []byte `json:",omitempty"` // where the next part begins, in this engine or a later one on the directory; nil: that was all
}

// scrubPage is how many records are read before the metadata are let go.
const scrubPage = 256

// Scrub reads every body that the engine has and compares it with its
// checksums, and before that all metadata. It changes nothing. It may run beside everything else: what is
// deleted meanwhile is passed by. The findings name every object and part that
// is hit.
func (e *Engine) Scrub(ctx context.Context, o ScrubOptions) (*ScrubReport, error) {
	s := &scrub{e: e, ctx: ctx, o: o}
	if o.Rate > 0 {
		s.pace = rate.NewLimiter(rate.Limit(o.Rate), int(max(o.Rate/10, int64(e.o.block)))) // a burst is a tenth of a second's
	}
	if err := s.all(); err != nil {
		return &s.rep, err
	}
	return &s.rep, s.name()
}

// Scrub is Engine.Scrub of a data directory that nobody has open:
// *LockedError otherwise.
func Scrub(ctx context.Context, dir string, o Options, so ScrubOptions) (rep *ScrubReport, err error) {
	e, err := still(dir, o, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.closeStill()) }()
	return e.Scrub(ctx, so)
}

type scrub struct {
	e    *Engine
	ctx  context.Context
	o    ScrubOptions
	pace *rate.Limiter
	rep  ScrubReport
	buf  []byte
}

// enough says whether the rest is another part's.
func (s *scrub) enough() bool { return s.o.Most > 0 && s.rep.Bytes >= s.o.Most }

// all goes through the bodies of all kinds, from where the part before ended.
func (s *scrub) all() error {
	from, kinds := s.o.From, []kind{kindInline, kindBlob}
	if len(from) > 0 && !slices.Contains(kinds, kind(from[0])) {
		from = nil // it is no Next
	}
	if len(from) == 0 {
		if err := s.metadata(); err != nil {
			return err
		}
	}
	for _, k := range kinds {
		if len(from) == 0 {
			from = []byte{byte(k)}
		} else if from[0] != byte(k) {
			continue // an earlier part did
		}
		if err := s.bodies(k, from); err != nil || s.rep.Next != nil {
			return err
		}
		from = nil
	}
	return nil
}

// bodies goes through the bodies of a kind, page by page.
func (s *scrub) bodies(k kind, from []byte) error {
	for from != nil {
		if s.enough() {
			s.rep.Next = from
			return nil
		}
		var err error
		if from, err = s.page(k, from); err != nil {
			return err
		}
		if s.o.Progress != nil {
			s.o.Progress(ScrubReport{Bodies: s.rep.Bodies, Bytes: s.rep.Bytes})
		}
	}
	return nil
}

type scrubBlob struct {
	ref        ref
	key, value []byte
}

func (s *scrub) page(k kind, from []byte) (next []byte, err error) {
	if err := s.e.enter(); err != nil {
		return nil, err
	}
	var blobs []scrubBlob
	n, size := 0, 0
	err = s.e.scan(from, []byte{byte(k) + 1}, func(key, value []byte) (bool, error) {
		r, err := refOf(append([]byte{0}, key...))
		if err != nil {
			return true, nil
		}
		if n++; n > scrubPage || size > 4<<20 {
			next = append([]byte(nil), key...)
			return false, s.ctx.Err()
		}
		size += len(value)
		if k == kindBlob {
			blobs = append(blobs, scrubBlob{r, append([]byte(nil), key...), append([]byte(nil), value...)})
		} else if err := inlineWhole(value, -1); err != nil {
			s.find(r, 0, err.Error())
		}
		return true, s.ctx.Err()
	})
	s.e.leave()
	if err != nil && s.ctx.Err() == nil && errors.Is(err, ErrCorrupt) {
		s.rep.Findings = append(s.rep.Findings, Finding{Fault: FaultDamaged, Offset: -1, Text: fmt.Sprintf("the metadata of bodies cannot be read: %v", err)})
		return nil, s.around(k, from)
	}
	if err != nil {
		return nil, err
	}
	if k == kindInline {
		s.rep.Bodies += int64(min(n, scrubPage))
		return next, s.read(size)
	}
	for _, b := range blobs {
		if s.enough() {
			return b.key, nil
		}
		if err := s.blob(b); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// read counts bytes of bodies, and waits until they may have been read.
func (s *scrub) read(n int) error {
	s.rep.Bytes += int64(n)
	return s.wait(n)
}

// wait keeps to the rate.
func (s *scrub) wait(n int) error {
	for s.pace != nil && n > 0 {
		now := min(n, s.pace.Burst())
		if err := s.pace.WaitN(s.ctx, now); err != nil {
			return err
		}
		n -= now
	}
	return s.ctx.Err()
}

func (s *scrub) find(r ref, off int64, text string) {
	s.rep.Findings = append(s.rep.Findings, Finding{Fault: FaultDamaged, Offset: off, Text: text, body: r})
}

// blob compares the file of a blob with its record, block by block.
func (s *scrub) blob(b scrubBlob) error {
	s.rep.Bodies++
	rec, err := decodeBlob(b.value)
	if err != nil {
		s.find(b.ref, 0, "the checksums of its bytes cannot be read")
		return nil
	}
	f, err := s.e.fs.Open(s.e.blobPath(b.ref.id))
	if isMissing(err) {
		s.find(b.ref, 0, fmt.Sprintf("blob %016x has no file", b.ref.id))
		return nil
	}
	if err != nil {
		s.find(b.ref, 0, fmt.Sprintf("blob %016x: %v", b.ref.id, err))
		return nil
	}
	return errors.Join(s.blocks(b.ref, rec, f), f.Close())
}

func (s *scrub) blocks(r ref, rec *blobRecord, f vfs.File) error {
	if int64(len(s.buf)) < min(rec.block, rec.size) {
		s.buf = make([]byte, min(rec.block, rec.size))
	}
	for i, sum := range rec.sums {
		begin := int64(i) * rec.block
		p := s.buf[:min(rec.block, rec.size-begin)]
		n, err := f.ReadAt(p, begin)
		switch {
		case n < len(p) && errors.Is(err, io.EOF):
			s.find(r, begin+int64(n), fmt.Sprintf("blob %016x ends at %d of %d", r.id, begin+int64(n), rec.size))
			return nil
		case n < len(p):
			s.find(r, begin, fmt.Sprintf("blob %016x cannot be read at %d: %v", r.id, begin, err))
		case crc32.Checksum(p, castagnoli) != sum:
			s.find(r, begin, fmt.Sprintf("blob %016x has other bytes than were written, in the %d from %d", r.id, len(p), begin))
		}
		if err := s.read(len(p)); err != nil {
			return err
		}
	}
	return nil
}

// name says whose the damaged bodies are. What nobody refers to any more was
// deleted while the scrub was under way, and is no finding.
func (s *scrub) name() error {
	if len(s.rep.Findings) == 0 {
		return nil
	}
	if err := s.e.enter(); err != nil {
		return err
	}
	defer s.e.leave()
	all, err := s.e.whose(s.ctx, s.rep.Findings)
	s.e.callSpaces(all)
	if errors.Is(err, ErrCorrupt) { // of some it is not known whose they are
		s.rep.Findings = all
		return nil
	}
	s.rep.Findings = nil
	for _, f := range all {
		if f.Space != "" || f.body.kind == kindNone || err != nil {
			s.rep.Findings = append(s.rep.Findings, f)
		}
	}
	return err
}
