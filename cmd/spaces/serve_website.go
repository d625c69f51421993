package main

import (
	"fmt"
	"io"
	"net"
	"strings"
)

// checkWebsites refuses what is no domain, and one that is S3's: a host is a website or S3, never both.
func (so *serveOptions) checkWebsites() error {
	for _, d := range so.websites {
		name := strings.ToLower(strings.Trim(d, "."))
		if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || net.ParseIP(name) != nil {
			return fmt.Errorf("--website-domain %q: write a domain such as sites.example.com, of which each website is NAME.sites.example.com", d)
		}
		for _, own := range append([]string{"localhost"}, so.domains...) {
			if strings.EqualFold(name, strings.Trim(own, ".")) {
				return fmt.Errorf("--website-domain %s is a domain of S3 already: give websites one of their own", d)
			}
		}
	}
	return nil
}

// names are all that a certificate has to be for.
func (so *serveOptions) names() []string {
	return append(append([]string(nil), so.domains...), so.websites...)
}

// announceWebsites says where they are.
func (so *serveOptions) announceWebsites(w io.Writer, addr net.Addr) {
	scheme, usual := "http", "80"
	if so.secure() {
		scheme, usual = "https", "443"
	}
	_, port, _ := net.SplitHostPort(addr.String())
	if port = ":" + port; port == ":"+usual {
		port = ""
	}
	for _, d := range so.websites {
		fmt.Fprintf(w, "websites at %s://NAME.%s%s\n", scheme, strings.ToLower(strings.Trim(d, ".")), port)
	}
}
