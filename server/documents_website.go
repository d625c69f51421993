package server

import (
	"strconv"
	"strings"

	"spaces/server/s3xml"
)

// Limits of a website configuration (PutBucketWebsite).
const (
	maxWebsite      = 128 << 10 // bytes
	maxRoutingRules = 50
)

// hWebsiteHost tells, beside the configuration of a website and where there is
// none, the host that the website has or would have. It is not of S3.
const hWebsiteHost = "X-Spaces-Website-Host"

// getWebsite answers GetBucketWebsite.
func (c *call) getWebsite() error {
	host := c.s.siteHost(c.space.Name)
	if host != "" {
		c.out.set(hWebsiteHost, host)
	}
	err := getDocument(docWebsite, "NoSuchWebsiteConfiguration")(c)
	if e, missing := err.(*Error); missing && host != "" {
		e.header(hWebsiteHost, host)
	}
	return err
}

// checkWebsite checks a WebsiteConfiguration (PutBucketWebsite). Pages are served
// by it where the server has a domain for websites.
func checkWebsite(c *call, doc *s3xml.Element) error {
	if len(c.document) > maxWebsite {
		return refuse("MaxMessageLengthExceeded").with("MaxMessageLengthBytes", strconv.Itoa(maxWebsite))
	}
	parts, ok := doc.Once("RedirectAllRequestsTo", "IndexDocument", "ErrorDocument", "RoutingRules")
	if !ok || parts["RedirectAllRequestsTo"] != nil && len(parts) > 1 {
		return refuse("MalformedXML")
	}
	if all := parts["RedirectAllRequestsTo"]; all != nil {
		return checkRedirectAll(all)
	}
	if err := checkWebsitePages(parts["IndexDocument"], parts["ErrorDocument"]); err != nil {
		return err
	}
	return checkRoutingRules(parts["RoutingRules"])
}

func checkRedirectAll(e *s3xml.Element) error {
	texts, ok := e.Texts("HostName", "Protocol")
	if !ok || texts["HostName"] == "" {
		return refuse("MalformedXML")
	}
	return checkRedirectProtocol(texts)
}

// checkWebsitePages checks the suffix that makes a folder a page, which there
// must be, and the key of the page of errors.
func checkWebsitePages(index, failure *s3xml.Element) error {
	if index == nil {
		return errInvalidArgument("IndexDocument", "null", "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty")
	}
	texts, ok := index.Texts("Suffix")
	suffix, there := texts["Suffix"]
	switch {
	case !ok || !there:
		return refuse("MalformedXML")
	case suffix == "" || strings.Contains(suffix, "/"):
		return errInvalidArgument("IndexDocument", suffix, "The IndexDocument Suffix is not well formed")
	case failure == nil:
		return nil
	}
	texts, ok = failure.Texts("Key")
	key, there := texts["Key"]
	switch {
	case !ok || !there:
		return refuse("MalformedXML")
	case key == "" || validKey(key) != nil:
		return errInvalidArgument("ErrorDocument", key, "The ErrorDocument Key is not well formed")
	}
	return nil
}

func checkRoutingRules(rules *s3xml.Element) error {
	if rules == nil {
		return nil
	}
	if len(rules.Children) == 0 && !s3xml.Blank(rules.Text) {
		return refuse("MalformedXML")
	}
	if n := len(rules.Children); n > maxRoutingRules {
		return refusef("InvalidRequest", "%d routing rules provided, the number of routing rules in a website configuration is limited to %d.", n, maxRoutingRules)
	}
	for i := range rules.Children {
		if err := checkRoutingRule(&rules.Children[i]); err != nil {
			return err
		}
	}
	return nil
}

// checkRoutingRule checks a rule: where it leads, and when, neither of which
// may be empty.
func checkRoutingRule(rule *s3xml.Element) error {
	parts, ok := rule.Once("Condition", "Redirect")
	if !ok || rule.Name != "RoutingRule" || parts["Redirect"] == nil {
		return refuse("MalformedXML")
	}
	if when := parts["Condition"]; when != nil {
		texts, ok := when.Texts("KeyPrefixEquals", "HttpErrorCodeReturnedEquals")
		if !ok || len(texts) == 0 {
			return refuse("MalformedXML")
		}
		if err := checkStatus(texts, "HttpErrorCodeReturnedEquals", isErrorCode, "The provided HTTP error code (%d) is not valid. Valid codes are 4XX or 5XX."); err != nil {
			return err
		}
	}
	texts, ok := parts["Redirect"].Texts("Protocol", "HostName", "ReplaceKeyPrefixWith", "ReplaceKeyWith", "HttpRedirectCode")
	if !ok || len(texts) == 0 {
		return refuse("MalformedXML")
	}
	_, key := texts["ReplaceKeyWith"]
	_, prefix := texts["ReplaceKeyPrefixWith"]
	if key && prefix {
		return refusef("InvalidRequest", "You can only define ReplaceKeyPrefix or ReplaceKey but not both.")
	}
	if err := checkStatus(texts, "HttpRedirectCode", isRedirectCode, "The provided HTTP redirect code (%d) is not valid. Valid codes are 3XX except 300."); err != nil {
		return err
	}
	return checkRedirectProtocol(texts)
}

func checkRedirectProtocol(texts map[string]string) error {
	if p, there := texts["Protocol"]; there && p != "http" && p != "https" {
		return refusef("InvalidRequest", "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.")
	}
	return nil
}

// checkStatus checks the status in the text of a name, if there is one.
// message has a place for it.
func checkStatus(texts map[string]string, name string, valid func(int) bool, message string) error {
	text, there := texts[name]
	if !there {
		return nil
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return refuse("MalformedXML")
	case !valid(n):
		return refusef("InvalidRequest", message, n)
	}
	return nil
}

// isErrorCode and isRedirectCode know the statuses of RFC 9110 that a rule of
// a website may name.
func isErrorCode(n int) bool { return n >= 400 && n <= 417 || n >= 500 && n <= 505 }

func isRedirectCode(n int) bool { return n >= 301 && n <= 308 && n != 306 }
