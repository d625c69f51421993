package dialog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// sdk is a client that has nothing of the store.
func sdk(f *storetest.Fixture) *s3.Client {
	return s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://embedded"), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(storetest.AccessKey, storetest.SecretKey, ""),
		HTTPClient:  &http.Client{Transport: &http.Transport{DialContext: f.Server.Dial}}})
}

var media = aws.String("media")

// opened reads a setting of the Space "media" and opens its dialog, as the Settings tab does.
func opened[T any](t *testing.T, s *kittest.Screen, read func(string) (T, error), open func(*kit.Context, string, T) kit.Dialog) {
	t.Helper()
	now, err := read("media")
	if err != nil {
		t.Fatal(err)
	}
	s.Open(open(s.Context, "media", now))
}

func cors(t *testing.T, s *kittest.Screen, f *storetest.Fixture) {
	t.Helper()
	opened(t, s, func(space string) (store.CORS, error) { return f.Store.CORS(t.Context(), space) }, dialog.NewCORS)
}

func TestCORSRulesAreAddedEditedOrderedAndRemoved(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	cors(t, s, f)
	s.Want("No rules")
	requireGolden(t, s.Text())
	s.Press("a")
	s.Want("New CORS rule")
	s.Press("enter")
	s.Want("It needs an origin")
	s.Type("https://app.example.com https://*.*.example.org")
	s.Press("enter")
	s.Want("more than one *")
	s.Press("ctrl+w", "ctrl+w", "ctrl+u")
	s.Type("https://app.example.com")
	s.Press("tab")
	s.Type(" PATCH")
	s.Press("enter")
	s.Want("no method that can be allowed")
	s.Press("ctrl+u")
	s.Type("get, put")
	s.Press("tab")
	s.Type("content-type x-amz-*")
	s.Press("enter")
	s.Want("GET PUT  from  https://app.example.com", "Headers: content-type, x-amz-*", "Changed, not saved")
	s.Press("a")
	s.Type("*")
	s.Press("enter")
	s.Want("GET HEAD  from  *")
	s.Press("[")
	if x, y, ok := s.Find("GET HEAD  from  *"); !ok || y > second(s, "GET PUT") {
		t.Fatalf("it is not the first now (%d, %d):\n%s", x, y, s.Text())
	}
	s.Press("y")
	closed(t, s)
	if s.Notice() != "media has 2 CORS rules now" {
		t.Error(s.Notice())
	}
	out, err := sdk(f).GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: media})
	if err != nil || len(out.CORSRules) != 2 || out.CORSRules[0].AllowedOrigins[0] != "*" || *out.CORSRules[1].MaxAgeSeconds != 3600 || len(out.CORSRules[1].AllowedHeaders) != 2 {
		t.Fatalf("there are %+v, %v", out, err)
	}
	cors(t, s, f)
	s.Press("x", "x", "y")
	closed(t, s)
	if _, err := sdk(f).GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: media}); err == nil || !strings.Contains(err.Error(), "NoSuchCORSConfiguration") {
		t.Errorf("after removing all: %v", err)
	}
}

func second(s *kittest.Screen, text string) int { _, y, _ := s.Find(text); return y }

func TestRulesThatWereChangedAreNotDroppedByOneSlip(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	cors(t, s, f)
	s.Press("a")
	s.Type("*")
	s.Press("enter", "esc")
	open(t, s)
	s.Want("not saved: once more drops it")
	s.Press("esc")
	closed(t, s)
}

