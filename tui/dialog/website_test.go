package dialog_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

var aWebsite = store.Website{Index: "index.html", Error: "404.html", Rules: []store.RoutingRule{{Prefix: "docs/", Begin: "documents/", Begins: true}, {Error: 404, Host: "old.example.com"}}}

// webPages opens the dialog as the Settings tab does.
func webPages(t *testing.T, s *kittest.Screen, f *storetest.Fixture) {
	t.Helper()
	opened(t, s, func(space string) (store.Website, error) { return f.Store.Website(t.Context(), space) }, dialog.NewWebsite)
}

// site is the website of "media" as another client reads it, nil where there is none.
func site(t *testing.T, f *storetest.Fixture) *s3.GetBucketWebsiteOutput {
	t.Helper()
	out, err := sdk(f).GetBucketWebsite(t.Context(), &s3.GetBucketWebsiteInput{Bucket: media})
	if err != nil {
		return nil
	}
	return out
}

func TestASpaceIsMadeAWebsiteAndARedirectAndNeither(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	webPages(t, s, f)
	s.Want("(•) No web pages")
	s.Press("enter")
	s.Want("Nothing was changed")
	s.Press("down", "tab", "ctrl+u")
	s.Type("a/b")
	s.Press("enter")
	s.Want("without a slash")
	s.Press("ctrl+u")
	s.Type("start.html")
	s.Press("tab")
	s.Type("404.html")
	s.Press("enter")
	closed(t, s)
	if s.Notice() != "media is a website now" {
		t.Error(s.Notice())
	}
	if got := site(t, f); got == nil || *got.IndexDocument.Suffix != "start.html" || *got.ErrorDocument.Key != "404.html" || got.RedirectAllRequestsTo != nil {
		t.Fatalf("it is %+v", got)
	}
	webPages(t, s, f)
	s.Press("down", "enter")
	s.Want("Type the host")
	s.Type("https://www.example.com/")
	s.Press("enter")
	s.Want("without http://")
	s.Press("ctrl+u")
	s.Type("www.example.com")
	s.Press("tab", "right", "enter")
	closed(t, s)
	if got := site(t, f); got == nil || *got.RedirectAllRequestsTo.HostName != "www.example.com" || got.RedirectAllRequestsTo.Protocol != types.ProtocolHttps || got.IndexDocument != nil || got.ErrorDocument != nil {
		t.Fatalf("it is %+v", got)
	}
	webPages(t, s, f)
	s.Press("up", "up", "enter")
	closed(t, s)
	if got := site(t, f); got != nil {
		t.Fatalf("it is %+v", got)
	}
}

func TestRoutingRulesAreAddedAndWhatIsThereIsKept(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	_, err := sdk(f).PutBucketWebsite(t.Context(), &s3.PutBucketWebsiteInput{Bucket: media, WebsiteConfiguration: &types.WebsiteConfiguration{
		IndexDocument: &types.IndexDocument{Suffix: aws.String("index.html")}, RoutingRules: []types.RoutingRule{
			{Condition: &types.Condition{KeyPrefixEquals: aws.String("docs/")}, Redirect: &types.Redirect{ReplaceKeyPrefixWith: aws.String(""), HttpRedirectCode: aws.String("307")}}}}})
	if err != nil {
		t.Fatal(err)
	}
	webPages(t, s, f)
	s.ClickOn("Routing rules…")
	s.Want("docs/  to  /… (307)")
	s.Press("a", "enter")
	s.Want("It leads nowhere")
	s.Press("tab")
	s.Type("404")
	s.Press("tab", "tab")
	s.Type("old.example.com")
	requireGolden(t, s.Text())
	s.Press("enter")
	s.Want("everything (404)  to  old.example.com/…")
	s.Press("y")
	closed(t, s)
	got := site(t, f)
	if got == nil || len(got.RoutingRules) != 2 {
		t.Fatalf("it is %+v", got)
	}
	first, second := got.RoutingRules[0], got.RoutingRules[1]
	if *first.Condition.KeyPrefixEquals != "docs/" || first.Redirect.ReplaceKeyPrefixWith == nil || *first.Redirect.ReplaceKeyPrefixWith != "" || *first.Redirect.HttpRedirectCode != "307" {
		t.Errorf("the first is %+v %+v", first.Condition, first.Redirect)
	}
	if *second.Condition.HttpErrorCodeReturnedEquals != "404" || *second.Redirect.HostName != "old.example.com" || second.Redirect.ReplaceKeyWith != nil {
		t.Errorf("the second is %+v %+v", second.Condition, second.Redirect)
	}
	webPages(t, s, f)
	s.Press("up")
	s.Want("2 routing rules will be gone")
}

func TestAWebsiteThatSomebodyElseChangedIsNotOverwritten(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	webPages(t, s, f)
	if _, err := sdk(f).PutBucketWebsite(t.Context(), &s3.PutBucketWebsiteInput{Bucket: media, WebsiteConfiguration: &types.WebsiteConfiguration{
		IndexDocument: &types.IndexDocument{Suffix: aws.String("theirs.html")}}}); err != nil {
		t.Fatal(err)
	}
	s.Press("down", "enter")
	open(t, s)
	s.Want("changed meanwhile")
	if got := site(t, f); *got.IndexDocument.Suffix != "theirs.html" {
		t.Errorf("it is %+v", got)
	}
}

func TestTheAddressOfAWebsiteIsWhatTheEndpointTells(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "?website"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			resp.Header.Set("X-Spaces-Website-Host", "media.sites.example.com")
		}
		return resp, err
	}})
	webPages(t, s, f)
	s.Press("down")
	s.Want("At http://media.sites.example.com:9000/")
	s.Press("esc", "esc")
	f.Faults.Clear()
	webPages(t, s, f)
	s.Press("down")
	s.Want("does not tell")
	w := store.Website{Index: "index.html"}
	for endpoint, want := range map[string]string{"https://s3.eu-west-1.amazonaws.com": "http://media.s3-website-eu-west-1.amazonaws.com/a%20b/", "https://s3.eu-central-1.amazonaws.com": "http://media.s3-website.eu-central-1.amazonaws.com/a%20b/", "https://nyc3.digitaloceanspaces.com": ""} {
		other := f.Open(t, func(c *store.Config) { c.Endpoint, c.Dial = endpoint, nil })
		if got := other.WebsiteURL("media", w, "a b/index.html"); got != want {
			t.Errorf("%s: %s", endpoint, got)
		}
	}
	if strings.Contains(s.Text(), "sites.example.com") {
		t.Error(s.Text())
	}
}
