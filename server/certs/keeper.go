package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3/acme"
)

// How often a CA is asked. Let's Encrypt lets a name fail five times an hour, and gives a registered domain 50 new
// certificates in seven days (https://letsencrypt.org/docs/rate-limits/); some are left for the domain itself.
const (
	firstRetry = 2 * time.Minute // doubled at each failure
	lastRetry  = 6 * time.Hour
	mostWeekly = 40
	week       = 7 * 24 * time.Hour
)

// lookAfter is how often it is looked whether a certificate is to be renewed, and is what certmagic counts with. One
// that lives for less than some hours is looked after ten times in its life.
const lookAfter = certmagic.DefaultRenewCheckInterval

// attemptTime bounds an attempt: a CA that does not answer must not keep others from theirs for long.
const attemptTime = 3 * time.Minute

// run looks after one host after the other until Close.
func (a *ACME) run() {
	defer close(a.done)
	for a.ctx.Err() == nil {
		name, wait := a.due(a.o.now())
		if name != "" {
			a.tend(name)
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-a.ctx.Done():
		case <-a.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// due gives the host whose turn it is, the domains before Spaces, or how long there is nothing to do.
func (a *ACME) due(now time.Time) (name string, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	wait = lookAfter
	for n, h := range a.hosts {
		if left := h.next.Sub(now); left > 0 {
			wait = min(wait, left)
		} else if first := a.hosts[name]; first == nil || a.rank(n) < a.rank(name) || a.rank(n) == a.rank(name) && h.next.Before(first.next) {
			name = n
		}
	}
	return name, wait
}

// tend gets a certificate for a host that has none, and renews one when that is due. A Space that is gone is
// forgotten.
func (a *ACME) tend(name string) {
	now := a.o.now()
	a.mu.Lock()
	h := a.hosts[name]
	old := h.cert
	a.mu.Unlock()
	if !a.may(name) {
		a.mu.Lock()
		delete(a.hosts, name)
		close(h.tried)
		a.mu.Unlock()
		return
	}
	if old == nil && !a.isDomain(name) {
		if free := a.take(now); !free.IsZero() {
			a.end(name, h, nil, fmt.Errorf("%d Spaces asked the CA for their first certificate within seven days, which is as often as it is asked", a.o.weekly), free)
			return
		}
	}
	ctx, cancel := context.WithTimeout(a.ctx, attemptTime)
	defer cancel()
	cert, err := a.manage(ctx, name)
	switch {
	case a.ctx.Err() != nil:
		return
	case err != nil:
		err = fmt.Errorf("%s gave no certificate for %s: %w", a.o.Directory, name, reason(err))
		a.end(name, h, cert, err, now.Add(min(a.o.retry<<min(h.failures, 20), lastRetry)))
	default:
		now, life := a.o.now(), cert.Leaf.NotAfter.Sub(cert.Leaf.NotBefore)
		wait := max(min(lookAfter, life/10), time.Second)
		if isNew(old, cert) && dueAtOnce(cert.Leaf, now) {
			wait = max(wait, life/10)
			err = fmt.Errorf("a new certificate for %s is good from %s until %s, and by the clock here it is %s: one of the clocks is wrong, and the next one is asked for in %v",
				name, day(cert.Leaf.NotBefore), day(cert.Leaf.NotAfter), day(now), wait)
		}
		a.end(name, h, cert, err, now.Add(wait))
	}
	if cert != nil && isNew(old, cert) {
		a.o.Told(fmt.Sprintf("certificate for %s until %s", name, cert.Leaf.NotAfter.Local().Format("2006-01-02 15:04")))
	}
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func isNew(old, cert *tls.Certificate) bool { return old == nil || !old.Leaf.Equal(cert.Leaf) }

// dueAtOnce says whether a certificate that has just been made is to be renewed already: the clock here is ahead of the
// CA's. Each look would ask for another one, and Let's Encrypt gives five for the same names in seven days.
func dueAtOnce(leaf *x509.Certificate, now time.Time) bool {
	left, life := leaf.NotAfter.Sub(now), leaf.NotAfter.Sub(leaf.NotBefore)
	return now.Sub(leaf.NotBefore) > 24*time.Hour && float64(left) < certmagic.DefaultRenewalWindowRatio*float64(life)
}

// end notes what came of an attempt and lets go who waits for it. A certificate that could not be renewed goes on.
func (a *ACME) end(name string, h *host, cert *tls.Certificate, err error, next time.Time) {
	a.mu.Lock()
	if cert != nil {
		h.cert = cert
	}
	h.err, h.next = err, next
	if err == nil {
		h.failures = 0
	} else {
		h.failures++
		h.failed = a.o.now()
	}
	close(h.tried)
	h.tried = make(chan struct{})
	a.mu.Unlock()
	if err != nil {
		a.o.Log.Warn("no certificate", "host", name, "error", err.Error(), "again", next)
	}
}

// take counts the first certificate of another Space, or gives when there may be one again.
func (a *ACME) take(now time.Time) (free time.Time) {
	for len(a.orders) > 0 && now.Sub(a.orders[0]) >= week {
		a.orders = a.orders[1:]
	}
	if len(a.orders) >= a.o.weekly {
		return a.orders[0].Add(week)
	}
	a.orders = append(a.orders, now)
	return time.Time{}
}

// manage has certmagic load, obtain or renew the certificate of a name, and gives it; beside an error the one that
// there was, if any. The CA is asked only when it has to be.
func (a *ACME) manage(ctx context.Context, name string) (*tls.Certificate, error) {
	defer a.cache.RemoveManaged([]certmagic.SubjectIssuer{{Subject: name}})
	err := a.config.ManageSync(ctx, []string{name})
	var newest *tls.Certificate
	for _, c := range a.cache.AllMatchingCertificates(name) {
		if newest == nil || c.Leaf.NotAfter.After(newest.Leaf.NotAfter) {
			newest = &c.Certificate
		}
	}
	if err == nil && newest == nil {
		err = errors.New("it could not be kept")
	}
	return newest, err
}

// reason is the part of an error that says what happened: what the CA said, or why it could not be asked.
func reason(err error) error {
	var problem acme.Problem
	if errors.As(err, &problem) {
		return problem
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
