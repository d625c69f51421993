package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// mends are what cobra's scripts need where names come from elsewhere. They build the command line that asks for names, and
// evaluate it: whatever stands there unquoted is run by the next press of Tab.
var mends = map[string][2]string{
	// Of several names bash inserts what they have in common, which cobra leaves unquoted so that the list looks nicer.
	"bash": {`if (( ${#COMPREPLY[@]} == 1 )); then
            COMPREPLY[0]=$(printf "%q" "${COMPREPLY[0]}")
        fi`, `if (( ${#COMPREPLY[@]} > 0 )); then
            IFS=$'\n' read -ra COMPREPLY -d '' < <(printf "%q\n" "${COMPREPLY[@]}")
        fi`},
	// commandline -o takes the quotes away from the words before the last.
	"fish": {`    set -l requestComp "SPACES_ACTIVE_HELP=0 $args[1] __complete $args[2..-1] $lastArg"`,
		`    set -l before (string escape -- $args[2..-1])
    set -l requestComp "SPACES_ACTIVE_HELP=0 $args[1] __complete $before $lastArg"`},
}

// mended is a script of cobra's in which no name is run.
func mended(shell string, script []byte) ([]byte, error) {
	m, is := mends[shell]
	if !is {
		return script, nil
	}
	if strings.Count(string(script), m[0]) != 1 {
		return nil, fmt.Errorf("the completion for %s is not as it was: see where it runs names", shell)
	}
	return []byte(strings.Replace(string(script), m[0], m[1], 1)), nil
}

// writeCompletion writes the script for a shell.
func writeCompletion(root *cobra.Command, shell string, descriptions bool, w io.Writer) (err error) {
	var b bytes.Buffer
	switch shell {
	case "bash":
		err = root.GenBashCompletionV2(&b, descriptions)
	case "fish":
		err = root.GenFishCompletion(&b, descriptions)
	default:
		err = root.GenZshCompletion(&b)
	}
	if err != nil {
		return err
	}
	script, err := mended(shell, b.Bytes())
	if err == nil {
		_, err = w.Write(script)
	}
	return err
}

// mendCompletions has the completion command print the mended scripts.
func mendCompletions(root *cobra.Command, p process) {
	root.InitDefaultCompletionCmd()
	all, _, err := root.Find([]string{"completion"})
	if err != nil || all == root {
		return
	}
	for _, cmd := range all.Commands() {
		if _, is := mends[cmd.Name()]; is {
			cmd.RunE = func(cmd *cobra.Command, _ []string) error {
				plain, _ := cmd.Flags().GetBool("no-descriptions")
				return writeCompletion(cmd.Root(), cmd.Name(), !plain, p.stdout)
			}
		}
	}
}
