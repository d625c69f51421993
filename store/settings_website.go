package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/encoding/httpbinding"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// MaxRoutingRules is how many rules a website can have (PutBucketWebsite).
const MaxRoutingRules = 50

// Website is how a Space is served as web pages. The zero Website is none.
type Website struct {
	Index, Error string // what makes a folder a page, and the key of the page for errors, "" for none
	To, Protocol string // the host that all visitors are sent to, and how, "" for as they came; the others are empty then
	Rules        []RoutingRule

	host string // where it is or would be, as the endpoint tells; "": it does not
	was  *element
}

// On says whether there is one.
func (w Website) On() bool { return w.Index != "" || w.To != "" }

// RoutingRule sends visitors of some keys elsewhere. What else another tool wrote into it stays with it.
type RoutingRule struct {
	Prefix         string // the keys that begin with it
	Error          int    // those of them that are answered with this status; 0: all
	Protocol, Host string // "": as it was asked for
	Key            string // the new key; "": the same, with Begin in the place of Prefix where Begins
	Begin          string
	Begins         bool
	Status         int // of the answer; 0: 301
	tree           *element
}

func websiteDocument(host *string) document {
	return document{
		root: "WebsiteConfiguration", label: "web pages",
		get: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
			_, err := a.GetBucketWebsite(ctx, &s3.GetBucketWebsiteInput{Bucket: &space}, append(o, keepHeader("X-Spaces-Website-Host", host))...)
			return err
		},
		put: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
			_, err := a.PutBucketWebsite(ctx, &s3.PutBucketWebsiteInput{Bucket: &space, WebsiteConfiguration: &types.WebsiteConfiguration{}}, o...)
			return err
		},
		remove: func(ctx context.Context, a *s3.Client, space string) error {
			_, err := a.DeleteBucketWebsite(ctx, &s3.DeleteBucketWebsiteInput{Bucket: &space})
			return err
		},
	}
}

// keepHeader keeps a header of the answer, whatever its status.
func keepHeader(name string, value *string) func(*s3.Options) {
	take := func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, m, err := next.HandleDeserialize(ctx, in)
		if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && resp != nil {
			*value = resp.Header.Get(name)
		}
		return out, m, err
	}
	return func(o *s3.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("KeepHeader", take), middleware.After)
		})
	}
}

// Website of a Space.
func (s *Store) Website(ctx context.Context, space string) (Website, error) {
	var w Website
	e, err := s.readDocument(ctx, space, websiteDocument(&w.host))
	if err != nil {
		return Website{}, err
	}
	w.was = e
	w.Index, w.Error = e.value("IndexDocument", "Suffix"), e.value("ErrorDocument", "Key")
	w.To, w.Protocol = e.value("RedirectAllRequestsTo", "HostName"), e.value("RedirectAllRequestsTo", "Protocol")
	for _, k := range e.child("RoutingRules").named("RoutingRule") {
		w.Rules = append(w.Rules, readRoutingRule(k))
	}
	return w, nil
}

func readRoutingRule(e *element) RoutingRule {
	r := RoutingRule{tree: e, Protocol: e.value("Redirect", "Protocol"), Host: e.value("Redirect", "HostName")}
	text := func(path ...string) (string, bool) {
		if k := e.child(path...); k != nil {
			return k.text, true
		}
		return "", false
	}
	r.Prefix, _ = text("Condition", "KeyPrefixEquals")
	r.Key, _ = text("Redirect", "ReplaceKeyWith")
	r.Begin, r.Begins = text("Redirect", "ReplaceKeyPrefixWith")
	r.Error, _ = strconv.Atoi(e.value("Condition", "HttpErrorCodeReturnedEquals"))
	r.Status, _ = strconv.Atoi(e.value("Redirect", "HttpRedirectCode"))
	return r
}

// SetWebsite sets what w has now in the place of what it was read with; one that is not On is removed. It should have
// passed Check: what an endpoint refuses it explains less well.
func (s *Store) SetWebsite(ctx context.Context, space string, w Website) error {
	var now *element
	if w.On() {
		now = w.document()
	}
	return s.replaceDocument(ctx, space, websiteDocument(new(string)), w.was, now, func(got *element) bool {
		return got.value("IndexDocument", "Suffix") == w.Index && got.value("RedirectAllRequestsTo", "HostName") == w.To &&
			got.value("ErrorDocument", "Key") == w.Error && len(got.child("RoutingRules").named("RoutingRule")) == len(w.Rules)
	})
}

