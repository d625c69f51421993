package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// The README says of speed what was recorded, and nothing else.
func TestTheReadmeSaysWhatIsRecorded(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile(recordName)
	if err != nil {
		t.Fatal(err)
	}
	r, err := parseRecord(string(text))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(readmeName)
	if err != nil {
		t.Fatal(err)
	}
	at := between.FindSubmatchIndex(readme)
	if at == nil {
		t.Fatal("the README has no place for the table")
	}
	if told := string(readme[at[3]:at[4]]); told != r.table() {
		t.Errorf("the README says\n%s\nand recorded is\n%s", told, r.table())
	}
	if !strings.Contains(string(readme[:at[0]]), "\n## Speed\n") {
		t.Error("the table is in no section Speed")
	}
}

// results are of a server's row with a peer that was here, a client's, and one of the panel that has no peers.
func results() []result {
	return []result{
		{row: row{name: "PUT ×16", unit: "/s", sides: []string{this, before, "versitygw", "minio"}}, figure: 12465, cost: 81e-6,
			times: map[string]float64{before: 1.02, "versitygw": 2.938, "minio": 152.4}, cheaper: map[string]float64{before: 1.01}},
		{row: row{name: "upload", unit: "/s", sides: []string{this, "rclone"}, absent: []string{"mc"}}, figure: 3, cost: 0.0021, times: map[string]float64{"rclone": 12.34}},
		{row: row{name: "first rows", unit: "ms", lessIsBetter: true, sides: []string{this}}, figure: 30.6, times: map[string]float64{}},
		{row: row{name: "memory a row", unit: "B", bytes: true, lessIsBetter: true, sides: []string{this, before}}, figure: 73, cost: 73, times: map[string]float64{before: 1}},
	}
}

func TestWhatIsRecordedIsReadAgain(t *testing.T) {
	r := recordOf(results(), "0123456789abcdef", "linux/amd64, 2 cores of X", "0.30", time.Unix(1795000000, 0))
	again, err := parseRecord(r.String())
	if err != nil {
		t.Fatal(err)
	}
	r.rows["PUT ×16"].times["versitygw"], r.rows["upload"].times["rclone"] = 2.94, 12.3 // what is written
	r.rows["PUT ×16"].times["minio"] = 152
	for _, e := range r.rows {
		delete(e.times, "-")
	}
	if !reflect.DeepEqual(r, again) {
		t.Errorf("%+v\nbecame\n%+v", r, again)
	}
	for _, want := range []string{"| PUT ×16 | 12,465/s | 81.0 µs | versitygw 2.94, minio 152 |", "| memory a row | 73.0 B | 73.0 B | - |",
		"| first rows | 30.6 ms | - | - |", "on linux/amd64", "load 0.30"} {
		if !strings.Contains(again.table(), want) {
			t.Errorf("the README's table lacks %q:\n%s", want, again.table())
		}
	}
	for _, wrong := range []string{"PUT\t1/s\t1 ms\tversitygw", "PUT\t1/s\t1 ms\tversitygw -1", "PUT\t1 ms\tversitygw 2", "PUT\t1\t2\t3\t4", "speed\tgreat"} {
		if _, err := parseRecord(wrong + "\n"); err == nil {
			t.Errorf("%q is read", wrong)
		}
	}
}

