// Command bench prints one table of how fast this is: the server, the client and the panel, beside the program of the last
// recorded run and beside the peers that are here. `make bench` runs it in the root of the repository.
//
// What is compared are ratios, and processor time: machines are shared, and no second of one is a second of another. All
// sides do the same work in turns, in rounds (A B C, C B A, …); a ratio is taken within a round, and the median of the rounds
// counts. The last recorded run is compared with by building its commit and having it take its turns as well: that says the
// same on any machine and any disk, where a yardstick (a plain HTTP server, say) would tell of a slow disk as of a slow
// program, and one that is kept in a file of the machine that it was made on. Where that commit cannot be built, the ratios to peers
// are compared with the recorded ones. What seems to be worse is measured again, as often, before it is said.
//
// The environment says how: SIZE=0.05 is a try of a minute; ROWS= is a pattern of rows; PEERS= names those
// that take part; ON= names servers that clients are tried on as well (versitygw, minio, ceph, this); BEFORE= is a commit that takes the
// place of the recorded one; RECORD=1 writes testdata/bench.txt and
// the README's table; CHECK=1 has the exit status be 1 when something is worse by over 10 % than recorded.
//
// Not here: servers that sync nothing are not told apart from those that do (versitygw does not), and what a client costs the
// server.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status, err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	os.Exit(status)
}

func run(ctx context.Context) (status int, err error) {
	factor := 1.0
	if text := os.Getenv("SIZE"); text != "" {
		if factor, err = strconv.ParseFloat(text, 64); err != nil || factor <= 0 || factor > 100 {
			return 2, fmt.Errorf("SIZE=%s: it is a factor: 1 is what is recorded, 0.05 a try", text)
		}
	}
	only, err := regexp.Compile(os.Getenv("ROWS"))
	if err != nil {
		return 2, fmt.Errorf("ROWS: %w", err)
	}
	recording := os.Getenv("RECORD") == "1"
	commit, dirty := state(ctx)
	switch {
	case !recording:
	case factor != 1 || os.Getenv("ROWS")+os.Getenv("PEERS")+os.Getenv("ON")+os.Getenv("BEFORE") != "":
		return 2, fmt.Errorf("only the whole is recorded: RECORD=1 goes with none of SIZE=, ROWS=, PEERS=, ON= and BEFORE=")
	case commit == "" || dirty:
		return 2, fmt.Errorf("only a commit is recorded, because later runs build it: commit what was changed first")
	}
	text, err := os.ReadFile(recordName)
	if err != nil {
		return 2, fmt.Errorf("bench is run in the root of the repository: %w", err)
	}
	old, err := parseRecord(string(text))
	if err != nil {
		return 2, err
	}
	old.commit = cmp.Or(os.Getenv("BEFORE"), old.commit)
	b := bencher{z: sized(factor), only: only, peers: strings.Fields(os.Getenv("PEERS")), on: strings.Fields(os.Getenv("ON")), old: old}
	if b.work, err = os.MkdirTemp("", "spaces-bench"); err != nil {
		return 2, err
	}
	defer os.RemoveAll(b.work)
	defer b.end()
	was := load()
	if err := b.prepare(ctx); err != nil {
		return 2, err
	}
	if err := b.measure(ctx); err != nil {
		return 2, err
	}
	return b.report(recording, commit, was)
}

// report says what came of it, and keeps it.
func (b *bencher) report(recording bool, commit, load string) (status int, err error) {
	var worse []string
	for _, r := range b.results {
		if w := r.regressed(b.old.rows); w != "" {
			worse = append(worse, w)
		}
		if r.figure == 0 { // it failed, or was not reached
			status = 1
		}
	}
	fmt.Print(ending(b.notes, worse))
	if recording {
		if status != 0 {
			return status, fmt.Errorf("nothing is recorded, because not all was measured")
		}
		if err := keep(recordOf(b.results, commit, machine(), load, time.Now())); err != nil {
			return 2, err
		}
	}
	if os.Getenv("CHECK") == "1" && len(worse) > 0 {
		status = 1
	}
	return status, nil
}

// state is the commit that is checked out, and whether anything that Git knows is another than there.
func state(ctx context.Context) (commit string, dirty bool) {
	out, err := exec.CommandContext(ctx, "git", "rev-parse", "HEAD").Output()
	if err != nil {
		return "", true
	}
	changes, err := exec.CommandContext(ctx, "git", "status", "--porcelain").Output()
	return strings.TrimSpace(string(out)), err != nil || len(changes) > 0
}

// load is how many processes wanted to run in the last minute, when it is known.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	if first == "" {
		return "not known"
	}
	return first
}

// machine is what this was measured on.
func machine() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	name := regexp.MustCompile(`(?m)^model name\s*: (.*)$`).FindSubmatch(text)
	of := ""
	if name != nil {
		of = " of " + strings.Join(strings.Fields(string(name[1])), " ")
	}
	return fmt.Sprintf("%s/%s, %d cores%s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), of)
}

// cacheDir is where peers and recorded programs are kept from one run to the next.
func cacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "spaces-bench"), err
}
