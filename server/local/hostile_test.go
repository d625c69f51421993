package local

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server"
	"spaces/server/certs"
	"spaces/server/chance"
	"spaces/server/pipe"
)

// porch has the doors beside the S3 API: the control listener, and where plain HTTP is sent to TLS, by which a CA comes
// as well. Time is that of a bubble.
type porch struct {
	t     *testing.T
	own   *Owned
	doors map[string]*pipe.Listener
	takes time.Duration // of a check-up
	done  atomic.Int64  // what the control listener was asked for and did
}

const (
	porchToken = "0123456789abcdef0123456789abcdef"
	challenge  = "/.well-known/acme-challenge/token"
)

func newPorch(t *testing.T) *porch {
	dir := Dir{Path: t.TempDir(), Now: time.Now}
	engine, err := dir.engine(0)
	if err != nil {
		t.Fatal(err)
	}
	p := &porch{t: t, own: &Owned{extra: []io.Closer{engine}}, doors: map[string]*pipe.Listener{"control": pipe.Listen(), "redirect": pipe.Listen()}}
	c := &control{dir: dir, engine: engine, found: new(atomic.Int64), token: porchToken, addr: "127.0.0.1:1", now: time.Now,
		checkup: func(ctx context.Context) []server.Check {
			p.done.Add(1)
			select {
			case <-time.After(p.takes):
				return []server.Check{{Name: "whole"}}
			case <-ctx.Done():
				return nil
			}
		},
		certs: func() []certs.Status { p.done.Add(1); return nil },
	}
	p.own.answer(t.Context(), "Control", p.doors["control"], server.OnlyLocalNames(c.handler()))
	p.own.Redirect(p.doors["redirect"], Redirect{Domains: []string{"s3.test"}, Space: func(name string) bool { return name == "media" }, Port: "443",
		Challenge: func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != "GET" || r.URL.Path != challenge || r.Host != "s3.test" {
				return false
			}
			io.WriteString(w, "token.thumb")
			return true
		}})
	return p
}

func (p *porch) close() {
	for _, x := range slices.Backward(p.own.extra) {
		if err := x.Close(); err != nil {
			p.t.Error(err)
		}
	}
	time.Sleep(time.Second) // net/http lets go of a connection half a second after it has said that it is over
}

func (p *porch) dial(door string) net.Conn {
	c, err := p.doors[door].Dial(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(time.Hour))
	return c
}

// visit is a request that is nearly right, and what has to be known of it.
type visit struct {
	door, raw, method string
	entitled          bool // by the token, to all that it says
}

type visits struct{ *rand.Rand }

func (g visits) one(list ...string) string { return list[g.IntN(len(list))] }

