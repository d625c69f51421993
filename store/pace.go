package store

import (
	"math"
	"time"
)

const (
	window     = time.Second // that rates are measured over at least,
	longWindow = 3 * window  // or, where fewer than enough begin in it
	enough     = 8           // requests: one refused changes the rate by an eighth at the most
	slowest    = 1           // requests a second
	below      = 0.95        // of the rate that got through
	leastGain  = 0.1         // requests a second, each second
	growth     = 2           // of the gain, each window: slowly near what was too much, soon far from it
	burst      = window / 10 // of the pace, that may be made up for
)

// leave ends one that began at begin and learns from its answer.
func (l *limiter) leave(r rank, begin time.Time, answer Kind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch answer {
	case Throttled:
		l.trip = now.Sub(begin)
		if !begin.Before(l.since) {
			l.refused++
		}
		if l.isTooMuch() && begin.After(l.eased) && (l.pace == 0 || now.Sub(l.eased) >= window) {
			l.limit, l.eased = max(1, min(l.limit, float64(l.active))/2), now
		}
	case Unreachable, Canceled:
	default:
		l.measure(now.Sub(begin))
		step := 1 / l.limit
		if now.Sub(l.eased) > window {
			step = 1 // doubles each round trip
		}
		l.limit = min(mostRequests, l.limit+step)
	}
	l.active--
	l.behind -= int(r)
	l.left = now
	elapsed := now.Sub(l.since)
	if elapsed >= max(window, 3*l.trip) && (l.begun >= enough || elapsed >= longWindow) {
		l.adjust(elapsed)
		l.since, l.begun, l.refused = now, 0, 0
	}
	l.admit(now)
}

// isTooMuch says whether more was refused in this window than is to be expected at any rate, by more than the standard
// deviation of that. mu is held.
func (l *limiter) isTooMuch() bool {
	expected := l.noise * float64(l.begun)
	return float64(l.refused) > expected+math.Sqrt(expected)
}

// adjust sets the pace after a window: a little below what got through when too much was refused, else higher than before,
// until it is no bound any more. mu is held.
func (l *limiter) adjust(elapsed time.Duration) {
	begun := float64(max(l.begun, 1))
	known := max(elapsed-l.trip, elapsed/4) // what began later is not answered yet
	share := min(1, float64(l.refused)/begun*float64(elapsed)/float64(known))
	if l.quiet {
		l.noise += (share - l.noise) / 4
	}
	l.quiet = false
	switch {
	case l.isTooMuch():
		through := begun * (1 - share) / (1 - l.noise) / elapsed.Seconds()
		l.gain, l.quiet = max(through/50, leastGain), share < 0.5
		if l.pace == 0 || below*through < l.pace {
			l.pace, l.crowd = max(slowest, below*through), through*l.took.Seconds()
		}
	case l.pace == 0:
	case l.pace > 4*begun/elapsed.Seconds()+10*l.gain:
		l.pace = l.known.usual
	default:
		l.pace += l.gain * elapsed.Seconds()
		l.gain *= growth
	}
	if l.known.most > 0 {
		l.pace = min(l.pace, l.known.most)
	}
}
