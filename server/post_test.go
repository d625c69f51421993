package server_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"spaces/server/sigv4"
)

func TestASignedFormUploads(t *testing.T) {
	soon := time.Now().Add(time.Hour)
	for name, form := range map[string]*postForm{
		"V4": signed(),
		"V2": usual().signV2(policyText(soon, conditions())),
		"names in any case": newForm("kEy", "user/a.txt", "aCl", "private", "content-TYPE", "text/plain", "X-Amz-Meta-Tag", "t").
			signV2(policyText(soon, []any{map[string]string{"bUcKeT": "media"}, []any{"StArTs-WiTh", "$KeY", "user/"}, map[string]string{"AcL": "private"},
				[]any{"starts-with", "$CoNtEnT-TyPe", "text/"}, []any{"EQ", "$x-AMZ-meta-tag", "t"}})),
		"ignored field":          signed().set("x-ignore-me", "please"),
		"as the document writes": usual().signV2(`{"expiration": "2107-12-01T12:00:00.000Z", "conditions": [ {"acl": "private" }, {"bucket": "media" }, ["starts-with", "$key", "user/"], ["starts-with", "$Content-Type", ""], {"x-amz-meta-tag": "t"}, ] }`),
		"several types":          usual().set("Content-Type", "text/plain,text/css").signV2(policyText(soon, conditions())),
	} {
		t.Run(name, func(t *testing.T) {
			f := withSpace(t)
			a := f.post(form.body("hello"))
			if a.StatusCode != 204 || a.body != "" || a.Header.Get("Etag") == "" || a.Header.Get("Location") != "http://"+host+"/media/user/a.txt" {
				t.Fatalf("%d %v %s", a.StatusCode, a.Header, a.body)
			}
			if a.Header.Get(sumHeader("CRC64NVME")) != digest("CRC64NVME", "hello") { // it came without a checksum
				t.Error(a.Header)
			}
			g := f.want(200, "GET", "/media/user/a.txt", "")
			if g.body != "hello" || !strings.HasPrefix(g.Header.Get("Content-Type"), "text/plain") || g.Header.Get("X-Amz-Meta-Tag") != "t" || g.Header.Get("Etag") != a.Header.Get("Etag") {
				t.Errorf("%q %v", g.body, g.Header)
			}
			f.refused(f.anonymous("GET", "/media/user/a.txt", ""), 403, "AccessDenied")
		})
	}
}

// Programs send the file as a field like others, without a name.
func TestAFileWithoutANameLeavesItsPlaceholder(t *testing.T) {
	f := withSpace(t)
	for disposition, want := range map[string]string{
		`name="file"`:                     "user/${filename}",
		`name="file"; filename=""`:        "user/",
		`name="file"; filename*=UTF-8''b`: "user/b",
	} {
		p := newForm("key", "user/${filename}", "x-amz-meta-from", "${filename}").
			signV2(policyText(time.Now().Add(time.Hour), []any{map[string]string{"bucket": "media"}, []any{"starts-with", "$key", "user/"}, []any{"starts-with", "$x-amz-meta-from", ""}}))
		body := p.fields() + "--x-boundary\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\nhello\r\n--x-boundary--\r\n"
		if a := f.post(body); a.StatusCode != 204 {
			t.Errorf("%s: %d %s", disposition, a.StatusCode, a.body)
		}
		if a := f.want(200, "GET", target("media", want), ""); a.body != "hello" || a.Header.Get("X-Amz-Meta-From") != strings.TrimPrefix(want, "user/") {
			t.Errorf("%s: %q %v", disposition, a.body, a.Header)
		}
		f.want(204, "DELETE", target("media", want), "")
	}
}

func TestAFormNamesItsFileAndItsAnswer(t *testing.T) {
	f := withSpace(t)
	form := func(more ...string) *postForm {
		p := newForm(append([]string{"key", "user/${filename}"}, more...)...)
		list := []any{map[string]string{"bucket": "media"}, []any{"starts-with", "$key", "user/"}}
		for i := 0; i < len(more); i += 2 {
			list = append(list, map[string]string{more[i]: more[i+1]})
		}
		p.filename = `C:\pictures\my file.png`
		return p.signV2(policyText(time.Now().Add(time.Hour), list))
	}
	key := "/media/user/my%20file.png"
	a := f.post(form("success_action_status", "201").body("hello"))
	if a.StatusCode != 201 || first(a.body, "Bucket") != "media" || first(a.body, "Key") != "user/my file.png" ||
		first(a.body, "Location") != "http://"+host+key || first(a.body, "ETag") != a.Header.Get("Etag") || !strings.Contains(a.body, "<PostResponse>") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if g := f.want(200, "GET", key, ""); g.body != "hello" || !strings.HasPrefix(g.Header.Get("Content-Type"), "binary/octet-stream") {
		t.Errorf("%q %v", g.body, g.Header)
	}
	for status, want := range map[string]int{"200": 200, "204": 204, "404": 204, "x": 204} {
		if a := f.post(form("success_action_status", status).body("hello")); a.StatusCode != want || a.body != "" {
			t.Error(status, a.StatusCode, a.body)
		}
	}
	for _, field := range []string{"success_action_redirect", "redirect"} {
		a := f.post(form(field, "https://example.com/done?x=1").body("hello"))
		if want := "https://example.com/done?x=1&bucket=media&key=user%2Fmy+file.png&etag=%22" + strings.Trim(a.Header.Get("Etag"), `"`) + "%22"; a.StatusCode != 303 || a.Header.Get("Location") != want {
			t.Errorf("%d %q, want %q", a.StatusCode, a.Header.Get("Location"), want)
		}
	}
	if a := f.post(form("success_action_redirect", "javascript:alert(1)").body("hello")); a.StatusCode != 204 {
		t.Error(a.StatusCode)
	}
}

