// Command spaces is the control panel for object storage in the terminal, with an S3 server of its own.
//
// This package reads flags, environment and configuration and wires the others together. It is the only one that
// knows them all, and the only one that looks at the environment.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	fang "charm.land/fang/v2"
	"github.com/spf13/cobra"

	"spaces/store"
)

func main() {
	ctx, stop := untilTold(context.Background(), os.Exit)
	code := run(ctx, os.Args[1:], system())
	stop()
	os.Exit(code)
}

// process is the world around the program: what tests replace.
type process struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	environ        []string
	now            func() time.Time
	terminal       bool // both ends are one: the panel can be shown
}

func system() process {
	return process{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.Getenv, environ: os.Environ(), now: time.Now,
		terminal: isTerminal(os.Stdin) && isTerminal(os.Stdout),
	}
}

// journal tells whether what is printed goes to systemd's journal, where it stays (JOURNAL_STREAM in systemd.exec(5); a
// shell in a terminal may have inherited that).
func (p process) journal() bool { return p.getenv("JOURNAL_STREAM") != "" && !p.terminal }

// Memory is bounded by collecting garbage more often than Go does by itself: what lives long here (rows, the engine's
// cache) holds few pointers and is cheap to mark. Percent of the live heap, as GOGC, which wins when it is set.
const (
	panelGarbage = 25
	serveGarbage = 50
)

func boundGarbage(p process, percent int) {
	if p.getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// spareThreads is how many goroutines more than there are processors the panel runs at once. A key is answered by goroutines
// that sleep until then. When all that may run are busy with the work of the server and of jobs in this process, Go has a
// woken one wait until one of them pauses, up to 10 ms; a thread of its own it gets from the system at once.
const spareThreads = 2

var processors = runtime.GOMAXPROCS(0)

func spareForKeys(p process) {
	if p.getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(processors + spareThreads)
	}
}

// floor is taken for what lives, beside what does. Nobody writes to it, so it takes no memory; but where little lives and
// each request leaves some garbage, that is not collected at every few megabytes: half of the floor comes on top.
var floor atomic.Pointer[byte]

const (
	serveFloor   = 24 << 20
	commandFloor = 32 << 20
)

// serveMost is what a server takes at most, the floor included, in bytes, if it can at all: near that, garbage is collected sooner. Without
// C the engine's cache and what it has not written yet are Go's to collect, so that half as much comes on top of them too.
// GOMEMLIMIT wins when it is set.
const serveMost = 128 << 20

func boundMemory(p process, bytes int64) {
	if p.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(bytes)
	}
}

// raiseFloor is for what serves or sends many requests.
func raiseFloor(p process, bytes int) {
	if p.getenv("GOGC") == "" {
		floor.Store(&make([]byte, bytes)[0])
	}
}

// run executes one command line and returns the exit status.
func run(ctx context.Context, args []string, p process) int {
	root := rootCommand(p)
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.Version, root.SilenceErrors, root.SilenceUsage = version(), true, true
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { help(ctx, root, c) })
	err := root.ExecuteContext(ctx)
	printError(p.stderr, err)
	var told exitStatus
	switch {
	case errors.As(err, &told):
		return told.status
	case err != nil:
		return 1
	}
	return 0
}

// help prints that of c by fang, which serves for nothing else: at every error it would ask the terminal for its
// background, and wait for an answer that the panel, if it has just crashed, may have taken.
func help(ctx context.Context, root, c *cobra.Command) {
	root.SetArgs(append(strings.Fields(c.CommandPath())[1:], "--help"))
	_ = fang.Execute(ctx, root, fang.WithVersion(version()), fang.WithoutManpage()) // it has told of what failed
}

// exitStatus is an error that says with what the program ends.
type exitStatus struct {
	error
	status int
}

func (e exitStatus) Unwrap() error { return e.error }

// misused is an error in how a command was called.
func misused(err error) error {
	if err == nil {
		return nil
	}
	return exitStatus{err, 2}
}

// printError writes one sentence a cause, with what to do where that is known. Names in it are hostile text.
func printError(w io.Writer, err error) {
	if err == nil || errors.Is(err, errReaderGone) {
		return
	}
	fmt.Fprintln(w, "spaces: "+printableLines(err.Error()))
	var failed *store.Error
	if errors.As(err, &failed) && failed.Advice() != "" {
		fmt.Fprintln(w, "  "+printableLines(failed.Advice()))
	}
}

func printableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = safeLine(l)
	}
	return strings.Join(lines, "\n  ")
}

// safeLine makes a message printable. Unlike a name, a message may hold names that are escaped already, so that a
// backslash stays single.
func safeLine(s string) string {
	parts := strings.Split(s, `\`)
	for i, part := range parts {
		parts[i] = store.Printable(part)
	}
	return strings.Join(parts, `\`)
}
