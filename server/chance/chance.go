// Package chance is what tests share that try many things at random: how many, from which seed, and how they tell what
// came of it. It is for tests alone.
package chance

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// Variable is the environment variable that sets the seed of all tests.
const Variable = "SPACES_SEED"

// Long says whether tests are to take minutes: make torture sets SPACES_TORTURE.
func Long() bool { return os.Getenv("SPACES_TORTURE") != "" }

// Rounds is many in long tests, and few otherwise.
func Rounds(few, many int) int {
	if Long() {
		return many
	}
	return few
}

// Seed is where all randomness of a test comes from: Variable, or else chance. A test that fails says which it was.
func Seed(t testing.TB) uint64 {
	t.Helper()
	seed := rand.Uint64() >> 20 // which people can type
	if text := os.Getenv(Variable); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", Variable, err)
		}
		seed = n
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s=%d", Variable, seed)
		}
	})
	return seed
}

// Rand is a source that begins at Seed.
func Rand(t testing.TB) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(Seed(t), 13))
}

// Figure tells how often something was tried, and how often what is promised did not hold. make torture prints it.
func Figure[N int | int32 | int64](t testing.TB, n N, what string, bad int) {
	t.Helper()
	Say(t, fmt.Sprintf("%d %s, %d violations", n, what, bad))
}

// Say tells something else for the table of make torture.
func Say(t testing.TB, figure string) {
	t.Helper()
	t.Attr("figure", figure)
}

// Count is 1 for what is true: of tests that stop at the first violation.
func Count(bad bool) int {
	if bad {
		return 1
	}
	return 0
}
