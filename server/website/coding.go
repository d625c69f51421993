package website

import (
	"slices"
	"strconv"
	"strings"
)

// Coding is a content coding that a page may lie in beside itself, in an object
// whose key has Ending more.
type Coding struct{ Name, Ending string }

// codings are those that are looked for, the densest first (RFC 9110, section
// 8.4.1; RFC 7932; RFC 8878).
var codings = []Coding{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}

// Accepted are the codings that a browser takes at least as gladly as the page
// itself, the one that it wants most first (RFC 9110, section 12.5.3). A header
// that is not there asks for none.
func Accepted(header string) []Coding {
	if header == "" {
		return nil
	}
	weights := readWeights(header)
	plain := weights["identity"] // 0 where it is not named: what is named is wanted more
	var list []Coding
	for _, c := range codings {
		if q := weightOf(weights, c.Name); q > 0 && q >= plain {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b Coding) int {
		switch x, y := weightOf(weights, a.Name), weightOf(weights, b.Name); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return list
}

// weightOf is how much a coding is wanted; x-gzip is another name of gzip, and *
// stands for what is not named.
func weightOf(weights map[string]float64, name string) float64 {
	for _, as := range []string{name, "x-" + name, "*"} {
		if q, named := weights[as]; named {
			return q
		}
	}
	return 0
}

// readWeights reads a list. What has no weight that can be read is not wanted.
func readWeights(header string) map[string]float64 {
	weights := map[string]float64{}
	for item := range strings.SplitSeq(header, ",") {
		name, parameter, has := strings.Cut(item, ";")
		q := 1.0
		if has {
			key, value, _ := strings.Cut(parameter, "=")
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil || !strings.EqualFold(strings.TrimSpace(key), "q") || !(n >= 0 && n <= 1) {
				n = 0
			}
			q = n
		}
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			weights[name] = q
		}
	}
	return weights
}
