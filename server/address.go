package server

import (
	"cmp"

	"spaces/server/s3xml"
)

// baseURL is where the client reached the server: by TLS also when a trusted
// proxy says so.
func (c *call) baseURL() string {
	scheme := "http://"
	if c.secure() {
		scheme = "https://"
	}
	return scheme + cmp.Or(c.in.Host, "localhost")
}

// addressOf is the URL of an object of the Space that the request is about, in
// the style in which that was reached.
func (c *call) addressOf(key string) string {
	b := []byte(c.baseURL())
	if !c.target.host {
		b = append(append(b, '/'), c.target.space...)
	}
	return string(s3xml.AppendURL(append(b, '/'), key))
}
