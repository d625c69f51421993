package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// filesCommand is for who installs or packs the program.
func filesCommand(p process) *cobra.Command {
	return &cobra.Command{
		Use:   "files DIR",
		Short: "Write what is installed beside the program: man pages, completions, the unit of packages",
		Long: "files writes man/*.1, completions/ for bash, zsh and fish, and systemd/ to DIR, which is made. The pages have the date in SOURCE_DATE_EPOCH, " +
			"in seconds, or that of the commit: the same program writes the same bytes.",
		Example: "spaces files /tmp/spaces && cp /tmp/spaces/man/* /usr/local/share/man/man1/",
		Hidden:  true,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			date, err := dateOf(p.getenv("SOURCE_DATE_EPOCH"))
			if err != nil {
				return err
			}
			return writeFiles(args[0], cmd.Root(), date)
		},
	}
}

// dateOf reads a number of seconds since 1970, as https://reproducible-builds.org/specs/source-date-epoch/ has it; the
// date of the commit when it is empty.
func dateOf(epoch string) (time.Time, error) {
	if epoch == "" {
		at, _ := time.Parse(time.RFC3339, buildSettings(buildInfo())["vcs.time"])
		return at, nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(seconds, 0), nil
}

func writeFiles(dir string, root *cobra.Command, date time.Time) error {
	files := map[string]func(io.Writer) error{
		"completions/spaces.bash": func(w io.Writer) error { return writeCompletion(root, "bash", true, w) },
		"completions/_spaces":     func(w io.Writer) error { return writeCompletion(root, "zsh", true, w) },
		"completions/spaces.fish": func(w io.Writer) error { return writeCompletion(root, "fish", true, w) },
		"systemd/spaces.service":  printPackagedUnit,
	}
	m := manual{version: "spaces " + versionNumber(), date: date}
	for _, cmd := range documented(root) {
		files["man/"+pageName(cmd)+".1"] = func(w io.Writer) error { return m.page(w, cmd) }
	}
	for name, write := range files {
		var b bytes.Buffer
		path := filepath.Join(dir, filepath.FromSlash(name))
		err := write(&b)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o755)
		}
		if err == nil {
			err = os.WriteFile(path, b.Bytes(), 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
