package lifecycle

import "time"

// Look is what the clocks of a machine show at one moment.
type Look struct {
	Wall time.Time     // the time of day, in which stored times are. It can be set, and then it jumps
	Ran  time.Duration // since any beginning, by a clock that nobody can set (the monotonic one)
}

// How far apart two looks may be. Rules count in days: less than an hour that
// the wall clock was set, or the machine slept (Linux stops the monotonic clock
// then), is not worth waiting for.
const (
	mostBetween  = 24 * time.Hour
	leastBetween = time.Minute
	mostAstray   = time.Hour
)

// TooSoon says that now says nothing about the clock that last did not: it is
// to be forgotten. The zero last is never too soon.
func TooSoon(last, now Look) bool {
	return !last.Wall.IsZero() && now.Ran-last.Ran < leastBetween && now.Ran >= last.Ran
}

// Safe says whether lifecycle actions may be taken at now, when the clocks were
// last seen at last. It is false when the wall clock did not go as far as time
// did: then it was set, and deleting by it may destroy what is not due. It is
// false, too, after more than a day without a look, and when last is zero: a
// machine may have the wrong time when it starts. Record each look. Whoever
// looks again while the wall clock goes on evenly is safe, after a jump, a start
// and a sleep alike: what the clock says for long is taken to be true.
func Safe(last, now Look) bool {
	// Differences of the wall clock: times with a monotonic reading would give
	// what Ran says already.
	gone, ran := now.Wall.Round(0).Sub(last.Wall.Round(0)), now.Ran-last.Ran
	return !last.Wall.IsZero() && gone >= 0 && gone <= mostBetween && (gone-ran).Abs() <= mostAstray
}
