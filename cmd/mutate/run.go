package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// within is how long the tests of a mutant may take, and how long all tests of a package.
const within, allWithin = 90 * time.Second, 10 * time.Minute

// lab has the tests that are built with everything that can be taken out.
type lab struct {
	dir, overlay string
	within       time.Duration // for the tests of one mutant: one that hangs has noticed
	mu           sync.Mutex
	built        map[string]string // by package
}

func open(sites []*site) (*lab, error) {
	dir, err := os.MkdirTemp("", "mutate-*")
	if err != nil {
		return nil, err
	}
	l := &lab{dir: dir, within: within, built: map[string]string{}}
	if l.overlay, err = write(dir, sites); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

func (l *lab) close() error { return os.RemoveAll(l.dir) }

// build builds the tests of a package, once.
func (l *lab) build(ctx context.Context, pkg string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at := l.built[pkg]; at != "" {
		return at, nil
	}
	at := filepath.Join(l.dir, strings.ReplaceAll(pkg, "/", "+")+".test")
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", l.overlay, "-ldflags=-s -w", "-o", at, "./"+pkg)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the tests of %s: %w\n%s", pkg, err, out)
	}
	l.built[pkg] = at
	return at, nil
}

// verdict is what came of a run of tests.
type verdict struct {
	failed bool
	by     string // which test
	took   time.Duration
	out    []byte
}

// test runs tests without something; without 0 nothing is taken out.
func (l *lab) test(ctx context.Context, pkg, pattern string, without int) (v verdict, err error) {
	bin, err := l.build(ctx, pkg)
	if err != nil {
		return v, err
	}
	ctx, cancel := context.WithTimeout(ctx, l.within+30*time.Second)
	defer cancel()
	tmp, err := os.MkdirTemp(l.dir, "run-*")
	if err != nil {
		return v, err
	}
	defer os.RemoveAll(tmp)
	cmd := exec.CommandContext(ctx, bin, "-test.run", pattern, "-test.short", "-test.failfast", "-test.v", "-test.timeout", l.within.String())
	cmd.Dir = filepath.FromSlash(pkg)
	cmd.Env = append(os.Environ(), chosen+"="+fmt.Sprint(without), "TMPDIR="+tmp)
	began := time.Now()
	v.out, err = cmd.CombinedOutput()
	v.took = time.Since(began)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return v, err
	}
	v.failed = err != nil
	v.by = failing(v.out)
	if !v.failed && !ran.Match(v.out) {
		return v, fmt.Errorf("no test of %s is called %s, or all were skipped:\n%s", pkg, pattern, v.out)
	}
	return v, nil
}

var (
	ran   = regexp.MustCompile(`(?m)^--- PASS: `)
	fails = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	runs  = regexp.MustCompile(`(?m)^=== (?:RUN|NAME|CONT) +(\S+)`)
)

// failing is the test that failed, or that ran when the process died.
func failing(out []byte) string {
	if m := fails.FindSubmatch(out); m != nil {
		return string(m[1])
	}
	i := bytes.Index(out, []byte("\npanic: "))
	if m := runs.FindAllSubmatch(out[:max(i, 0)], -1); m != nil {
		return string(m[len(m)-1][1]) + " (the process died)"
	}
	return "(the process died)"
}

// takeOut takes out one thing after another, and says what noticed.
func takeOut(ctx context.Context, sites []*site, only *regexp.Regexp) error {
	began := time.Now()
	l, err := open(sites)
	if err != nil {
		return err
	}
	defer l.close()
	var todo, excused []*site
	for _, s := range sites {
		switch {
		case !only.MatchString(s.key()):
		case s.row.Excuse != "":
			excused = append(excused, s)
		default:
			todo = append(todo, s)
		}
	}
	if err := l.sound(ctx, todo); err != nil {
		return err
	}
	lines, survived, err := l.all(ctx, todo)
	if err != nil {
		return err
	}
	for _, s := range excused {
		lines = append(lines, fmt.Sprintf("excused   %s — %s", s, s.row.Excuse))
	}
	fmt.Println(strings.Join(lines, "\n"))
	n := map[kind]int{}
	for _, s := range todo {
		n[s.kind]++
	}
	fmt.Printf("%d syncs and %d verifications taken out, %d excused, %d survived (%v)\n", n[durable], n[checked], len(excused), survived, time.Since(began).Round(time.Second))
	if survived > 0 {
		return fmt.Errorf("nobody noticed %d of them", survived)
	}
	return nil
}

// sound runs the tests with nothing taken out: what fails then notices nothing.
func (l *lab) sound(ctx context.Context, sites []*site) error {
	patterns := map[string][]string{}
	for _, s := range sites {
		if !slices.Contains(patterns[s.row.Tests], s.row.Run) {
			patterns[s.row.Tests] = append(patterns[s.row.Tests], s.row.Run)
		}
	}
	for pkg, list := range patterns {
		fmt.Fprintf(os.Stderr, "%s: %d tests\n", pkg, len(list))
		for _, pattern := range list {
			v, err := l.test(ctx, pkg, pattern, 0)
			if err != nil {
				return err
			}
			if v.failed {
				return fmt.Errorf("%s of %s fails with nothing taken out:\n%s", pattern, pkg, v.out)
			}
		}
	}
	return nil
}

// all takes out the sites, as many at once as there are processors. The lines are in their order.
func (l *lab) all(ctx context.Context, sites []*site) (lines []string, survived int, err error) {
	lines = make([]string, len(sites))
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, s := range sites {
		g.Go(func() error {
			v, err := l.test(ctx, s.row.Tests, s.row.Run, s.number)
			if err != nil {
				return cmp.Or(ctx.Err(), err)
			}
			mu.Lock()
			defer mu.Unlock()
			lines[i] = fmt.Sprintf("caught    %s — %s", s, v.by)
			if !v.failed {
				survived++
				lines[i] = fmt.Sprintf("SURVIVED  %s — %s %s", s, s.row.Tests, s.row.Run)
			}
			return nil
		})
	}
	return lines, survived, g.Wait()
}

// learn says of sites that the table does not have which test notices, by running tests of packages, as "PACKAGE" or
// "PACKAGE:PATTERN"; none: all of their own.
func learn(ctx context.Context, sites []*site, only *regexp.Regexp, where []string) error {
	l, err := open(sites)
	if err != nil {
		return err
	}
	defer l.close()
	l.within = allWithin
	for _, s := range sites {
		if !only.MatchString(s.key()) || s.row != nil {
			continue
		}
		line := fmt.Sprintf("SURVIVED %s", s)
		for _, w := range strings.Fields(cmp.Or(strings.Join(where, " "), path.Dir(s.File))) {
			pkg, pattern, _ := strings.Cut(w, ":")
			v, err := l.test(ctx, pkg, cmp.Or(pattern, "."), s.number)
			if err != nil {
				return err
			}
			if v.failed {
				top, _, _ := strings.Cut(v.by, "/")
				top = strings.TrimSuffix(top, " (the process died)")
				line = fmt.Sprintf("\t{File: %q, Func: %q, Text: %s, Tests: %q, Run: \"^%s$\"}, // %v", s.File, s.Func, quote(s.Text), pkg, top, v.took.Round(time.Millisecond))
				break
			}
		}
		fmt.Println(line)
	}
	return nil
}

func quote(s string) string {
	if strings.ContainsAny(s, "\"\\") && !strings.Contains(s, "`") {
		return "`" + s + "`"
	}
	return fmt.Sprintf("%q", s)
}