func TestRecordingWritesTheFileAndTheReadme(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("testdata", 0o700); err != nil {
		t.Fatal(err)
	}
	const readme = "# x\n<!-- make bench RECORD=1 writes this -->\nold\n<!-- end -->\nrest\n"
	r := recordOf(results(), "0123456789abcdef", "m", "0", time.Unix(1795000000, 0))
	if err := os.WriteFile(readmeName, []byte("# x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := keep(r); err == nil {
		t.Error("a README without a place for it is no error")
	}
	for range 2 { // the second finds what the first wrote
		if err := os.WriteFile(readmeName, []byte(readme), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := keep(r); err != nil {
			t.Fatal(err)
		}
		text, _ := os.ReadFile(readmeName)
		if want := strings.Replace(readme, "old\n", r.table(), 1); string(text) != want {
			t.Errorf("the README is\n%s", text)
		}
	}
	if text, _ := os.ReadFile(recordName); string(text) != r.String() {
		t.Errorf("recorded is\n%s", text)
	}
}

func TestWhatIsWorseByMoreThanATenthIsNamed(t *testing.T) {
	old := map[string]entry{"PUT": {times: map[string]float64{"versitygw": 2, "minio": 3}}}
	for _, c := range []struct {
		name    string
		times   map[string]float64
		cheaper float64
		says    string
	}{
		{"as it was", map[string]float64{before: 0.91, "versitygw": 0.5}, 0.91, ""},
		{"slower", map[string]float64{before: 0.89}, 1, "0.89 of the speed"},
		{"dearer", map[string]float64{before: 1}, 0.8, "1.25 times the processor time"},
		{"dear, of a machine that cannot tell", map[string]float64{before: 1}, 0, ""},
		{"beside a peer alone", map[string]float64{"versitygw": 1.79, "minio": 3}, 0, "1.79 times as fast as versitygw"},
		{"beside peers, as it was", map[string]float64{"versitygw": 1.81, "minio": 3}, 0, ""},
		{"beside a peer that is new", map[string]float64{"ceph": 0.1}, 0, ""},
	} {
		r := result{row: row{name: "PUT", sides: []string{this, before, "versitygw", "minio", "ceph"}}, times: c.times, cheaper: map[string]float64{before: c.cheaper}}
		if got := r.regressed(old); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// sidesOf is a row whose sides have figures by round.
func sidesOf(figures map[string][]float64, took map[string]time.Duration, asked *[]string, sides ...string) row {
	at := map[string]int{}
	return row{name: "row", sides: sides, ready: func(_ context.Context, side string) (func() (sample, error), error) {
		*asked = append(*asked, side)
		f := figures[side][at[side]]
		at[side]++
		if f < 0 {
			return nil, errors.New("it broke")
		}
		return func() (sample, error) { return sample{figure: f, cost: 1 / f, took: took[side]}, nil }, nil
	}}
}

func TestSidesTakeTurnsAndRatiosAreOfARound(t *testing.T) {
	var asked []string
	// The machine is ten times as slow in the second round, for all.
	r := sidesOf(map[string][]float64{this: {100, 10, 100}, before: {50, 5, 40}, "slow": {1}, "broken": {-1}},
		map[string]time.Duration{"slow": time.Minute}, &asked, this, before, "slow", "broken").run(t.Context(), 3)
	if want := []string{this, before, "slow", "broken", before, this, this, before}; !slices.Equal(asked, want) {
		t.Errorf("asked were %v", asked)
	}
	if r.figure != 100 || r.times[before] != 2 || r.cheaper[before] != 2 || r.times["slow"] != 100 {
		t.Errorf("%+v", r)
	}
	if text := r.String(); !strings.Contains(text, "broken failed") || !strings.Contains(text, "slow 100") || !strings.Contains(text, " 2.00 ") {
		t.Error(text)
	}
	r = sidesOf(map[string][]float64{this: {1}, before: {3}}, nil, &asked, this, before).less(t)
	if r.times[before] != 3 {
		t.Errorf("where less is better a third is %v times as good", r.times[before])
	}
	r = sidesOf(map[string][]float64{this: {-1}, before: {3}}, nil, &asked, this, before).run(t.Context(), 1)
	if r.figure != 0 || !strings.Contains(r.String(), "failed") {
		t.Errorf("what failed has a figure: %v", r)
	}
}

func (r row) less(t *testing.T) result {
	r.lessIsBetter = true
	return r.run(t.Context(), 1)
}

func TestARowNamesPeersThatAreNotHere(t *testing.T) {
	if text := results()[1].String(); !strings.Contains(text, "rclone 12.3, mc not here") {
		t.Error(text)
	}
}

func TestMetricsOfGoBenchmarksAreFound(t *testing.T) {
	const out = "goos: linux\nBenchmarkOpenFolder/100000-2   \t      10\t   1234 ns/op\t        12.50 first-rows-p50-ms\t 90.1 MiB-peak\nPASS\n"
	if v, err := metric(out, "first-rows-p50-ms"); v != 12.5 || err != nil {
		t.Error(v, err)
	}
	if _, err := metric(out, "p50"); err == nil {
		t.Error("a metric is found that is not there")
	}
	for _, w := range panelWork {
		files, err := filepath.Glob(filepath.Join("../..", w.pkg, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(strings.Trim(w.pattern, "^"), "$")
		if !slices.ContainsFunc(files, func(f string) bool {
			text, _ := os.ReadFile(f)
			return strings.Contains(string(text), "func "+name+"(")
		}) {
			t.Errorf("%s: %s has no %s", w.name, w.pkg, name)
		}
	}
}

func TestAPeerThatCannotBeInstalledIsTriedOnce(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	cache, p := t.TempDir(), peer{name: "no-such-peer", module: "example.invalid/no-such-peer@v1.0.0"}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.find(gone, cache); err == nil {
		t.Error("it is found while the run ends")
	}
	_, first := p.find(t.Context(), cache)
	if first == nil || !strings.Contains(first.Error(), "GOPROXY=off") {
		t.Fatal(first)
	}
	t.Setenv("PATH", "") // there is no go to be asked
	if _, again := p.find(t.Context(), cache); again == nil || !strings.HasPrefix(again.Error(), first.Error()) {
		t.Error(again)
	}
}
