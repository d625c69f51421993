package sshd

import (
	"sync"
	"time"
)

// Who was refused mostRefused times within refusedTime is turned away unheard until that is over. Of more than
// mostStrangers addresses the oldest are forgotten.
const (
	mostRefused   = 20
	refusedTime   = time.Minute
	mostStrangers = 4096
)

// refusals counts who was refused, by address.
type refusals struct {
	now func() time.Time

	mu  sync.Mutex
	all map[string]refusal
}

type refusal struct {
	since time.Time
	times int
}

func newRefusals(now func() time.Time) *refusals {
	return &refusals{now: now, all: map[string]refusal{}}
}

// add notes one more. told says whether it is worth a line in the log: strangers do not fill it.
func (r *refusals) add(from string) (told bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	x := r.of(from)
	if x.times == 0 {
		r.forget()
		x.since = r.now()
	}
	x.times++
	r.all[from] = x
	return x.times <= mostRefused
}

// tooMany says whether somebody is to be turned away.
func (r *refusals) tooMany(from string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of(from).times >= mostRefused
}

// of is what still counts. mu is held.
func (r *refusals) of(from string) refusal {
	x, is := r.all[from]
	if is && r.now().Sub(x.since) >= refusedTime {
		delete(r.all, from)
		return refusal{}
	}
	return x
}

// forget makes room for one more. mu is held.
func (r *refusals) forget() {
	if len(r.all) < mostStrangers {
		return
	}
	oldest := ""
	for from, x := range r.all {
		if r.now().Sub(x.since) >= refusedTime {
			delete(r.all, from)
		} else if oldest == "" || x.since.Before(r.all[oldest].since) {
			oldest = from
		}
	}
	if len(r.all) >= mostStrangers {
		delete(r.all, oldest)
	}
}