func TestABrokenFormStoresNothing(t *testing.T) {
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Second)
	v2 := func(text string) *postForm { return usual().signV2(text) }
	with := func(list ...any) *postForm { return v2(policyText(soon, conditions(list...))) }
	date := soon.UTC().Format(time.RFC3339)
	for name, c := range map[string]struct {
		status int
		code   string
		body   string
	}{
		"anonymous":          {403, "AccessDenied", usual().body("x")},
		"no key":             {400, "InvalidArgument", newForm("acl", "private").body("x")},
		"key after the file": {400, "InvalidArgument", strings.Replace(newForm().body("x"), "--x-boundary--\r\n", newForm("key", "a").fields()+"--x-boundary--\r\n", 1)},
		"no file":            {400, "InvalidArgument", usual().fields() + "--x-boundary--\r\n"},
		"two files":          {400, "InvalidArgument", strings.TrimSuffix(signed().body("x"), "--x-boundary--\r\n") + newForm().body("y")},
		"no end":             {400, "MalformedPOSTRequest", strings.TrimSuffix(signed().body("x"), "\r\n--x-boundary--\r\n")},
		"no form":            {400, "MalformedPOSTRequest", "hello"},
		"field twice":        {400, "InvalidArgument", newForm("acl", "private").fields() + signed().body("x")},
		"too many fields":    {400, "MaxPostPreDataLengthExceeded", signed().set("x-ignore-it", strings.Repeat("i", 20<<10)).body("x")},
		"policy of nobody":   {400, "InvalidArgument", usual().set("policy", "e30=").body("x")},
		"no policy":          {400, "InvalidArgument", signed().set("policy", "").body("x")},
		"no signature V4":    {400, "InvalidArgument", signed().set("x-amz-signature", "").body("x")},
		"no date":            {400, "InvalidArgument", signed().set("x-amz-date", "").body("x")},
		"no credential":      {400, "InvalidArgument", signed().set("x-amz-credential", "").body("x")},
		"bad credential":     {400, "InvalidArgument", signed().set("x-amz-credential", accessKey+"/20260101/s3").body("x")},
		"other algorithm":    {400, "InvalidArgument", signed().set("x-amz-algorithm", "AWS4-HMAC-SHA1").body("x")},
		"no signature V2":    {400, "InvalidArgument", with().set("signature", "").body("x")},
		"no key id V2":       {400, "InvalidArgument", with().set("AWSAccessKeyId", "").body("x")},
		"both versions":      {400, "InvalidArgument", signed().set("AWSAccessKeyId", accessKey).set("signature", "x").body("x")},
		"session token":      {400, "InvalidToken", signed().set("x-amz-security-token", "t").body("x")},
		"unknown key V4":     {403, "InvalidAccessKeyId", signed().set("x-amz-credential", "OTHER/"+time.Now().UTC().Format("20060102")+"/us-east-1/s3/aws4_request").body("x")},
		"unknown key V2":     {403, "InvalidAccessKeyId", with().set("AWSAccessKeyId", "OTHER").body("x")},
		"wrong signature V4": {403, "SignatureDoesNotMatch", signed().set("x-amz-signature", strings.Repeat("0", 64)).body("x")},
		"wrong signature V2": {403, "SignatureDoesNotMatch", with().set("signature", "AAAA").body("x")},
		"tampered policy":    {403, "SignatureDoesNotMatch", with().set("policy", base64.StdEncoding.EncodeToString([]byte(policyText(soon, conditions())+" "))).body("x")},
		"expired":            {403, "AccessDenied", v2(policyText(past, conditions())).body("x")},
		"not base64": {400, "InvalidPolicyDocument", func() string {
			s := sigv4.SignFormV2(accessKey, secretKey, "%%")
			return usual().set("AWSAccessKeyId", s.AccessKey).set("signature", s.SignatureV2).set("policy", s.Policy).body("x")
		}()},
		"not JSON":                     {400, "InvalidPolicyDocument", v2(`{"expiration"`).body("x")},
		"a list":                       {400, "InvalidPolicyDocument", v2(`[]`).body("x")},
		"no expiration":                {400, "InvalidPolicyDocument", v2(`{"conditions":[{"bucket":"media"}]}`).body("x")},
		"no conditions":                {400, "InvalidPolicyDocument", v2(`{"expiration":"` + date + `"}`).body("x")},
		"EXPIRATION":                   {400, "InvalidPolicyDocument", v2(`{"EXPIRATION":"` + date + `","conditions":[{"bucket":"media"}]}`).body("x")},
		"CONDITIONS":                   {400, "InvalidPolicyDocument", v2(`{"expiration":"` + date + `","CONDITIONS":[{"bucket":"media"}]}`).body("x")},
		"bad date":                     {400, "InvalidPolicyDocument", v2(`{"expiration":"` + soon.Format(time.DateTime) + `","conditions":[]}`).body("x")},
		"date of another zone":         {400, "InvalidPolicyDocument", v2(`{"expiration":"2107-12-01T12:00:00+02:00","conditions":[]}`).body("x")},
		"empty condition":              {400, "InvalidPolicyDocument", with(map[string]string{}).body("x")},
		"unknown operator":             {400, "InvalidPolicyDocument", with([]any{"ends-with", "$key", "t"}).body("x")},
		"two arguments":                {400, "InvalidPolicyDocument", with([]any{"eq", "$key"}).body("x")},
		"no dollar":                    {403, "AccessDenied", with([]any{"starts-with", "key", "user/"}).body("x")},
		"a number":                     {400, "InvalidPolicyDocument", with([]any{"eq", "$key", 1}).body("x")},
		"range of one":                 {400, "InvalidPolicyDocument", with([]any{"content-length-range", 0}).body("x")},
		"negative range":               {400, "InvalidPolicyDocument", with([]any{"content-length-range", -1, 0}).body("x")},
		"range of words":               {400, "InvalidPolicyDocument", with([]any{"content-length-range", "a", "b"}).body("x")},
		"too large":                    {400, "EntityTooLarge", signed().body(strings.Repeat("x", 1001))},
		"not even a byte":              {400, "EntityTooLarge", with([]any{"content-length-range", 0, 0}).body("x")},
		"too small":                    {400, "EntityTooSmall", with([]any{"content-length-range", 512, 1000}).body("x")},
		"other key":                    {403, "AccessDenied", signed().set("key", "other/a.txt").body("x")},
		"other type":                   {403, "AccessDenied", signed().set("Content-Type", "image/png").body("x")},
		"one of the types":             {403, "AccessDenied", signed().set("Content-Type", "text/plain,image/png").body("x")},
		"other acl":                    {403, "AccessDenied", signed().set("acl", "public-read").body("x")},
		"field outside of the policy":  {403, "AccessDenied", signed().set("x-amz-meta-other", "o").body("x")},
		"field the policy wants":       {403, "AccessDenied", with(map[string]string{"x-amz-meta-wanted": "w"}).body("x")},
		"bucket not in the policy":     {403, "AccessDenied", v2(policyText(soon, conditions()[1:])).body("x")},
		"other bucket":                 {403, "AccessDenied", v2(policyText(soon, append(conditions()[1:], map[string]string{"bucket": "other"}))).body("x")},
		"signature outside the policy": {403, "AccessDenied", usual().signV4(policyText(soon, conditions())).body("x")},
		"wrong digest":                 {400, "BadDigest", usual().set("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==").signV2(policyText(soon, conditions([]any{"starts-with", "$content-md5", ""}))).body("x")},
		"bad tagging":                  {400, "MalformedXML", usual().set("tagging", "a=b").signV2(policyText(soon, conditions([]any{"starts-with", "$tagging", ""}))).body("x")},
		"key too long":                 {400, "KeyTooLongError", usual().set("key", "user/"+strings.Repeat("k", 1020)).signV2(policyText(soon, conditions())).body("x")},
		"climbing key":                 {400, "InvalidURI", usual().set("key", "user/../../x").signV2(policyText(soon, conditions())).body("x")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := withSpace(t)
			before := f.dump()
			f.refused(f.post(c.body), c.status, c.code)
			if f.dump() != before {
				t.Error("something was stored")
			}
		})
	}
}

