package server

import (
	"slices"
	"strconv"
	"strings"
)

// Limits of a website configuration (PutBucketWebsite).
const (
	maxWebsite      = 128 << 10 // bytes
	maxRoutingRules = 50
)

// checkWebsite checks a WebsiteConfiguration (PutBucketWebsite). It is kept
// and answered; pages are not served by it.
func checkWebsite(c *call, doc *element) error {
	if len(c.document) > maxWebsite {
		return refuse("MaxMessageLengthExceeded").with("MaxMessageLengthBytes", strconv.Itoa(maxWebsite))
	}
	parts, ok := doc.once("RedirectAllRequestsTo", "IndexDocument", "ErrorDocument", "RoutingRules")
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

func checkRedirectAll(e *element) error {
	texts, ok := e.texts("HostName", "Protocol")
	if !ok || texts["HostName"] == "" {
		return refuse("MalformedXML")
	}
	return checkRedirectProtocol(texts)
}

// checkWebsitePages checks the suffix that makes a folder a page, which there
// must be, and the key of the page of errors.
func checkWebsitePages(index, failure *element) error {
	if index == nil {
		return errInvalidArgument("IndexDocument", "null", "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty")
	}
	texts, ok := index.texts("Suffix")
	suffix, there := texts["Suffix"]
	switch {
	case !ok || !there:
		return refuse("MalformedXML")
	case suffix == "" || strings.Contains(suffix, "/"):
		return errInvalidArgument("IndexDocument", suffix, "The IndexDocument Suffix is not well formed")
	case failure == nil:
		return nil
	}
	texts, ok = failure.texts("Key")
	key, there := texts["Key"]
	switch {
	case !ok || !there:
		return refuse("MalformedXML")
	case key == "" || validKey(key) != nil:
		return errInvalidArgument("ErrorDocument", key, "The ErrorDocument Key is not well formed")
	}
	return nil
}

func checkRoutingRules(rules *element) error {
	if rules == nil {
		return nil
	}
	if len(rules.children) == 0 && strings.Trim(rules.text, " \t\r\n") != "" {
		return refuse("MalformedXML")
	}
	if n := len(rules.children); n > maxRoutingRules {
		return refusef("InvalidRequest", "%d routing rules provided, the number of routing rules in a website configuration is limited to %d.", n, maxRoutingRules)
	}
	for i := range rules.children {
		if err := checkRoutingRule(&rules.children[i]); err != nil {
			return err
		}
	}
	return nil
}

// checkRoutingRule checks a rule: where it leads, and when, neither of which
// may be empty.
func checkRoutingRule(rule *element) error {
	parts, ok := rule.once("Condition", "Redirect")
	if !ok || rule.name != "RoutingRule" || parts["Redirect"] == nil {
		return refuse("MalformedXML")
	}
	if when := parts["Condition"]; when != nil {
		texts, ok := when.texts("KeyPrefixEquals", "HttpErrorCodeReturnedEquals")
		if !ok || len(texts) == 0 {
			return refuse("MalformedXML")
		}
		if err := checkStatus(texts, "HttpErrorCodeReturnedEquals", isErrorCode, "The provided HTTP error code (%d) is not valid. Valid codes are 4XX or 5XX."); err != nil {
			return err
		}
	}
	texts, ok := parts["Redirect"].texts("Protocol", "HostName", "ReplaceKeyPrefixWith", "ReplaceKeyWith", "HttpRedirectCode")
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

// once gives the children by name. ok: each has one of the names, and no other
// the same, and there is no text between them.
func (e *element) once(names ...string) (found map[string]*element, ok bool) {
	found = map[string]*element{}
	err := e.each(func(child *element) bool {
		again := found[child.name] != nil
		found[child.name] = child
		return !again && slices.Contains(names, child.name)
	})
	return found, err == nil
}

// texts is once for children that have only text in them.
func (e *element) texts(names ...string) (found map[string]string, ok bool) {
	children, ok := e.once(names...)
	found = map[string]string{}
	for name, child := range children {
		text := ""
		ok = ok && child.leaf(&text)
		found[name] = text
	}
	return found, ok
}
