package server_test

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server"
	"spaces/server/chance"
)

// marked is a request whose answer is of a type that no other has.
func (h *house) marked(kind string) string {
	return h.head("GET", "/sentinel/object?response-content-type="+strings.ReplaceAll(kind, "/", "%2F"), 0)
}

const sentinelType = "sentinel/yes"

// reaction is what came back on a connection: the answers, in their order.
type reaction struct {
	answers []answer
	err     error // why no more of them could be read; nil: the connection ended
}

// provoke sends bytes on a connection of their own, and reads what there is to read.
// The connection is left open: it is for the server to see that no more comes. Time
// is that of a bubble.
func (h *house) provoke(text string) (r reaction) {
	c := h.dial()
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Minute))
	go io.WriteString(c, text)
	in := bufio.NewReader(c)
	method := "GET"
	if strings.HasPrefix(text, "HEAD ") {
		method = "HEAD"
	}
	for {
		if _, err := in.Peek(1); err == io.EOF {
			return r
		}
		res, err := http.ReadResponse(in, &http.Request{Method: method})
		if err != nil {
			r.err = err
			return r
		}
		if res.StatusCode < 200 {
			continue
		}
		body, err := io.ReadAll(res.Body)
		r.answers = append(r.answers, answer{res, string(body)})
		if err != nil {
			r.err = err
			return r
		}
		if kind := res.Header.Get("Content-Type"); kind == sentinelType || kind == smuggledType {
			return r
		}
		if method = "GET"; res.Close {
			if rest, _ := io.ReadAll(in); len(rest) > 0 && !unheard(res) {
				r.err = fmt.Errorf("%d bytes after the last answer: %.80q", len(rest), rest)
			}
			return r
		}
	}
}

// unheard says that net/http refused a request that it could not read. It may not know then that the method is HEAD.
func unheard(res *http.Response) bool {
	return res.StatusCode >= 400 && res.Close && res.Header.Get("Content-Type") == "text/plain; charset=utf-8"
}

// wrong says what is wrong with an answer, "" for nothing.
func (a answer) wrong() string {
	kind := a.Header.Get("Content-Type")
	switch {
	case unheard(a.Response):
		if a.StatusCode >= 500 && a.StatusCode != 501 && a.StatusCode != 505 {
			return "it is not of this server"
		}
		return ""
	case a.Header.Get("X-Amz-Request-Id") == "":
		return "it has no request id"
	case a.StatusCode >= 500 && a.StatusCode != 501:
		return "it is a mistake of the server"
	case a.StatusCode < 400 || a.body == "":
		return ""
	case kind == "application/xml":
		var doc struct {
			XMLName                            xml.Name `xml:"Error"`
			Code, Message, Resource, RequestId string
		}
		if err := xml.Unmarshal([]byte(a.body), &doc); err != nil || doc.Code == "" || doc.Message == "" || doc.RequestId != a.Header.Get("X-Amz-Request-Id") || !strings.Contains(a.body, "<Resource>") {
			return fmt.Sprintf("its document is not one of an error: %v", err)
		}
	case strings.HasPrefix(kind, "application/json"):
		var doc struct{ ID, Message, Request_ID string }
		if err := json.Unmarshal([]byte(a.body), &doc); err != nil || doc.ID == "" || doc.Request_ID == "" {
			return fmt.Sprintf("its document is not one of an error: %v", err)
		}
	}
	return ""
}

// judge says what is wrong with what came back, "" for nothing.
func (r reaction) judge(s sent) string {
	for _, a := range r.answers {
		kind := a.Header.Get("Content-Type")
		if why := a.wrong(); why != "" {
			return why
		}
		switch {
		case kind == smuggledType && (s.framed || s.unclear):
			return "a part of it was taken for a request"
		case kind == sentinelType && s.unclear:
			return "the connection went on after a request that has two ends"
		}
	}
	if errors.Is(r.err, os.ErrDeadlineExceeded) {
		return "the connection stays, and nothing comes"
	}
	if !s.framed {
		return ""
	}
	switch n := len(r.answers); {
	case r.err != nil:
		return "its answers cannot be read: " + r.err.Error()
	case n == 0:
		return "there is no answer"
	case n > 2:
		return "there are too many answers"
	case n == 1 && !r.answers[0].Close:
		return "the next request was swallowed"
	case n == 2 && r.answers[1].Header.Get("Content-Type") != sentinelType:
		return "the next request was answered as something else"
	}
	return ""
}

// TestRequestsByAGrammar sends what is nearly a request, of every kind that there
// is, each followed by one that is right.
func TestRequestsByAGrammar(t *testing.T) {
	seed, rounds := chance.Seed(t), 500
	if chance.Long() {
		rounds = 10_000
	}
	all, bad := doors(), 0
	statuses := map[int]int{}
	began := runtime.NumGoroutine()
	for n := 0; n < rounds && bad < 10; {
		synctest.Test(t, func(t *testing.T) { // each in a house of its own, as what gets through changes it
			h := newHouse(t)
			h.want(200, "PUT", "/sentinel", "")
			h.want(200, "PUT", "/sentinel/object", "sentinel")
			before := h.dump()
			for range min(250, rounds-n) {
				g := &grammar{rand.New(rand.NewPCG(seed, uint64(n))), h}
				s := g.request(all[g.IntN(len(all))])
				n++
				text := s.raw
				if !s.half {
					text += h.marked(sentinelType)
				}
				r := h.provoke(text)
				why, refused := r.judge(s), !strings.Contains(s.raw, server.LinkPath) // files of a form come one by one
				for _, a := range r.answers {
					statuses[a.StatusCode]++
					refused = refused && (a.StatusCode >= 400 || a.Header.Get("Content-Type") == sentinelType)
				}
				after := h.dump()
				if why == "" && refused && after != before {
					why = "it was refused, and something is changed"
				}
				if before = after; why != "" {
					bad++
					t.Errorf("%s=%d, request %d: %s\n%.1500q", chance.Variable, seed, n-1, why, s.raw)
					for _, a := range r.answers {
						t.Logf("%s %v\n%.500s", a.Status, a.Header, a.body)
					}
				}
			}
			if text := metrics(h.fixture); !strings.Contains(text, "\nspaces_panics_total 0\n") {
				bad++
				t.Error("there was a panic")
			}
			h.client.CloseIdleConnections()
		})
	}
	for patience := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > began+2; runtime.Gosched() {
		if time.Now().After(patience) {
			bad++
			t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), began)
			break
		}
	}
	t.Log("answers by status:", statuses)
	chance.Figure(t, rounds, "requests by a grammar", bad)
}