func TestTheCORSTesterTellsWhichRuleAnswers(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	_, err := sdk(f).PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: media, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{
		{AllowedOrigins: []string{"https://a.example"}, AllowedMethods: []string{"PUT"}}, {AllowedOrigins: []string{"*"}, AllowedMethods: []string{"GET"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	cors(t, s, f)
	s.Press("F")
	s.Type("https://a.example")
	s.Want("Rule 2 answers: Access-Control-Allow-Origin: *", "Rule 1 does not: it does not allow GET")
	s.Press("tab", "right")
	s.Want("Rule 1 answers", "https://a.example")
	s.Press("right", "right")
	s.Want("No rule answers")
	requireGolden(t, s.Text())
}

func TestCORSRulesThatSomebodyElseChangedMeanwhileAreNotOverwritten(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	cors(t, s, f)
	s.Press("a")
	s.Type("*")
	s.Press("enter")
	_, err := sdk(f).PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: media, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{
		{AllowedOrigins: []string{"https://theirs.example"}, AllowedMethods: []string{"PUT"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	s.Press("y")
	open(t, s)
	s.Want("changed meanwhile")
	out, err := sdk(f).GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: media})
	if err != nil || out.CORSRules[0].AllowedOrigins[0] != "https://theirs.example" {
		t.Errorf("there are %+v, %v", out, err)
	}
}

func lifecycle(t *testing.T, s *kittest.Screen, f *storetest.Fixture) {
	t.Helper()
	opened(t, s, func(space string) (store.Lifecycle, error) { return s.Context.Store.Lifecycle(t.Context(), space) }, dialog.NewLifecycle)
}

func TestLifecycleRulesAreAddedAndSet(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	lifecycle(t, s, f)
	s.Press("a")
	s.Type("logs/")
	s.Press("enter")
	s.Want("It does nothing")
	requireGolden(t, s.Text())
	s.Press("tab")
	s.Type("soon")
	s.Press("enter")
	s.Want("Days are whole numbers")
	s.Press("ctrl+u")
	s.Type("30")
	s.Press("tab", "tab")
	s.Type("7")
	s.Press("enter")
	s.Want("logs/: delete after 30 days, abort uploads after 7 days")
	s.Press("y")
	closed(t, s)
	out, err := sdk(f).GetBucketLifecycleConfiguration(t.Context(), &s3.GetBucketLifecycleConfigurationInput{Bucket: media})
	if err != nil || len(out.Rules) != 1 || *out.Rules[0].Filter.Prefix != "logs/" || *out.Rules[0].Expiration.Days != 30 || *out.Rules[0].AbortIncompleteMultipartUpload.DaysAfterInitiation != 7 {
		t.Fatalf("there are %+v, %v", out, err)
	}
}

func TestWhatTheEndpointRefusesOfLifecycleRulesIsShown(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	lifecycle(t, s, f)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "?lifecycle"), Fault: storetest.Answer(400, "InvalidRequest")})
	s.Press("a", "tab")
	s.Type("1")
	s.Press("enter", "y", "y")
	open(t, s)
	s.Want("The endpoint refuses it: InvalidRequest: made up", "delete after 1 day")
}

func TestARuleThatDeletesEverythingIsSavedWhenThatIsSaidTwice(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	days := func() (n int32) {
		if out, err := sdk(f).GetBucketLifecycleConfiguration(t.Context(), &s3.GetBucketLifecycleConfigurationInput{Bucket: media}); err == nil {
			n = *out.Rules[0].Expiration.Days
		}
		return n
	}
	lifecycle(t, s, f)
	s.Press("a", "tab")
	s.Type("1")
	s.Press("enter", "y")
	open(t, s)
	s.Want("Everything in media that is 1 day old will be deleted.")
	if days() != 0 {
		t.Fatal(days())
	}
	s.Press("enter", "tab", "ctrl+u")
	s.Type("2")
	s.Press("enter", "y")
	open(t, s)
	s.Want("delete after 2 days")
	s.Press("y")
	closed(t, s)
	if days() != 2 {
		t.Fatal(days())
	}
	lifecycle(t, s, f)
	s.Press("a")
	s.Type("logs/")
	s.Press("tab")
	s.Type("1")
	s.Press("enter", "y") // the rule for everything is there already
	closed(t, s)
}

func TestWhatIsDueIsAskedOfTheServerOfThisMachine(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	s.Context.Store = f.Open(t, func(c *store.Config) {
		c.Due = func(_ context.Context, space string, show func([]store.Due) error) error {
			return show([]store.Due{{Key: "logs/old\x1b[2J", Action: "delete", Size: 2400}, {Key: "big", Action: "abort-upload", Upload: "u"}})
		}
	})
	lifecycle(t, s, f)
	s.Press("F")
	s.Want("Due: 1 object (versions included), 2.4 KB; 1 upload", "deleted", "upload aborted", `logs/old\x1b[2J`)
	requireGolden(t, s.Text())
}

func TestWhatIsDueIsAskedOfAServerElsewhere(t *testing.T) {
	s, _ := start(t)
	f := storetest.New(t, storetest.Listener())
	s.Context.Store = f.Store
	f.Space(t, "media")
	for i := range 120 {
		if _, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: fmt.Sprintf("logs/\x1b%03d", i)}, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	rules := store.Lifecycle{Rules: []store.LifecycleRule{{ID: "old", Prefix: "logs/", Enabled: true, ExpireDate: "2020-01-01"}}}
	if err := f.Store.SetLifecycle(t.Context(), "media", rules); err != nil {
		t.Fatal(err)
	}
	lifecycle(t, s, f)
	s.Press("F")
	s.Want("Due: 120 objects (versions included), 120 B; 0 uploads", "Some of them:", `logs/\x1b000`)
	requireGolden(t, s.Text())
	s.Press("esc")
	asked := storetest.Is(http.MethodGet, "/v2/spaces/due")
	f.Faults.Add(storetest.Rule{Match: asked, Times: 1, Fault: storetest.Answer(404, "NoSuchBucket")})
	s.Press("F")
	s.Want("is too old to tell", "spaces lifecycle plan")
	s.Press("esc")
	f.Faults.Add(storetest.Rule{Match: asked, Fault: storetest.Page("application/json", `{"objects":0,"complete":false,"first":[]}`)})
	s.Press("F")
	s.Want("the server gave up")
}

func TestVersioningIsEnabledAndSuspended(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	versioning := func() {
		opened(t, s, func(space string) (store.Versioning, error) { return f.Store.Versioning(t.Context(), space) }, dialog.NewVersioning)
	}
	versioning()
	requireGolden(t, s.Text())
	s.Press("enter")
	s.Want("Choose one first")
	s.Press("space", "tab", "enter")
	closed(t, s)
	out, err := sdk(f).GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: media})
	if err != nil || out.Status != types.BucketVersioningStatusEnabled {
		t.Fatalf("it is %+v, %v", out, err)
	}
	versioning()
	s.Press("tab", "enter")
	s.Want("It is so already")
	s.Press("shift+tab", "down", "tab", "enter")
	closed(t, s)
	if out, err := sdk(f).GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: media}); err != nil || out.Status != types.BucketVersioningStatusSuspended {
		t.Fatalf("it is %+v, %v", out, err)
	}
}

