package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"spaces/store"
)

// span is what --range asks for: from a byte on, so many, or the last so many of a file.
type span struct{ offset, length, last int64 }

func catCommand(p process, o *options) *cobra.Command {
	var bytes, version string
	cmd := &cobra.Command{
		Use:   "cat FILE...",
		Short: "Write what is in files to standard output",
		Long: "cat writes files to standard output, one after the other, as they are. A connection that breaks is taken up where it broke, as long as the file is the same. " +
			"Exit status 0 says that all of it was written, 1 that something is missing.\n\n" + lookPlaces,
		Example: "spaces cat s3://media/notes.md\nspaces cat --range -1000 do:logs/2026/11/26.log\nspaces cat 's3://logs/2026/11/*.log' | grep ' 500 '\nspaces cat s3://media/backup.tar.gz | tar tz",
		Args:    needs(1, -1, "cat FILE..."),
	}
	cmd.Flags().StringVar(&bytes, "range", "", "only these bytes: FIRST-LAST, FIRST- or -HOW-MANY; the first byte is 0")
	cmd.Flags().StringVar(&version, "version-id", "", "this version, not the current one")
	cmd.ValidArgsFunction = completePlaces(p, o, remoteFiles)
	return looks(cmd, p, o, nil, func(ctx context.Context, w *viewer, args []string) error {
		part, err := spanOf(bytes)
		switch {
		case err != nil:
			return misused(err)
		case version != "" && len(args) > 1:
			return misused(errors.New("a version is one of one file: give one"))
		}
		return w.each(ctx, args, func(ctx context.Context, x operand) error { return w.cat(ctx, x, part, version) })
	})
}

func (w *viewer) cat(ctx context.Context, x operand, part span, version string) error {
	st, err := w.Get(x.conn)
	switch {
	case err != nil:
		return err
	case x.folder():
		return fmt.Errorf("%s is a folder: cat writes files, as %s*", x.text, strings.TrimSuffix(x.text, "*"))
	case !x.glob() || version != "":
		return w.pour(ctx, st, x.ref, part, version)
	}
	return w.expand(ctx, x, func(e store.Entry) error {
		if e.Folder {
			return nil
		}
		return w.fail(ctx, e.Key, w.pour(ctx, st, store.Ref{Space: x.ref.Space, Key: e.Key}, part, ""))
	})
}

// catTries are how often in a row a body may break off without having given a byte.
const catTries = 4

// pour writes an object to the output.
func (w *viewer) pour(ctx context.Context, st *store.Store, r store.Ref, part span, version string) error {
	o := store.GetOptions{Offset: part.offset, Length: part.length, Version: version}
	if part.last > 0 {
		info, err := st.HeadVersion(ctx, r, version)
		if err != nil {
			return err
		}
		o.Offset, o.IfMatch = max(info.Size-part.last, 0), info.ETag
	}
	left := int64(-1) // not known
	for tries := 0; left != 0; {
		body, info, err := st.Get(ctx, r, o)
		if err != nil {
			return err
		}
		if o.IfMatch = info.ETag; left < 0 {
			if left = info.Size - o.Offset; o.Length > 0 {
				left = min(left, o.Length)
			}
		}
		n, broken, err := w.drain(body, left)
		if o.Offset, left = o.Offset+n, left-n; n > 0 {
			tries = 0
		}
		if tries++; err != nil || left == 0 {
			return err
		}
		if broken == nil {
			broken = fmt.Errorf("%s ended %d bytes before its end", r, left)
		}
		if ctx.Err() != nil || tries > catTries || !store.Transient(broken) && !errors.Is(broken, io.ErrUnexpectedEOF) {
			return broken
		}
		if part.length > 0 {
			o.Length = left
		}
	}
	return nil
}

// drain writes at most so many bytes of a body. broken is why it gave no more, err why they cannot be written.
func (w *viewer) drain(body io.ReadCloser, most int64) (n int64, broken, err error) {
	defer body.Close()
	buf := make([]byte, 256<<10)
	for n < most {
		got, readErr := body.Read(buf[:min(int64(len(buf)), most-n)])
		if _, err := w.out.Write(buf[:got]); err != nil {
			return n, nil, err
		}
		n += int64(got)
		switch {
		case readErr == io.EOF:
			return n, nil, nil
		case readErr != nil:
			return n, readErr, w.out.Flush()
		}
	}
	return n, nil, nil
}

// spanOf reads a range as RFC 9110, 14.1.2 has it, without its unit.
func spanOf(text string) (s span, err error) {
	if text == "" {
		return s, nil
	}
	first, last, ok := strings.Cut(text, "-")
	number := func(text string) (n int64) {
		if err == nil {
			n, err = strconv.ParseInt(text, 10, 64)
		}
		return n
	}
	switch {
	case !ok || first == "" && last == "":
		err = errors.New("no range")
	case first == "":
		s.last = number(last)
		ok = s.last > 0
	case last == "":
		s.offset = number(first)
	default:
		s.offset = number(first)
		s.length = number(last) - s.offset + 1
		ok = s.length > 0
	}
	if err != nil || !ok || s.offset < 0 || s.length < 0 {
		return span{}, fmt.Errorf("%q is no range: write 0-99, 100- or -100", text)
	}
	return s, nil
}
