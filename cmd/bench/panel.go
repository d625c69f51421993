package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// bench is a Go benchmark of the panel that is a row of the table.
type bench struct {
	name, pkg string
	pattern   string // of -test.bench
	skip      string
	often     string // -test.benchtime
	metric    string // what counts, in the words of the benchmark
	unit      string
	cost      float64 // what the metric times this is as a cost, which is recorded; 0: no cost
	bytes     bool
}

var panelWork = []bench{
	{name: "first rows of 100,000", pkg: "cmd/spaces", pattern: "^BenchmarkOpenFolder$/^100000$", often: "10x", metric: "first-rows-p50-ms", unit: "ms"},
	{name: "key to frame, 1,000,000 rows", pkg: "tui", pattern: "^BenchmarkKeyToFrame$/^rows=1000000$", skip: "KeyToFrame/rows=1000000/jobs", often: "100x", metric: "p50-µs", unit: "µs"},
	{name: "a key drawn, 1,000,000 rows", pkg: "tui/page", pattern: "^BenchmarkKeyAt1MRows$", often: "1s", metric: "ns/op", unit: "ns", cost: 1e-9},
	{name: "memory a row, 1,000,000 rows", pkg: "store/listing", pattern: "^BenchmarkRowsMemory1M$", often: "1x", metric: "B/row", unit: "B", cost: 1, bytes: true},
}

// run runs a benchmark of a program that was built.
func (b bench) run(ctx context.Context, p built) (sample, error) {
	args := []string{"-test.run=^$", "-test.bench=" + b.pattern, "-test.benchtime=" + b.often, "-test.timeout=3m"}
	if b.skip != "" {
		args = append(args, "-test.skip="+b.skip)
	}
	test, err := filepath.Abs(p.test(b.pkg))
	if err != nil {
		return sample{}, err
	}
	cmd := exec.CommandContext(ctx, test, args...)
	cmd.Dir = filepath.Join(p.tree, b.pkg)
	cmd.Env = append(os.Environ(), "POINTS_PROGRAM="+p.program)
	cmd.WaitDelay = time.Second
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return sample{}, fmt.Errorf("%w %.500s", err, out)
	}
	v, err := metric(string(out), b.metric)
	return sample{figure: v, cost: v * b.cost, took: time.Since(began)}, err
}

// metric finds what a benchmark reported by that name.
func metric(out, name string) (float64, error) {
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		for i := 3; i < len(fields) && strings.HasPrefix(line, "Benchmark"); i += 2 {
			if fields[i] == name {
				return strconv.ParseFloat(fields[i-1], 64)
			}
		}
	}
	return 0, errors.New("the benchmark reported no " + name)
}
