package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"spaces/server"
	"spaces/server/local"
)

func doctorCommand(p process, o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with this box, and what to do about it",
		Long: "doctor looks at the data directory, its modes and its owner, the room and the speed of the disk, the clock, the server's ports, certificate and " +
			"address, the access keys, and the age of the last backup and scrub: through the server that owns the directory or, while none runs, itself. " +
			"It changes nothing, and calls nothing but the server's own addresses.\n\n" +
			"The exit status is that of a plugin of Nagios, for monitors: 0 all is well, 1 there are warnings, 2 something is wrong, 3 something could not be looked at. " +
			"The first line says it in short.",
		Example: "spaces doctor\nspaces doctor --data /srv/spaces --json",
		Args:    func(cmd *cobra.Command, args []string) error { return notLooked(cobra.NoArgs(cmd, args)) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			return doctor(cmd.Context(), p, *o, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return notLooked(explainFlag(cmd, err)) })
	return cmd
}

// notLooked is an error that keeps doctor from looking: monitors take 1 for a warning.
func notLooked(err error) error {
	if err == nil {
		return nil
	}
	return exitStatus{err, int(notKnown)}
}

func doctor(ctx context.Context, p process, o options, asJSON bool) error {
	dir, err := dataPath(p, o)
	if err != nil {
		return notLooked(err)
	}
	env := local.RootKey{ID: p.getenv("SPACES_ACCESS_KEY_ID"), Secret: p.getenv("SPACES_SECRET_ACCESS_KEY")}
	checks := dir.Checkup(ctx, env)
	if ctx.Err() != nil {
		return notLooked(ctx.Err())
	}
	if asJSON {
		return errors.Join(printJSON(p.stdout, checks), conditionOf(checks).err())
	}
	printChecks(p.stdout, checks)
	return conditionOf(checks).err()
}

// condition is that of the worst check, as plugins of Nagios tell it (Nagios Plugins Development Guidelines, "Plugin
// Return Codes").
type condition int

const (
	allWell condition = iota
	warning
	critical
	notKnown
)

var conditions = map[server.CheckState]condition{
	server.CheckOK: allWell, server.CheckWarn: warning, server.CheckWrong: critical, server.CheckUnknown: notKnown,
}

// severity is how bad a condition is beside others: what is not known is less than what is.
var severity = [...]int{allWell: 0, notKnown: 1, warning: 2, critical: 3}

// conditionOf is that of the worst.
func conditionOf(checks []server.Check) (worst condition) {
	for _, c := range checks {
		if n := conditions[c.State]; severity[n] > severity[worst] {
			worst = n
		}
	}
	return worst
}

// errUnwell is the end of doctor when there is something: it was printed.
var errUnwell = errors.New("not all is well")

func (n condition) err() error {
	if n == allWell {
		return nil
	}
	return exitStatus{errUnwell, int(n)}
}

// words of monitors for conditions.
var conditionWords = [...]string{allWell: "OK", warning: "WARNING", critical: "CRITICAL", notKnown: "UNKNOWN"}

// printChecks prints a line in short, and one for each check, with what to do below it. Texts are made printable.
func printChecks(w io.Writer, checks []server.Check) {
	worst := conditionOf(checks)
	short := "nothing is wrong"
	bad := 0
	for _, c := range checks {
		if c.State == server.CheckOK {
			continue
		}
		if bad++; conditions[c.State] == worst && short == "nothing is wrong" {
			short = c.Sentence
		}
	}
	more := ""
	if bad > 1 {
		more = fmt.Sprintf(" (and %d more)", bad-1)
	}
	fmt.Fprintf(w, "SPACES %s: %s%s\n\n", conditionWords[worst], safeLine(short), more)
	for _, c := range checks {
		fmt.Fprintf(w, "%-8s %-12s %s\n", cmp.Or(string(c.State), "?"), c.Name, safeLine(c.Sentence))
		if c.Advice != "" {
			fmt.Fprintf(w, "%s %s\n", strings.Repeat(" ", 21), safeLine(c.Advice))
		}
	}
}