func TestOnlyFormsAreForms(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	for _, kind := range []string{"", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x-boundary", "multipart/form-data; boundary"} {
		f.refused(f.anonymous("POST", "/media", signed().body("x"), "Content-Type", kind), 412, "PreconditionFailed")
	}
	f.refused(f.anonymous("POST", "/media", signed().body("x"), "Content-Type", "multipart/form-data"), 400, "MalformedPOSTRequest")
	f.refused(f.anonymous("POST", "/nowhere", signed().body("x"), "Content-Type", formType), 403, "AccessDenied") // the policy is for another bucket
	f.refused(f.anonymous("POST", "/media/key", signed().body("x"), "Content-Type", formType), 405, "MethodNotAllowed")
	if f.dump() != before {
		t.Error("something was stored")
	}
}

func TestAFormCarriesWhatAPutDoes(t *testing.T) {
	f := withSpace(t)
	tags := "<Tagging><TagSet><Tag><Key>k 1</Key><Value>v+2</Value></Tag></TagSet></Tagging>"
	form := newForm("key", "a", "acl", "public-read", "Cache-Control", "no-cache", "x-amz-storage-class", "STANDARD_IA", "tagging", tags,
		"x-amz-checksum-crc32c", digest("CRC32C", "hello"), "Content-Disposition", "attachment")
	list := []any{map[string]string{"bucket": "media"}}
	for _, p := range form.pairs {
		list = append(list, []any{"eq", "$" + p[0], p[1]})
	}
	a := f.post(form.signV2(policyText(time.Now().Add(time.Hour), list)).body("hello"))
	if a.StatusCode != 204 || a.Header.Get("X-Amz-Checksum-Crc32c") != digest("CRC32C", "hello") {
		t.Fatal(a.StatusCode, a.Header, a.body)
	}
	g := f.anonymous("GET", "/media/a", "")
	if g.StatusCode != 200 || g.Header.Get("Cache-Control") != "no-cache" || g.Header.Get("X-Amz-Storage-Class") != "STANDARD_IA" || g.Header.Get("Content-Disposition") != "attachment" {
		t.Error(g.StatusCode, g.Header)
	}
	if got := f.want(200, "GET", "/media/a?tagging", "").body; first(got, "Key") != "k 1" || first(got, "Value") != "v+2" {
		t.Error(got)
	}
}

