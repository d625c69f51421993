package policy

import (
	"errors"
	"strings"
	"testing"
)

// statementOf is a policy of one statement, with what the members change in
// it: "" leaves one out.
func statementOf(members map[string]string) string {
	s := map[string]string{"Effect": `"Allow"`, "Principal": `"*"`, "Action": `"s3:GetObject"`, "Resource": `"arn:aws:s3:::space/*"`}
	for name, v := range members {
		s[name] = v
	}
	var all []string
	for _, name := range []string{"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition", "Extra"} {
		if s[name] != "" {
			all = append(all, `"`+name+`":`+s[name])
		}
	}
	return "{" + strings.Join(all, ",") + "}"
}

func policyOf(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

type with = map[string]string

func TestParseRefuses(t *testing.T) {
	ok := statementOf(nil)
	condition := func(c string) string { return policyOf(statementOf(with{"Condition": c})) }
	principal := func(p string) string { return policyOf(statementOf(with{"Principal": p})) }
	action := func(a string) string { return policyOf(statementOf(with{"Action": a})) }
	resource := func(r string) string { return policyOf(statementOf(with{"Resource": r})) }
	for name, c := range map[string]struct{ doc, says string }{
		"nothing":                   {"", "first byte"},
		"a list":                    {"[]", "first byte"},
		"white space before":        {" " + policyOf(ok), "first byte"},
		"a byte order mark":         {"\ufeff" + policyOf(ok), "first byte"},
		"cut":                       {`{"Statement":`, "contains invalid Json"},
		"a second document":         {policyOf(ok) + policyOf(ok), "invalid Json"},
		"a trailing comma":          {`{"Statement":[],}`, "invalid Json"},
		"not UTF-8":                 {"{\"Id\":\"\xff\"}", "invalid Json"},
		"deep":                      {`{"Statement":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}", "invalid Json"},
		"over 20 KiB":               {policyOf(ok) + strings.Repeat(" ", MaxSize), "maximum allowed document size"},
		"a name twice":              {`{"Id":"a","Id":"b","Statement":` + ok + `}`, "twice"},
		"an effect twice":           {policyOf(`{"Effect":"Deny",` + ok[1:]), "twice"},
		"an operator twice":         {condition(`{"Bool":{"aws:SecureTransport":"true"},"Bool":{"aws:SecureTransport":"false"}}`), "twice"},
		"another version":           {`{"Version":"2012-10-18","Statement":` + ok + `}`, "valid version"},
		"a version that's a number": {`{"Version":2012,"Statement":` + ok + `}`, "valid version"},
		"an id that's a number":     {`{"Id":1,"Statement":` + ok + `}`, "Id"},
		"unknown of the policy":     {`{"Statements":[],"Statement":` + ok + `}`, "Unknown field"},
		"unknown in a statement":    {policyOf(statementOf(with{"Extra": "1"})), "Unknown field"},
		"names in another case":     {`{"statement":` + ok + `}`, "Unknown field"},
		"no statement":              {`{"Version":"2012-10-17"}`, "Statement"},
		"an empty list":             {`{"Statement":[]}`, "empty"},
		"a statement of text":       {`{"Statement":["a"]}`, "object"},
		"null":                      {`{"Statement":null}`, "object"},
		"no effect":                 {policyOf(statementOf(with{"Effect": ""})), "Missing required field Effect"},
		"effect in lower case":      {policyOf(statementOf(with{"Effect": `"allow"`})), "Invalid effect"},
		"no principal":              {policyOf(statementOf(with{"Principal": ""})), "Missing required field Principal"},
		"no action":                 {policyOf(statementOf(with{"Action": ""})), "Missing required field Action"},
		"no resource":               {policyOf(statementOf(with{"Resource": ""})), "Missing required field Resource"},
		"action and NotAction":      {policyOf(statementOf(with{"NotAction": `"s3:PutObject"`})), "both Action and NotAction"},
		"principal and not":         {policyOf(statementOf(with{"NotPrincipal": `"*"`})), "both"},
		"resource and not":          {policyOf(statementOf(with{"NotResource": `"arn:aws:s3:::space/*"`})), "both"},
		"a sid that's a number":     {policyOf(statementOf(with{"Sid": `1`})), "Sid"},
		"a sid twice":               {policyOf(statementOf(with{"Sid": `"a"`}), statementOf(with{"Sid": `"a"`})), "unique"},
		"any principal, misspelt":   {principal(`"**"`), "Invalid principal"},
		"a list of principals":      {principal(`["*","123456789012"]`), "Invalid principal"},
		"a list of nobody":          {principal(`[]`), "Invalid principal"},
		"an empty principal":        {principal(`{}`), "Invalid principal"},
		"an empty list of them":     {principal(`{"AWS":[]}`), "Invalid principal"},
		"an empty name":             {principal(`{"AWS":""}`), "Invalid principal"},
		"a key with a space":        {principal(`{"AWS":"AKIA 1"}`), "Invalid principal"},
		"a service with a space":    {principal(`{"Service":"a b"}`), "Invalid principal"},
		"an unknown kind":           {principal(`{"GCP":"x"}`), "Invalid principal"},
		"star of another kind":      {principal(`{"CanonicalUser":"*"}`), "Invalid principal"},
		"all of a path":             {principal(`{"AWS":"arn:aws:iam::123456789012:user/*"}`), "Invalid principal"},
		"a group":                   {principal(`{"AWS":"arn:aws:iam::123456789012:group/g"}`), "Invalid principal"},
		"root of nowhere":           {principal(`{"AWS":"arn:aws:iam:::root"}`), "Invalid principal"},
		"a bucket as principal":     {principal(`{"AWS":"arn:aws:s3:::space"}`), "Invalid principal"},
		"a variable as principal":   {principal(`{"AWS":"${aws:username}"}`), "Invalid principal"},
		"an unknown action":         {action(`"s3:GetObjekt"`), "invalid action"},
		"unknown by wildcard":       {action(`["s3:GetObject","s3:Got*"]`), "invalid action"},
		"another service":           {action(`"ec2:*"`), "invalid action"},
		"no service":                {action(`"GetObject"`), "invalid action"},
		"no actions":                {action(`[]`), "invalid action"},
		"an action of number":       {action(`[1]`), "invalid action"},
		"unknown NotAction":         {policyOf(statementOf(with{"Action": "", "NotAction": `"s3:Nothing"`})), "invalid action"},
		"another Space":             {resource(`"arn:aws:s3:::spaces/*"`), "invalid resource"},
		"one of them another":       {resource(`["arn:aws:s3:::space/*","arn:aws:s3:::other/*"]`), "invalid resource"},
		"a resource without ARN":    {resource(`"space/*"`), "invalid resource"},
		"an empty resource":         {resource(`"arn:aws:s3:::"`), "invalid resource"},
		"no resources":              {resource(`[]`), "invalid resource"},
		"another partition":         {resource(`"arn:aws:ec2:::space/*"`), "invalid resource"},
		"of objects, on the Space":  {action(`"s3:ListBucket"`), "does not apply"},
		"one of two does not":       {action(`["s3:GetObject","s3:ListBucket"]`), "does not apply"},
		"of the Space, on objects":  {resource(`"arn:aws:s3:::space"`), "does not apply"},
		"a condition of text":       {condition(`"a"`), "Condition"},
		"an unknown operator":       {condition(`{"StringSame":{"aws:Referer":"a"}}`), "Invalid Condition type"},
		"IfExists of Null":          {condition(`{"NullIfExists":{"aws:Referer":"true"}}`), "Invalid Condition type"},
		"an unknown quantifier":     {condition(`{"ForSomeValues:StringEquals":{"aws:Referer":"a"}}`), "Invalid Condition type"},
		"an operator of text":       {condition(`{"StringEquals":"a"}`), "condition keys"},
		"an unknown key":            {condition(`{"StringEquals":{"s3:suffix":"a"}}`), "invalid condition key"},
		"a tag without a name":      {condition(`{"StringEquals":{"s3:ExistingObjectTag/":"a"}}`), "invalid condition key"},
		"no values":                 {condition(`{"StringEquals":{"aws:Referer":[]}}`), "needs a value"},
		"a value of null":           {condition(`{"StringEquals":{"aws:Referer":null}}`), "needs a value"},
		"a value of an object":      {condition(`{"StringEquals":{"aws:Referer":{}}}`), "needs a value"},
		"no IP address":             {condition(`{"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}`), "Invalid IP address in Conditions"},
		"half an IP address":        {condition(`{"IpAddress":{"aws:SourceIp":"10.0"}}`), "Invalid IP address in Conditions"},
		"no address in a Null":      {condition(`{"Null":{"aws:SourceIp":"true"}}`), "Invalid IP address in Conditions"},
		"no address, for a text":    {condition(`{"StringLike":{"aws:SourceIp":"10.*"}}`), "Invalid IP address in Conditions"},
		"a prefix of one object":    {condition(`{"StringEquals":{"s3:prefix":"a"}}`), "Conditions do not apply"},
		"a prefix of the uploads":   {policyOf(statementOf(with{"Action": `"s3:ListBucketMultipartUploads"`, "Resource": `"arn:aws:s3:::space"`, "Condition": `{"StringEquals":{"s3:prefix":"a"}}`})), "Conditions do not apply"},
		"an ACL that is read":       {condition(`{"StringEquals":{"s3:x-amz-acl":"private"}}`), "Conditions do not apply"},
		"a version of the current":  {condition(`{"StringEquals":{"s3:VersionId":"a"}}`), "Conditions do not apply"},
		"one of two has no ACL":     {policyOf(statementOf(with{"Action": `["s3:PutObject","s3:GetObject"]`, "Condition": `{"StringEquals":{"s3:x-amz-acl":"private"}}`})), "Conditions do not apply"},
		"no number":                 {condition(`{"NumericEquals":{"s3:max-keys":"ten"}}`), "Invalid value"},
		"not a number":              {condition(`{"NumericLessThan":{"s3:max-keys":"NaN"}}`), "Invalid value"},
		"no date":                   {condition(`{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}`), "Invalid value"},
		"no boolean":                {condition(`{"Bool":{"aws:SecureTransport":"yes"}}`), "Invalid value"},
		"no base64":                 {condition(`{"BinaryEquals":{"aws:Referer":"*"}}`), "Invalid value"},
		"no ARN":                    {condition(`{"ArnLike":{"aws:SourceArn":"a:b"}}`), "Invalid value"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("space", []byte(c.doc))
			var refused *Error
			if !errors.As(err, &refused) || !strings.Contains(refused.Message, c.says) {
				t.Errorf("%s\nsays %v, want %q", c.doc, err, c.says)
			}
		})
	}
}

func TestParseTakes(t *testing.T) {
	for name, doc := range map[string]string{
		"one statement, no list": `{"Statement":` + statementOf(nil) + `}`,
		"the old version":        `{"Version":"2008-10-17","Id":"Policy 1","Statement":` + statementOf(with{"Sid": `"Allow all"`}) + `}`,
		"white space":            "{\n \"Statement\": [ " + statementOf(nil) + " ] }\n",
		"principals of all kinds": policyOf(statementOf(with{"Principal": `{"AWS":["123456789012","arn:aws:iam::s3tenant1:root","arn:aws:iam:::user/bob",
			"arn:aws:iam::123456789012:role/r","arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1","DO00ABCDEFGH"],"CanonicalUser":"79a59d","Service":"logging.s3.amazonaws.com","Federated":"accounts.google.com"}`})),
		"everybody in a list":   policyOf(statementOf(with{"Principal": `["*"]`})),
		"keys of some actions":  policyOf(statementOf(with{"Action": `"s3:*"`, "Condition": `{"StringEquals":{"s3:prefix":"a"}}`}), statementOf(with{"Action": "", "NotAction": `"s3:PutObject"`, "Condition": `{"StringEquals":{"s3:VersionId":"a"}}`})),
		"the Space and objects": policyOf(statementOf(with{"Action": `"s3:*"`, "Resource": `["arn:aws:s3:::space","arn:aws:s3:::space/*"]`})),
		"every resource":        policyOf(statementOf(with{"Action": `["*"]`, "Resource": `"*"`})),
		"every Space":           policyOf(statementOf(with{"Action": `["s3:ListBucket","s3:getobject"]`, "Resource": `["arn:aws:s3:::*","arn:aws:s3:::*/*"]`})),
		"part of the name":      policyOf(statementOf(with{"Resource": `"arn:aws:s3:::sp?ce/a/*.jpg"`})),
		"a variable":            policyOf(statementOf(with{"Resource": `"arn:aws:s3:::space/${aws:username}/*"`})),
		"numbers and booleans":  policyOf(statementOf(with{"Action": `"s3:List*"`, "Resource": `"*"`, "Condition": `{"Bool":{"aws:SecureTransport":true},"NumericLessThanEquals":{"s3:max-keys":[10]}}`})),
		"keys in any case":      policyOf(statementOf(with{"Condition": `{"StringLikeIfExists":{"AWS:referer":"a"},"ForAllValues:StringEquals":{"S3:requestobjecttagkeys":["a"]}}`})),
		"two unnamed":           policyOf(statementOf(with{"Sid": `""`}), statementOf(with{"Sid": `""`})),
		"NotResource":           policyOf(statementOf(with{"Resource": "", "NotResource": `"arn:aws:s3:::space/private/*"`})),
	} {
		if _, err := Parse("space", []byte(doc)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, doc)
		}
	}
}

func TestTheActionsOfEveryTableEntryAreKnown(t *testing.T) {
	for _, name := range []string{"s3:GetObject", "s3:listbucket", "s3:PutLifecycleConfiguration", "s3:BypassGovernanceRetention", "s3:GetBucketPolicyStatus"} {
		if !KnownAction(name) {
			t.Errorf("%s is not known", name)
		}
	}
	for _, name := range []string{"", "s3:", "s3:*", "GetObject", "s3:ListObjects"} {
		if KnownAction(name) {
			t.Errorf("%q is known", name)
		}
	}
	seen := map[string]bool{}
	for _, a := range actionNames {
		if seen[a.name] {
			t.Errorf("%s is in the table twice", a.name)
		}
		seen[a.name] = true
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(policyOf(statementOf(nil))))
	f.Add([]byte(policyOf(statementOf(with{"Effect": `"Deny"`, "Principal": "", "NotPrincipal": `{"AWS":["arn:aws:iam::123456789012:user/bob"]}`, "Action": "", "NotAction": `"s3:Get*"`}))))
	f.Add([]byte(policyOf(statementOf(with{"Resource": `"arn:aws:s3:::space/${aws:username, 'x'}/?*"`}))))
	f.Add([]byte(policyOf(statementOf(with{"Condition": `{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]},"NumericLessThan":{"s3:max-keys":"10"},"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}`}))))
	f.Add([]byte(policyOf(statementOf(with{"Condition": `{"ForAnyValue:StringLike":{"s3:RequestObjectTagKeys":["a*","${*}"]},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"},"Null":{"aws:Referer":true}}`}))))
	f.Add([]byte(`{"Statement":{"Effect":"Allow","Effect":"Deny"}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		p, err := Parse("space", doc)
		if err != nil {
			if refused := (*Error)(nil); !errors.As(err, &refused) || refused.Message == "" {
				t.Fatalf("error %v without a sentence", err)
			}
			return
		}
		anyone := Request{Principal: Principal{Anonymous: true}, Action: "s3:GetObject", Resource: ObjectARN("space", "a/b"),
			Values: func(key string) ([]string, bool) { return []string{"10.1.2.3"}, key == "aws:SourceIp" }}
		if p.Evaluate(anyone) == Allow && !strings.Contains(string(doc), "Allow") && !strings.Contains(string(doc), `\u`) {
			t.Fatal("allows without Allow")
		}
		anyone.Values = nil
		if p.Evaluate(anyone) == Allow && !p.Public() {
			t.Fatalf("anyone may read, but it is not public: %s", doc)
		}
	})
}
