package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server"
	"spaces/server/accesslog"
	"spaces/server/sigv4"
)

// working is a server with places for requests, and a way to hold one: a request
// of the key "slow" works until free is called.
func working(t *testing.T, places int) (f *fixture, hold, free func()) {
	gate := make(chan struct{})
	f = newFixture(t, func(c *server.Config) {
		c.Limits, c.Metrics = server.Limits{Requests: places}, server.NewMetrics()
		c.Secret = func(key string) (string, bool) {
			if key == "slow" {
				<-gate
			}
			return secret(key)
		}
	})
	f.want(200, "PUT", "/media", "")
	hold = func() {
		req := f.request("HEAD", "/media", "")
		sigv4.Sign(req, "slow", secretKey, region, sigv4.EmptySHA256, time.Now())
		go func() {
			if res, err := f.client.Do(req); err == nil {
				res.Body.Close()
			}
		}()
		synctest.Wait()
	}
	return f, hold, sync.OnceFunc(func() { close(gate) })
}

func TestRequestsBeyondTheLimitWaitALittleAndAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, hold, free := working(t, 2)
		defer free()
		hold()
		hold()
		var a answer
		took := elapsed(func() { a = f.refuse(503, "SlowDown", "PUT", "/media/b", "body") })
		if took != time.Second || a.Header.Get("Retry-After") == "" {
			t.Error(took, a.Header)
		}
		synctest.Wait() // the client has its answer before the request has ended
		if text := metrics(f); !strings.Contains(text, "\nspaces_slowed_requests_total 1\n") || !strings.Contains(text, "\nspaces_requests_in_flight 2\n") {
			t.Error(text)
		}
		time.AfterFunc(time.Second/2, free) // the turn of one who waits comes
		if took := elapsed(func() { f.want(200, "HEAD", "/media", "") }); took != time.Second/2 {
			t.Error(took)
		}
	})
}

func TestARequestThatWasRefusedForOverloadStoresNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, hold, free := working(t, 1)
		before := f.dump()
		hold()
		f.refuse(503, "SlowDown", "PUT", "/media/b", "body")
		f.refuse(503, "SlowDown", "DELETE", "/media", "")
		f.refuse(503, "SlowDown", "PUT", "/media/c", pattern(1<<20))
		free()
		synctest.Wait()
		if f.dump() != before {
			t.Error(f.dump())
		}
		f.want(200, "PUT", "/media/b", "body")
	})
}

// A place is for work. Who waits for its client has none, however many they are
// and whatever they wait for.
func TestWaitingForAClientHoldsNoPlace(t *testing.T) {
	big := once5MiB()
	for name, attack := range map[string]func(f *fixture) net.Conn{
		"a body is announced by a stranger and does not come": func(f *fixture) net.Conn {
			c := f.dial()
			io.WriteString(c, "PUT /media/x HTTP/1.1\r\nHost: "+host+"\r\nContent-Length: 1000\r\n\r\n")
			return c
		},
		"a body is announced and does not come": func(f *fixture) net.Conn {
			c := f.dial()
			io.WriteString(c, f.head("PUT", "/media/x", 1000))
			return c
		},
		"a body stops": func(f *fixture) net.Conn {
			c := f.dial()
			f.underway(c)
			return c
		},
		"a document stops": func(f *fixture) net.Conn {
			c := f.dial()
			io.WriteString(c, f.head("PUT", "/media?tagging", 1000)+"<Tagging>")
			return c
		},
		"an answer is not read": func(f *fixture) net.Conn {
			c := f.dial()
			io.WriteString(c, f.head("GET", "/media/big", 0))
			return c
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			f, _, free := working(t, 2)
			defer free()
			f.want(200, "PUT", "/media/big", big)
			for range 20 {
				c := attack(f)
				defer c.Close()
				synctest.Wait()
			}
			took := elapsed(func() {
				f.want(200, "PUT", "/media/a", "body")
				f.want(200, "GET", "/media/a", "")
				f.want(200, "GET", "/media/big", "")
			})
			if took != 0 {
				t.Errorf("%s: others waited %v", name, took)
			}
		})
	}
}

// Who waits holds memory. Where too many do, those that have waited longest go,
// and nobody else.
func TestTheLongestWaitsEndWhereThereAreTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, func(c *server.Config) { c.Limits = server.Limits{Waiting: 4} })
		f.want(200, "PUT", "/media", "")
		var answers []*bufio.Reader
		var conns []net.Conn
		for range 7 {
			c := f.dial()
			answers, conns = append(answers, f.underway(c)), append(conns, c)
			synctest.Wait()
			time.Sleep(time.Second)
		}
		for i, r := range answers {
			if i >= 3 {
				io.WriteString(conns[i], "world")
			}
			res, err := http.ReadResponse(r, nil)
			if want := map[bool]int{true: 400, false: 200}[i < 3]; err != nil || res.StatusCode != want {
				t.Errorf("upload %d: %v %v", i, res, err)
			}
		}
		f.want(200, "GET", "/media/a", "")
	})
}

