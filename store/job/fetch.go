package job

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"spaces/store"
)

// fetch downloads to a file of another name first, which is gone when that fails for good. What it gives is whole and verified, and
// still to be landed.
func (j *job) fetch(ctx context.Context, s Step, name string, t *tally) (x *landing, err error) {
	p, err := j.openPart(s, name)
	if err != nil {
		return nil, err
	}
	defer func() {
		switch {
		case err == nil:
		case j.mayGoOn(ctx, p, err):
			p.Close()
		default:
			p.drop(j.place.dest) // the first error is the one to tell
		}
	}()
	fetch := j.fetchWhole
	if s.Size > j.m.o.PartSize {
		fetch = j.fetchParts
	}
	info, err := fetch(ctx, s, p, t)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	p.date(j.place.dest, changedAt(info))
	return &landing{part: p, name: name}, nil
}

// mayGoOn says whether what a failed download has is worth keeping for the next try: whole ranges, that are noted, of an
// object that only the way to the endpoint, or the end of the program, kept from coming.
func (j *job) mayGoOn(ctx context.Context, p *part, err error) bool {
	known, ok := j.m.o.Ledger.partAt(p.Path)
	if !ok || known.there() == 0 || !canLock {
		return false
	}
	if ctx.Err() != nil {
		return j.isCut()
	}
	return store.Transient(err)
}

// changedAt is when a file was changed that was uploaded: as this program and rclone note it, else as the endpoint does.
func changedAt(info store.Info) time.Time {
	whole, fraction, _ := strings.Cut(info.Meta["mtime"], ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return info.Modified
	}
	nanos, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64) // no fraction is none
	return time.Unix(seconds, nanos)
}

// isStill fails when an answer is about another object than the one that was counted.
func (s Step) isStill(info store.Info) error { return isStill(info, s.Size, s.ETag) }

// isStill fails when an answer is about another object than the one of a size and an ETag ("": not known).
func isStill(info store.Info, size int64, etag string) error {
	switch {
	case etag != "" && info.ETag != etag:
		return errChanged
	case info.Size != size:
		return fmt.Errorf("%d bytes were listed and the answer is about %d: %w", size, info.Size, errChanged)
	}
	return nil
}

// fetchWhole reads an object from its beginning to its end, going on where a broken answer ended.
func (j *job) fetchWhole(ctx context.Context, s Step, f *part, t *tally) (store.Info, error) {
	var info store.Info
	sum := md5.New()
	var done int64
	for {
		err := j.try(ctx, func(ctx context.Context) error {
			body, got, err := j.plan.from.Get(ctx, s.From, store.GetOptions{Offset: done, IfMatch: s.ETag, Version: s.Version})
			if err != nil {
				return err
			}
			defer body.Close()
			if err := s.isStill(got); err != nil {
				return err
			}
			if info.ETag == "" {
				info, s.ETag = got, got.ETag
			}
			n, err := copyAll(&sink{f.File, sum, t}, body, got.Size)
			done += n
			return goOn(err, n > 0)
		})
		if errors.Is(err, errGoOn) && done < info.Size {
			continue
		}
		if err != nil && !errors.Is(err, errGoOn) {
			return info, err
		}
		if done != info.Size {
			return info, fmt.Errorf("%d bytes of %d arrived", done, info.Size)
		}
		if isMD5(info.ETag) && !info.Sealed && hex.EncodeToString(sum.Sum(nil)) != info.ETag {
			return info, errChecksum
		}
		return info, nil
	}
}

// copyBuffers are used again: of a small file one is most of the memory that its download takes. largeBuffers are for what is worth
// fewer calls of the system.
var (
	copyBuffers  = sync.Pool{New: func() any { return new([32 << 10]byte) }}
	largeBuffers = sync.Pool{New: func() any { return new([256 << 10]byte) }}
)

// copyAll copies what is of about that many bytes.
func copyAll(to io.Writer, from io.Reader, size int64) (int64, error) {
	if size > 256<<10 {
		buf := largeBuffers.Get().(*[256 << 10]byte)
		defer largeBuffers.Put(buf)
		return io.CopyBuffer(to, from, buf[:])
	}
	buf := copyBuffers.Get().(*[32 << 10]byte)
	defer copyBuffers.Put(buf)
	return io.CopyBuffer(to, from, buf[:])
}

// sink takes bytes that arrive.
type sink struct {
	file  *os.File
	sum   hash.Hash
	tally *tally
}

func (w *sink) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	w.sum.Write(p[:n])
	w.tally.add(int64(n))
	if err != nil {
		err = fmt.Errorf("writing the file: %w", bareFile(err))
	}
	return n, err
}
