package storage

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

const seedVariable = "SPACES_SEED"

// torture says that the long rounds are asked for.
func torture() bool { return os.Getenv("SPACES_TORTURE") != "" }

// seedOf is where all randomness of a test comes from. A failure says it.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed := rand.Uint64() >> 20
	if text := os.Getenv(seedVariable); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", seedVariable, err)
		}
		seed = n
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s=%d", seedVariable, seed)
		}
	})
	return seed
}

// figure says how many times something was tried, and that it held.
func figure[N int | int64](t *testing.T, n N, what string, bad bool) {
	t.Helper()
	violations := 0
	if bad {
		violations = 1
	}
	t.Attr("figure", fmt.Sprintf("%d %s, %d violations", n, what, violations))
}