// A refusal does not wait for the body that it refuses.
func TestARefusalComesBeforeTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withSpace(t)
		c := f.dial()
		r := bufio.NewReader(c)
		for range 2 {
			io.WriteString(c, "PUT /media/x HTTP/1.1\r\nHost: "+host+"\r\nContent-Length: 1000\r\n\r\n")
			took := elapsed(func() {
				res, err := http.ReadResponse(r, nil)
				if err != nil || res.StatusCode != 403 || res.Close {
					t.Fatal(res, err)
				}
				io.Copy(io.Discard, res.Body)
			})
			if took != 0 {
				t.Error("it waited", took)
			}
			io.WriteString(c, pattern(1000)) // and the connection goes on
		}
		io.WriteString(c, "PUT /media/x HTTP/1.1\r\nHost: "+host+"\r\nContent-Length: 1000\r\n\r\n")
		if took := elapsed(func() { io.Copy(io.Discard, r) }); took > 10*time.Second {
			t.Error("a body that never came was waited for", took)
		}
	})
}

// Who is still sending a large body sees why it is refused, and not a broken
// connection.
func TestARefusalIsSeenByWhoSendsALot(t *testing.T) {
	f := withSpace(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go f.server.Serve(l)
	body := strings.Repeat(once5MiB(), 4)
	for _, head := range []string{
		fmt.Sprintf("PUT /media/x HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", len(body)),
		fmt.Sprintf("PUT /media/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n", len(body)),
		fmt.Sprintf("POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n", len(body)),
	} {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, head+body+"\r\n0\r\n\r\n"); err != nil { // all of it, before it looks
			t.Errorf("%.20s: %v", head, err)
		}
		if res, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || res.StatusCode/100 != 4 || !res.Close {
			t.Errorf("%.20s: %v %v", head, res, err)
		}
		c.Close()
	}
}

func TestABodyThatTricklesIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withSpace(t)
		for every, want := range map[time.Duration]int{20 * time.Second: 400, time.Second: 400, time.Millisecond: 200} {
			c := f.dial()
			io.WriteString(c, f.head("PUT", "/media/x", 200_000))
			var sender sync.WaitGroup
			sender.Go(func() {
				for range 200_000 {
					if _, err := io.WriteString(c, "x"); err != nil {
						return
					}
					time.Sleep(every)
				}
			})
			var res *http.Response
			took := elapsed(func() {
				var err error
				if res, err = http.ReadResponse(bufio.NewReader(c), nil); err != nil {
					t.Fatal(err)
				}
			})
			if res.StatusCode != want || took > 4*time.Minute {
				t.Errorf("a byte every %v: %d after %v", every, res.StatusCode, took)
			}
			c.Close()
			sender.Wait()
		}
	})
}

// Clients take turns by address: one that asks for much waits for itself.
func TestPlacesGoRoundByClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := server.NewGate(1)
		greedy, modest := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		var order []string
		if !g.Enter(t.Context(), greedy) {
			t.Fatal("an empty gate is closed")
		}
		enter := func(who string, a netip.Addr) {
			go func() {
				if !g.Enter(t.Context(), a) {
					t.Error(who, "was refused")
				}
				order = append(order, who)
				g.Leave()
			}()
			synctest.Wait()
		}
		for range 4 {
			enter("greedy", greedy)
		}
		enter("modest", modest)
		go func() { // one who was inside goes before those who have not begun
			g.StepBack()
			order = append(order, "back")
			g.Leave()
		}()
		synctest.Wait()
		g.Leave()
		synctest.Wait()
		if got := strings.Join(order, " "); got != "back greedy modest greedy greedy greedy" && got != "greedy back modest greedy greedy greedy" {
			t.Error(got)
		}
		if !g.Enter(t.Context(), modest) {
			t.Error("a place was lost")
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if g.Enter(ctx, greedy) {
			t.Error("a place for one who went away")
		}
		g.Leave()
		if !g.Enter(t.Context(), greedy) {
			t.Error("who went away took a place along")
		}
	})
}

func TestEachKeyHasARateOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, func(c *server.Config) { c.Limits = server.Limits{Rate: 2, Burst: 3} })
		for range 3 {
			f.want(200, "GET", "/", "")
		}
		f.refuse(503, "SlowDown", "GET", "/", "")
		if a := f.anonymous("GET", "/", ""); a.StatusCode != 403 { // another rate
			t.Error(a.Status)
		}
		bad := sign(f.request("GET", "/", ""))
		bad.Header.Set("Authorization", strings.Replace(bad.Header.Get("Authorization"), "Signature=", "Signature=0", 1))
		time.Sleep(500 * time.Millisecond)
		if a := f.send(bad); a.StatusCode != 403 { // a liar uses up nobody's rate
			t.Error(a.Status)
		}
		f.want(200, "GET", "/", "")
		f.refuse(503, "SlowDown", "GET", "/", "")
	})
}

func TestConnectionsBeyondTheLimitWait(t *testing.T) {
	f := newFixture(t)
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := server.LimitConnections(inner, 2)
	done := make(chan error, 1)
	go func() { done <- f.server.Serve(l) }()
	open := func() (net.Conn, *bufio.Reader) {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
		return c, bufio.NewReader(c)
	}
	answered := func(r *bufio.Reader) {
		t.Helper()
		if res, err := http.ReadResponse(r, nil); err != nil || res.StatusCode != 403 {
			t.Error(res, err)
		}
	}
	one, r1 := open()
	_, r2 := open()
	answered(r1)
	answered(r2)
	third, r3 := open()
	third.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if _, err := r3.Peek(1); err == nil {
		t.Error("a third connection was served")
	}
	third.SetReadDeadline(time.Time{})
	one.Close()
	r3.Reset(third)
	answered(r3)
	l.Close()
	if err := <-done; err == nil {
		t.Error("the listener ended without an error")
	}
}

// One client cannot take all connections: some are left for others, unless it
// is a proxy that many stand behind.
func TestOneClientLeavesConnectionsForOthers(t *testing.T) {
	for _, trusted := range []bool{false, true} {
		inner, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		var proxies []netip.Prefix
		if trusted {
			proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		}
		l := server.LimitConnections(inner, 16, proxies...)
		defer l.Close()
		accepted := make(chan net.Conn)
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					close(accepted)
					return
				}
				accepted <- c
			}
		}()
		var open []net.Conn
		for i := range 16 {
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if trusted || i < 12 {
				open = append(open, <-accepted)
			} else if _, err := c.Read(make([]byte, 1)); err == nil { // it is closed
				t.Error("connection", i, "was served")
			}
		}
		for _, c := range open {
			c.Close()
		}
		if c, err := net.Dial("tcp", l.Addr().String()); err != nil {
			t.Error(err)
		} else {
			c.Close()
			(<-accepted).Close()
		}
	}
}

// BenchmarkWatching is what limits, metrics and the access log cost beside a
// server without any.
func BenchmarkWatching(b *testing.B) {
	for _, watched := range []bool{false, true} {
		for _, method := range []string{"GET", "HEAD"} {
			b.Run(fmt.Sprintf("%s/watched=%v", method, watched), func(b *testing.B) {
				f := newFixture(b, func(c *server.Config) {
					if !watched {
						return
					}
					log, err := accesslog.Open(accesslog.Options{Path: filepath.Join(b.TempDir(), "access.log")})
					if err != nil {
						b.Fatal(err)
					}
					b.Cleanup(func() {
						log.Close()
						b.ReportMetric(float64(log.Dropped()), "dropped")
					})
					c.Access, c.Metrics, c.Limits = log, server.NewMetrics(), server.Limits{Requests: 512}
				})
				f.want(200, "PUT", "/media", "")
				f.want(200, "PUT", "/media/a", pattern(4096))
				bench(b, 16, f, f.again(method, "/media/a"))
			})
		}
	}
}

// Pages of a list that nobody reads are counted, and give way to one who reads.
func TestPagesThatAreNotReadGiveWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withSpace(t)
		for i := range 300 {
			f.want(200, "PUT", target("media", fmt.Sprintf("%03d%s", i, strings.Repeat("\x01", 1000))), "")
		}
		var conns []net.Conn
		for range 30 { // 2 MB each
			c := f.dial()
			defer c.Close()
			conns = append(conns, c)
			io.WriteString(c, f.head("GET", "/media", 0))
			synctest.Wait()
		}
		time.Sleep(time.Second)
		for range 3 {
			if took := elapsed(func() { f.want(200, "GET", "/media", "") }); took != 0 {
				t.Error("it waited", took)
			}
		}
		cut := 0
		for _, c := range conns {
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err == nil {
				_, err = io.Copy(io.Discard, res.Body)
			}
			if err != nil {
				cut++
			}
		}
		if cut == 0 {
			t.Error("30 pages of 2 MB are there at once")
		}
	})
}
