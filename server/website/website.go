// Package website decides what a website endpoint answers: which object a path
// means, where a visitor is sent, what an error looks like, which of several
// codings of a page a browser gets. It is pure: what there is, and may be read,
// it is told. The reference is the user guide of Amazon S3, "Hosting a static
// website".
package website

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"spaces/server/s3xml"
)

// Configuration is a WebsiteConfiguration (PutBucketWebsite).
type Configuration struct {
	All   *Redirect // where all visitors go; the rest is empty then
	Index string    // the suffix that makes a folder a page
	Error string    // the key of the page for errors; "": none
	Rules []Rule
}

// Rule is a RoutingRule: where visitors go of the keys with Prefix, or of those
// of them that cannot be had.
type Rule struct {
	Prefix string
	Status int // of the error that it is for; 0: it is not for errors
	Redirect
}

// Redirect is where a visitor is sent. What it does not say stays as it was asked for.
type Redirect struct {
	Protocol string // "": that of the request
	Host     string // "": that of the request
	Key      string // the whole new key, where Whole
	Whole    bool
	Prefix   string // the new beginning of the key, where Begin
	Begin    bool
	Status   int // 0: 301
}

var errNoSite = errors.New("the document is no website configuration")

// Read reads a document that was checked when it was stored.
func Read(doc *s3xml.Element) (*Configuration, error) {
	parts, ok := doc.Once("RedirectAllRequestsTo", "IndexDocument", "ErrorDocument", "RoutingRules")
	if !ok {
		return nil, errNoSite
	}
	if all := parts["RedirectAllRequestsTo"]; all != nil {
		r, err := readRedirect(all)
		return &Configuration{All: &r}, err
	}
	c := &Configuration{Index: text(parts["IndexDocument"], "Suffix"), Error: text(parts["ErrorDocument"], "Key")}
	if c.Index == "" {
		return nil, errNoSite
	}
	if rules := parts["RoutingRules"]; rules != nil {
		for i := range rules.Children {
			r, err := readRule(&rules.Children[i])
			if err != nil {
				return nil, err
			}
			c.Rules = append(c.Rules, r)
		}
	}
	return c, nil
}

func readRule(e *s3xml.Element) (r Rule, err error) {
	parts, ok := e.Once("Condition", "Redirect")
	if !ok || parts["Redirect"] == nil {
		return r, errNoSite
	}
	if when := parts["Condition"]; when != nil {
		r.Prefix = text(when, "KeyPrefixEquals")
		if r.Status, err = status(text(when, "HttpErrorCodeReturnedEquals")); err != nil {
			return r, err
		}
	}
	r.Redirect, err = readRedirect(parts["Redirect"])
	return r, err
}

func readRedirect(e *s3xml.Element) (r Redirect, err error) {
	texts, ok := e.Texts("Protocol", "HostName", "ReplaceKeyPrefixWith", "ReplaceKeyWith", "HttpRedirectCode")
	if !ok {
		return r, errNoSite
	}
	r.Protocol, r.Host = texts["Protocol"], texts["HostName"]
	r.Key, r.Whole = texts["ReplaceKeyWith"]
	r.Prefix, r.Begin = texts["ReplaceKeyPrefixWith"]
	r.Status, err = status(texts["HttpRedirectCode"])
	return r, err
}

func status(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	return strconv.Atoi(text)
}

// text is that of a child, "" where there is none.
func text(e *s3xml.Element, name string) string {
	if e == nil {
		return ""
	}
	for i := range e.Children {
		if e.Children[i].Name == name {
			return e.Children[i].Text
		}
	}
	return ""
}

// Visit is what somebody asks for.
type Visit struct {
	Scheme string // "http" or "https"
	Host   string // with the port, as it was sent
	Key    string // the decoded path without its first slash
	Query  string // as it was sent, without the question mark
}

// Found is what there is at a key.
type Found struct {
	Status   int    // 200: it can be sent. Else that of the refusal
	Missing  bool   // it is not there: who may not list does not learn that from the status
	Redirect string // x-amz-website-redirect-location of an object that can be sent
}

// Answer is what a visitor gets.
type Answer struct {
	Status   int    // 200, that of a redirect, or that of an error
	Location string // of a redirect
	Key      string // of the object that is sent: a page, or with the status of an error the page for those; "": none
	Page     string // the key that was meant, for errors and logs
}

// Answer decides. look tells what there is at a key; it is asked last for the
// key that is to be sent.
func (c *Configuration) Answer(v Visit, look func(key string) Found) Answer {
	if c.All != nil {
		return c.All.from(v, "")
	}
	for i := range c.Rules {
		if r := &c.Rules[i]; r.Status == 0 && strings.HasPrefix(v.Key, r.Prefix) {
			return r.from(v, r.Prefix)
		}
	}
	page := v.Key
	folder := page == "" || strings.HasSuffix(page, "/")
	if folder {
		page += c.Index
	}
	switch f := look(page); {
	case f.Status == http.StatusOK && f.Redirect != "":
		return Answer{Status: http.StatusMovedPermanently, Location: v.elsewhere(f.Redirect), Page: page}
	case f.Status == http.StatusOK:
		return Answer{Status: f.Status, Key: page, Page: page}
	case !folder && f.Missing && look(page+"/"+c.Index).Status == http.StatusOK:
		return Answer{Status: http.StatusFound, Location: v.url("", "", s3xml.AppendURL(nil, page+"/")), Page: page}
	default:
		return c.Failed(v, page, f.Status, look)
	}
}

// Failed decides what becomes of an error: a rule for it counts, then the page
// for errors, which is for those of visitors (ErrorDocument: "4XX class").
func (c *Configuration) Failed(v Visit, page string, status int, look func(key string) Found) Answer {
	if c.All != nil {
		return Answer{Status: status, Page: page}
	}
	for i := range c.Rules {
		if r := &c.Rules[i]; r.Status == status && strings.HasPrefix(v.Key, r.Prefix) {
			a := r.from(v, r.Prefix)
			a.Page = page
			return a
		}
	}
	if c.Error == "" || status < 400 || status > 499 {
		return Answer{Status: status, Page: page}
	}
	switch f := look(c.Error); {
	case f.Status != http.StatusOK:
		return Answer{Status: status, Page: page}
	case f.Redirect != "":
		return Answer{Status: http.StatusMovedPermanently, Location: v.elsewhere(f.Redirect), Page: page}
	default:
		return Answer{Status: status, Key: c.Error, Page: page}
	}
}
