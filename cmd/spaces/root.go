package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"spaces/store"
	"spaces/themes"
)

// options are the flags that the commands share.
type options struct {
	data, config              string
	endpoint, region, profile string
	pathStyle, readOnly       bool
	workers                   int // of a job; 0: as many as usual
	theme, keyMap             string
	screenReader              bool
	limitRate                 size // of transfers, a second, on each endpoint; 0: as the configuration says
}

// size is a flag with a number of bytes, as people write it.
type size int64

func (s *size) Set(text string) error {
	n, err := store.ParseSize(text)
	*s = size(n)
	return err
}

func (s *size) Type() string { return "size" }

func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*s), 10)
}

// addLimit adds the flag that bounds the bandwidth of transfers.
func (o *options) addLimit(flags *pflag.FlagSet) {
	flags.Var(&o.limitRate, "limit-rate", "most that transfers take, a second, at each endpoint: 10M")
}

func rootCommand(p process) *cobra.Command {
	var o options
	root := &cobra.Command{
		Use:   "spaces [SPACE[/FOLDER/ or /FILE]]",
		Short: "Object storage in the terminal: a control panel, and an S3 server of its own",
		Long: "spaces opens a control panel for object storage. Without configuration it works on a store of its own, " +
			"below the data directory; with --endpoint or --profile on any S3 endpoint. Where the output is not a " +
			"terminal it prints what the panel would show first.",
		Example: "spaces\nspaces media/images/2026/\nspaces --profile do\nspaces ls -l s3://media/images/\nspaces share --profile do s3://media/clip.mp4\nspaces serve --listen 127.0.0.1:9077",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text := ""
			if len(args) > 0 {
				text = args[0]
			}
			return openPanel(cmd.Context(), p, o, text)
		},
	}
	flags := root.PersistentFlags()
	flags.StringVar(&o.data, "data", "", "directory of the embedded store (default: spaces in the XDG data directory)")
	flags.StringVar(&o.config, "config", "", "configuration file (default: spaces/config.toml in the XDG config directory)")
	local := root.Flags()
	o.addConnection(local)
	local.BoolVar(&o.readOnly, "read-only", false, "change nothing, on any connection")
	local.StringVar(&o.theme, "theme", "", "theme: "+strings.Join(themes.Available(""), ", ")+", or one of your own")
	local.StringVar(&o.keyMap, "keymap", "", "key map: spaces, vim, mc, arrows")
	local.BoolVar(&o.screenReader, "screen-reader", false, "print each change as a line of text instead of drawing a screen")
	root.SetFlagErrorFunc(explainFlag)
	group(root, "Files and Spaces", lsCommand(p, &o), catCommand(p, &o), statCommand(p, &o), findCommand(p, &o), duCommand(p, &o), shareCommand(p, &o), receiveCommand(p, &o),
		cpCommand(p, &o), mvCommand(p, &o), rmCommand(p, &o), syncCommand(p, &o), mirrorCommand(p, &o), mbCommand(p, &o), rbCommand(p, &o), jobsCommand(p, &o))
	group(root, "Server of this machine", serveCommand(p, &o), backupCommand(p, &o), restoreCommand(p, &o), lifecycleCommand(p, &o), fsckCommand(p, &o), scrubCommand(p, &o), doctorCommand(p, &o))
	group(root, "Keys and connections", keysCommand(p, &o), importCommand(p, &o))
	group(root, "This program", versionCommand(p), filesCommand(p))
	root.SetCompletionCommandGroupID("This program")
	root.SetHelpCommandGroupID("This program")
	completeArguments(root, p, &o)
	mendCompletions(root, p)
	return root
}

// group adds commands that are listed together in the help.
func group(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, c := range commands {
		c.GroupID = title
		root.AddCommand(c)
	}
}

// addConnection adds the flags that choose a connection.
func (o *options) addConnection(flags *pflag.FlagSet) {
	flags.StringVar(&o.endpoint, "endpoint", "", "S3 endpoint, by its URL, instead of the embedded store")
	flags.StringVar(&o.region, "region", "", "region of that endpoint")
	flags.StringVar(&o.profile, "profile", "", "profile of the configuration file, or of ~/.aws")
	flags.BoolVar(&o.pathStyle, "path-style", false, "address Spaces as ENDPOINT/NAME instead of NAME.ENDPOINT")
}

// explainFlag names the flag that another one has become.
func explainFlag(_ *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if now, is := renamed[unknown.GetSpecifiedName()]; is {
			return fmt.Errorf("the flag --%s is called --%s now", unknown.GetSpecifiedName(), now)
		}
	}
	return err
}

func isTerminal(f *os.File) bool { return term.IsTerminal(f.Fd()) }
