package storage

import (
	"net"
	"strings"
)

// ValidSpaceName applies the rules for names of buckets (S3 user guide, "General
// purpose bucket naming rules").
func ValidSpaceName(name string) bool {
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
