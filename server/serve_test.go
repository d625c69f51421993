package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server"
	"spaces/server/sigv4"
)

// dial opens a connection of its own to the server.
func (f *fixture) dial() net.Conn {
	f.Helper()
	c, err := f.server.Dial(context.Background(), "tcp", "anywhere:80")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	return c
}

// head writes the head of a signed request, with the content hash of none.
func (f *fixture) head(method, at string, length int, headers ...string) string {
	f.Helper()
	req := f.request(method, at, "", headers...)
	sigv4.Sign(req, accessKey, secretKey, region, sigv4.UnsignedPayload, time.Now())
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", method, at, host, length)
	req.Header.Write(&b)
	return b.String() + "\r\n"
}

// underway begins a PUT of "hello" and more: it returns when the handler reads.
func (f *fixture) underway(c net.Conn) *bufio.Reader {
	f.Helper()
	io.WriteString(c, f.head("PUT", "/media/a", 10, "Expect", "100-continue"))
	r := bufio.NewReader(c)
	if line, err := r.ReadString('\n'); !strings.Contains(line, "100 Continue") {
		f.Fatal(line, err)
	}
	r.ReadString('\n')
	io.WriteString(c, "hello")
	return r
}

// elapsed runs what blocks and says how long it took on the bubble's clock.
func elapsed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func TestTrickledHeadersAreCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withSpace(t)
		c := f.dial()
		gone := make(chan bool)
		go func() {
			defer close(gone)
			for {
				if _, err := io.WriteString(c, "G"); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		took := elapsed(func() { io.Copy(io.Discard, c) })
		if took < server.HeaderTimeout || took > server.HeaderTimeout+2*time.Second {
			t.Error(took)
		}
		<-gone
	})
}

func TestStalledBodiesAreCutOffAndStoreNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withSpace(t)
		c := f.dial()
		io.WriteString(c, f.head("PUT", "/media/a", 1000)+"some")
		var res *http.Response
		took := elapsed(func() {
			var err error
			if res, err = http.ReadResponse(bufio.NewReader(c), nil); err != nil {
				t.Fatal(err)
			}
		})
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != 400 || !strings.Contains(string(body), "RequestTimeout") || took < server.BodyTimeout-3*time.Second || took > server.BodyTimeout+time.Second {
			t.Error(took, res.Status, string(body))
		}
		f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
	})
}

func TestSlowBodiesThatMoveGetThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withSpace(t)
		c := f.dial()
		const piece = 30_000 // in 50 seconds: little more than the least rate
		io.WriteString(c, f.head("PUT", "/media/a", 20*piece))
		go func() {
			for range 20 {
				time.Sleep(50 * time.Second)
				io.WriteString(c, pattern(piece))
			}
		}()
		var res *http.Response
		took := elapsed(func() {
			var err error
			if res, err = http.ReadResponse(bufio.NewReader(c), nil); err != nil {
				t.Fatal(err)
			}
		})
		if res.StatusCode != 200 || took != 1000*time.Second {
			t.Error(took, res.Status)
		}
	})
}

func TestReadersThatDoNotReadAreCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withSpace(t)
		f.want(200, "PUT", "/media/a", pattern(3<<20))
		c := f.dial()
		io.WriteString(c, f.head("GET", "/media/a", 0))
		time.Sleep(2 * time.Minute)
		n, err := io.Copy(io.Discard, c)
		if err != nil || n > 1<<20 {
			t.Errorf("%d bytes, %v", n, err)
		}
	})
}

func TestCallersThatGoAwayLeaveNothing(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	for _, sent := range []string{"", "some", strings.Repeat("x", 500_000)} {
		c := f.dial()
		io.WriteString(c, f.head("PUT", "/media/a", 1_000_000)+sent)
		c.Close()
	}
	f.want(200, "HEAD", "/media", "")
	if f.dump() != before {
		t.Error("something was stored")
	}
}

func TestExpectContinueIsRefusedBeforeTheBody(t *testing.T) {
	f := withSpace(t)
	c := f.dial()
	head := strings.Replace(f.head("PUT", "/media/a", 1<<30, "Expect", "100-continue"), "Signature=", "Signature=0", 1)
	io.WriteString(c, head)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 403 || !res.Close {
		t.Error(res.Status, res.Header)
	}
	io.Copy(io.Discard, res.Body)
	c = f.dial()
	io.WriteString(c, f.head("PUT", "/media/a", 5, "Expect", "100-continue"))
	r := bufio.NewReader(c)
	if line, _ := r.ReadString('\n'); !strings.Contains(line, "100 Continue") {
		t.Fatal(line)
	}
	r.ReadString('\n')
	io.WriteString(c, "hello")
	if res, err = http.ReadResponse(r, nil); err != nil || res.StatusCode != 200 {
		t.Error(res, err)
	}
}

