package store_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/store"
	"spaces/store/storetest"
)

// sdk is a client that has nothing of the store.
func sdk(f *storetest.Fixture) *s3.Client {
	return s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://embedded"), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(storetest.AccessKey, storetest.SecretKey, ""),
		HTTPClient:  &http.Client{Transport: &http.Transport{DialContext: f.Server.Dial}}})
}

func TestEditingALifecycleRuleKeepsWhatAnotherToolWrote(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	other := sdk(f)
	rule := func(id string, filter *types.LifecycleRuleFilter) types.LifecycleRule {
		return types.LifecycleRule{ID: &id, Status: types.ExpirationStatusEnabled, Filter: filter,
			NoncurrentVersionExpiration: &types.NoncurrentVersionExpiration{NoncurrentDays: aws.Int32(9), NewerNoncurrentVersions: aws.Int32(3)}}
	}
	tag := &types.Tag{Key: aws.String("team"), Value: aws.String("sea")}
	_, err := other.PutBucketLifecycleConfiguration(t.Context(), &s3.PutBucketLifecycleConfigurationInput{Bucket: aws.String("media"),
		LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{
			rule("tagged", &types.LifecycleRuleFilter{Tag: tag}),
			rule("both", &types.LifecycleRuleFilter{And: &types.LifecycleRuleAndOperator{Prefix: aws.String("a/"), Tags: []types.Tag{*tag}, ObjectSizeGreaterThan: aws.Int64(500)}}),
		}}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Store.Lifecycle(t.Context(), "media")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(l.Rules[1].Others(), "; "); got != "only with the tag team=sea; only larger than 500 bytes; the newest 3 older versions are kept" {
		t.Errorf("it names %q", got)
	}
	l.Rules[0].Prefix, l.Rules[0].ExpireDays = "logs/", 30
	l.Rules[1].Prefix = "b/"
	if err := f.Store.SetLifecycle(t.Context(), "media", l); err != nil {
		t.Fatal(err)
	}
	out, err := other.GetBucketLifecycleConfiguration(t.Context(), &s3.GetBucketLifecycleConfigurationInput{Bucket: aws.String("media")})
	if err != nil {
		t.Fatal(err)
	}
	for i, prefix := range []string{"logs/", "b/"} {
		r := out.Rules[i]
		and := r.Filter.And
		if and == nil || *and.Prefix != prefix || len(and.Tags) != 1 || *and.Tags[0].Value != "sea" || *r.NoncurrentVersionExpiration.NewerNoncurrentVersions != 3 {
			t.Errorf("rule %d is %+v with %+v", i, r, and)
		}
	}
	if size := out.Rules[1].Filter.And.ObjectSizeGreaterThan; size == nil || *size != 500 {
		t.Error("the size of the second rule is lost")
	}
	if days := out.Rules[0].Expiration.Days; days == nil || *days != 30 {
		t.Error("the days were not set")
	}
}

func TestADocumentKeepsElementsThatNobodyHereKnows(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	const before = `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Version>7</Version><CORSRule><ID>one</ID>` +
		`<AllowedOrigin>https://a.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod><Vendor xmlns="urn:vendor" kind="x&amp;y"><Deep>&lt;1&gt;</Deep></Vendor></CORSRule></CORSConfiguration>`
	document, sent := before, ""
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "?cors"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, document), nil
	}})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "?cors"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		sent, document = string(body), string(body)
		return storetest.Document(r, ""), err
	}})
	c, err := f.Store.CORS(t.Context(), "media")
	if err != nil {
		t.Fatal(err)
	}
	c.Rules[0].Origins = append(c.Rules[0].Origins, "https://b.example")
	c.Rules = append(c.Rules, store.CORSRule{Origins: []string{"*"}, Methods: []string{"HEAD"}, MaxAge: 0})
	if err := f.Store.SetCORS(t.Context(), "media", c); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(before, "</AllowedOrigin>", "</AllowedOrigin><AllowedOrigin>https://b.example</AllowedOrigin>", 1)
	want = strings.Replace(want, "x&amp;y", "x&#38;y", 1)
	want = strings.Replace(want, "&lt;1&gt;", "&#60;1&#62;", 1)
	want = strings.Replace(want, "</CORSConfiguration>", "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>HEAD</AllowedMethod><MaxAgeSeconds>0</MaxAgeSeconds></CORSRule></CORSConfiguration>", 1)
	if sent != want {
		t.Errorf("sent\n%s\nwant\n%s", sent, want)
	}
}