func (g visits) visit() (v visit) {
	v = visit{door: g.one("control", "redirect"), method: g.one("GET", "POST", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "TRACE", "DELETE", "post", "PRI")}
	target, host := g.one("/scrub", "/backup", "/doctor", "/certificates", "/lifecycle", "/owner", "/owner?nonce=0123456789012345678901234", "//doctor", "/doctor/", "/./doctor", "/x/../doctor", "/doctor?a=b",
		"/%64octor", "*", "", "doctor", "http://localhost/doctor", "/debug/pprof/", "/metrics", "/\x00", "/"+strings.Repeat("a", g.IntN(40_000))), "localhost"
	if v.door == "redirect" {
		target, host = g.one("/", "/k?a=b", challenge, challenge+"/", "/.well-known/acme-challenge/../../k", "/.well-known/acme-challenge/%74oken", "http://evil.example"+challenge, "//evil.example/", "/\\evil.example",
			"/%0d%0aLocation:%20x", "/\xff\"<>", "*", "", "evil.example:443", "https:/x", "/k?X-Amz-Signature=a", "/"+strings.Repeat("é", g.IntN(20_000))), "s3.test"
	}
	if g.IntN(4) == 0 {
		host = g.one("", "evil.example", "media.s3.test", "s3.test.", "S3.TEST:80", "s3.test:evil", "s3.test@evil.example", "[::1]:9", "127.0.0.1", "a b", "localhost.evil.example", strings.Repeat("a.", g.IntN(3000))+"s3.test", "s3.test\r\nHost: evil.example")
	}
	given := g.one("", "Bearer ", "Bearer x", "Basic "+porchToken, "bearer "+porchToken, "Bearer "+porchToken+" ", "Bearer  "+porchToken, "Bearer "+porchToken[1:], "Bearer "+porchToken+"\x00", "AWS4-HMAC-SHA256 Credential=x",
		"Bearer "+porchToken, "Bearer "+porchToken, "Bearer "+porchToken)
	body := g.one("", "{}", "{}{}", `{"rate":-1}`, `{"rate":1e300}`, `{"to":"x"}`, `{"evil":1}`, "null", "[]", "\xff", strings.Repeat("[", 100_000), `{"space":"`+strings.Repeat("a", 80_000)+`"}`, "GET /owner HTTP/1.1\r\nHost: localhost\r\n\r\n")
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\r\nHost: %s\r\n", v.method, target, g.one("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", ""), host)
	if given != "" {
		fmt.Fprintf(&b, "Authorization: %s\r\n", given)
	}
	switch g.IntN(8) {
	case 0:
		b.WriteString(g.one(" folded\r\n", ": x\r\n", "x\r\n", "Connection: upgrade\r\nUpgrade: h2c\r\n", "Expect: 100-continue\r\n", "Expect: 5\r\n", "Transfer-Encoding: gzip\r\n", strings.Repeat("X: y\r\n", 5000), "X: "+strings.Repeat("y", 50_000)+"\r\n"))
	case 1:
		fmt.Fprintf(&b, "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	case 2:
		fmt.Fprintf(&b, "Content-Length: %s\r\n\r\n%s", g.one("-1", "0x5", "99999999999999999999", "1000000", "3, 3"), body)
	default:
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	v.raw = b.String()
	// A value of a header ends where white space begins (RFC 9110, 5.5).
	v.entitled = strings.TrimSpace(given) == "Bearer "+porchToken
	switch g.IntN(10) {
	case 0:
		v.raw = v.raw[:g.IntN(len(v.raw)+1)]
	case 1:
		raw := []byte(v.raw)
		for range 1 + g.IntN(3) {
			raw[g.IntN(len(raw))] ^= 1 << g.IntN(8)
		}
		v.raw = string(raw)
	}
	return v
}

// judge says what is wrong with what came back, "" for nothing.
func (v visit) judge(res *http.Response, body string, done int64) string {
	location := res.Header.Get("Location")
	switch {
	case res.StatusCode >= 500 && res.StatusCode != 501 && res.StatusCode != 505 && !(res.StatusCode == 503 && strings.Contains(v.raw, "/owner")):
		return "it is a mistake of the server"
	case done > 0 && !v.entitled:
		return "something was done for who has no token"
	case v.door == "control" && res.StatusCode >= 300 && strings.Contains(body, porchToken):
		return "the token is told"
	case v.door == "redirect" && location != "" && !strings.HasPrefix(location, "https://s3.test/") && !strings.HasPrefix(location, "https://media.s3.test/"):
		return "it leads to " + location
	case v.door == "redirect" && strings.Contains(body, "token.thumb") && !strings.Contains(v.raw, "oken"):
		return "a challenge is answered to who did not ask for it"
	case len(res.Header.Values("Set-Cookie")) > 0 || len(res.Header.Values("Location")) > 1:
		return "a header was smuggled in"
	}
	return ""
}

// TestTheDoorsBesideByAGrammar sends what is nearly a request to the control listener and to the one that sends to TLS.
func TestTheDoorsBesideByAGrammar(t *testing.T) {
	seed, rounds, bad := chance.Seed(t), chance.Rounds(1000, 20_000), 0
	before := runtime.NumGoroutine()
	statuses := map[int]int{}
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t)
		for n := range rounds {
			v := visits{rand.New(rand.NewPCG(seed, uint64(n)))}.visit()
			p.done.Store(0)
			c := p.dial(v.door)
			go io.WriteString(c, v.raw)
			in := bufio.NewReader(c)
			for {
				if _, err := in.Peek(1); err != nil {
					if e, is := err.(net.Error); is && e.Timeout() {
						bad++
						t.Errorf("%s=%d, request %d: the connection stays\n%.500q", chance.Variable, seed, n, v.raw)
					}
					break
				}
				res, err := http.ReadResponse(in, &http.Request{Method: strings.ToUpper(v.method)})
				if err != nil {
					break // of a request that could not be read, net/http does not know whether it was HEAD
				}
				body, _ := io.ReadAll(res.Body)
				statuses[res.StatusCode]++
				if why := v.judge(res, string(body), p.done.Load()); why != "" {
					bad++
					t.Errorf("%s=%d, request %d: %s\n%.500q\n%s %v\n%.300s", chance.Variable, seed, n, why, v.raw, res.Status, res.Header, body)
				}
			}
			c.Close()
		}
		p.close()
	})
	for patience := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before+2; runtime.Gosched() {
		if time.Now().After(patience) {
			bad++
			t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
			break
		}
	}
	t.Log("answers by status:", statuses)
	chance.Figure(t, rounds, "requests by a grammar to the doors beside", bad)
}

