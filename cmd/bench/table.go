package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The columns of the table that is printed. The last one is as wide as it is.
var widths = []int{42, 16, 10, 14}

func line(cells ...string) string {
	var b strings.Builder
	for i, cell := range cells {
		b.WriteString(cell)
		if i < len(widths) {
			b.WriteString(strings.Repeat(" ", max(1, widths[i]-utf8.RuneCountInString(cell))))
		}
	}
	return strings.TrimRight(b.String(), " ")
}

func head() string { return line("work", "figure", "cost", "recorded", "times as fast as") }

// String is the row of the table.
func (r result) String() string {
	if err := r.failed[this]; err != nil {
		return line(r.name, "failed")
	}
	if r.figure == 0 {
		return line(r.name, "not measured: the time was up")
	}
	was := "-"
	if x, there := r.times[before]; there {
		was = ratio(x) + r.cheapness(before)
	}
	var words []string
	for _, side := range r.sides {
		switch x, there := r.times[side]; {
		case side == this, side == before:
		case there:
			words = append(words, side+" "+ratio(x)+r.cheapness(side))
		default:
			words = append(words, side+" failed")
		}
	}
	for _, side := range r.absent {
		words = append(words, side+" not here")
	}
	return line(r.name, r.figureText(), r.costText(), was, cmp.Or(strings.Join(words, ", "), "-"))
}

// figureText is the figure for people.
func (r result) figureText() string {
	sign := ""
	if !strings.HasPrefix(r.unit, "/") {
		sign = " "
	}
	return figure(r.figure) + sign + r.unit
}

// cheapness is how many times as much of the processor a side took, where that is known and beside a figure.
func (r result) cheapness(side string) string {
	if x := r.cheaper[side]; x > 0 {
		return " (" + ratio(x) + ")"
	}
	return ""
}

// figure is a number with three digits that count, or all of those before the point.
func figure(x float64) string {
	digits := 0
	for limit := 100.0; x < limit && digits < 3; limit /= 10 {
		digits++
	}
	text := strconv.FormatFloat(x, 'f', digits, 64)
	if digits > 0 {
		return text
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// costText is the cost for people, "-" where there is none.
func (r result) costText() string {
	switch {
	case r.cost <= 0:
		return "-"
	case r.bytes:
		return figure(r.cost) + " B"
	}
	for _, unit := range []struct {
		name string
		is   time.Duration
	}{{"s", time.Second}, {"ms", time.Millisecond}, {"µs", time.Microsecond}} {
		if r.cost >= unit.is.Seconds() {
			return figure(r.cost/unit.is.Seconds()) + " " + unit.name
		}
	}
	return figure(r.cost*1e9) + " ns"
}

// ending says after the table what it means, and what is worse than it was.
func ending(notes, worse []string) string {
	var b strings.Builder
	b.WriteString("\ncost: processor time for one (for a MB, a key), or bytes. recorded, and as fast as: above 1 is better, medians of rounds in turns; in brackets how many times as much of the processor the other took.\n")
	for _, note := range notes {
		fmt.Fprintln(&b, note)
	}
	if len(worse) > 0 {
		fmt.Fprintf(&b, "\nworse by over %d %%:\n", 10)
		for _, w := range worse {
			fmt.Fprintln(&b, "  "+w)
		}
	}
	return b.String()
}