func TestASettingThatIsNotKeptIsNoSuccess(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	ignored := func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, r.Body)
		return storetest.Document(r, ""), nil
	}
	f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.Method == "PUT" }, Fault: ignored})
	ctx := t.Context()
	for name, err := range map[string]error{
		"CORS":       f.Store.SetCORS(ctx, "media", store.CORS{Rules: []store.CORSRule{{Origins: []string{"*"}, Methods: []string{"GET"}}}}),
		"lifecycle":  f.Store.SetLifecycle(ctx, "media", store.Lifecycle{Rules: []store.LifecycleRule{{Enabled: true, AbortDays: 1}}}),
		"versioning": f.Store.SetVersioning(ctx, "media", store.Versioned),
		"encryption": f.Store.SetEncryption(ctx, "media", store.Encryption{Algorithm: "AES256"}),
		"logging":    f.Store.SetLogging(ctx, "media", store.Logging{Target: "media"}),
		"policy":     f.Store.SetPolicy(ctx, "media", store.Policy{Text: "{}"}),
	} {
		if !errors.Is(err, store.Unsupported) || !strings.Contains(err.Error(), "not kept") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAListingInPlaceOfASettingMeansThatThereIsNone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "?encryption"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, `<ListBucketResult><Name>media</Name></ListBucketResult>`), nil
	}})
	if _, err := f.Store.Encryption(t.Context(), "media"); !errors.Is(err, store.Unsupported) {
		t.Errorf("reading: %v", err)
	}
	f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.Method == "PUT" }, Fault: func(http.RoundTripper, *http.Request) (*http.Response, error) {
		t.Error("a PUT was sent, which such an endpoint may take for the creation of a Space")
		return nil, io.EOF
	}})
	if err := f.Store.SetEncryption(t.Context(), "media", store.Encryption{Algorithm: "AES256"}); !errors.Is(err, store.Unsupported) {
		t.Errorf("setting: %v", err)
	}
}

// TestTheTesterAnswersAsTheServerDoes compares the client's reading of the rules with the answers to real preflights.
func TestTheTesterAnswersAsTheServerDoes(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	c, err := f.Store.CORS(t.Context(), "media")
	if err != nil {
		t.Fatal(err)
	}
	c.Rules = []store.CORSRule{
		{Origins: []string{"https://app.example.com"}, Methods: []string{"PUT"}, Headers: []string{"Content-Type", "x-amz-*"}, MaxAge: 601},
		{Origins: []string{"https://*.example.org", "http://localhost:*"}, Methods: []string{"GET", "HEAD"}, MaxAge: 602},
		{Origins: []string{"https://both.example", "*"}, Methods: []string{"GET", "POST"}, Headers: []string{"*"}, MaxAge: 603},
	}
	if err := f.Store.SetCORS(t.Context(), "media", c); err != nil {
		t.Fatal(err)
	}
	origins := []string{"https://app.example.com", "http://app.example.com", "https://app.example.com.evil", "HTTPS://APP.EXAMPLE.COM", "https://a.example.org",
		"https://.example.org", "https://example.org", "http://localhost:3000", "http://localhost:", "https://both.example", "null", "https://anywhere"}
	headers := []string{"", "content-type", "Content-Type, X-Amz-Date", "authorization", "x-amz-", "x-am"}
	for _, origin := range origins {
		for _, method := range store.CORSMethods {
			for _, names := range headers {
				rule, allowed := c.Match(origin, method, strings.Split(names, ","))
				r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, f.URL+"/media/key", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Origin", origin)
				r.Header.Set("Access-Control-Request-Method", method)
				if names != "" {
					r.Header.Set("Access-Control-Request-Headers", names)
				}
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				age := ""
				if rule >= 0 {
					age = []string{"601", "602", "603"}[rule]
				}
				h := answer.Header
				if h.Get("Access-Control-Allow-Origin") != allowed || h.Get("Access-Control-Max-Age") != age {
					t.Errorf("%s %s %q: the server says %q by the rule of %q, the client %q by that of %q", method, origin, names,
						h.Get("Access-Control-Allow-Origin"), h.Get("Access-Control-Max-Age"), allowed, age)
				}
			}
		}
	}
}

