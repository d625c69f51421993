package store

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// units of sizes, in lower case.
var units = map[string]float64{"": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "t": 1e12, "tb": 1e12,
	"ki": 1 << 10, "kib": 1 << 10, "mi": 1 << 20, "mib": 1 << 20, "gi": 1 << 30, "gib": 1 << 30, "ti": 1 << 40, "tib": 1 << 40}

// ParseSize reads a number of bytes as people write it: 100M, 1.5 GiB, 4096. Units with an i are powers of 1024.
func ParseSize(text string) (int64, error) {
	at := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if at < 0 {
		at = len(text)
	}
	factor, known := units[strings.ToLower(strings.TrimSpace(text[at:]))]
	n, err := strconv.ParseFloat(text[:at], 64)
	if err != nil || !known || n*factor > math.MaxInt64/2 {
		return 0, fmt.Errorf("“%s” is no size: write a number with B, k, M, G or T, as 100M", Printable(text))
	}
	return int64(n * factor), nil
}