func TestExpectContinueIsAnsweredForAnEmptyBodyToo(t *testing.T) {
	f := withSpace(t)
	c := f.dial()
	r := bufio.NewReader(c)
	for _, body := range []string{"", "hello", ""} { // one connection, as clients keep it
		io.WriteString(c, f.head("PUT", "/media/a", len(body), "Expect", "100-continue"))
		if line, err := r.ReadString('\n'); !strings.Contains(line, "100 Continue") {
			t.Fatalf("a body of %d bytes: %q, %v", len(body), line, err)
		}
		r.ReadString('\n')
		io.WriteString(c, body)
		res, err := http.ReadResponse(r, nil)
		if err != nil || res.StatusCode != 200 {
			t.Fatal(res, err)
		}
		io.Copy(io.Discard, res.Body)
	}
}

func TestBodiesNeedALength(t *testing.T) {
	f := withSpace(t)
	for at, method := range map[string]string{"/media/a": "PUT", "/media/a?partNumber=1&uploadId=x": "PUT"} {
		c := f.dial()
		io.WriteString(c, strings.Replace(f.head(method, at, 0), "Content-Length: 0\r\n", "", 1))
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != 411 || !strings.Contains(string(body), "MissingContentLength") {
			t.Error(at, res.Status, string(body))
		}
	}
	req := f.request("PUT", "/media/chunked", "")
	req.Body, req.ContentLength = io.NopCloser(strings.NewReader("hello")), -1
	sigv4.Sign(req, accessKey, secretKey, region, sigv4.UnsignedPayload, time.Now())
	if a := f.send(req); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.want(200, "GET", "/media/chunked", ""); a.body != "hello" {
		t.Error(a.body)
	}
}

func TestTooLargeBodiesAreRefusedUnread(t *testing.T) {
	f := withSpace(t)
	id := f.begin("/media/a")
	for _, at := range []string{"/media/a", "/media/a?partNumber=1&uploadId=" + id} {
		c := f.dial()
		io.WriteString(c, strings.Replace(f.head("PUT", at, 0), "Content-Length: 0", fmt.Sprintf("Content-Length: %d", 5<<30+1), 1))
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != 400 || !strings.Contains(string(body), "EntityTooLarge") || !res.Close {
			t.Error(res.Status, string(body))
		}
	}
}

func TestConnectionsLiveOnAfterSmallErrors(t *testing.T) {
	f := withSpace(t)
	c := f.dial()
	r := bufio.NewReader(c)
	for range 3 {
		io.WriteString(c, f.head("PUT", "/other/a", 5)+"hello")
		res, err := http.ReadResponse(r, nil)
		if err != nil || res.StatusCode != 404 || res.Close {
			t.Fatal(res, err)
		}
		io.Copy(io.Discard, res.Body)
		io.WriteString(c, f.head("PUT", "/media/a", 5)+"hello")
		if res, err = http.ReadResponse(r, nil); err != nil || res.StatusCode != 200 {
			t.Fatal(res, err)
		}
		io.Copy(io.Discard, res.Body)
	}
}

func TestBodiesOfRequestsThatHaveNoneAreChecked(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	req := f.request("DELETE", "/media/a", "body")
	sigv4.Sign(req, accessKey, secretKey, region, sigv4.HashPayload([]byte("other")), time.Now())
	f.refused(f.send(req), 400, "XAmzContentSHA256Mismatch")
	req = f.request("DELETE", "/media/a", "")
	sigv4.Sign(req, accessKey, secretKey, region, sigv4.HashPayload([]byte("other")), time.Now())
	f.refused(f.send(req), 400, "XAmzContentSHA256Mismatch")
	f.refuse(400, "MaxMessageLengthExceeded", "DELETE", "/media/a", pattern(100_000))
	f.want(200, "GET", "/media/a", "")
	f.want(204, "DELETE", "/media/a", "ignored")
}

func TestShutdownLetsRequestsEnd(t *testing.T) {
	f := withSpace(t)
	c := f.dial()
	r := f.underway(c)
	done := make(chan error)
	go func() { done <- f.server.Shutdown(context.Background()) }()
	for {
		other, err := f.server.Dial(context.Background(), "", "")
		if errors.Is(err, http.ErrServerClosed) {
			break
		} else if err == nil {
			other.Close()
		}
	}
	io.WriteString(c, "world")
	res, err := http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != 200 {
		t.Error(res, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if o, err := f.engine.Head("media", "a"); err != nil || o.Size != 10 {
		t.Error(o, err)
	}
}

func TestShutdownCutsWhatDoesNotEnd(t *testing.T) {
	f := withSpace(t)
	c := f.dial()
	r := f.underway(c)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := f.server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Error(err)
	}
}

func TestListenersAreServedLikeDial(t *testing.T) {
	f := withSpace(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- f.server.Serve(l) }()
	req, _ := http.NewRequest("GET", "http://"+l.Addr().String()+"/media", nil)
	res, err := http.DefaultClient.Do(sign(req))
	if err != nil || res.StatusCode != 200 {
		t.Error(res, err)
	}
	res.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if err := f.server.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}