func TestWhatIsWrongWithAPolicyIsSaidBeforeItIsSent(t *testing.T) {
	statement := func(text string) string { return `{"Version":"2012-10-17","Statement":[` + text + `]}` }
	const rest = `"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"`
	for text, want := range map[string]string{
		"{\n  \"Version\": \"2012-10-17\",\n  oops\n}": "line 3, column 3",
		`[]`:                       "line 1",
		`{"Statement":[]}`:         `"Version"`,
		`{"Version":"2012-10-17"}`: `"Statement"`,
		statement(""):              "no statement",
		statement(`{"Effect":"allow",` + rest + `}`):                                        `"Effect"`,
		statement(`{"Effect":"Allow","Principal":"*"}`):                                     `"Action" or "NotAction"`,
		statement(`{"Effect":"Allow",` + rest + `,"NotPrincipal":"*"}`):                     `"Principal" or "NotPrincipal"`,
		statement(`{"Effect":"Allow","Principal":"me","Action":"a","Resource":"r"}`):        `"Principal"`,
		statement(`{"Effect":"Allow","Principal":"*","Action":[],"Resource":"r"}`):          `"Action"`,
		statement(`{"Effect":"Allow",` + rest + `}, {"Effect":"No"}`):                       "statement 2",
		statement(`{"Effect":"Allow",` + rest + `}` + strings.Repeat(" ", store.MaxPolicy)): "bytes",
	} {
		if _, err := store.ReadPolicy(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, want %q", text, err, want)
		}
	}
}

func TestStatementsTellWhatTheyOpenToEverybody(t *testing.T) {
	for _, c := range []struct {
		statement   string
		list, read  bool
		covers, not string // keys
	}{
		{`"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"`, false, true, "x", ""},
		{`"Principal":{"AWS":["*"]},"Action":["s3:getobject"],"Resource":["arn:aws:s3:::b/pub/*"]`, false, true, "pub/x", "x"},
		{`"Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]`, true, true, "x", ""},
		{`"Principal":"*","Action":"s3:List*","Resource":"arn:aws:s3:::b"`, true, false, "", "x"},
		{`"Principal":"*","Action":"*","Resource":"*"`, true, true, "x", ""},
		{`"Principal":{"AWS":"arn:aws:iam::1:user/x"},"Action":"*","Resource":"*"`, false, false, "", ""},
		{`"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"`, false, false, "", "x"},
		{`"Principal":"*","NotAction":"s3:DeleteObject","Resource":"arn:aws:s3:::b/*"`, true, true, "x", ""},
	} {
		list, err := store.ReadPolicy(`{"Version":"2012-10-17","Statement":{"Effect":"Allow",` + c.statement + `}}`)
		if err != nil {
			t.Error(c.statement, err)
			continue
		}
		if lists, reads := list[0].Opens("b"); lists != c.list || reads != c.read {
			t.Errorf("%s: lists %v, reads %v", c.statement, lists, reads)
		}
		if c.covers != "" && !list[0].Covers(store.Ref{Space: "b", Key: c.covers}) || c.not != "" && list[0].Covers(store.Ref{Space: "b", Key: c.not}) {
			t.Errorf("%s: covers the wrong keys", c.statement)
		}
	}
}

// Browsers send an origin with its scheme, in lower case, or null (Fetch, "Origin header"): a host alone matches no page.
func TestAnOriginThatNoBrowserSendsIsRefused(t *testing.T) {
	for origin, good := range map[string]bool{
		"https://app.example.com": true, "http://localhost:8080": true, "*": true, "*.example.com": true, "null": true,
		"app.example.com": false, "localhost:8080": false, "https://app.example.com/": false,
	} {
		r := store.CORSRule{Origins: []string{origin}, Methods: []string{"GET"}}
		if err := r.Check(); (err == nil) != good {
			t.Errorf("%s: %v", origin, err)
		}
	}
}
