package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"spaces/store"
)

func mbCommand(p process, o *options) *cobra.Command {
	var create store.CreateOptions
	var versioned bool
	cmd := &cobra.Command{
		Use:   "mb SPACE...",
		Short: "Create Spaces",
		Long: "mb creates Spaces, which are private unless --public-listing is given; what is in them is private in any case. --region chooses where, on endpoints that have several regions.\n\n" +
			"  s3://SPACE        on the connection that --profile or --endpoint chose, else on the store of this machine\n  PROFILE:SPACE     on another connection; :SPACE is on the store of this machine",
		Example: "spaces mb s3://media\nspaces mb do:media do:archive --versioning",
		Args:    needs(1, -1, "mb SPACE..."),
	}
	cmd.Flags().BoolVar(&create.PublicListing, "public-listing", false, "everybody may list what is in it, not read it")
	cmd.Flags().BoolVar(&versioned, "versioning", false, "keep older versions of what is overwritten or deleted")
	return looks(cmd, p, o, nil, func(ctx context.Context, w *viewer, args []string) error {
		return w.each(ctx, args, func(ctx context.Context, x operand) error {
			st, err := w.wholeSpace(x)
			if err == nil {
				err = st.CreateSpace(ctx, x.ref.Space, create)
			}
			if err == nil && versioned {
				err = st.SetVersioning(ctx, x.ref.Space, store.Versioned)
			}
			if err == nil {
				_, err = fmt.Fprintf(w.out, "Created %s\n", store.Printable(x.ref.Space))
			}
			return err
		})
	})
}

// wholeSpace opens what an argument is on that has to name a Space and nothing in it.
func (w *viewer) wholeSpace(x operand) (*store.Store, error) {
	switch {
	case x.ref.Space == "":
		return nil, misused(fmt.Errorf("%q names no Space", x.text))
	case x.ref.Key != "":
		return nil, misused(errors.New("name a Space, without a folder: s3://" + x.ref.Space))
	}
	return w.Get(x.conn)
}