// Whoever holds a connection without saying or reading anything has it for a minute or so, and no longer.
func TestNobodyHoldsADoorBeside(t *testing.T) {
	post := "POST /doctor HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + porchToken + "\r\n"
	whole := map[string]string{"control": post + "Content-Length: 2\r\n\r\n{}", "redirect": "GET /" + strings.Repeat("a", 3000) + " HTTP/1.1\r\nHost: s3.test\r\n\r\n"}
	for door := range whole {
		for name, hold := range map[string]func(c net.Conn){
			"silence": func(c net.Conn) {},
			"a trickled head": func(c net.Conn) {
				for range whole[door] {
					if _, err := io.WriteString(c, "G"); err != nil {
						return
					}
					time.Sleep(4 * time.Second)
				}
			},
			"a body that does not come": func(c net.Conn) { io.WriteString(c, post+"Content-Length: 10000\r\n\r\n{") },
			"a trickled body": func(c net.Conn) {
				io.WriteString(c, post+"Content-Length: 60000\r\n\r\n")
				for range 10_000 {
					if _, err := io.WriteString(c, "["); err != nil {
						return
					}
					time.Sleep(4 * time.Second)
				}
			},
			"answers that nobody reads": func(c net.Conn) {
				for range 100_000 {
					if _, err := io.WriteString(c, whole[door]); err != nil {
						return
					}
				}
			},
		} {
			t.Run(door+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := newPorch(t)
					c := p.dial(door)
					began := time.Now()
					hold(c)
					for name != "answers that nobody reads" {
						if _, err := c.Read(make([]byte, 4096)); err != nil {
							break
						}
					}
					if took := time.Since(began); took > 3*time.Minute {
						t.Errorf("it was held for %v", took)
					}
					c.Close()
					p.close()
				})
			})
		}
	}
}

// What a command asks for may take hours. That is none of what bounds a request.
func TestACommandOfHoursIsNotCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t)
		p.takes = 5 * time.Hour
		c := p.dial("control")
		c.SetDeadline(time.Now().Add(10 * time.Hour))
		io.WriteString(c, "POST /doctor HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "+porchToken+"\r\nContent-Length: 2\r\n\r\n{}")
		answer, err := io.ReadAll(c)
		if err != nil || !strings.Contains(string(answer), `"whole"`) {
			t.Errorf("%v\n%s", err, answer)
		}
		c.Close()
		p.close()
	})
}
