package store

import "time"

// What work will take is estimated from what is known of an endpoint, and from what was measured at it.

// fewAnswers are too few to know from how long an answer takes.
const fewAnswers = 8

// Rate is how many requests a second the endpoint takes when so many are under way at once: what its answers have taken so
// far lets suppose, or less where it has asked to slow down. It is 0 while too few have come.
func (s *Store) Rate(atOnce int) float64 { return s.limit.rate(atOnce) }

func (l *limiter) rate(atOnce int) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answers < fewAnswers || l.took <= 0 {
		return 0
	}
	most := float64(mostRequests * 3 / 4) // as hasRoom has it; that fewer are let through now lasts some round trips
	if l.most > 0 {
		most = min(most, float64(l.most))
	}
	rate := min(float64(atOnce), most) / l.took.Seconds()
	if l.pace > 0 && l.crowd >= min(float64(atOnce), most)/4 { // what few at once were refused says nothing of many
		rate = min(rate, l.pace)
	}
	return rate
}

// measure learns how long an answer takes: an average in which the latest count most. mu is held.
func (l *limiter) measure(took time.Duration) {
	if l.answers++; l.answers == 1 {
		l.took = took
	}
	l.took += (took - l.took) / fewAnswers
}

// CopyRequests is how many requests a copy on the server takes, of an object that goes in one.
func (s *Store) CopyRequests() int64 {
	n := int64(1)
	if s.quirks.grants && !s.learned.noACL.Load() {
		n++ // who may read it
	}
	if s.quirks.provider == "AWS" {
		n++ // its class of storage
	}
	return n
}

// DeletesMany says whether the endpoint takes DeleteObjects.
func (s *Store) DeletesMany() bool { return deleteMode(s.learned.deletes.Load()) != deleteSingle }
