package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"time"
)

// size is how much work a run does.
type size struct {
	rounds  int
	sample  time.Duration // of what goes on for a time
	large   int64
	keys    int // of listings: 1,000 folders
	deleted int // thousands
	files   int // of clients
	mid     int // of 5 MiB, elsewhere
	limit   time.Duration
}

// sized is a size by a factor: 1 is what is recorded, and takes up to 15 minutes.
func sized(factor float64) size {
	of := func(n, least int) int { return max(least, int(math.Round(float64(n)*factor/float64(least)))*least) }
	z := size{rounds: 3, sample: max(time.Duration(factor*float64(1200*time.Millisecond)), 200*time.Millisecond), large: int64(of(1024, 64)) << 20,
		keys: of(50_000, 1000), deleted: of(10_000, 1000), files: of(1000, 100), mid: of(100, 10), limit: max(time.Duration(factor*float64(14*time.Minute)), 3*time.Minute)}
	if factor < 1 {
		z.rounds = 1
	}
	return z
}

func mib(n int64) string {
	if n%(1<<30) == 0 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// sample is one measurement of one side.
type sample struct {
	figure float64
	cost   float64 // seconds of the processor for a unit of the figure, or bytes; 0 where it is not known
	took   time.Duration
}

// row is a line of the table, and the sides that do its work.
type row struct {
	name, unit   string
	lessIsBetter bool     // a lower figure is better
	bytes        bool     // the cost is bytes, not time
	sides        []string // the first is this program, the others are compared with it
	absent       []string // peers that are not here
	ready        readying
}

// readying prepares a measurement of a side, which is no part of it, and gives what makes it.
type readying func(ctx context.Context, side string) (func() (sample, error), error)

// turn is one measurement.
func (r row) turn(ctx context.Context, side string, settled bool) (sample, error) {
	measure, err := r.ready(ctx, side)
	if err != nil {
		return sample{}, err
	}
	if settled {
		settle(ctx)
	}
	return measure()
}

// this is the program that is measured, and before the one of the recorded commit.
const (
	this   = "this"
	before = "recorded"
)

// result is what came of a row.
type result struct {
	row
	figure, cost float64
	times        map[string]float64 // by side: how many times as fast we are
	cheaper      map[string]float64 // by side: how many times as much of the processor it took
	failed       map[string]error
}

// run does the work of a row in rounds, in which every side has its turn, there and back, so that what the machine does
// besides meets all. A peer that is slow has one turn: its ratio is large, and need not be exact.
func (r row) run(ctx context.Context, rounds int) result {
	const slow = 6 * time.Second
	res := result{row: r, times: map[string]float64{}, cheaper: map[string]float64{}, failed: map[string]error{}}
	got := map[string][]sample{}
	for round := range rounds {
		sides := slices.Clone(r.sides)
		if round%2 == 1 {
			slices.Reverse(sides)
		}
		for _, side := range sides {
			if all := got[side]; res.failed[side] != nil || side != this && side != before && len(all) > 0 && all[0].took > slow {
				continue
			}
			s, err := r.turn(ctx, side, rounds > 1)
			if err != nil {
				res.failed[side] = err
				fmt.Fprintf(os.Stderr, "%s, %s: %v\n", r.name, side, err)
				continue
			}
			got[side] = append(got[side], s)
		}
	}
	ours := got[this]
	if res.failed[this] != nil || len(ours) == 0 {
		return res
	}
	res.figure = median(ours, func(_ int, s sample) float64 { return s.figure })
	res.cost = median(ours, func(_ int, s sample) float64 { return s.cost })
	for side, all := range got {
		if side == this || res.failed[side] != nil {
			continue
		}
		res.times[side] = median(all, func(i int, s sample) float64 {
			if r.lessIsBetter {
				return s.figure / ours[i].figure
			}
			return ours[i].figure / s.figure
		})
		if res.cost > 0 && !r.bytes {
			res.cheaper[side] = median(all, func(i int, s sample) float64 { return s.cost / ours[i].cost })
		}
	}
	return res
}

// slack is how much less counts as a regression.
const slack = 0.9

// regressed says what is worse than it was, or "". Where the recorded program took part nothing else is looked at: the ratio to
// a peer is another on every machine.
func (r result) regressed(old map[string]entry) string {
	if now, took := r.times[before]; took {
		switch {
		case now < slack:
			return fmt.Sprintf("%s: %.2f of the speed of the recorded program", r.name, now)
		case r.cheaper[before] > 0 && r.cheaper[before] < slack:
			return fmt.Sprintf("%s: %.2f times the processor time of the recorded program", r.name, 1/r.cheaper[before])
		}
		return ""
	}
	for _, side := range r.sides {
		now, took := r.times[side]
		if was := old[r.name].times[side]; took && now < slack*was {
			return fmt.Sprintf("%s: %s times as fast as %s, recorded was %s", r.name, ratio(now), side, ratio(was))
		}
	}
	return ""
}

func median(all []sample, of func(i int, s sample) float64) float64 {
	var values []float64
	for i, s := range all {
		values = append(values, of(i, s))
	}
	slices.Sort(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// settle has the disk take what was left to be written, so that nobody waits for what another left; a try does not. Where
// there is no such command it is not done.
func settle(ctx context.Context) { _ = exec.CommandContext(ctx, "sync").Run() }
