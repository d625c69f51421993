package policy

import (
	"fmt"
	"testing"
)

func TestConditions(t *testing.T) {
	const none = "-" // the request lacks the key
	for _, c := range []struct {
		operator, key, policy string
		request               any // string, []string
		want                  bool
	}{
		{"StringEquals", "aws:Referer", `"a"`, "a", true},
		{"StringEquals", "aws:Referer", `"a"`, "A", false},
		{"StringEquals", "aws:Referer", `["a","b"]`, "b", true},
		{"StringEquals", "aws:Referer", `"a*"`, "ab", false},
		{"StringEquals", "aws:Referer", `"a*"`, "a*", true},
		{"StringEquals", "aws:Referer", `""`, "", true},
		{"StringEquals", "aws:Referer", `""`, none, false},
		{"StringEquals", "aws:Referer", `"a"`, none, false},
		{"StringEqualsIfExists", "aws:Referer", `"a"`, none, true},
		{"StringEqualsIfExists", "aws:Referer", `"a"`, "b", false},
		{"StringNotEquals", "aws:Referer", `"a"`, "b", true},
		{"StringNotEquals", "aws:Referer", `["a","b"]`, "b", false},
		{"StringNotEquals", "aws:Referer", `"a"`, none, true},
		{"StringNotEqualsIfExists", "aws:Referer", `"a"`, none, true},
		{"StringNotEqualsIfExists", "aws:Referer", `"a"`, "a", false},
		{"StringEqualsIgnoreCase", "aws:Referer", `"aÜ"`, "Aü", true},
		{"StringNotEqualsIgnoreCase", "aws:Referer", `"a"`, "A", false},
		{"StringLike", "aws:Referer", `"https://example.com/*"`, "https://example.com/a/b", true},
		{"StringLike", "aws:Referer", `"https://example.com/*"`, "https://example.com.evil/", false},
		{"StringLike", "s3:prefix", `["home/${aws:username}/*",""]`, "home/bob/x", true},
		{"StringLike", "s3:prefix", `["home/${aws:username}/*",""]`, "", true},
		{"StringLike", "s3:prefix", `["home/${aws:username}/*",""]`, "home/eve/x", false},
		{"StringLike", "s3:prefix", `"${aws:PrincipalType}"`, "", false},
		{"StringNotLike", "s3:prefix", `"a*"`, "ab", false},
		{"StringNotLike", "s3:prefix", `"a*"`, none, true},
		{"NumericEquals", "s3:max-keys", `"10"`, "10", true},
		{"NumericEquals", "s3:max-keys", `10`, "10.0", true},
		{"NumericNotEquals", "s3:max-keys", `10`, "11", true},
		{"NumericNotEquals", "s3:max-keys", `10`, none, true},
		{"NumericLessThan", "s3:max-keys", `10`, "10", false},
		{"NumericLessThan", "s3:max-keys", `10`, "9", true},
		{"NumericLessThanEquals", "s3:max-keys", `10`, "10", true},
		{"NumericLessThanEquals", "s3:max-keys", `10`, none, false},
		{"NumericLessThanEquals", "s3:max-keys", `10`, "", false},
		{"NumericLessThanEquals", "s3:max-keys", `10`, "x", false},
		{"NumericGreaterThan", "s3:signatureAge", `600000`, "600001", true},
		{"NumericGreaterThanEquals", "s3:signatureAge", `600000`, "599999", false},
		{"NumericLessThan", "aws:EpochTime", `1800000000`, "1790000000", true},
		{"DateLessThan", "aws:CurrentTime", `"2026-11-22T12:00:00Z"`, "2026-11-22T11:59:59Z", true},
		{"DateLessThan", "aws:CurrentTime", `"2026-11-22T12:00:00Z"`, "2026-11-22T12:00:00Z", false},
		{"DateLessThanEquals", "aws:CurrentTime", `"2026-11-22T12:00:00Z"`, "2026-11-22T13:00:00+01:00", true},
		{"DateGreaterThan", "aws:CurrentTime", `"2026-11-22"`, "2026-11-22T00:00:01Z", true},
		{"DateGreaterThanEquals", "aws:EpochTime", `"1970-01-01T00:00:10Z"`, "10", true},
		{"DateEquals", "aws:CurrentTime", `"20261122T120000Z"`, "2026-11-22T12:00:00Z", true},
		{"DateNotEquals", "aws:CurrentTime", `"2026-11-22"`, "2026-11-22T00:00:00Z", false},
		{"DateLessThan", "aws:CurrentTime", `"2026-11-22"`, none, false},
		{"Bool", "aws:SecureTransport", `"true"`, "true", true},
		{"Bool", "aws:SecureTransport", `true`, "false", false},
		{"Bool", "aws:SecureTransport", `"FALSE"`, "false", true},
		{"Bool", "aws:SecureTransport", `"false"`, none, false},
		{"BoolIfExists", "aws:SecureTransport", `"false"`, none, true},
		{"IpAddress", "aws:SourceIp", `"192.0.2.0/24"`, "192.0.2.200", true},
		{"IpAddress", "aws:SourceIp", `"192.0.2.0/24"`, "192.0.3.1", false},
		{"IpAddress", "aws:SourceIp", `"192.0.2.7/24"`, "192.0.2.200", true},
		{"IpAddress", "aws:SourceIp", `"192.0.2.1"`, "192.0.2.1", true},
		{"IpAddress", "aws:SourceIp", `"192.0.2.0/24"`, "::ffff:192.0.2.1", true},
		{"IpAddress", "aws:SourceIp", `"2001:db8::/32"`, "2001:db8:1::1", true},
		{"IpAddress", "aws:SourceIp", `"0.0.0.0/0"`, "2001:db8::1", false},
		{"IpAddress", "aws:SourceIp", `"192.0.2.0/24"`, "", false},
		{"IpAddress", "aws:SourceIp", `"192.0.2.0/24"`, none, false},
		{"NotIpAddress", "aws:SourceIp", `["192.0.2.0/24","198.51.100.0/24"]`, "198.51.100.1", false},
		{"NotIpAddress", "aws:SourceIp", `"192.0.2.0/24"`, "198.51.100.1", true},
		{"NotIpAddress", "aws:SourceIp", `"192.0.2.0/24"`, none, true},
		{"Null", "s3:x-amz-server-side-encryption", `"true"`, none, true},
		{"Null", "s3:x-amz-server-side-encryption", `"true"`, "AES256", false},
		{"Null", "s3:x-amz-server-side-encryption", `false`, "AES256", true},
		{"Null", "s3:x-amz-server-side-encryption", `false`, none, false},
		{"Null", "aws:Referer", `"true"`, "", false},
		{"ArnLike", "aws:SourceArn", `"arn:aws:s3:::*"`, "arn:aws:s3:::space", true},
		{"ArnLike", "aws:SourceArn", `"arn:aws:s*:::t"`, "arn:aws:sns:us-east-1:1:t", false},
		{"ArnEquals", "aws:SourceArn", `"arn:aws:sns:*:1:t*"`, "arn:aws:sns:us-east-1:1:t:u", true},
		{"ArnNotLike", "aws:SourceArn", `"arn:aws:s3:::space"`, "arn:aws:s3:::other", true},
		{"ArnLike", "aws:SourceArn", `"*"`, "space", false},
		{"BinaryEquals", "aws:Referer", `"QUI="`, "QUI=", true},
		{"StringEquals", "s3:ExistingObjectTag/Team", `"a"`, "a", true},
		{"StringEquals", "S3:existingobjecttag/Team", `"a"`, "a", true},
		// Several values. Without a quantifier one that matches is enough,
		// and one that matches undoes a negation.
		{"StringEquals", "s3:RequestObjectTagKeys", `"a"`, []string{"a", "b"}, true},
		{"StringNotEquals", "s3:RequestObjectTagKeys", `"a"`, []string{"a", "b"}, false},
		{"ForAllValues:StringEquals", "s3:RequestObjectTagKeys", `["a","b"]`, []string{"a", "b"}, true},
		{"ForAllValues:StringEquals", "s3:RequestObjectTagKeys", `["a","b"]`, []string{"a", "c"}, false},
		{"ForAllValues:StringEquals", "s3:RequestObjectTagKeys", `"a"`, none, true},
		{"ForAllValues:StringEquals", "s3:RequestObjectTagKeys", `"a"`, []string{}, true},
		{"ForAllValues:StringNotEquals", "s3:RequestObjectTagKeys", `"a"`, []string{"b", "c"}, true},
		{"ForAllValues:StringNotEquals", "s3:RequestObjectTagKeys", `"a"`, []string{"b", "a"}, false},
		{"ForAnyValue:StringEquals", "s3:RequestObjectTagKeys", `["a","b"]`, []string{"c", "b"}, true},
		{"ForAnyValue:StringEquals", "s3:RequestObjectTagKeys", `"a"`, []string{"c"}, false},
		{"ForAnyValue:StringEquals", "s3:RequestObjectTagKeys", `"a"`, none, false},
		{"ForAnyValue:StringNotEquals", "s3:RequestObjectTagKeys", `"a"`, []string{"a", "b"}, true},
		{"ForAnyValue:StringNotEquals", "s3:RequestObjectTagKeys", `"a"`, none, false},
		{"ForAnyValue:StringLikeIfExists", "s3:RequestObjectTagKeys", `"a*"`, none, false},
	} {
		p := mustParse(t, policyOf(statementOf(with{"Action": `"s3:*"`, "Condition": fmt.Sprintf(`{%q:{%q:%s}}`, c.operator, c.key, c.policy)})))
		r := get("a")
		r.Values = func(key string) ([]string, bool) {
			if key == "aws:username" {
				return []string{"bob"}, true
			}
			if key != canonicalKey(c.key) || c.request == none {
				return nil, false
			}
			if many, ok := c.request.([]string); ok {
				return many, true
			}
			return []string{c.request.(string)}, true
		}
		if got := p.Evaluate(r) == Allow; got != c.want {
			t.Errorf("%s of %s %s with %q: %v", c.operator, c.key, c.policy, c.request, got)
		}
	}
}

