package main

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	recordName = "testdata/bench.txt"
	readmeName = "README.md"
)

// record is what `make bench RECORD=1` keeps of a run. Only the ratios mean something on another machine, so it is named.
type record struct {
	commit, date, machine, load string
	order                       []string // of the rows
	rows                        map[string]entry
}

// entry is a row of it.
type entry struct {
	figure string
	cost   string
	peers  []string // in their order
	times  map[string]float64
}

const recordHead = `# Written by make bench RECORD=1, and what README.md says of speed. A row is the work, our figure, our cost (processor time
# for one, or for a MB or key; bytes of memory), and how many times as fast as each peer we are. cmd/bench says how it is measured.
`

func (r record) String() string {
	var b strings.Builder
	b.WriteString(recordHead)
	for _, line := range [][2]string{{"commit", r.commit}, {"date", r.date}, {"machine", r.machine}, {"load", r.load}} {
		fmt.Fprintf(&b, "%s\t%s\n", line[0], line[1])
	}
	b.WriteString("\n")
	for _, name := range r.order {
		e := r.rows[name]
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", name, e.figure, e.cost, e.ratios())
	}
	return b.String()
}

// ratios is in words what an entry has of peers.
func (e entry) ratios() string {
	var words []string
	for _, peer := range e.peers {
		words = append(words, peer+" "+ratio(e.times[peer]))
	}
	return cmp.Or(strings.Join(words, ", "), "-")
}

// ratio writes a ratio with two digits that count.
func ratio(x float64) string {
	switch {
	case x >= 100:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case x >= 10:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

// parseRecord reads what String wrote. A file with nothing recorded is one, too.
func parseRecord(text string) (record, error) {
	r := record{rows: map[string]entry{}}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		switch fields := strings.Split(line, "\t"); {
		case len(fields) == 2:
			to := map[string]*string{"commit": &r.commit, "date": &r.date, "machine": &r.machine, "load": &r.load}[fields[0]]
			if to == nil {
				return r, fmt.Errorf("%s: nothing is called %q", recordName, fields[0])
			}
			*to = fields[1]
		case len(fields) == 4:
			e := entry{figure: fields[1], cost: fields[2], times: map[string]float64{}}
			for _, word := range strings.Split(fields[3], ", ") {
				peer, number, _ := strings.Cut(word, " ")
				if peer == "-" {
					continue
				}
				x, err := strconv.ParseFloat(number, 64)
				if err != nil || x <= 0 {
					return r, fmt.Errorf("%s: %q is no ratio", recordName, word)
				}
				e.peers, e.times[peer] = append(e.peers, peer), x
			}
			r.order, r.rows[fields[0]] = append(r.order, fields[0]), e
		default:
			return r, fmt.Errorf("%s: %q is neither a row nor said of all", recordName, line)
		}
	}
	return r, nil
}

// recordOf is what is to be kept of results.
func recordOf(results []result, commit, machine, load string, now time.Time) record {
	r := record{commit: commit, date: now.UTC().Format(time.DateOnly), machine: machine, load: load, rows: map[string]entry{}}
	for _, res := range results {
		e := entry{figure: res.figureText(), cost: res.costText(), times: map[string]float64{}}
		for _, side := range res.sides {
			if x, there := res.times[side]; there && side != before {
				e.peers, e.times[side] = append(e.peers, side), x
			}
		}
		r.order, r.rows[res.name] = append(r.order, res.name), e
	}
	return r
}

// table is the README's, of a record.
func (r record) table() string {
	if len(r.order) == 0 {
		return "Nothing is recorded yet.\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Recorded on %s at %.12s, on %s, load %s:\n\n| work | figure | cost | times as fast as |\n|---|---|---|---|\n", r.date, r.commit, r.machine, r.load)
	for _, name := range r.order {
		e := r.rows[name]
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, e.figure, e.cost, e.ratios())
	}
	return b.String()
}

// between is what stands in the README between the marks of the table.
var between = regexp.MustCompile(`(?s)(<!-- make bench RECORD=1 writes this -->\n).*?(<!-- end -->\n)`)

// keep writes a record, and the README's table.
func keep(r record) error {
	readme, err := os.ReadFile(readmeName)
	if err != nil {
		return err
	}
	at := between.FindSubmatchIndex(readme)
	if at == nil {
		return fmt.Errorf("%s has no place for the table", readmeName)
	}
	text := string(readme[:at[3]]) + r.table() + string(readme[at[4]:])
	if err := os.WriteFile(recordName, []byte(r.String()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(readmeName, []byte(text), 0o644)
}