func TestTheListingOfASpaceIsMadePublicAndPrivate(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	anonymous := func() int {
		client := http.Client{Transport: &http.Transport{DialContext: f.Server.Dial}}
		r, err := client.Get("http://embedded/media")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		return r.StatusCode
	}
	for _, c := range []struct {
		now    store.Access
		press  string
		status int
	}{{store.Private, "down", 200}, {store.PublicRead, "up", 403}} {
		s.Open(dialog.NewListing(s.Context, "media", c.now))
		s.Press(c.press, "tab", "enter")
		closed(t, s)
		if got := anonymous(); got != c.status {
			t.Errorf("after %s a visitor gets %d, want %d", c.press, got, c.status)
		}
	}
}

func TestAListingThatIsNotMadePublicIsSaid(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "?acl"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, ""), nil
	}})
	s.Open(dialog.NewListing(s.Context, "media", store.Private))
	s.Press("down", "tab", "enter")
	open(t, s)
	s.Want("not public", "bucket policy")
}

func TestEncryptionByDefaultIsSet(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	opened(t, s, func(space string) (store.Encryption, error) { return f.Store.Encryption(t.Context(), space) }, dialog.NewEncryption)
	s.Press("down", "tab", "enter")
	out, err := sdk(f).GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: media})
	if s.Dialog() != nil { // a server without a key says so
		s.Want("Set")
		return
	}
	if err != nil || out.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm != types.ServerSideEncryptionAes256 {
		t.Errorf("it is %+v, %v", out, err)
	}
}

