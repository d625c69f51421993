package server_test

import (
	"fmt"
	"strings"
)

// under puts a new version under a customer's key, now and then.
func (p *player) under(v *refVersion) (headers []string) {
	if p.rng.IntN(6) > 0 {
		return nil
	}
	v.own = p.pick([]string{"k", "o"})
	return customer(v.own)
}

// opened are the headers of the key that a version is read with, which is not always the right one.
func (p *player) opened(v *refVersion, want outcome, prefix string) (headers []string, _ outcome) {
	switch {
	case v == nil:
		return nil, want
	case v.own == "" && p.rng.IntN(12) > 0:
		return nil, want
	case v.own == "":
		return customerAs(prefix, "k"), invalid
	}
	switch p.rng.IntN(4) {
	case 0:
		return nil, invalid
	case 1:
		return customerAs(prefix, "x"), kept
	}
	return customerAs(prefix, v.own), want
}

// refDay is a day that does not come while somebody plays.
func refDay(n int) string { return fmt.Sprintf("2099-01-%02dT00:00:00", n) }

// keeping gives a new version a retention, now and then.
func (p *player) keeping(s *refSpace, v *refVersion) (headers []string) {
	if !s.locks || p.rng.IntN(4) > 0 {
		return nil
	}
	v.mode, v.until = "GOVERNANCE", 1+p.rng.IntN(20)
	return []string{"X-Amz-Object-Lock-Mode", v.mode, "X-Amz-Object-Lock-Retain-Until-Date", refDay(v.until) + "Z", "Content-Md5", md5Base64(v.body)}
}

func (p *player) bypass() (is bool, headers []string) {
	if p.rng.IntN(2) == 0 {
		return false, nil
	}
	return true, []string{bypassing, "true"}
}

// retain changes the retention of a version. One that there is may be made longer, and one for governance be changed by
// who bypasses it (user guide, "Retention modes").
func (p *player) retain(name, key, at string, s *refSpace) {
	id, query := p.version(s, key)
	v, _ := s.find(key, id)
	if !s.locks || v == nil {
		return
	}
	query = strings.Replace(query, "?", "&", 1)
	mode, until, doc := p.pick([]string{"", "GOVERNANCE", "GOVERNANCE", "GOVERNANCE", "COMPLIANCE"}), 1+p.rng.IntN(20), "<Retention/>"
	if mode == "COMPLIANCE" && p.rng.IntN(4) > 0 {
		return // those stay for good
	}
	if mode != "" {
		doc = retentionDoc(mode, refDay(until)+"Z")
	}
	bypass, headers := p.bypass()
	want := fine
	if v.keeps(bypass) && !(mode == v.mode && until >= v.until) {
		want = kept
	}
	if p.expect(want, "PUT", at+"?retention"+query, doc, headers...) != nil {
		v.mode, v.until = mode, until
	}
	if v.mode == "" {
		p.expect(outcome{404, "NoSuchObjectLockConfiguration"}, "GET", at+"?retention"+query, "")
		return
	}
	if a := p.expect(fine, "GET", at+"?retention"+query, ""); first(a.body, "Mode") != v.mode || !strings.HasPrefix(first(a.body, "RetainUntilDate"), refDay(v.until)) {
		p.Fatalf("the retention is not %s until %s: %s", v.mode, refDay(v.until), a.body)
	}
}
