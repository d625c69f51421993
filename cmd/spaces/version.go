package main

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// release is set by the linker in released builds.
var release string

func versionCommand(p process) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and the commit it was built from",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(p.stdout, "spaces version", version()) // as the flag says it
			return err
		},
	}
}

func version() string { return versionOf(release, buildInfo()) }

// versionNumber is the version alone.
func versionNumber() string { return numberOf(release, buildInfo()) }

func buildInfo() *debug.BuildInfo {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info
	}
	return &debug.BuildInfo{}
}

// buildSettings are what Go noted of the build: vcs.revision, vcs.time and the like.
func buildSettings(info *debug.BuildInfo) map[string]string {
	built := map[string]string{}
	for _, s := range info.Settings {
		built[s.Key] = s.Value
	}
	return built
}

func numberOf(release string, info *debug.BuildInfo) string {
	module := info.Main.Version
	if strings.HasPrefix(module, "v0.0.0-") { // no release came before: the rest is date and commit
		module = ""
	}
	return cmp.Or(release, module, "(devel)")
}

// versionOf is the version, the commit and its date, as far as the build knows them: one from a download without its
// history knows no commit.
func versionOf(release string, info *debug.BuildInfo) string {
	text, built := numberOf(release, info), buildSettings(info)
	commit := built["vcs.revision"]
	if commit == "" {
		return text
	}
	text += ", commit " + commit[:min(12, len(commit))]
	if date, _, is := strings.Cut(built["vcs.time"], "T"); is {
		text += " of " + date
	}
	if built["vcs.modified"] == "true" {
		text += ", modified since"
	}
	return text
}
