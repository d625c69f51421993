package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server"
)

// onWire writes the head of a request as it goes over a connection, with an
// announcement of a body that nobody counted.
func onWire(r *http.Request, length string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", r.Method, r.URL.RequestURI(), r.Host, length)
	r.Header.Write(&b)
	return b.String() + "\r\n"
}

// A body that is announced and does not come holds its connection for no longer
// than any other silence does, wherever the request leads, whether or not anybody
// wanted a body there, and whoever sent it.
func TestABodyThatDoesNotComeHoldsNoConnectionAtAnyDoor(t *testing.T) {
	const most = server.BodyTimeout + 10*time.Second
	for _, length := range []string{"Content-Length: 10", "Content-Length: 10000000", "Transfer-Encoding: chunked"} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t)
			for _, d := range doors() {
				for _, signed := range []bool{true, false} {
					r := d.make(h)
					if signed {
						sign(r)
					}
					r.Body, r.ContentLength = nil, 0
					c := h.dial()
					io.WriteString(c, onWire(r, length))
					c.SetReadDeadline(time.Now().Add(2 * most))
					took := elapsed(func() { io.Copy(io.Discard, c) })
					if took > most {
						t.Errorf("%s, signed %v, %s: %v", d.name, signed, length, took)
					}
					c.Close()
				}
			}
		})
	}
}

// What is left of a body never becomes a request, however late it comes.
func TestWhatIsLeftOfABodyIsNoRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		for _, d := range doors() {
			for _, late := range []bool{true, false} {
				r := sign(d.make(h))
				smuggled := "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"
				c := h.dial()
				io.WriteString(c, onWire(r, fmt.Sprint("Content-Length: ", len(smuggled))))
				if late {
					time.Sleep(2 * time.Minute)
				}
				io.WriteString(c, smuggled)
				time.Sleep(10 * time.Minute)
				c.(interface{ CloseWrite() error }).CloseWrite()
				in, answers := bufio.NewReader(c), 0
				for {
					res, err := http.ReadResponse(in, r)
					if err != nil {
						break
					}
					if res.StatusCode >= 200 {
						answers++
					}
					io.Copy(io.Discard, res.Body)
				}
				if answers > 1 {
					t.Errorf("%s, late %v: %d answers to one request", d.name, late, answers)
				}
				c.Close()
			}
		}
	})
}

// The head of a part is nothing that a link keeps in memory for who sends it.
func TestAPartOfAFormHasAHeadOfBoundedSize(t *testing.T) {
	h := newHouse(t)
	form := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nX-Long: " + strings.Repeat("a", 1<<20) + "\r\n\r\nhello\r\n--x--\r\n"
	if a := h.anonymous("POST", h.links["receive"], form, "Content-Type", ofParts); a.StatusCode != 400 {
		t.Error(a.StatusCode, a.body)
	}
	large := strings.Repeat("b", 1<<20)
	if a := h.anonymous("POST", h.links["receive"], parts("a", "text/plain", large, "b", "text/plain", large), "Content-Type", ofParts); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	h.want(200, "GET", "/matrix/in/b", "")
}
