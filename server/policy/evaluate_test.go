package policy

import "testing"

func mustParse(t testing.TB, doc string) *Policy {
	t.Helper()
	p, err := Parse("space", []byte(doc))
	if err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	return p
}

// values makes a lookup of keys with one value each.
func values(all map[string]string) func(string) ([]string, bool) {
	return func(key string) ([]string, bool) {
		v, ok := all[key]
		return []string{v}, ok
	}
}

func get(key string) Request {
	return Request{Principal: Principal{Anonymous: true}, Action: "s3:GetObject", Resource: ObjectARN("space", key)}
}

func (r Request) by(p Principal) Request { r.Principal = p; return r }

var bob = Principal{AccessKey: "DO00BOB", User: "bob", Account: "123456789012", Canonical: "c0ffee"}

func TestExplicitDenyWinsWhateverTheOrder(t *testing.T) {
	allow := statementOf(with{"Action": `"s3:*"`})
	deny := statementOf(with{"Effect": `"Deny"`, "Resource": `"arn:aws:s3:::space/private/*"`})
	for _, doc := range []string{policyOf(allow, deny), policyOf(deny, allow), policyOf(allow, allow, deny, allow)} {
		p := mustParse(t, doc)
		if d := p.Evaluate(get("private/a")); d != Deny {
			t.Errorf("private/a: %v", d)
		}
		if d := p.Evaluate(get("public/a")); d != Allow {
			t.Errorf("public/a: %v", d)
		}
		other := get("")
		other.Resource = BucketARN("space")
		if d := p.Evaluate(other); d != None {
			t.Errorf("the Space itself: %v", d)
		}
	}
}

func TestActions(t *testing.T) {
	for _, c := range []struct {
		member, actions, asked string
		want                   Decision
	}{
		{"Action", `"s3:GetObject"`, "s3:GetObject", Allow},
		{"Action", `"S3:getOBJECT"`, "s3:GetObject", Allow},
		{"Action", `"s3:GetObject"`, "s3:GetObjectAcl", None},
		{"Action", `"s3:GetObject*"`, "s3:GetObjectAcl", Allow},
		{"Action", `"s3:?etObject"`, "s3:GetObject", Allow},
		{"Action", `"s3:*Object"`, "s3:DeleteObject", Allow},
		{"Action", `"*"`, "s3:PutObject", Allow},
		{"Action", `["s3:PutObject","s3:DeleteObject"]`, "s3:DeleteObject", Allow},
		{"NotAction", `"s3:PutObject"`, "s3:DeleteObject", Allow},
		{"NotAction", `"s3:Put*"`, "s3:PutObject", None},
		{"NotAction", `["s3:PutObject","s3:DeleteObject"]`, "s3:DeleteObject", None},
	} {
		p := mustParse(t, policyOf(statementOf(with{"Action": "", c.member: c.actions})))
		r := get("a")
		r.Action = c.asked
		if d := p.Evaluate(r); d != c.want {
			t.Errorf("%s %s: %s is %v, want %v", c.member, c.actions, c.asked, d, c.want)
		}
	}
}

func TestResources(t *testing.T) {
	for _, c := range []struct {
		member, resources, key string
		want                   Decision
	}{
		{"Resource", `"arn:aws:s3:::space/*"`, "a/b/c", Allow},
		{"Resource", `"arn:aws:s3:::space/*"`, "//", Allow},
		{"Resource", `"arn:aws:s3:::space/a*c"`, "a/b/c", Allow},
		{"Resource", `"arn:aws:s3:::space/a/?/c"`, "a/ü/c", Allow},
		{"Resource", `"arn:aws:s3:::space/a/?/c"`, "a/bb/c", None},
		{"Resource", `"arn:aws:s3:::space/a"`, "A", None},
		{"Resource", `"arn:aws:s3:::space/*/thumb/*.jpg"`, "a/b/thumb/thumb/x.jpg", Allow},
		{"Resource", `"arn:aws:s3:::space/*/thumb/*.jpg"`, "thumb/x.jpg", None},
		{"Resource", `"arn:aws:s3:::space/*aab"`, "aaaaab", Allow},
		{"Resource", `"arn:aws:s3:::space/*aab"`, "aaaaaba", None},
		{"Resource", `"arn:aws:s3:::space*"`, "a", Allow},
		{"Resource", `"*"`, "a", Allow},
		{"Resource", `["arn:aws:s3:::space/a","arn:aws:s3:::space/b"]`, "b", Allow},
		{"NotResource", `"arn:aws:s3:::space/private/*"`, "private/a", None},
		{"NotResource", `"arn:aws:s3:::space/private/*"`, "privat", Allow},
		{"Resource", `"arn:aws:s3:::space/${*}"`, "*", Allow},
		{"Resource", `"arn:aws:s3:::space/${*}"`, "a", None},
		{"Resource", `"arn:aws:s3:::space/home/${aws:username}/*"`, "home/bob/a", Allow},
		{"Resource", `"arn:aws:s3:::space/home/${aws:username}/*"`, "home/bo/a", None},
		{"Resource", `"arn:aws:s3:::space/home/${aws:userid}/*"`, "home/*/a", Allow},
		{"Resource", `"arn:aws:s3:::space/home/${aws:userid}/*"`, "home/bob/a", None},
		{"Resource", `"arn:aws:s3:::space/home/${aws:Referer}/*"`, "home//a", None},
		{"Resource", `"arn:aws:s3:::space/home/${aws:Referer, 'all'}/*"`, "home/all/a", Allow},
	} {
		p := mustParse(t, policyOf(statementOf(with{"Resource": "", c.member: c.resources})))
		r := get(c.key)
		r.Values = values(map[string]string{"aws:username": "bob", "aws:userid": "*"})
		if d := p.Evaluate(r); d != c.want {
			t.Errorf("%s %s: %s is %v, want %v", c.member, c.resources, c.key, d, c.want)
		}
	}
}