func TestALargeFormStreams(t *testing.T) {
	f := withSpace(t)
	file := pattern(3<<20) + "\r\n--x-boundar\r\n"
	form := newForm("key", "big").signV2(policyText(time.Now().Add(time.Hour), []any{map[string]string{"bucket": "media"}, map[string]string{"key": "big"}}))
	if a := f.post(form.body(file)); a.StatusCode != 204 {
		t.Fatal(a.StatusCode, a.body)
	}
	if g := f.want(200, "GET", "/media/big", ""); g.body != file {
		t.Error("the object is another one")
	}
}

func TestAFormOfALimitedKeyDoesWhatTheKeyMay(t *testing.T) {
	f := newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	for level, want := range map[string]int{"read": 403, "readwrite": 204} {
		k := f.newKey(level, readOnly("media"))
		f.api("PUT", "/v2/spaces/keys/"+k.ID, `{"name":"a","grants":[{"bucket":"media","permission":"`+level+`"}]}`)
		s := sigv4.SignFormV2(k.ID, k.Secret, base64.StdEncoding.EncodeToString([]byte(policyText(time.Now().Add(time.Hour), conditions()))))
		a := f.post(usual().set("AWSAccessKeyId", s.AccessKey).set("policy", s.Policy).set("signature", s.SignatureV2).body("x"))
		if a.StatusCode != want {
			t.Error(level, a.StatusCode, a.body)
		}
	}
}

func TestAnAnonymousFormUploadsWhereEverybodyMayWrite(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/media", "", "X-Amz-Acl", "public-read-write")
	if a := f.post(newForm("key", "a", "acl", "public-read").body("hello")); a.StatusCode != 204 {
		t.Fatal(a.StatusCode, a.body)
	}
	if g := f.anonymous("GET", "/media/a", ""); g.StatusCode != 200 || g.body != "hello" {
		t.Error(g.StatusCode, g.body)
	}
	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "public-read")
	f.refused(f.post(newForm("key", "b").body("hello")), 403, "AccessDenied")
}

func TestAFormMakesVersions(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	form := newForm("key", "a").signV2(policyText(time.Now().Add(time.Hour), []any{map[string]string{"bucket": "media"}, map[string]string{"key": "a"}}))
	one, two := f.post(form.body("one")), f.post(form.body("two"))
	id := one.Header.Get("X-Amz-Version-Id")
	if id == "" || id == two.Header.Get("X-Amz-Version-Id") {
		t.Fatal(one.Header, two.Header)
	}
	if g := f.want(200, "GET", "/media/a?versionId="+id, ""); g.body != "one" {
		t.Error(g.body)
	}
}
