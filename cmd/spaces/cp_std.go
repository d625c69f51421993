package main

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// fromStandard uploads standard input: in parts as it comes, since nobody knows its size.
func (t *transfer) fromStandard(ctx context.Context, spec job.Spec, dst operand) error {
	if dst.folder() || dst.ref.Space == "" {
		return misused(fmt.Errorf("%s names no file: what comes from standard input has no name of its own", store.Printable(dst.text)))
	}
	spec.To = dst.conn
	spec.Dest = store.Ref{Space: dst.ref.Space}
	spec.Dest.Key, spec.Name = split(dst.ref.Key)
	spec.Sources = []job.Source{{Stream: true}}
	return t.do(ctx, spec)
}

// toStandard writes an object to standard output, which is all that is written there.
func (t *transfer) toStandard(ctx context.Context, xs []operand) error {
	if t.options.asJSON || len(xs) > 1 || xs[0].folder() {
		return misused(errors.New("standard output takes one file, and nothing else"))
	}
	if t.options.dryRun {
		return misused(errors.New("standard output has nothing in the way: leave --dry-run out"))
	}
	ref := xs[0].ref
	if xs[0].glob() {
		list, err := t.sources(ctx, xs)
		if err != nil {
			return err
		}
		if len(list) != 1 || !isOne(xs, list) || list[0].Folder {
			return misused(errors.New("standard output takes one file: a glob may name more"))
		}
		ref = list[0].Ref
	}
	st, err := t.Get(xs[0].conn)
	if err != nil {
		return err
	}
	begun := t.p.now()
	n, err := pour(ctx, st, ref, store.GetOptions{}, t.p.stdout)
	if ctx.Err() != nil {
		return interrupted(ctx, fmt.Sprintf("%s were written", kit.Formats{}.Bytes(n)))
	}
	if err == nil && !t.options.quiet {
		fmt.Fprintf(t.p.stderr, "%s; %s, %s\n", kit.Formats{}.Bytes(n), kit.Plural(t.requests.Load(), "request"), t.p.now().Sub(begun).Round(1e6))
	}
	return err
}

// pourTries is how often a stream that broke off is gone on with where nothing more came.
const pourTries = 5

// pour writes the content of an object, or a part of it, in order, and goes on where an answer broke off as long as it is the same object.
// What arrived is compared with the checksum where that tells of the content; what was written stays written.
func pour(ctx context.Context, st *store.Store, r store.Ref, part store.GetOptions, w io.Writer) (n int64, err error) {
	sum, about, all := md5.New(), store.Info{}, int64(0)
	for tries := 0; ; {
		o := part
		o.Offset, o.Length, o.IfMatch = o.Offset+n, max(o.Length-n, 0), cmp.Or(about.ETag, o.IfMatch)
		body, info, err := st.Get(store.Background(ctx), r, o)
		if err == nil {
			if about, all = info, info.Size-part.Offset; part.Length > 0 {
				all = min(all, part.Length)
			}
			out := &faithful{w: io.MultiWriter(w, sum)}
			var more int64
			more, err = io.Copy(out, body)
			body.Close()
			if n += more; more > 0 {
				tries = 0
			}
			if out.err != nil {
				return n, fmt.Errorf("writing to standard output: %w", out.err)
			}
		}
		switch {
		case about.ETag != "" && n == all:
			if all == about.Size && len(about.ETag) == 32 && !strings.Contains(about.ETag, "-") && !about.Sealed && hex.EncodeToString(sum.Sum(nil)) != about.ETag {
				return n, fmt.Errorf("what was written has another checksum than %s", store.Printable(r.String()))
			}
			return n, nil
		case err == nil:
			err = io.ErrUnexpectedEOF
		case !store.Transient(err), ctx.Err() != nil:
			return n, err
		}
		if tries++; tries >= pourTries {
			return n, err
		}
	}
}

// faithful remembers that a writer failed, as opposed to what is read.
type faithful struct {
	w   io.Writer
	err error
}

func (f *faithful) Write(p []byte) (n int, err error) {
	n, f.err = f.w.Write(p)
	return n, f.err
}