func TestVariablesAreTextInTheOldLanguage(t *testing.T) {
	p := mustParse(t, `{"Version":"2008-10-17","Statement":`+statementOf(with{"Resource": `"arn:aws:s3:::space/${aws:username}"`})+`}`)
	r := get("bob")
	r.Values = values(map[string]string{"aws:username": "bob"})
	if d := p.Evaluate(r); d != None {
		t.Errorf("a variable was replaced: %v", d)
	}
	r.Resource = ObjectARN("space", "${aws:username}")
	if d := p.Evaluate(r); d != Allow {
		t.Errorf("its text: %v", d)
	}
}

func TestPrincipals(t *testing.T) {
	anonymous := Principal{Anonymous: true}
	eve := Principal{AccessKey: "DO00EVE", User: "eve", Account: "999999999999", Canonical: "bad"}
	noAccount := Principal{AccessKey: "DO00BOB", User: "bob"}
	limited := bob
	limited.Limited = true
	for _, c := range []struct {
		member, principal string
		who               Principal
		want              bool
	}{
		{"Principal", `"*"`, anonymous, true},
		{"Principal", `{"AWS":"*"}`, anonymous, true},
		{"Principal", `{"AWS":["DO00EVE","*"]}`, anonymous, true},
		{"Principal", `"*"`, bob, true},
		{"Principal", `{"AWS":"DO00BOB"}`, bob, true},
		{"Principal", `{"AWS":"DO00BOB"}`, eve, false},
		{"Principal", `{"AWS":"DO00BOB"}`, anonymous, false},
		{"Principal", `{"AWS":"DO00BOB"}`, Principal{Anonymous: true, AccessKey: "DO00BOB"}, false},
		{"Principal", `{"AWS":"123456789012"}`, bob, true},
		{"Principal", `{"AWS":"arn:aws:iam::123456789012:root"}`, bob, true},
		{"Principal", `{"AWS":"arn:aws:iam::123456789012:root"}`, eve, false},
		{"Principal", `{"AWS":"arn:aws:iam::123456789012:root"}`, limited, false},
		{"Principal", `{"CanonicalUser":"c0ffee"}`, limited, false},
		{"Principal", `{"AWS":"arn:aws:iam::123456789012:user/bob"}`, limited, true},
		{"Principal", `{"AWS":"arn:aws:iam::123456789012:root"}`, anonymous, false},
		{"Principal", `{"AWS":"arn:aws:iam::123456789012:user/bob"}`, bob, true},
		{"Principal", `{"AWS":"arn:aws:iam::123456789012:user/bob"}`, noAccount, false},
		{"Principal", `{"AWS":"arn:aws:iam::999999999999:user/bob"}`, bob, false},
		{"Principal", `{"AWS":"arn:aws:iam:::user/bob"}`, bob, true},
		{"Principal", `{"AWS":"arn:aws:iam:::user/DO00BOB"}`, noAccount, true},
		{"Principal", `{"AWS":"arn:aws:iam:::user/BOB"}`, bob, false},
		{"Principal", `{"AWS":"arn:aws:iam:::user/team/bob"}`, bob, false},
		{"Principal", `{"AWS":"arn:aws:iam::123456789012:role/bob"}`, bob, false},
		{"Principal", `{"CanonicalUser":"c0ffee"}`, bob, true},
		{"Principal", `{"CanonicalUser":"c0ffee"}`, eve, false},
		{"Principal", `{"Service":"logging.s3.amazonaws.com"}`, Principal{Service: "logging.s3.amazonaws.com"}, true},
		{"Principal", `{"Service":"logging.s3.amazonaws.com"}`, bob, false},
		{"Principal", `{"AWS":"bob"}`, bob, false},
		{"Principal", `{"AWS":"DO00BOB"}`, Principal{}, false},
		// NotPrincipal is everyone else: anonymous requests, too.
		{"NotPrincipal", `{"AWS":"DO00BOB"}`, bob, false},
		{"NotPrincipal", `{"AWS":"DO00BOB"}`, eve, true},
		{"NotPrincipal", `{"AWS":"DO00BOB"}`, anonymous, true},
		{"NotPrincipal", `{"AWS":["DO00BOB","DO00EVE"]}`, eve, false},
		{"NotPrincipal", `{"AWS":"arn:aws:iam::123456789012:role/bob"}`, bob, true},
		{"NotPrincipal", `"*"`, anonymous, false},
		{"NotPrincipal", `"*"`, bob, false},
	} {
		for effect, speaks := range map[string]Decision{`"Allow"`: Allow, `"Deny"`: Deny} {
			if c.member == "NotPrincipal" && speaks == Allow {
				continue // which there is not
			}
			want := None
			if c.want {
				want = speaks
			}
			p := mustParse(t, policyOf(statementOf(with{"Effect": effect, "Principal": "", c.member: c.principal})))
			if d := p.Evaluate(get("a").by(c.who)); d != want {
				t.Errorf("%s %s %s: %+v: %v, want %v", effect, c.member, c.principal, c.who, d, want)
			}
		}
	}
}