func TestAccessLogsAreTurnedOnAndOff(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	f.Space(t, "logs")
	logging := func() {
		opened(t, s, func(space string) (store.Logging, error) { return f.Store.Logging(t.Context(), space) }, dialog.NewLogging)
	}
	logging()
	s.Press("right", "tab")
	s.Type("media")
	s.Want("they never end")
	s.Press("ctrl+u")
	s.Type("nowhere")
	s.Press("enter")
	open(t, s)
	s.Want("InvalidTargetBucketForLogging")
	s.Press("ctrl+u")
	s.Type("logs")
	requireGolden(t, s.Text())
	s.Press("enter")
	closed(t, s)
	out, err := sdk(f).GetBucketLogging(t.Context(), &s3.GetBucketLoggingInput{Bucket: media})
	if err != nil || out.LoggingEnabled == nil || *out.LoggingEnabled.TargetBucket != "logs" || *out.LoggingEnabled.TargetPrefix != "media/" {
		t.Fatalf("it is %+v, %v", out, err)
	}
	logging()
	s.Press("left", "tab", "enter")
	closed(t, s)
	if out, err := sdk(f).GetBucketLogging(t.Context(), &s3.GetBucketLoggingInput{Bucket: media}); err != nil || out.LoggingEnabled != nil {
		t.Fatalf("it is %+v, %v", out, err)
	}
}

func policy(t *testing.T, s *kittest.Screen, f *storetest.Fixture) {
	t.Helper()
	opened(t, s, func(space string) (store.Policy, error) { return f.Store.Policy(t.Context(), space) }, dialog.NewPolicy)
}