func (w Website) document() *element {
	now := w.was.clone("WebsiteConfiguration")
	now.setText(w.To, "RedirectAllRequestsTo", "HostName")
	now.setText(w.Protocol, "RedirectAllRequestsTo", "Protocol")
	now.setText(w.Index, "IndexDocument", "Suffix")
	now.setText(w.Error, "ErrorDocument", "Key")
	if len(w.Rules) == 0 {
		now.set("RoutingRules")
		return now
	}
	rules := make([]*element, len(w.Rules))
	for i, r := range w.Rules {
		rules[i] = r.element()
	}
	if now.child("RoutingRules") == nil {
		now.kids = append(now.kids, branch("RoutingRules"))
	}
	now.child("RoutingRules").set("RoutingRule", rules...)
	return now
}

func (r RoutingRule) element() *element {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	e := r.tree.clone("RoutingRule")
	e.setText(r.Prefix, "Condition", "KeyPrefixEquals")
	e.setText(number(r.Error), "Condition", "HttpErrorCodeReturnedEquals")
	if e.child("Redirect") == nil {
		e.kids = append(e.kids, branch("Redirect"))
	}
	to := e.child("Redirect")
	to.setText(r.Protocol, "Protocol")
	to.setText(r.Host, "HostName")
	to.set("ReplaceKeyPrefixWith")
	if r.Begins && r.Key == "" { // empty too: it takes the beginning away
		to.kids = append(to.kids, leaf("ReplaceKeyPrefixWith", r.Begin))
	}
	to.setText(r.Key, "ReplaceKeyWith")
	to.setText(number(r.Status), "HttpRedirectCode")
	return e
}

// Check says what S3 would refuse.
func (w Website) Check() error {
	switch {
	case w.To != "" && strings.ContainsAny(w.To, "/ \t?#"):
		return errors.New("the host is a name, such as www.example.com, without http:// and without a path")
	case w.To != "":
		return nil
	case w.Index == "":
		return errors.New("it needs the name of the page of a folder, such as index.html")
	case strings.Contains(w.Index, "/"):
		return errors.New("the page of a folder is a name without a slash: it is the same in every folder")
	case strings.HasPrefix(w.Error, "/"):
		return fmt.Errorf("%q is no key: keys do not begin with a slash here", w.Error)
	}
	return nil
}

// Check says what S3 would refuse in a rule.
func (r RoutingRule) Check() error {
	switch {
	case r.Error != 0 && (r.Error < 400 || r.Error > 599):
		return errors.New("the error is a status from 400 to 599, such as 404")
	case r.Status != 0 && (r.Status < 301 || r.Status > 308 || r.Status == 306):
		return errors.New("the status is one of redirects: 301, 302, 303, 307 or 308")
	case r.Protocol != "" && r.Protocol != "http" && r.Protocol != "https":
		return errors.New("the protocol is http or https")
	case strings.ContainsAny(r.Host, "/ \t?#"):
		return errors.New("the host is a name, such as www.example.com, without http:// and without a path")
	case r.Key != "" && r.Begins:
		return errors.New("it has a new key or a new beginning, not both")
	case r.Protocol == "" && r.Host == "" && r.Key == "" && !r.Begins && r.Status == 0:
		return errors.New("it leads nowhere: it needs a host, a protocol, a new key or a new beginning")
	}
	return nil
}

// dashed are the regions of Amazon whose websites are at s3-website-REGION, and not at s3-website.REGION (General
// Reference, "Amazon S3 website endpoints").
var dashed = map[string]bool{"us-east-1": true, "us-west-1": true, "us-west-2": true, "ap-southeast-1": true, "ap-southeast-2": true,
	"ap-northeast-1": true, "eu-west-1": true, "sa-east-1": true, "us-gov-west-1": true}

// WebsiteURL is where the website of a Space is or would be, "" where the endpoint does not tell. A key leads to its page.
func (s *Store) WebsiteURL(space string, w Website, key string) string {
	base, _ := s.publicBase()
	scheme, host := base.Scheme, w.host
	switch {
	case host != "":
		if port := base.Port(); port != "" {
			host += ":" + port
		}
	case s.quirks.provider == "AWS":
		region := firstOf(s.quirks.region, s.c.Region)
		mark := "."
		if dashed[region] {
			mark = "-"
		}
		scheme, host = "http", space+".s3-website"+mark+region+".amazonaws.com"
	default:
		return ""
	}
	if w.Index != "" && (key == w.Index || strings.HasSuffix(key, "/"+w.Index)) {
		key = strings.TrimSuffix(key, w.Index)
	}
	return scheme + "://" + host + "/" + httpbinding.EscapePath(key, false)
}
