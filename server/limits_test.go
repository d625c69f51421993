package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server"
)

func TestRequestsBeyondTheLimitWaitALittleAndAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, func(c *server.Config) {
			c.Limits = server.Limits{Requests: 2}
			c.Metrics = server.NewMetrics()
		})
		f.want(200, "PUT", "/media", "")
		one, two := f.dial(), f.dial()
		r := f.underway(one)
		f.underway(two)
		var a answer
		took := elapsed(func() { a = f.refuse(503, "SlowDown", "PUT", "/media/b", "body") })
		if took != time.Second || a.Header.Get("Retry-After") == "" {
			t.Error(took, a.Header)
		}
		if text := metrics(f); !strings.Contains(text, "\nspaces_slowed_requests_total 1\n") || !strings.Contains(text, "\nspaces_requests_in_flight 2\n") {
			t.Error(text)
		}
		go func() { // the turn of one who waits comes
			time.Sleep(time.Second / 2)
			io.WriteString(one, "world")
		}()
		if took := elapsed(func() { f.want(200, "HEAD", "/media", "") }); took != time.Second/2 {
			t.Error(took)
		}
		if res, err := http.ReadResponse(r, nil); err != nil || res.StatusCode != 200 {
			t.Error(res, err)
		}
	})
}

func TestARequestThatWasRefusedForOverloadStoresNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, func(c *server.Config) { c.Limits = server.Limits{Requests: 1} })
		f.want(200, "PUT", "/media", "")
		before := f.dump()
		c := f.dial()
		f.underway(c)
		f.refuse(503, "SlowDown", "PUT", "/media/b", "body")
		f.refuse(503, "SlowDown", "DELETE", "/media", "")
		f.refuse(503, "SlowDown", "PUT", "/media/c", pattern(1<<20))
		c.Close()
		synctest.Wait()
		if f.dump() != before {
			t.Error(f.dump())
		}
		f.want(200, "PUT", "/media/b", "body")
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
					log, err := server.OpenAccessLog(server.AccessLogOptions{Path: filepath.Join(b.TempDir(), "access.log")})
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
