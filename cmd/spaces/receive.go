package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"spaces/store"
)

type receiveOptions struct {
	expires, size string
	files         int
	types         []string
	asJSON        bool
}

func receiveCommand(p process, o *options) *cobra.Command {
	var s receiveOptions
	cmd := &cobra.Command{
		Use:   "receive FOLDER",
		Short: "Make a link by which somebody without an access key sends files into a folder",
		Long: "receive prints a link: who opens it in a browser gets a page that files are dropped on, and curl -T FILE LINK/ sends one too. Nobody sees by it what is in the folder, and nothing there is replaced. " +
			"spaces share --list shows what came, and spaces share --revoke takes the link back. Only spaces serve keeps such links; for one file elsewhere there is spaces share --upload.\n\n" + lookPlaces,
		Example: "spaces receive s3://inbox/photos/\nspaces receive --max-size 1G --max-files 20 --types 'image/*' --expires 3d s3://inbox/photos/",
		Args:    needs(1, 1, "receive FOLDER"),
	}
	flags := cmd.Flags()
	flags.StringVar(&s.expires, "expires", "7d", "how long the link works (90m, 30d) or until when (18:00, 2026-11-30 18:00); never: until it is taken back")
	flags.StringVar(&s.size, "max-size", "", "how large a file may be (100M, 1G); 5 GB at most")
	flags.IntVar(&s.files, "max-files", 0, "how many files may come; 0: any number")
	flags.StringSliceVar(&s.types, "types", nil, "which files may come: image/*, application/pdf, .docx")
	flags.BoolVar(&s.asJSON, "json", false, "print JSON")
	return looks(cmd, p, o, nil, func(ctx context.Context, w *viewer, args []string) error {
		end, err := endOfKept(s.expires, w.now)
		if err != nil {
			return misused(fmt.Errorf("--expires %s: %w", s.expires, err))
		}
		m := store.ReceiveLimits{Files: s.files, Types: s.types}
		if s.size != "" {
			if m.Size, err = store.ParseSize(s.size); err != nil {
				return misused(fmt.Errorf("--max-size %s: %w", s.size, err))
			}
		}
		w.asJSON = s.asJSON
		return w.each(ctx, args, func(ctx context.Context, x operand) error {
			if x.ref.Key != "" && !strings.HasSuffix(x.ref.Key, "/") {
				return misused(errors.New(x.text + " is no folder: its name ends in a slash"))
			}
			st, err := w.Get(x.conn)
			if err != nil {
				return err
			}
			l, err := st.MakeReceive(ctx, x.ref, m, end)
			if err != nil {
				return err
			}
			w.note(st.SharedKept(l))
			w.shared(store.Link{URL: l.URL}, 0)
			if w.asJSON {
				return w.json(linkJSON{jsonKey(x.ref), l.URL, zero(l.Until), "PUT"})
			}
			_, err = fmt.Fprintln(w.out, l.URL)
			return err
		})
	})
}
