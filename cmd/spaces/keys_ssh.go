package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"spaces/server/keyring"
	"spaces/server/local"
	"spaces/store"
)

// rootName is what the root key is called where an access key is named.
const rootName = "root"

// largestPublicKey is how much of a .pub file is read: RSA keys of 16,384 bits take 3 kB.
const largestPublicKey = 64 << 10

func keysAuthorizeCommand(p process, o *options, asJSON *bool) *cobra.Command {
	return &cobra.Command{
		Use: "authorize KEY FILE.pub", Short: "Let the holder of a public key of SSH in as an access key",
		Long: "authorize lets whoever has the private half of a public key open the panel and use sftp by SSH (spaces serve --ssh), with what an access key may do. " +
			"The access key is named by its id or its name; " + rootName + " is the root key, which may do everything. The file is a line that ssh-keygen made; - is standard input.",
		Example: "spaces keys authorize root ~/.ssh/id_ed25519.pub\nspaces keys create guest --grant photos:read && spaces keys authorize guest guest.pub",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			line, err := readPublicKey(p, args[1])
			if err != nil {
				return err
			}
			return withKeys(p, o, func(c *local.Keys) error {
				id, err := keyOrRoot(cmd.Context(), p, o, c, args[0])
				if err != nil {
					return err
				}
				login, err := c.Authorize(cmd.Context(), id, line)
				if err != nil {
					return err
				}
				if *asJSON {
					return printJSON(p.stdout, map[string]keyring.Login{"ssh_key": login})
				}
				_, err = fmt.Fprintf(p.stdout, "%s %s comes in as %s\n", login.Fingerprint, store.Printable(login.Comment), id)
				return err
			})
		},
	}
}

// readPublicKey reads the file of a public key, and refuses what is none before anything is sent anywhere.
func readPublicKey(p process, name string) (text []byte, err error) {
	f := io.NopCloser(p.stdin)
	if name != "-" {
		if f, err = os.Open(name); err != nil {
			return nil, err
		}
	}
	defer f.Close()
	if text, err = io.ReadAll(io.LimitReader(f, largestPublicKey)); err == nil {
		_, _, err = keyring.ParsePublicKey(text)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

// keyOrRoot finds an access key by its id, by a name that only one has, or the root key.
func keyOrRoot(ctx context.Context, p process, o *options, c *local.Keys, text string) (string, error) {
	dir, err := dataDir(p, *o)
	if err != nil {
		return "", err
	}
	root, err := rootKey(dir, p)
	if err != nil {
		return "", err
	}
	if text == rootName || text == root.ID {
		return root.ID, nil
	}
	return keyID(ctx, c, text)
}

func keysAuthorizedCommand(p process, o *options, asJSON *bool) *cobra.Command {
	return &cobra.Command{
		Use: "authorized", Short: "List the public keys of SSH that let somebody in", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withKeys(p, o, func(c *local.Keys) error {
				logins, err := c.Logins(cmd.Context())
				if err != nil {
					return err
				}
				if *asJSON {
					return printJSON(p.stdout, map[string][]keyring.Login{"ssh_keys": append([]keyring.Login{}, logins...)})
				}
				keys, err := c.All(cmd.Context())
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "FINGERPRINT\tCOMMENT\tACCESS KEY\tNAME\tSINCE")
				for _, l := range logins {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.Fingerprint, cmp.Or(store.Printable(l.Comment), "–"), l.AccessKey, store.Printable(nameOfKey(keys, l.AccessKey)), stamp(l.Created))
				}
				return w.Flush()
			})
		},
	}
}

// nameOfKey is the name of an access key; what is not in the ring is the root key, today's or an earlier one.
func nameOfKey(keys []keyring.Key, id string) string {
	if i := slices.IndexFunc(keys, func(k keyring.Key) bool { return k.ID == id }); i >= 0 {
		return keys[i].Name
	}
	return rootName
}

func keysRevokeCommand(p process, o *options) *cobra.Command {
	return &cobra.Command{
		Use: "revoke FINGERPRINT", Short: "Let the holder of a public key of SSH in no more",
		Long: "revoke ends the authorization of a public key, which is named by its fingerprint, the beginning of that, or its comment where only one has it. Whoever is in by that key is put out within seconds.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withKeys(p, o, func(c *local.Keys) error {
				logins, err := c.Logins(cmd.Context())
				if err != nil {
					return err
				}
				fingerprint, err := findLogin(logins, args[0])
				if err != nil {
					return err
				}
				return c.Revoke(cmd.Context(), fingerprint)
			})
		},
	}
}

// findLogin finds a public key by its fingerprint, the beginning of that, or its comment.
func findLogin(logins []keyring.Login, text string) (string, error) {
	var found []string
	for _, l := range logins {
		if l.Fingerprint == text {
			return text, nil
		}
		if text != "" && (strings.HasPrefix(l.Fingerprint, text) || strings.HasPrefix(strings.TrimPrefix(l.Fingerprint, "SHA256:"), text) || l.Comment == text) {
			found = append(found, l.Fingerprint)
		}
	}
	switch len(found) {
	case 0:
		return "", errors.New("no such public key is authorized; spaces keys authorized shows them")
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("%d public keys are called that; name one by its fingerprint", len(found))
}