func TestPublic(t *testing.T) {
	condition := func(c string) string { return policyOf(statementOf(with{"Condition": c})) }
	private := statementOf(with{"Principal": `{"AWS":"arn:aws:iam::123456789012:root"}`})
	for _, c := range []struct {
		name, doc string
		want      bool
	}{
		{"anyone", policyOf(statementOf(nil)), true},
		{"an account", policyOf(private), false},
		{"a service", policyOf(statementOf(with{"Principal": `{"Service":"logging.s3.amazonaws.com"}`})), false},
		{"anyone among others", policyOf(statementOf(with{"Principal": `{"AWS":["DO00BOB","*"]}`})), true},
		{"denied to all but one", policyOf(statementOf(with{"Effect": `"Deny"`, "Principal": "", "NotPrincipal": `{"AWS":"DO00BOB"}`})), false},
		{"one of two statements", policyOf(private, statementOf(nil)), true},
		{"only a deny", policyOf(statementOf(with{"Effect": `"Deny"`})), false},
		{"denied again", policyOf(statementOf(nil), statementOf(with{"Effect": `"Deny"`})), true},
		{"one address", condition(`{"IpAddress":{"aws:SourceIp":"192.0.2.1"}}`), false},
		{"a range", condition(`{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]}}`), false},
		{"a broad range", condition(`{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","64.0.0.0/7"]}}`), true},
		{"a broad range of IPv6", condition(`{"IpAddress":{"aws:SourceIp":"2001::/31"}}`), true},
		{"everywhere", condition(`{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`), true},
		{"not an address", condition(`{"NotIpAddress":{"aws:SourceIp":"192.0.2.1"}}`), true},
		{"an address if any", condition(`{"IpAddressIfExists":{"aws:SourceIp":"192.0.2.1"}}`), true},
		{"all addresses of none", condition(`{"ForAllValues:IpAddress":{"aws:SourceIp":"192.0.2.1"}}`), true},
		{"a network", condition(`{"StringEquals":{"aws:SourceVpc":"vpc-91237329"}}`), false},
		{"networks by wildcard", condition(`{"StringLike":{"aws:SourceVpc":"vpc-*"}}`), true},
		{"no wildcard in it", condition(`{"StringLike":{"aws:SourceVpc":"vpc-1"}}`), false},
		{"a variable", condition(`{"StringEquals":{"aws:SourceVpc":"${aws:username}"}}`), true},
		{"an ARN", condition(`{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:1:t"}}`), false},
		{"an ARN by wildcard", condition(`{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:1:t"}}`), true},
		{"a user id", condition(`{"StringEquals":{"aws:userid":"AIDA1"}}`), false},
		{"a session of a role", condition(`{"StringEquals":{"aws:userid":"AROLEID:x"}}`), true},
		{"a referer", condition(`{"StringEquals":{"aws:Referer":"https://example.com/"}}`), true},
		{"TLS", condition(`{"Bool":{"aws:SecureTransport":"true"}}`), true},
		{"two conditions", condition(`{"Bool":{"aws:SecureTransport":"true"},"IpAddress":{"aws:SourceIp":"192.0.2.1"}}`), false},
	} {
		if got := mustParse(t, c.doc).Public(); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
