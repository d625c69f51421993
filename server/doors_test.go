package server_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"spaces/server"
	"spaces/server/links"
)

// house is a server with all the ways into it that there are: S3, its websites,
// links of each kind, and the APIs.
type house struct {
	*bed
	links map[string]string // paths, by kind
	ids   map[string]string // of what an API manages, by its path
}

func newHouse(t testing.TB) *house {
	h := &house{links: map[string]string{}, ids: map[string]string{}}
	h.bed = newBed(t, withRing, func(c *server.Config) {
		book, err := links.Open(c.Engine, nil)
		if err != nil {
			t.Fatal(err)
		}
		c.Links, c.WebsiteDomains = book, []string{siteDomain}
		c.Checkup = func(context.Context) []server.Check { return nil }
	})
	h.want(200, "PUT", "/matrix?website", website(indexDoc))
	for kind, body := range map[string]string{
		"plain":    `{"bucket":"matrix","key":"key"}`,
		"once":     `{"bucket":"matrix","key":"key","once":true}`,
		"password": `{"bucket":"matrix","key":"key","password":"open sesame"}`,
		"receive":  `{"bucket":"matrix","key":"in/","receive":{}}`,
	} {
		l := h.link(body).Link
		h.links[kind], h.ids["/v2/spaces/links"] = l.Path, l.ID
	}
	h.ids["/v2/spaces/keys"] = h.newKey("guest", readOnly("matrix")).ID
	return h
}

// state is all that a request may change.
func (h *house) state() string {
	var b strings.Builder
	b.WriteString(h.dump())
	for _, path := range server.APIs() {
		if path != "/v2/spaces/due" {
			fmt.Fprintln(&b, path, h.api("GET", path, "").body)
		}
	}
	return b.String()
}

// door is a way in, and a request that goes through it.
type door struct {
	name string
	make func(h *house) *http.Request
	// private: nothing but a signature or a token opens it. Others are open to who
	// knows the address, and what they do is for their own tests.
	private bool
}

var methods = []string{"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"}

// doors are generated from the tables of the server: what is new there is here.
func doors() (list []door) {
	for _, row := range server.Rows() {
		list = append(list, door{row.Name, func(h *house) *http.Request { return h.rowRequest(row) }, row.Method != "OPTIONS"})
	}
	for _, row := range server.SiteRows() {
		list = append(list, door{row.Name, func(h *house) *http.Request {
			return h.request(row.Method, "/key", "", "Host", "matrix."+siteDomain)
		}, false})
	}
	for _, path := range server.APIs() {
		for _, method := range methods {
			for _, below := range []bool{false, true} {
				list = append(list, door{fmt.Sprintf("%s %s %v", method, path, below), func(h *house) *http.Request {
					at, body := path, ""
					if below {
						at += "/" + h.ids[path]
					}
					if method != "GET" && method != "HEAD" && method != "DELETE" {
						body = `{"name":"more","grants":[],"bucket":"matrix","key":"key"}`
					}
					return h.request(method, at, body, "Content-Type", "application/json")
				}, true})
			}
		}
	}
	for _, kind := range []string{"plain", "once", "password", "receive"} {
		for _, method := range methods {
			list = append(list, door{method + " link " + kind, func(h *house) *http.Request { return h.request(method, h.links[kind], "") }, false})
		}
	}
	return list
}

func TestNoAPIHasASideDoor(t *testing.T) {
	h := newHouse(t)
	guest := h.newKey("guest of everything", fullAccess(""))
	before := h.state()
	for _, d := range doors() {
		if !d.private || !strings.Contains(d.name, "/v2/spaces/") {
			continue
		}
		ways := slices.Clone(broken)
		for _, token := range []string{"", "x", adminToken + "x", adminToken[1:], adminToken + " " + adminToken} {
			ways = append(ways, struct {
				name  string
				apply func(*http.Request) *http.Request
			}{"token " + token, func(r *http.Request) *http.Request {
				r.Header.Set("Authorization", "Bearer "+token)
				return r
			}})
		}
		if !strings.Contains(d.name, "/links") {
			ways = append(ways, struct {
				name  string
				apply func(*http.Request) *http.Request
			}{"another key", func(r *http.Request) *http.Request { return signWith(r, guest.ID, guest.Secret) }})
		}
		for _, way := range ways {
			a := h.send(way.apply(d.make(h)))
			if a.StatusCode != 400 && a.StatusCode != 401 && a.StatusCode != 403 && a.StatusCode != 405 { // 405: no claim, no API, and no row
				t.Errorf("%s, %s: %d %s", d.name, way.name, a.StatusCode, a.body)
			}
		}
		if h.state() != before {
			t.Fatalf("%s: something was changed", d.name)
		}
	}
}

// A signature is for all of the request, also where nobody looks at its body.
func TestAnAPIDoesNothingWithABodyThatWasNotSigned(t *testing.T) {
	h := newHouse(t)
	before := h.state()
	for _, d := range doors() {
		if !strings.Contains(d.name, "/v2/spaces/") {
			continue
		}
		r := d.make(h)
		other := h.request(r.Method, r.URL.RequestURI(), "another body than that which was signed")
		r = sign(r)
		other.Header = r.Header
		if a := h.send(other); a.StatusCode < 400 {
			t.Errorf("%s: %d %s", d.name, a.StatusCode, a.body)
		}
		if h.state() != before {
			t.Fatalf("%s: something was changed", d.name)
		}
	}
}
