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
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	for _, domain := range s.domains {
		n := len(host) - len(domain)
		if n < 2 || host[n-1] != '.' || !strings.EqualFold(host[n:], domain) {
			continue
		}
		return s.cutRegion(strings.ToLower(host[:n-1]))
	}
	return ""
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

// validSpaceName applies the rules for bucket names (S3 user guide, "General
// purpose bucket naming rules").
func validSpaceName(name string) bool {
	if len(name) < 3 || len(name) > 63 || net.ParseIP(name) != nil {
		return false
	}
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case (c == '-' || c == '.') && i > 0 && i < len(name)-1:
			if c == '.' && (name[i-1] == '.' || name[i-1] == '-') || c == '-' && name[i-1] == '.' {
				return false
			}
		default:
			return false
		}
	}
	return !looksLikeIPv4(name) && !hasReservedAffix(name)
}

// looksLikeIPv4 finds four groups of digits, in range or not.
func looksLikeIPv4(name string) bool {
	return strings.Count(name, ".") == 3 && strings.Trim(name, "0123456789.") == ""
}

func hasReservedAffix(name string) bool {
	for _, p := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	for _, p := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(name, p) {
			return true
		}
	}
	return false
}
