package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"spaces/server/chance"
	"spaces/server/sigv4"
)

// TestAHealthyClientIsServedWhileOthersAreSlow holds many connections of a server from one address in every way that holds one,
// and sees that others are served. How fast they are is told, and decides nothing.
func TestAHealthyClientIsServedWhileOthersAreSlow(t *testing.T) {
	each, asks := 100, 200
	if chance.Long() {
		each, asks = 500, 5000
	}
	b := newBox(t)
	b.create("slow")
	b.put("slow", "small")
	big := bytes.Repeat([]byte("x"), 4<<20)
	head := func(method, at string, length int) string {
		req, err := http.NewRequest(method, "http://"+b.own.addr+at, nil)
		if err != nil {
			t.Fatal(err)
		}
		sigv4.Sign(req, testKey, testSecret, "us-east-1", sigv4.UnsignedPayload, time.Now())
		var head bytes.Buffer
		fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", method, at, b.own.addr, length)
		req.Header.Write(&head)
		return head.String() + "\r\n"
	}
	ask := func(method, at string, body []byte) time.Duration {
		req, err := http.NewRequest(method, "http://"+b.own.addr+at, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		sigv4.Sign(req, testKey, testSecret, "us-east-1", sigv4.HashPayload(body), time.Now())
		began := time.Now()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if text, err := io.ReadAll(res.Body); err != nil || res.StatusCode != 200 {
			t.Fatalf("%s %s: %s %s, %v", method, at, res.Status, text, err)
		}
		return time.Since(began)
	}
	measure := func() time.Duration {
		var took []time.Duration
		for i := range asks {
			took = append(took, ask("PUT", fmt.Sprint("/slow/", i%10), []byte("body")), ask("GET", "/slow/small", nil))
		}
		slices.Sort(took)
		return took[len(took)*99/100]
	}
	ask("PUT", "/slow/big", big)
	alone := measure()

	for at, list := range map[string][]string{
		b.own.addr: {"", "G", "GET / HTTP/1.1\r\nHost: x\r\nA: ", "PUT /slow/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", head("PUT", "/slow/x", 1000), head("PUT", "/slow/x", 1000) + "some",
			head("PUT", "/slow?tagging", 1000) + "<Tagging>", head("POST", "/slow?delete", 6<<20) + "<Delete>", head("GET", "/slow/big", 0)},
		b.addr: {"", "SSH-2.0-x\r\n", "SSH-2.0-x\r\n\x00\x00\x01\x00"},
	} {
		for _, text := range list {
			n := each
			if at == b.addr { // of so many one client leaves some for others
				n = 40
			}
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() {
					c, err := net.Dial("tcp", at)
					if err != nil {
						return // there were too many: that is for them
					}
					io.WriteString(c, text)
					t.Cleanup(func() { c.Close() })
				})
			}
			wg.Wait()
		}
	}
	beside := measure()
	chance.Say(t, fmt.Sprintf("a healthy client beside %d that are slow: p99 %v, alone %v", 9*each+120, beside.Round(time.Millisecond/10), alone.Round(time.Millisecond/10)))
}
