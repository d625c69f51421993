package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"spaces/store"
)

func importCommand(p process, o *options) *cobra.Command {
	var all, dryRun, asJSON bool
	cmd := &cobra.Command{
		Use:   "import [NAME...]",
		Short: "Take over the endpoints that other tools know: aws, s3cmd, rclone, mc",
		Long: "import looks into ~/.aws, .s3cfg, rclone.conf and mc's config.json, shows the endpoints that it finds there, and adds " +
			"those that are chosen to the configuration, which is then for its owner alone. Keys of ~/.aws stay where they are and are " +
			"referred to, so that SSO and credential processes work as they do with aws; those of the others are copied. What is there " +
			"already is left as it is. Two of one name are told apart by their tool: rclone:NAME.",
		Example: "spaces import\nspaces import --all\nspaces import work rclone:backup --dry-run",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(o.config)
			if errors.Is(err, fs.ErrNotExist) {
				c, err = config{path: o.config}, nil // it is made
			}
			if err != nil {
				return err
			}
			cs := newConnections(p, *o, c)
			defer cs.Close()
			list, err := offersOf(cmd.Context(), book{cs})
			if err != nil {
				return err
			}
			err = choose(list, args, all)
			if err != nil {
				return err
			}
			if !asJSON {
				showOffers(p.stdout, list)
			}
			ask := len(args) == 0 && !all && !dryRun && !asJSON && slices.ContainsFunc(list, func(x *offer) bool { return x.State == isNew })
			if ask && p.terminal {
				if err := askFor(p, list); err != nil {
					return err
				}
			}
			if !dryRun {
				err = takeOver(cmd.Context(), book{cs}, list)
			}
			if asJSON {
				return errors.Join(err, printJSON(p.stdout, map[string]any{"config": cs.c.path, "connections": list}))
			}
			return errors.Join(err, sayImported(p.stdout, cs.c.path, list, ask && !p.terminal, dryRun))
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "import all that can be")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only show what would be imported")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON; nothing is asked")
	return cmd
}

// offer is an endpoint that another tool knows, and what becomes of it. There is no secret in its JSON.
type offer struct {
	Name      string `json:"name"` // that the connection gets, or has
	Tool      string `json:"tool"`
	File      string `json:"file"`
	Endpoint  string `json:"endpoint,omitempty"`
	Region    string `json:"region,omitempty"`
	Key       string `json:"access_key_id,omitempty"`
	Reference string `json:"aws_profile,omitempty"` // that has the key
	State     string `json:"state"`                 // new, chosen, imported, there, off
	Why       string `json:"why,omitempty"`

	called  string // by the tool
	profile store.Profile
}

// States of an offer.
const (
	isNew      = "new"
	isChosen   = "chosen"
	isImported = "imported"
	isThere    = "there"
	isOff      = "off"
)

// offersOf are all that is found, each with the name that it has or gets.
func offersOf(ctx context.Context, b book) ([]*offer, error) {
	found, err := b.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	profiles := b.cs.configuration().Profiles
	taken := map[string]bool{}
	for name := range profiles {
		taken[name] = true
	}
	var list []*offer
	for _, c := range found {
		x := &offer{Name: c.Name, Tool: c.Tool, File: c.File, Endpoint: c.Endpoint, Region: c.Region, Key: c.AccessKey, State: isNew, Why: c.Why,
			called: c.Name, profile: c.Profile}
		if c.Source == store.KeyOfAWS {
			x.Reference = c.AWSProfile
			x.profile.AccessKey, x.profile.Secret = "", ""
		}
		list = append(list, x)
		if c.Why != "" {
			x.State = isOff
			continue
		}
		if name, same := thereAs(profiles, x.profile); name != "" {
			x.Name, x.State = name, isThere
			if !same {
				x.Why = "The connection " + name + " has another secret for this key: edit that one."
			}
			continue
		}
		for n := 2; taken[x.Name]; n++ {
			x.Name = fmt.Sprintf("%s-%d", x.called, n)
		}
		taken[x.Name] = true
	}
	return list, nil
}

// thereAs finds the connection that a profile is already, whatever it is called, and says whether its secret is the same.
func thereAs(profiles map[string]profile, p store.Profile) (name string, same bool) {
	w := written(p, profile{})
	for _, at := range slices.Sorted(slices.Values(namesOf(profiles))) {
		is := profiles[at]
		if canonical(is.Endpoint) != canonical(w.Endpoint) || is.AccessKey != w.AccessKey || w.AccessKey == "" && is.Credentials != w.Credentials {
			continue
		}
		return at, is.SecretKey == w.SecretKey || is.Credentials == string(store.KeyInKeyring)
	}
	return "", false
}

