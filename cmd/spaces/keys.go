package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"spaces/server/keyring"
	"spaces/server/local"
	"spaces/store"
)

func keysCommand(p process, o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Manage the access keys of this machine's store",
		Long: "keys manages the access keys that are limited to some Spaces, through the server that owns the data directory " +
			"or, while none runs, in the directory itself. The root key, which may do everything, is not one of them.",
	}
	var asJSON bool
	cmd.PersistentFlags().BoolVar(&asJSON, "json", false, "print JSON, as the API answers it")
	cmd.AddCommand(keysListCommand(p, o, &asJSON), keysCreateCommand(p, o, &asJSON), keysRotateCommand(p, o, &asJSON), keysDeleteCommand(p, o),
		keysAuthorizeCommand(p, o, &asJSON), keysAuthorizedCommand(p, o, &asJSON), keysRevokeCommand(p, o))
	return cmd
}

// withKeys runs do on the keys and ends what it opened for that.
func withKeys(p process, o *options, do func(*local.Keys) error) error {
	dir, err := dataDir(p, *o)
	if err != nil {
		return err
	}
	root, err := rootKey(dir, p)
	if err != nil {
		return err
	}
	c, err := dir.Keys(root)
	if err != nil {
		return err
	}
	return errors.Join(do(c), c.Close())
}

func keysListCommand(p process, o *options, asJSON *bool) *cobra.Command {
	return &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List the access keys, without their secrets", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withKeys(p, o, func(c *local.Keys) error {
				keys, err := c.All(cmd.Context())
				if err != nil {
					return err
				}
				if *asJSON {
					return printJSON(p.stdout, map[string][]keyring.Key{"keys": append([]keyring.Key{}, keys...)})
				}
				w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "ACCESS KEY\tNAME\tGRANTS\tCREATED")
				for _, k := range keys {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.ID, store.Printable(k.Name), grantsText(k.Grants), stamp(k.Created))
				}
				return w.Flush()
			})
		},
	}
}

func keysCreateCommand(p process, o *options, asJSON *bool) *cobra.Command {
	var grants []string
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Make an access key; its secret is printed once",
		Long:    "create makes an access key. --grant says what it may do and may be given more than once: PERMISSION for all Spaces, or SPACE:PERMISSION for one. A permission is read, readwrite or fullaccess.",
		Example: "spaces keys create backup --grant archive:readwrite\nspaces keys create web --grant media:read --grant uploads:readwrite\nspaces keys create admin --grant fullaccess",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := parseGrants(grants)
			if err != nil {
				return err
			}
			return withKeys(p, o, func(c *local.Keys) error {
				key, err := c.Create(cmd.Context(), args[0], list)
				if err != nil {
					return err
				}
				return printSecret(p.stdout, key, *asJSON)
			})
		},
	}
	cmd.Flags().StringArrayVar(&grants, "grant", nil, "what the key may do: PERMISSION, or SPACE:PERMISSION")
	return cmd
}

func keysRotateCommand(p process, o *options, asJSON *bool) *cobra.Command {
	return &cobra.Command{
		Use: "rotate KEY", Short: "Give an access key a new secret; the old one ends at once",
		Long: "rotate makes a new secret for an access key, which is named by its id or, when no other has it, by its name. Name, id and grants stay.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withKeys(p, o, func(c *local.Keys) error {
				id, err := keyID(cmd.Context(), c, args[0])
				if err != nil {
					return err
				}
				key, err := c.Rotate(cmd.Context(), id)
				if err != nil {
					return err
				}
				return printSecret(p.stdout, key, *asJSON)
			})
		},
	}
}

func keysDeleteCommand(p process, o *options) *cobra.Command {
	return &cobra.Command{
		Use: "delete KEY", Aliases: []string{"rm"}, Short: "Delete an access key", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withKeys(p, o, func(c *local.Keys) error {
				id, err := keyID(cmd.Context(), c, args[0])
				if err != nil {
					return err
				}
				return c.Delete(cmd.Context(), id)
			})
		},
	}
}

// printSecret prints a key with its secret.
func printSecret(w io.Writer, key keyring.Key, asJSON bool) error {
	if asJSON {
		return printJSON(w, map[string]keyring.Key{"key": key})
	}
	_, err := fmt.Fprintf(w, "access key  %s\nsecret key  %s\nname        %s\ngrants      %s\n(the secret is shown this once)\n",
		key.ID, key.Secret, store.Printable(key.Name), grantsText(key.Grants))
	return err
}

// keyID finds a key by its id, or by a name that only one has.
func keyID(ctx context.Context, c *local.Keys, text string) (string, error) {
	keys, err := c.All(ctx)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(keys, func(k keyring.Key) bool { return k.ID == text }) {
		return text, nil
	}
	keys = slices.DeleteFunc(keys, func(k keyring.Key) bool { return k.Name != text })
	switch len(keys) {
	case 0:
		return "", fmt.Errorf("there is no access key %q; spaces keys list shows them", text)
	case 1:
		return keys[0].ID, nil
	}
	return "", fmt.Errorf("%d access keys are called %q; name one by its id", len(keys), text)
}

// parseGrants reads PERMISSION and SPACE:PERMISSION.
func parseGrants(texts []string) ([]keyring.Grant, error) {
	grants := []keyring.Grant{}
	for _, t := range texts {
		bucket, permission, found := strings.Cut(t, ":")
		if !found {
			bucket, permission = "", t
		}
		switch p := keyring.Permission(permission); p {
		case keyring.Read, keyring.ReadWrite, keyring.FullAccess:
			grants = append(grants, keyring.Grant{Bucket: bucket, Permission: p})
		default:
			return nil, fmt.Errorf("--grant %q: write read, readwrite or fullaccess, for one Space as SPACE:read", t)
		}
	}
	return grants, nil
}

func grantsText(grants []keyring.Grant) string {
	texts := make([]string, 0, len(grants))
	for _, g := range grants {
		if g.Bucket == "" {
			texts = append(texts, "*:"+string(g.Permission))
		} else {
			texts = append(texts, g.Bucket+":"+string(g.Permission))
		}
	}
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, ",")
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
