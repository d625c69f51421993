package main

import (
	"context"
	"errors"
	"fmt"
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
		return w.part(ctx, st, x.ref, part, version)
	}
	return w.expand(ctx, x, func(e store.Entry) error {
		if e.Folder {
			return nil
		}
		return w.fail(ctx, e.Key, w.part(ctx, st, store.Ref{Space: x.ref.Space, Key: e.Key}, part, ""))
	})
}

// part writes an object, or a part of it, to the output.
func (w *viewer) part(ctx context.Context, st *store.Store, r store.Ref, s span, version string) error {
	o := store.GetOptions{Offset: s.offset, Length: s.length, Version: version}
	if s.last > 0 {
		info, err := st.HeadVersion(ctx, r, version)
		if err != nil {
			return err
		}
		o.Offset, o.IfMatch = max(info.Size-s.last, 0), info.ETag
	}
	_, err := pour(ctx, st, r, o, w.out)
	return err
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