func TestEveryConditionMustHold(t *testing.T) {
	p := mustParse(t, policyOf(statementOf(with{"Condition": `{"StringEquals":{"aws:Referer":"a","aws:UserAgent":"b"},"Bool":{"aws:SecureTransport":"true"}}`})))
	all := map[string]string{"aws:Referer": "a", "aws:UserAgent": "b", "aws:SecureTransport": "true"}
	r := get("a")
	r.Values = values(all)
	if d := p.Evaluate(r); d != Allow {
		t.Fatalf("all hold: %v", d)
	}
	for key, v := range all {
		all[key] = "x"
		if d := p.Evaluate(r); d != None {
			t.Errorf("without %s: %v", key, d)
		}
		all[key] = v
	}
}

// The pattern of the S3 User Guide for refusing plain HTTP.
func TestDenyOfPlainHTTPIsNoAllowOfTLS(t *testing.T) {
	p := mustParse(t, policyOf(statementOf(with{"Effect": `"Deny"`, "Condition": `{"Bool":{"aws:SecureTransport":"false"}}`})))
	r := get("a").by(bob)
	for secure, want := range map[string]Decision{"true": None, "false": Deny} {
		r.Values = values(map[string]string{"aws:SecureTransport": secure})
		if d := p.Evaluate(r); d != want {
			t.Errorf("secure %s: %v, want %v", secure, d, want)
		}
	}
}

func TestLongPatternsTakeNoLongTime(t *testing.T) {
	many := "arn:aws:s3:::space/"
	for range 2000 {
		many += "a*"
	}
	p := mustParse(t, policyOf(statementOf(with{"Resource": `"` + many + `b"`})))
	key := ""
	for range 1024 {
		key += "a"
	}
	if d := p.Evaluate(get(key)); d != None {
		t.Errorf("%v", d)
	}
}

func TestAskingDoesNotAllocate(t *testing.T) {
	p := mustParse(t, policyOf(statementOf(nil)))
	r := get("a")
	r.Action = "s3:getobject"
	if n := testing.AllocsPerRun(100, func() { p.Evaluate(r) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
