package server

import (
	"net"
	"strings"
)

// knownRegions are the regions of Spaces. In a host name a label that is one
// of them, or looks like a region of AWS, is a region and not part of a name.
var knownRegions = map[string]bool{
	"nyc1": true, "nyc2": true, "nyc3": true, "ams2": true, "ams3": true, "sfo1": true, "sfo2": true, "sfo3": true,
	"sgp1": true, "lon1": true, "fra1": true, "tor1": true, "blr1": true, "syd1": true, "atl1": true, "ric1": true,
}

// spaceOfHost gives the Space that a Host header names, "" for path style:
// NAME.DOMAIN or NAME.REGION.DOMAIN, where REGION.DOMAIN alone is path style.
func (s *Server) spaceOfHost(host string) string {
	host = hostname(host)
	for _, domain := range s.domains {
		n := len(host) - len(domain)
		if n < 2 || host[n-1] != '.' || !strings.EqualFold(host[n:], domain) {
			continue
		}
		return s.cutRegion(strings.ToLower(host[:n-1]))
	}
	return ""
}

// strangeHost gives the first label and the rest of a host that is a name of
// several labels and no domain of the server, nor below one. A client that
// means the label as a Space is not understood: its path is read as /SPACE/KEY.
func (s *Server) strangeHost(host string) (label, rest string, strange bool) {
	host = hostname(host)
	label, rest, ok := strings.Cut(strings.ToLower(host), ".")
	if !ok || label == "" || rest == "" || net.ParseIP(strings.Trim(host, "[]")) != nil {
		return "", "", false
	}
	for _, domain := range s.domains {
		if n := len(host) - len(domain); n >= 0 && strings.EqualFold(host[n:], domain) && (n == 0 || host[n-1] == '.') {
			return "", "", false
		}
	}
	return label, rest, true
}

// checkHost refuses to make a Space where the host names one: a server that was
// not told its domain takes the key of an upload for the name of a new Space.
func (c *call) checkHost() error {
	label, rest, strange := c.s.strangeHost(c.in.Host)
	if !strange || c.op == nil || !c.op.creates {
		return nil
	}
	if _, err := c.s.engine.Space(label); err != nil {
		return nil
	}
	host := hostname(c.in.Host)
	return refusef("InvalidRequest", "The Host %s is not a domain of this server. If %s is meant to be a Space, start the server with --domain %s; "+
		"if %s is the server, with --domain %s.", host, label, rest, host, host)
}

// aboutHost says of a refusal that may come from it that the host is unknown.
func (c *call) aboutHost(e *Error) {
	switch e.Code {
	case "NoSuchBucket", "InvalidBucketName", "NotImplemented", "MethodNotAllowed", "MalformedXML":
		if _, rest, strange := c.s.strangeHost(c.in.Host); strange {
			e.Message += " The Host " + hostname(c.in.Host) + " is not a domain of this server, so the Space was taken from the path. " +
				"For addresses like SPACE." + rest + " start the server with --domain " + rest + "."
		}
	}
}

// hostname is a host without its port.
func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		return host[:i]
	}
	return host
}

// cutRegion takes a trailing region off the labels before a domain.
func (s *Server) cutRegion(labels string) string {
	name, last := "", labels
	if i := strings.LastIndexByte(labels, '.'); i >= 0 {
		name, last = labels[:i], labels[i+1:]
	}
	if s.isRegion(last) {
		return name
	}
	return labels
}

func (s *Server) isRegion(label string) bool {
	return label == s.region && label != "" || knownRegions[label] || isAWSRegion(label)
}

// isAWSRegion recognises eu-west-1, us-gov-east-1 and their like.
func isAWSRegion(label string) bool {
	parts := strings.Split(label, "-")
	if len(parts) < 3 || len(parts) > 4 || len(parts[0]) != 2 {
		return false
	}
	last := parts[len(parts)-1]
	if len(last) != 1 || last[0] < '1' || last[0] > '9' {
		return false
	}
	for _, p := range parts[:len(parts)-1] {
		if p == "" || strings.Trim(p, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return true
}
