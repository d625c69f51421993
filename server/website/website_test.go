package website_test

import (
	"strings"
	"testing"

	"spaces/server/s3xml"
	"spaces/server/website"
)

func TestCodingsAreThoseThatABrowserTakes(t *testing.T) {
	for header, want := range map[string]string{
		"":                             "",
		"gzip, deflate, br, zstd":      "br zstd gzip",
		"GZIP;Q=0.8 , Br ; q=0.3":      "gzip br",
		"x-gzip":                       "gzip",
		"*":                            "br zstd gzip",
		"*;q=0, gzip":                  "gzip",
		"br;q=0, *":                    "zstd gzip",
		"identity, gzip;q=0.5":         "",
		"identity;q=0.5, gzip":         "gzip",
		"identity":                     "",
		"br;q=2, gzip;q=x, zstd;q=NaN": "",
		"br;level=5":                   "",
		",,;,":                         "",
		"deflate, compress":            "",
	} {
		var names []string
		for _, c := range website.Accepted(header) {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func read(t testing.TB, inside string) *website.Configuration {
	t.Helper()
	doc, err := s3xml.Parse("<WebsiteConfiguration>" + inside + "</WebsiteConfiguration>")
	if err != nil {
		t.Fatal(err)
	}
	c, err := website.Read(doc)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const index = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>"

func TestTheFirstRuleThatFitsCounts(t *testing.T) {
	c := read(t, index+"<RoutingRules>"+
		"<RoutingRule><Condition><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition><Redirect><ReplaceKeyWith>late</ReplaceKeyWith></Redirect></RoutingRule>"+
		"<RoutingRule><Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyWith>first</ReplaceKeyWith></Redirect></RoutingRule>"+
		"<RoutingRule><Condition><KeyPrefixEquals>a/b</KeyPrefixEquals></Condition><Redirect><ReplaceKeyWith>second</ReplaceKeyWith></Redirect></RoutingRule>"+
		"</RoutingRules>")
	for key, want := range map[string]string{"a/b": "first", "b": "late", "a": "late", "": "late"} {
		looked := 0
		a := c.Answer(website.Visit{Scheme: "https", Host: "h", Key: key}, func(string) website.Found { looked++; return website.Found{Status: 404} })
		if a.Location != "https://h/"+want || a.Status != 301 || want == "first" && looked > 0 {
			t.Errorf("%q: %+v after %d", key, a, looked)
		}
	}
}

func TestARuleWithoutAConditionIsForAll(t *testing.T) {
	c := read(t, index+"<RoutingRules><RoutingRule><Redirect><HostName>other</HostName><HttpRedirectCode>302</HttpRedirectCode></Redirect></RoutingRule></RoutingRules>")
	if a := c.Answer(website.Visit{Scheme: "http", Host: "h", Key: "x"}, nil); a.Location != "http://other/x" || a.Status != 302 {
		t.Errorf("%+v", a)
	}
}

// An error of the server's own is no page of the owner's.
func TestThePageForErrorsIsForThoseOfVisitors(t *testing.T) {
	c := read(t, index+"<ErrorDocument><Key>404.html</Key></ErrorDocument>")
	for status, key := range map[int]string{400: "404.html", 403: "404.html", 404: "404.html", 499: "404.html", 500: "", 503: ""} {
		a := c.Failed(website.Visit{}, "page", status, func(string) website.Found { return website.Found{Status: 200} })
		if a.Key != key || a.Status != status || a.Page != "page" {
			t.Errorf("%d: %+v", status, a)
		}
	}
	a := c.Failed(website.Visit{Scheme: "http", Host: "h"}, "page", 404, func(string) website.Found { return website.Found{Status: 200, Redirect: "/sorry"} })
	if a.Location != "http://h/sorry" || a.Status != 301 {
		t.Errorf("%+v", a)
	}
}

func TestDocumentsThatAreNoWebsitesAreNotRead(t *testing.T) {
	for _, inside := range []string{"", "<IndexDocument/>", "<Other/>", index + "<RoutingRules><RoutingRule/></RoutingRules>",
		index + "<RoutingRules><RoutingRule><Redirect><HttpRedirectCode>x</HttpRedirectCode></Redirect></RoutingRule></RoutingRules>"} {
		doc, err := s3xml.Parse("<WebsiteConfiguration>" + inside + "</WebsiteConfiguration>")
		if err != nil {
			t.Fatal(err)
		}
		if c, err := website.Read(doc); err == nil {
			t.Errorf("%s: %+v", inside, c)
		}
	}
}

// FuzzLocation: whatever is asked for, a visitor stays on the site that was asked, and the header in its line.
func FuzzLocation(f *testing.F) {
	for _, s := range []string{"", "/", "//evil.example", "\\evil.example", "a/..//b", "a\r\nb", "\xff", "@evil.example", "?q", "#f"} {
		f.Add(s, s)
	}
	c := read(f, index+"<RoutingRules><RoutingRule><Condition><KeyPrefixEquals>r</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith/></Redirect></RoutingRule></RoutingRules>")
	f.Fuzz(func(t *testing.T, key, query string) {
		a := c.Answer(website.Visit{Scheme: "https", Host: "h:1", Key: key, Query: query}, func(k string) website.Found {
			if k == key {
				return website.Found{Status: 404, Missing: true}
			}
			return website.Found{Status: 200}
		})
		if a.Location == "" {
			return
		}
		if !strings.HasPrefix(a.Location, "https://h:1/") {
			t.Errorf("%q leads to %q", key, a.Location)
		}
		for i := range len(a.Location) {
			if c := a.Location[i]; c <= ' ' || c >= 0x7f {
				t.Fatalf("%q leads to %q", key, a.Location)
			}
		}
	})
}

func FuzzErrorPage(f *testing.F) {
	f.Add("<script>alert(1)</script>", "\x00\x1b\xff")
	f.Fuzz(func(t *testing.T, key, message string) {
		trouble := website.Trouble{Status: 404, Details: []website.Detail{{Name: "Message", Value: message}, {Name: "Key", Value: key}}}
		page := string(trouble.HTML())
		if strings.Count(page, "<") != strings.Count(string((&website.Trouble{Status: 404, Details: make([]website.Detail, 2)}).HTML()), "<") || strings.ContainsAny(page, "\x00\x1b") {
			t.Errorf("%q", page)
		}
	})
}