func TestAPolicyIsPastedCheckedSetAndRemoved(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	policy(t, s, f)
	s.Want("There is no policy")
	s.Paste("{\n  \"Version\": \"2012-10-17\",\n  nonsense\n}")
	s.Want("It cannot be sent: line 3, column 3")
	s.Press("y")
	open(t, s)
	s.Paste(`{"Version":"2012-10-17","Statement":{"Sid":"a\u001b[2J","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"}}`)
	s.Want("Allow everybody s3:GetObject on other/*", "Changed, not saved")
	s.Press("y")
	open(t, s)
	s.Want("The endpoint refuses it", "MalformedPolicy")
	requireGolden(t, s.Text())
	s.Paste(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::media/*"}}`)
	s.Press("y")
	closed(t, s)
	out, err := sdk(f).GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: media})
	if err != nil || !strings.Contains(*out.Policy, "arn:aws:s3:::media/*") {
		t.Fatalf("it is %+v, %v", out, err)
	}
	policy(t, s, f)
	s.Press("x")
	s.Want("there is no policy any more")
	s.Press("y")
	closed(t, s)
	if _, err := sdk(f).GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: media}); err == nil || !strings.Contains(err.Error(), "NoSuchBucketPolicy") {
		t.Errorf("removed, it is %v", err)
	}
}

func TestAPolicyIsReadFromAFile(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	path := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(path, []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::media"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	policy(t, s, f)
	s.Paste(path)
	s.Press("enter")
	s.Want("Allow everybody s3:ListBucket on media")
	s.Press("enter")
	closed(t, s)
	if _, err := sdk(f).GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: media}); err != nil {
		t.Error(err)
	}
	policy(t, s, f)
	s.Paste(path + ".missing")
	s.Press("enter")
	if !strings.Contains(s.Notice(), "no such file") {
		t.Error(s.Notice())
	}
}

// scribe is an editor that writes a text and ends.
type scribe struct {
	path, text string
	err        error
}

func (e *scribe) SetStdin(io.Reader)  {}
func (e *scribe) SetStdout(io.Writer) {}
func (e *scribe) SetStderr(io.Writer) {}
func (e *scribe) Run() error {
	if e.err != nil {
		return e.err
	}
	return os.WriteFile(e.path, []byte(e.text), 0o600)
}

func TestAPolicyIsEditedInTheEditor(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	var at string
	var before []byte
	e := &scribe{}
	s.Context.Editor = func(path string) tea.ExecCommand {
		at, e.path = path, path
		before, _ = os.ReadFile(path)
		return e
	}
	policy(t, s, f)
	e.text = "{\n  oops"
	s.Press("e")
	s.Want("It cannot be sent: line 2")
	if !strings.Contains(string(before), "arn:aws:s3:::media/*") || !strings.HasSuffix(at, ".json") {
		t.Errorf("the editor got %s with %s", at, before)
	}
	if _, err := os.Stat(filepath.Dir(at)); !os.IsNotExist(err) {
		t.Errorf("what was edited is still there: %v", err)
	}
	e.text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::media"}]}`
	s.Press("e")
	if !strings.Contains(string(before), "oops") {
		t.Errorf("the editor got %s, not what was wrong", before)
	}
	e.err = errors.New("gave up")
	s.Press("e")
	s.Want("s3:ListBucket on media")
	if !strings.Contains(s.Notice(), "gave up") {
		t.Error(s.Notice())
	}
	s.Press("y")
	closed(t, s)
	if out, err := sdk(f).GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: media}); err != nil || !strings.Contains(*out.Policy, "s3:ListBucket") {
		t.Error(out, err)
	}
}

func TestNothingIsSetWhereNothingMayBeChanged(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	s.Context.Store = f.Open(t, func(c *store.Config) { c.ReadOnly = "Look, do not touch." })
	for name, d := range map[string]kit.Dialog{
		"cors": dialog.NewCORS(s.Context, "media", store.CORS{}), "versioning": dialog.NewVersioning(s.Context, "media", store.Unversioned),
		"policy": dialog.NewPolicy(s.Context, "media", store.Policy{Text: "{}"}), "logging": dialog.NewLogging(s.Context, "media", store.Logging{}),
		"website": dialog.NewWebsite(s.Context, "media", store.Website{}),
	} {
		s.Open(d)
		f.Faults.Clear()
		key := "enter"
		if name == "cors" || name == "policy" {
			key = "y"
		}
		s.Press(key)
		if s.Notice() != "Look, do not touch." || len(f.Faults.Requests()) > 0 {
			t.Errorf("%s: it says %q and sends %v", name, s.Notice(), f.Faults.Requests())
		}
		s.Press("esc")
	}
}

func TestThePublicReadTemplateLetsVisitorsRead(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 5, store.Private)
	policy(t, s, f)
	s.ClickOn("Public read")
	s.Want("Allow everybody s3:GetObject on media/*")
	s.Press("y")
	closed(t, s)
	client := http.Client{Transport: &http.Transport{DialContext: f.Server.Dial}}
	r, err := client.Get("http://embedded/media/a")
	if err != nil || r.StatusCode != 200 {
		t.Fatal(r, err)
	}
	r.Body.Close()
}

func TestSnippetsWorkInOtherProgramsAndHaveNoSecret(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	of, err := f.Store.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Open(dialog.NewClients(s.Context, "media", of))
	s.Want("host_base = 127.0.0.1:9000", "access_key = "+storetest.AccessKey)
	requireGolden(t, s.Text())
	for key, text := range map[string]string{"1": "host_bucket = 127.0.0.1:9000", "2": "addressing_style = path", "3": "force_path_style = true", "4": "--path on"} {
		s.Press(key)
		s.Want(text)
		s.WantNot(storetest.SecretKey)
	}
	s.Press("4", "c")
	if got := s.Clipboard(); !strings.Contains(got, "mc alias set spaces http://127.0.0.1:9000 "+storetest.AccessKey) || strings.Contains(got, storetest.SecretKey) {
		t.Errorf("copied %q", got)
	}
}

// TestTheAWSSnippetIsReadByTheSDK takes the two files apart as the comments in the snippet say.
func TestTheAWSSnippetIsReadByTheSDK(t *testing.T) {
	s, f := start(t, kittest.Size(120, 40))
	f.Space(t, "media")
	of, err := f.Store.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Open(dialog.NewClients(s.Context, "media", of))
	s.Press("2")
	var files [2]strings.Builder
	at := -1
	for line := range strings.SplitSeq(s.Text(), "\n") {
		_, text, _ := strings.Cut(line, "│   ")
		text, _, _ = strings.Cut(text, "│")
		text = strings.TrimRight(text, " ")
		switch {
		case strings.HasPrefix(text, "# ~/.aws/"):
			at++
		case strings.HasPrefix(text, "# aws"):
			at = 2
		case at == 0 || at == 1:
			files[at].WriteString(text + "\n")
		}
	}
	dir := t.TempDir()
	names := []string{filepath.Join(dir, "config"), filepath.Join(dir, "credentials")}
	for i, name := range names {
		if err := os.WriteFile(name, []byte(files[i].String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.LoadSharedConfigProfile(t.Context(), "spaces", func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles, o.CredentialsFiles = names[:1], names[1:]
	})
	if err != nil || c.Credentials.AccessKeyID != storetest.AccessKey || c.Region != "us-east-1" || c.BaseEndpoint != "http://127.0.0.1:9000" {
		t.Errorf("the SDK reads %+v, %v", c, err)
	}
}

func TestSettingsDialogsLookCalm(t *testing.T) {
	cors := store.CORS{Rules: []store.CORSRule{
		{ID: "app", Origins: []string{"https://app.example.com", "https://*.example.org"}, Methods: []string{"GET", "PUT"}, Headers: []string{"content-type", "x-amz-*"}, Exposed: []string{"ETag"}, MaxAge: 3600},
		{Origins: []string{"*"}, Methods: []string{"GET", "HEAD"}, MaxAge: store.NoMaxAge}}}
	rules := store.Lifecycle{Rules: []store.LifecycleRule{{ID: "logs", Enabled: true, Prefix: "logs/", ExpireDays: 30}, {Prefix: "", NoncurrentDays: 90, AbortDays: 7}}}
	policy := store.Policy{Text: `{"Version":"2012-10-17","Statement":[{"Sid":"PublicRead","Effect":"Allow","Principal":"*","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::media/*"]}]}`}
	for size, option := range map[string]kittest.Option{"80x24": kittest.Size(80, 24), "120x40": kittest.Size(120, 40)} {
		s, f := start(t, option)
		f.Space(t, "media")
		of, err := f.Store.Client(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for name, d := range map[string]kit.Dialog{
			"cors": dialog.NewCORS(s.Context, "media", cors), "lifecycle": dialog.NewLifecycle(s.Context, "media", rules),
			"policy": dialog.NewPolicy(s.Context, "media", policy), "versioning": dialog.NewVersioning(s.Context, "media", store.Unversioned),
			"encryption": dialog.NewEncryption(s.Context, "media", store.Encryption{Algorithm: "AES256"}),
			"logging":    dialog.NewLogging(s.Context, "media", store.Logging{Target: "logs", Prefix: "media/"}),
			"programs":   dialog.NewClients(s.Context, "media", of), "listing": dialog.NewListing(s.Context, "media", store.Private),
		} {
			t.Run(name+" "+size, func(t *testing.T) {
				s.Open(d)
				requireGolden(t, s.Text())
				s.Press("esc")
				closed(t, s)
			})
		}
	}
}

func TestSettingsDialogsFitSmallScreens(t *testing.T) {
	for _, size := range []struct{ w, h int }{{40, 12}, {80, 24}, {200, 60}} {
		s, f := start(t, kittest.Size(size.w, size.h))
		f.Space(t, "media")
		for _, d := range []kit.Dialog{
			dialog.NewCORS(s.Context, "media", store.CORS{Rules: []store.CORSRule{{Origins: hostile, Methods: []string{"GET"}, ID: hostile[0]}}}),
			dialog.NewLifecycle(s.Context, "media", store.Lifecycle{Rules: []store.LifecycleRule{{Prefix: hostile[0], ID: hostile[1], ExpireDays: 1}}}),
			dialog.NewPolicy(s.Context, "media", store.Policy{Text: hostile[0] + strings.Repeat("x", 300) + "\n\t" + hostile[2]}),
			dialog.NewVersioning(s.Context, "media", store.Versioned), dialog.NewEncryption(s.Context, "media", store.Encryption{}),
			dialog.NewLogging(s.Context, "media", store.Logging{Target: hostile[0], Prefix: hostile[1]}),
			dialog.NewClients(s.Context, "media", store.Client{Endpoint: "https://x.example", Key: hostile[0]}),
			dialog.NewListing(s.Context, "media", store.Custom),
		} {
			s.Open(d) // what is drawn is checked at every step
			s.Press("enter", "tab", "tab", "down", "esc", "esc", "esc")
			for s.Dialog() != nil {
				s.Press("esc")
			}
		}
	}
}

func TestDaysTellBothTheirEnds(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	s.Open(dialog.NewLifecycle(s.Context, "media", store.Lifecycle{}))
	s.Press("a", "tab")
	for _, days := range []string{"0", "-1", "99999999999", "1.5"} {
		s.Press("ctrl+u")
		s.Type(days)
		s.Press("enter")
		s.Want("Days are whole numbers from 1 to 2,147,483,647; empty is never.")
	}
}
