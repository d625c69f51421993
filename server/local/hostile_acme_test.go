package local

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spaces/server/chance"
)

// challengeMark is the OID of the extension that answers a CA (RFC 8737, 3), as it is in a certificate.
var challengeMark = []byte{0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x1f}

const challengeALPN = "acme-tls/1"

// greeting is what somebody says to the port of TLS, and whether that may be a CA.
func (g visits) greeting() (raw []byte) {
	name := g.one("s3.test", "", "evil.example", "other.s3.test", "*.s3.test", "media.s3.test\x00", "media.nyc3.s3.test", "www.media.s3.test", "s3.test.evil.example", "mediaxs3.test", "../../etc/passwd", "\xff\xfe", "a\r\nHost: b", "127.0.0.1",
		"[::1]:443", "localhost", "xn--ls8h.s3.test", ".s3.test", "s3.test.", "test", strings.Repeat("a.", g.IntN(1500))+"s3.test", strings.Repeat("a", g.IntN(3000)))
	protocols := [][]string{nil, {"http/1.1"}, {challengeALPN}, {challengeALPN}, {challengeALPN, "http/1.1"}, {"http/1.1", challengeALPN}, {"h2"}, {"acme-tls/2"}, {strings.Repeat("p", 255), strings.Repeat("q", 255)}}[g.IntN(9)]
	if g.IntN(8) == 0 { // with any other protocols it would wait for the certificate
		name, protocols = "media.s3.test", []string{challengeALPN}
	}
	raw = hello(name, protocols, []uint16{tls.VersionTLS12, tls.VersionTLS12, tls.VersionTLS13}[g.IntN(3)])
	switch g.IntN(12) {
	case 0:
		raw = raw[:g.IntN(len(raw))]
	case 1, 2:
		for range 1 + g.IntN(4) {
			raw[g.IntN(len(raw))] ^= 1 << g.IntN(8)
		}
	case 3:
		raw = []byte(g.one("GET / HTTP/1.1\r\nHost: s3.test\r\n\r\n", "\x16\x03\x01\xff\xff"+strings.Repeat("\x00", 70_000), "\x80\x2e\x01\x00\x02", "\x15\x03\x01\x00\x02\x02\x28", "SSH-2.0-x\r\n", "\x00", strings.Repeat("\x16\x03\x01\x00\x00", 5000)))
	case 4:
		raw = append(raw, raw...)
	}
	return raw
}

// asked is nearly how a CA asks for a challenge.
func (g visits) asked(token string) (v visit) {
	v = visit{door: "redirect", method: g.one("GET", "GET", "GET", "POST", "HEAD", "PUT", "OPTIONS", "get")}
	path := g.one("", "", "/x/..", "//", "http://media.s3.test", "http://evil.example") + "/.well-known/" + g.one("", "", "./", "x/../") + "acme-challenge/" + g.one("", "", "./", "%2e%2e/", "/") + token + g.one("", "", "/", "?a", "#a", "%00", "\\", " ")
	host := g.one("media.s3.test", "media.s3.test", "MEDIA.s3.test:80", "s3.test", "media.s3.test.evil.example", "evil.example", "", "other.s3.test", "media.s3.test@evil.example", "media.s3.test:evil:80")
	switch g.IntN(4) { // one thing alone that is wrong tells more
	case 0:
		path = "/.well-known/acme-challenge/" + token
	case 1:
		host = "media.s3.test"
	case 2:
		path, host = "/.well-known/acme-challenge/"+token, "media.s3.test"
	}
	v.raw = fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", v.method, path, host, g.one("", "", "X-Forwarded-Host: media.s3.test\r\n", "Host: evil.example\r\n", "X: "+strings.Repeat("y", g.IntN(100_000))+"\r\n"))
	return v
}

