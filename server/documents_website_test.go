package server_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func website(inside string) string {
	return `<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` + inside + "</WebsiteConfiguration>"
}

const indexDoc = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>"

// routed is a website with rules, each what is in a RoutingRule.
func routed(rules ...string) string {
	return website(indexDoc + "<RoutingRules><RoutingRule>" + strings.Join(rules, "</RoutingRule><RoutingRule>") + "</RoutingRule></RoutingRules>")
}

func redirect(inside string) string { return "<Redirect>" + inside + "</Redirect>" }

const toHost = "<HostName>example.com</HostName>"

func TestWebsiteConfigurationIsKeptUntilItIsDeleted(t *testing.T) {
	f := withSpace(t)
	f.want(204, "DELETE", "/media?website", "")
	for _, doc := range []string{
		website(indexDoc),
		website(indexDoc + "<ErrorDocument><Key>errors/404.html</Key></ErrorDocument><RoutingRules></RoutingRules>"),
		website("<RedirectAllRequestsTo><HostName>example.com</HostName><Protocol>https</Protocol></RedirectAllRequestsTo>"),
		routed(redirect(toHost), "<Condition><KeyPrefixEquals>docs/</KeyPrefixEquals><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition>"+
			redirect("<Protocol>http</Protocol><ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith><HttpRedirectCode>308</HttpRedirectCode>")),
	} {
		f.want(200, "PUT", "/media?website", doc)
		a := f.want(200, "GET", "/media?website", "")
		if strings.TrimPrefix(a.body, `<?xml version="1.0" encoding="UTF-8"?>`+"\n") != doc {
			t.Error(a.body)
		}
		f.want(200, "PUT", "/media?website", a.body)
	}
	f.want(204, "DELETE", "/media?website", "")
	f.refuse(404, "NoSuchWebsiteConfiguration", "GET", "/media?website", "")
}

func TestBadWebsiteConfigurationsAreRefused(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?website", website(indexDoc))
	before := f.dump()
	all := "<RedirectAllRequestsTo>" + toHost + "</RedirectAllRequestsTo>"
	for _, c := range []struct{ code, says, doc string }{
		{"MalformedXML", "", ""}, {"MalformedXML", "", "<Other/>"}, {"MalformedXML", "", website(indexDoc) + "x"}, {"MalformedXML", "", website("text")},
		{"MalformedXML", "", website(indexDoc + "<Surprise/>")}, {"MalformedXML", "", website(indexDoc + indexDoc)},
		{"MalformedXML", "", website("<IndexDocument/>")}, {"MalformedXML", "", website(indexDoc + "<ErrorDocument/>")},
		{"MalformedXML", "", website(all + indexDoc)}, {"MalformedXML", "", website(all + "<ErrorDocument><Key>a</Key></ErrorDocument>")},
		{"MalformedXML", "", website(all + "<RoutingRules><RoutingRule>" + redirect(toHost) + "</RoutingRule></RoutingRules>")},
		{"MalformedXML", "", website("<RedirectAllRequestsTo><HostName/></RedirectAllRequestsTo>")},
		{"MalformedXML", "", website("<RedirectAllRequestsTo><Protocol>http</Protocol></RedirectAllRequestsTo>")},
		{"MalformedXML", "", website(indexDoc + "<RoutingRules>text</RoutingRules>")}, {"MalformedXML", "", website(indexDoc + "<RoutingRules><Rule/></RoutingRules>")},
		{"MalformedXML", "", routed("")}, {"MalformedXML", "", routed("<Redirect/>")}, {"MalformedXML", "", routed("<Condition/>" + redirect(toHost))},
		{"MalformedXML", "", routed(redirect("<HostName><b/></HostName>"))}, {"MalformedXML", "", routed(redirect(toHost + toHost))},
		{"MalformedXML", "", routed(redirect("<HttpRedirectCode>3xx</HttpRedirectCode>"))},
		{"MalformedXML", "", routed("<Condition><HttpErrorCodeReturnedEquals>4xx</HttpErrorCodeReturnedEquals></Condition>" + redirect(toHost))},
		{"InvalidArgument", "IndexDocument Suffix must be provided", website("")},
		{"InvalidArgument", "Suffix is not well formed", website("<IndexDocument><Suffix/></IndexDocument>")},
		{"InvalidArgument", "Suffix is not well formed", website("<IndexDocument><Suffix>a/index.html</Suffix></IndexDocument>")},
		{"InvalidArgument", "Key is not well formed", website(indexDoc + "<ErrorDocument><Key></Key></ErrorDocument>")},
		{"InvalidRequest", "Invalid protocol", website("<RedirectAllRequestsTo>" + toHost + "<Protocol>ftp</Protocol></RedirectAllRequestsTo>")},
		{"InvalidRequest", "Invalid protocol", routed(redirect("<Protocol>HTTP</Protocol>"))},
		{"InvalidRequest", "but not both", routed(redirect("<ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith>"))},
		{"InvalidRequest", "51 routing rules provided", routed(strings.Split(strings.Repeat(redirect(toHost)+"|", 51), "|")[:51]...)},
		{"MaxMessageLengthExceeded", "too big", routed(redirect("<HostName>" + strings.Repeat("x", 128<<10) + "</HostName>"))},
	} {
		a := f.refuse(400, c.code, "PUT", "/media?website", c.doc)
		if !strings.Contains(first(a.body, "Message"), c.says) {
			t.Errorf("%s\n%s", c.doc, a.body)
		}
	}
	for _, status := range []int{200, 300, 306, 309, 399, 404} {
		f.refuse(400, "InvalidRequest", "PUT", "/media?website", routed(redirect(fmt.Sprintf("<HttpRedirectCode>%d</HttpRedirectCode>", status))))
	}
	for _, status := range []int{200, 301, 399, 418, 499, 506} {
		f.refuse(400, "InvalidRequest", "PUT", "/media?website", routed(fmt.Sprintf("<Condition><HttpErrorCodeReturnedEquals>%d</HttpErrorCodeReturnedEquals></Condition>", status)+redirect(toHost)))
	}
	f.refuse(404, "NoSuchBucket", "PUT", "/missing?website", website(indexDoc))
	if f.dump() != before {
		t.Error("a refused document changed something")
	}
}

func TestSDKWebsite(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, media := context.Background(), aws.String("media")
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: media}))
		rule := types.RoutingRule{Condition: &types.Condition{KeyPrefixEquals: aws.String("a/")}, Redirect: &types.Redirect{ReplaceKeyPrefixWith: aws.String("b/"), HttpRedirectCode: aws.String("302")}}
		must[*s3.PutBucketWebsiteOutput](t)(c.PutBucketWebsite(ctx, &s3.PutBucketWebsiteInput{Bucket: media, WebsiteConfiguration: &types.WebsiteConfiguration{
			IndexDocument: &types.IndexDocument{Suffix: aws.String("index.html")}, ErrorDocument: &types.ErrorDocument{Key: aws.String("é.html")}, RoutingRules: []types.RoutingRule{rule},
		}}))
		got := must[*s3.GetBucketWebsiteOutput](t)(c.GetBucketWebsite(ctx, &s3.GetBucketWebsiteInput{Bucket: media}))
		if *got.IndexDocument.Suffix != "index.html" || *got.ErrorDocument.Key != "é.html" || len(got.RoutingRules) != 1 || *got.RoutingRules[0].Redirect.HttpRedirectCode != "302" {
			t.Error(got)
		}
		must[*s3.DeleteBucketWebsiteOutput](t)(c.DeleteBucketWebsite(ctx, &s3.DeleteBucketWebsiteInput{Bucket: media}))
	})
}