func namesOf(profiles map[string]profile) []string {
	var names []string
	for name := range profiles {
		names = append(names, name)
	}
	return names
}

// choose marks those that are named, or all.
func choose(list []*offer, names []string, all bool) error {
	for _, x := range list {
		if all && x.State == isNew {
			x.State = isChosen
		}
	}
	for _, name := range names {
		tool, of, is := strings.Cut(name, ":")
		if !is {
			tool, of = "", name
		}
		var hits []*offer
		for _, x := range list {
			if (x.called == of || x.Name == of) && (tool == "" || strings.EqualFold(tool, x.Tool)) {
				hits = append(hits, x)
			}
		}
		switch {
		case len(hits) == 0:
			return fmt.Errorf("no other tool knows an endpoint called %q: spaces import lists them", name)
		case len(hits) > 1:
			return fmt.Errorf("more than one is called %q: write %s:%s or %s:%s", name, strings.ToLower(hits[0].Tool), hits[0].called, strings.ToLower(hits[1].Tool), hits[1].called)
		case hits[0].State == isOff:
			return fmt.Errorf("%s (%s): %s", hits[0].called, hits[0].File, hits[0].Why)
		case hits[0].State == isNew:
			hits[0].State = isChosen
		}
	}
	return nil
}

// askFor asks a person which ones, by name or number.
func askFor(p process, list []*offer) error {
	fmt.Fprint(p.stdout, "\nImport which? Names or numbers, all, or nothing to leave it: ")
	line, err := bufio.NewReader(p.stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	if len(words) == 1 && strings.EqualFold(words[0], "all") {
		return choose(list, nil, true)
	}
	for _, word := range words {
		if n, err := strconv.Atoi(word); err == nil && n >= 1 && n <= len(list) && list[n-1].State == isNew {
			list[n-1].State = isChosen
		} else if err := choose(list, []string{word}, false); err != nil {
			return err
		}
	}
	return nil
}

// takeOver adds those that are chosen. What was added stays when another one fails.
func takeOver(ctx context.Context, b book, list []*offer) error {
	for _, x := range list {
		if x.State != isChosen {
			continue
		}
		x.profile.Name = x.Name
		if err := b.Save(ctx, x.profile, true); err != nil {
			return fmt.Errorf("import %s: %w", x.Name, err)
		}
		x.State = isImported
	}
	return nil
}

// showOffers prints what was found, secrets as stars.
func showOffers(out io.Writer, list []*offer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(list) > 0 {
		fmt.Fprintln(w, "\tNAME\tFROM\tENDPOINT\tKEY")
	}
	for i, x := range list {
		number := strconv.Itoa(i + 1)
		if x.State != isNew && x.State != isChosen {
			number = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", number, store.Printable(x.Name), x.Tool, store.Printable(x.Endpoint), x.about())
	}
	_ = w.Flush() // a terminal that is gone is no reason to stop
}

// about is where the key is, or why there is nothing to be had.
func (o offer) about() string {
	switch {
	case o.Why != "":
		return store.Printable(o.File) + ": " + safeLine(o.Why)
	case o.State == isThere:
		return "is there already"
	case o.profile.Source == store.KeyOfAWS && o.Reference == "":
		return "stays in the environment or ~/.aws"
	case o.profile.Source == store.KeyOfAWS:
		return "stays in ~/.aws, profile " + store.Printable(o.Reference)
	}
	return store.Printable(o.Key) + ", secret ********"
}

// sayImported says what was done, or what could be.
func sayImported(out io.Writer, path string, list []*offer, named, dryRun bool) error {
	var names []string
	for _, x := range list {
		if x.State == isImported || dryRun && x.State == isChosen {
			names = append(names, x.Name)
		}
	}
	text := "Imported nothing."
	switch {
	case len(list) == 0:
		text = "Neither aws nor s3cmd, rclone or mc know an endpoint on this machine."
	case dryRun && len(names) > 0:
		text = "Would import into " + path + ": " + strings.Join(names, ", ")
	case len(names) > 0:
		text = "Imported into " + path + ": " + strings.Join(names, ", ")
	case named:
		text = "Name those to import, or give --all."
	}
	_, err := fmt.Fprintln(out, text)
	return err
}