// knock sends something, and reads until the other side closes.
func knock(to net.Addr, raw []byte, vanish bool) (answer []byte, err error) {
	c, err := net.Dial("tcp", to.String())
	if err != nil {
		return nil, err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	_, _ = c.Write(raw) // which may have been refused before its end
	if vanish {
		return nil, c.(*net.TCPConn).SetLinger(0)
	}
	_ = c.(*net.TCPConn).CloseWrite()
	answer, err = io.ReadAll(io.LimitReader(c, 1<<20))
	if e, is := err.(net.Error); is && !e.Timeout() {
		err = nil // a reset is an end as well
	}
	return answer, err
}

// TestTheDoorsOfACAByAGrammar sends what is nearly a CA, or a client, to the ports by which a CA comes.
func TestTheDoorsOfACAByAGrammar(t *testing.T) {
	seed, rounds, bad := chance.Seed(t), chance.Rounds(150, 5000), atomic.Int64{}
	for _, byHTTP := range []bool{false, true} {
		g := newGate(t, byHTTP)
		orders, before := g.ca.Orders(), runtime.NumGoroutine()
		var next atomic.Int64
		if !g.tellsTheCA() {
			t.Fatal("the CA itself is not answered: no challenge is under way")
		}
		var some sync.WaitGroup
		silent := make([]net.Conn, 40)
		for i := range silent {
			silent[i], _ = net.Dial("tcp", []net.Addr{g.tls, g.plain}[i%2].String())
		}
		for range 8 {
			some.Go(func() {
				for n := next.Add(1); n <= int64(rounds); n = next.Add(1) {
					v := visits{rand.New(rand.NewPCG(seed, uint64(n)))}
					if why, raw := g.comes(v); why != "" {
						bad.Add(1)
						t.Errorf("%s=%d, %d: %s\n%.500q", chance.Variable, seed, n, why, raw)
					}
				}
			})
		}
		some.Wait()
		if _, err := g.ca.Dial(g.tls.String(), "s3.test"); err != nil {
			t.Error("who has a right to is not served any more:", err)
		}
		if n := g.ca.Orders(); n != orders {
			bad.Add(1)
			t.Errorf("the CA was asked for %d certificates more", n-orders)
		}
		for _, s := range g.acme.Status() {
			if s.Names[0] != "s3.test" && s.Names[0] != "media.s3.test" {
				t.Errorf("%q is looked after", s.Names)
			}
		}
		for _, c := range silent {
			c.Close()
		}
		for patience := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before+10; runtime.Gosched() {
			if time.Now().After(patience) {
				t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
				break
			}
		}
	}
	chance.Figure(t, int64(2*rounds), "greetings by a grammar to the doors of a CA", int(bad.Load()))
}

// tellsTheCA asks as the CA does, and says whether it is told what it came for.
func (g *gate) tellsTheCA() bool {
	if g.token == "" {
		answer, _ := knock(g.tls, hello("media.s3.test", []string{challengeALPN}, tls.VersionTLS12), false)
		return bytes.Contains(answer, challengeMark)
	}
	answer, _ := knock(g.plain, []byte("GET /.well-known/acme-challenge/"+g.token+" HTTP/1.1\r\nHost: media.s3.test\r\n\r\n"), false)
	return bytes.Contains(answer, []byte("\r\n\r\n"+g.token+"."))
}

// comes is one visit.
func (g *gate) comes(v visits) (why string, raw []byte) {
	vanish := v.IntN(10) == 0
	if v.IntN(2) == 0 {
		raw = v.greeting()
		entitled := bytes.Contains(raw, []byte(challengeALPN)) && bytes.Contains(bytes.ToLower(raw), []byte("media.s3.test"))
		answer, err := knock(g.tls, raw, vanish)
		switch marked := bytes.Contains(answer, challengeMark); {
		case err != nil:
			return err.Error(), raw
		case marked && !entitled:
			return "a challenge is answered to who did not ask for it", raw
		}
		return "", raw
	}
	visit := v.visit()
	for visit.door != "redirect" {
		visit = v.visit()
	}
	if g.token != "" && v.IntN(2) == 0 {
		visit = v.asked(g.token)
	}
	answer, err := knock(g.plain, []byte(visit.raw), vanish)
	if err != nil {
		return err.Error(), []byte(visit.raw)
	}
	if g.token != "" && bytes.Contains(answer, []byte("\r\n\r\n"+g.token+".")) {
		if !strings.HasPrefix(visit.raw, "GET ") || !strings.Contains(strings.ToLower(visit.raw), "host: media.s3.test") {
			return "the challenge is told to who is not the CA", []byte(visit.raw)
		}
	}
	in := bufio.NewReader(bytes.NewReader(answer))
	for {
		res, err := http.ReadResponse(in, &http.Request{Method: strings.ToUpper(visit.method)})
		if err != nil {
			return "", nil
		}
		body, _ := io.ReadAll(res.Body)
		if why := visit.judge(res, string(body), 0); why != "" {
			return fmt.Sprintf("%s: %s %.300q", why, res.Status, body), []byte(visit.raw)
		}
	}
}
