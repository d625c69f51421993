package store

import (
	"math"
	"time"
)

const (
	window     = time.Second // that rates are measured over at least,
	longWindow = 3 * window  // or, where fewer than enough begin in it;
	early      = window / 4  // where more than enough are refused, it ends then
	enough     = 8           // requests: one refused changes the rate by an eighth at the most
	few        = 2.0         // of them
	slowest    = 1           // requests a second
	below      = 0.95        // of the rate that got through
	leastGain  = 0.05        // requests a second, each second
	growth     = 2           // of the gain, each window: slowly near what was too much, soon far from it
	burst      = window / 10 // of the pace, that may be made up for
	kept       = 0.995       // of what is known of noise, each window: it is tried again whether it was too much
	stray      = 0.01        // may be noise at any endpoint
	sample     = 50          // requests, that noise is known from
	inARow     = 3           // that the pace fell, and as much was refused: that is noise
	fading     = 0.75        // of what got through lately, each window
	tell       = 25          // requests after a fall: what is refused of fewer may be chance
	deviations = 3           // of what is refused at any rate: more than that is too much
)

// leave ends one that began at begin and learns from its answer.
func (l *limiter) leave(r rank, begin time.Time, answer Kind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch answer {
	case Throttled:
		l.trip = now.Sub(begin)
		if !begin.Before(l.since) { // else the last window has learned from it
			l.refused++
		}
	case Unreachable, Canceled:
	default:
		l.measure(now.Sub(begin))
		l.limit = min(mostRequests, l.limit+1) // doubles each round trip
	}
	l.active--
	l.behind -= int(r)
	l.left = now
	if elapsed := now.Sub(l.since); l.isOver(elapsed) {
		l.adjust(elapsed)
		l.since, l.begun, l.refused = now, 0, 0
	}
	l.admit(now)
}

// isOver says whether a window has lasted long enough to learn from. mu is held.
func (l *limiter) isOver(elapsed time.Duration) bool {
	if l.refused >= enough && elapsed >= max(early, 3*l.trip) && l.isTooMuch() {
		return true
	}
	return elapsed >= max(window, 3*l.trip) && (l.begun >= enough || elapsed >= longWindow)
}

// isTooMuch says whether more was refused in this window than chance explains, if so many are refused at any rate as is
// known. mu is held.
func (l *limiter) isTooMuch() bool {
	expected := max(l.noise, stray) * float64(l.begun)
	return float64(l.refused) > expected+deviations*math.Sqrt(expected)
}

// isLittle says whether less was refused than chance explains. mu is held.
func (l *limiter) isLittle() bool {
	expected := l.noise * float64(l.begun)
	return float64(l.refused) < expected-deviations*math.Sqrt(expected)
}

// tally is how many requests began in a while, and how many of those were refused.
type tally struct {
	lasted         time.Duration
	begun, refused float64
}

func (t tally) share() float64 { return t.refused / max(t.begun, 1) }

// adjust sets the pace after a window. After a fall it stays until enough has been sent to tell noise from too much: at a
// little below what got through that costs little. mu is held.
func (l *limiter) adjust(elapsed time.Duration) {
	begun := float64(max(l.begun, 1))
	known := max(elapsed-l.trip, elapsed/4) // what began later is not answered yet
	share := min(1, float64(l.refused)/begun*float64(elapsed)/float64(known))
	if l.slowed > 0 {
		l.after = tally{l.after.lasted + elapsed, l.after.begun + begun, l.after.refused + share*begun}
	}
	told := l.after.begun >= tell || l.after.lasted >= 2*longWindow
	switch after := l.after.share(); {
	// By two standard deviations of it: more is not noise, the endpoint takes less.
	case told && after < l.share+2*math.Sqrt(l.share/l.after.begun):
		l.learn(after, l.after.begun)
	case l.isLittle():
		l.learn(share, begun)
	}
	l.noise *= kept
	l.lately = max(begun*(1-share)/elapsed.Seconds(), l.lately*fading)
	switch sent := begun / elapsed.Seconds(); {
	case l.isTooMuch():
		l.slow(sent, share)
		if told {
			l.after = tally{}
		}
		return
	case l.slowed > 0 && !told:
		return
	case l.pace > 0 && l.pace < 2*sent: // else nothing tells that more is not too much
		l.hasten(elapsed)
	}
	l.slowed, l.after = 0, tally{}
	if l.known.most > 0 {
		l.pace = min(l.pace, l.known.most)
	}
}

// learn has a share of so many requests count for noise: little when they are few, but when it stayed although the pace fell
// again and again. mu is held.
func (l *limiter) learn(share, of float64) {
	known := min(of/sample, 1)
	if l.slowed >= inARow {
		known = 1
	}
	l.noise += (share - l.noise) * known / 4
}

// slow has half as many under way at once, and the pace a little below what got through, but not below half of what was
// sent: an endpoint that refuses everything is sent half as much each time. mu is held.
func (l *limiter) slow(sent, share float64) {
	crowd := sent * l.took.Seconds()
	if l.pace == 0 && crowd < few && share < few/enough {
		l.learn(share, float64(l.begun)) // what is asked one after the other, as a listing is, tells nothing of many
		return
	}
	through := sent * (1 - share) / (1 - l.noise)
	if l.begun < tell && share < 0.5 { // chance, or there was not more to send
		through = max(through, l.lately/2)
	}
	pace := below * through
	if pace > sent/2 && through > 0 {
		if l.slowed, l.share = l.slowed+1, share; l.refused > 1 || l.top == 0 { // one alone tells little
			l.top = through
		}
	} else { // it is not known yet what the endpoint takes
		pace, l.top, l.slowed = max(slowest, sent/2), max(l.top, through), 0
	}
	l.gain = max(min(math.Sqrt(l.top)/4, l.top/30), leastGain)
	if l.pace == 0 || pace < l.pace {
		l.pace, l.crowd = pace, crowd*(1-share)
	}
	l.limit = max(1, min(l.limit, max(float64(l.active), crowd))/2)
}

// hasten has the pace get back soon to where it was too much, at most twice as high each time. There it grows by a little,
// and by twice as much each time. mu is held.
func (l *limiter) hasten(elapsed time.Duration) {
	if more := l.gain * elapsed.Seconds(); l.pace+more >= l.top {
		l.pace += more
		l.gain *= growth
		return
	}
	l.pace = min(growth*l.pace, (l.pace+l.top)/2)
}
