//go:build linux

package main

import (
	"bytes"
	"crypto/md5"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"spaces/server/chance"
	"spaces/server/sigv4"
)

// loaded is a server that is looked at from outside while it is loaded.
type loaded struct {
	*box
	client *http.Client
	spare  []byte
	opened []net.Conn
	worst  int // MiB, beside the streams
}

// peak is the most memory that the process has had since the last call, in MiB: VmHWM of proc(5), which a 5 in clear_refs
// begins anew.
func (l *loaded) peak() int {
	l.t.Helper()
	dir := fmt.Sprintf("/proc/%d/", l.own.cmd.Process.Pid)
	text, err := os.ReadFile(dir + "status")
	if err != nil {
		l.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(dir+"clear_refs", []byte("5"), 0); err != nil {
		l.t.Fatal(err)
	}
	return kib / 1024
}

// ask sends a signed request, whose body is repeated up to size. The answer is read to its end.
func (l *loaded) ask(method, at string, body []byte, size int64) (status int, text string, err error) {
	if body == nil {
		size = 0
	}
	req, err := http.NewRequest(method, "http://"+l.own.addr+at, io.LimitReader(&again{body: body}, size))
	if err != nil {
		return 0, "", err
	}
	req.ContentLength = size
	if strings.HasSuffix(at, "?delete") {
		sum := md5.Sum(body)
		req.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	sigv4.Sign(req, testKey, testSecret, "us-east-1", sigv4.UnsignedPayload, time.Now())
	res, err := l.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	var head bytes.Buffer
	_, err = io.CopyN(&head, res.Body, 64<<10)
	if err == nil {
		_, err = io.Copy(io.Discard, res.Body)
	} else if err == io.EOF {
		err = nil
	}
	return res.StatusCode, head.String(), err
}

// again is bytes, again and again.
type again struct {
	body []byte
	at   int
}

func (a *again) Read(p []byte) (n int, err error) {
	if len(a.body) == 0 {
		return 0, io.EOF
	}
	for n < len(p) {
		k := copy(p[n:], a.body[a.at:])
		n, a.at = n+k, (a.at+k)%len(a.body)
	}
	return n, nil
}

// together does something so many times at once, and wants a status of each.
func (l *loaded) together(n, want int, do func(i int) (int, string, error)) {
	l.t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if status, text, err := do(i); err != nil || status != want {
				l.t.Errorf("%d: %d %.300s, %v", i, status, text, err)
			}
		})
	}
	wg.Wait()
}

// dials opens connections, sends something on each, and leaves them open until the load is over.
func (l *loaded) dials(n int, send string) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	places := make(chan bool, 64)
	for range n {
		places <- true
		wg.Go(func() {
			defer func() { <-places }()
			d := net.Dialer{Timeout: 5 * time.Second}
			c, err := d.Dial("tcp", l.own.addr)
			if err != nil {
				return
			}
			mu.Lock()
			l.opened = append(l.opened, c)
			mu.Unlock()
			c.SetWriteDeadline(time.Now().Add(5 * time.Second))
			io.WriteString(c, send)
		})
	}
	wg.Wait()
}

// within ends a load: nothing may have taken more than 128 MiB and 1 MiB for each stream. What comes next finds a fresh server, as
// one keeps for a while what it no longer needs.
func (l *loaded) within(what string, streams int) {
	l.t.Helper()
	got, most := l.peak(), 128+streams
	l.t.Logf("%s: %d MiB", what, got)
	if l.worst = max(l.worst, got-streams); got > most {
		l.t.Errorf("%s: %d MiB, want %d at most", what, got, most)
	}
	for _, c := range l.opened {
		c.Close()
	}
	l.opened = nil
	l.again()
}

// again starts the server anew.
func (l *loaded) again() {
	l.t.Helper()
	l.client.CloseIdleConnections()
	l.own.kill()
	l.host, l.addr = "", ""
	l.start()
}

func repeated(n int, f func(i int) string) []byte {
	var b bytes.Buffer
	for i := range n {
		b.WriteString(f(i))
	}
	return b.Bytes()
}

// TestMemoryIsBounded loads a server in every way, and looks from outside at how much memory it takes: 128 MiB, and 1 MiB for
// each stream.
func TestMemoryIsBounded(t *testing.T) {
	streams, size, conns, many, pages := 4, int64(4<<20), 100, 8, 25
	if chance.Long() {
		streams, size, conns, many, pages = 16, 256<<20, 10_000, 100, 125
	}
	b := newBox(t)
	l := &loaded{box: b, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}}, spare: make([]byte, 1<<20)}
	t.Cleanup(l.client.CloseIdleConnections)
	rand.Read(l.spare)
	b.create("memory")
	signer, _ := b.authorize("root", "mine")
	link := l.link(`{"bucket":"memory","key":"in/","receive":{}}`)
	l.again()
	within := l.within

	l.together(streams, 200, func(i int) (int, string, error) { return l.ask("PUT", fmt.Sprint("/memory/big", i), l.spare, size) })
	within(fmt.Sprintf("%d streams of %d MiB, put", streams, size>>20), streams)
	l.together(streams, 200, func(i int) (int, string, error) { return l.ask("GET", fmt.Sprint("/memory/big", i), nil, 0) })
	within("the same, got", streams)
	l.together(streams, 200, func(i int) (int, string, error) { return l.send(link, size) })
	within("the same, received by a link", streams)
	l.files(signer, min(streams, 8), size/4)
	within("streams of sftp", streams)
	l.fillCache(streams)
	within("small files, more than the cache holds", streams)

	keys := repeated(1000, func(i int) string {
		return fmt.Sprintf("<Object><Key>%04d%s</Key></Object>", i, strings.Repeat("&#x1B;", 1000))
	})
	l.documents(many, 200, "POST", "/memory?delete", "<Delete>", keys, "</Delete>")
	within(fmt.Sprintf("%d deletes of 1000 keys", many), 0)
	parts := repeated(10_000, func(i int) string {
		return fmt.Sprintf("<Part><PartNumber>%d</PartNumber><ETag>%032x</ETag>%s</Part>\n", i+1, i, strings.Repeat(" ", 300))
	})
	l.documents(many, 404, "POST", "/memory/none?uploadId=AAAAAAAAAAAAAAAAAAAAAA", "<CompleteMultipartUpload>", parts, "</CompleteMultipartUpload>")
	within(fmt.Sprintf("%d Completes of %d KiB", many, len(parts)>>10), 0)
	parts = append(parts, bytes.Repeat([]byte(" "), 8<<20)...)
	l.documents(many, 400, "POST", "/memory/none?uploadId=AAAAAAAAAAAAAAAAAAAAAA", "<CompleteMultipartUpload>", parts, "</CompleteMultipartUpload>")
	within("Completes of 8 MiB and more", 0)
	for _, at := range []string{"?delete", "/none?uploadId=AAAAAAAAAAAAAAAAAAAAAA", "?lifecycle", "?cors", "?tagging", "?website", "?acl", "?renameObjects"} {
		for _, bomb := range []string{
			`<!DOCTYPE a [<!ENTITY a "` + strings.Repeat("a", 10_000) + `">]><a>` + strings.Repeat("&a;", 10_000) + "</a>", strings.Repeat("<a>", 60_000), "<a>" + strings.Repeat("<b/>", 60_000) + "</a>",
			"<a " + strings.Repeat(`b="c" `, 30_000) + "/>", "<a>" + strings.Repeat("&#65;", 40_000) + "</a>",
		} {
			method := "PUT"
			if at[1] == 'd' || at[0] == '/' || at[1] == 'r' {
				method = "POST"
			}
			l.documents(many, 400, method, "/memory"+at, "", []byte(bomb), "")
		}
	}
	within("XML bombs", many)
	l.pages(many, pages)
	within("listings that nobody reads", many+8)
	l.dials(conns/4, "POST "+link+" HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000000\r\n\r\n--x\r\nA: "+strings.Repeat("a", 2<<20))
	within("forms whose parts have no end", conns/4)
	l.dials(conns, "GET / HTTP/1.1\r\nHost: x\r\nA: "+strings.Repeat("a", 60_000))
	within(fmt.Sprintf("%d connections with half a head", conns), 0)
	l.dials(conns, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	within(fmt.Sprintf("%d connections", conns), 0)
	if status, text, err := l.ask("GET", "/memory/big0", nil, 0); status != 200 || err != nil {
		t.Error("afterwards:", status, text, err)
	}
	chance.Say(t, fmt.Sprintf("memory of the server under %d streams and %d connections: %d MiB and 1 MiB a stream at most", streams, conns, l.worst))
}

// documents sends the same document many times at once.
func (l *loaded) documents(n, want int, method, at, begin string, text []byte, end string) {
	l.t.Helper()
	doc := append(append([]byte(begin), text...), end...)
	l.together(n, want, func(int) (status int, text string, err error) {
		for range 20 { // where memory is short, one who does not move for a second is cut off
			if status, text, err = l.ask(method, at, doc, int64(len(doc))); err == nil && status != 503 && !strings.Contains(text, "RequestTimeout") {
				break
			}
		}
		return status, text, err
	})
}

// fillCache puts files of 60 KiB, which are kept with the metadata, and reads each of them three times: 96 MiB in all.
func (l *loaded) fillCache(clients int) {
	l.t.Helper()
	const files, size = 1600, 60 << 10
	for round, method := range []string{"PUT", "GET", "GET", "GET"} {
		l.together(clients, 200, func(c int) (status int, text string, err error) {
			for i := c; i < files && err == nil && (i == c || status == 200); i += clients {
				var body []byte
				if round == 0 {
					body = l.spare[i*size/files:]
				}
				status, text, err = l.ask(method, fmt.Sprint("/memory/small", i), body, size)
			}
			return status, text, err
		})
	}
}

// link makes a link, and gives its path.
func (l *loaded) link(text string) string {
	l.t.Helper()
	req, err := http.NewRequest("POST", "http://"+l.own.addr+"/v2/spaces/links", strings.NewReader(text))
	if err != nil {
		l.t.Fatal(err)
	}
	sigv4.Sign(req, testKey, testSecret, "us-east-1", sigv4.HashPayload([]byte(text)), time.Now())
	res, err := l.client.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	var made struct{ Link struct{ Path string } }
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil || made.Link.Path == "" {
		l.t.Fatal(res.Status, err)
	}
	return made.Link.Path
}

// send sends a file to a link, in a form.
func (l *loaded) send(link string, size int64) (int, string, error) {
	head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
	body := io.MultiReader(strings.NewReader(head), io.LimitReader(&again{body: l.spare}, size), strings.NewReader("\r\n--x--\r\n"))
	res, err := l.client.Post("http://"+l.own.addr+link, "multipart/form-data; boundary=x", body)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

// files puts and gets by sftp, on connections of their own.
func (l *loaded) files(signer ssh.Signer, n int, size int64) {
	l.together(n, 200, func(i int) (int, string, error) {
		conn, err := l.dial(ssh.PublicKeys(signer))
		if err != nil {
			return 0, "", err
		}
		defer conn.Close()
		c, err := sftp.NewClient(conn)
		if err != nil {
			return 0, "", err
		}
		defer c.Close()
		name := fmt.Sprint("/memory/sftp", i)
		f, err := c.Create(name)
		if err != nil {
			return 0, "", err
		}
		if _, err = f.ReadFrom(io.LimitReader(&again{body: l.spare}, size)); err == nil {
			err = f.Close()
		}
		if err != nil {
			return 0, "", err
		}
		if f, err = c.Open(name); err != nil {
			return 0, "", err
		}
		defer f.Close()
		got, err := f.WriteTo(io.Discard)
		if err == nil && got != size {
			err = fmt.Errorf("%d bytes came", got)
		}
		return 200, "", err
	})
}

// pages asks for pages of long keys, of which eight times each are made, and reads none of them.
func (l *loaded) pages(n, each int) {
	l.together(8, 200, func(i int) (status int, text string, err error) {
		for k := range each {
			status, text, err = l.ask("PUT", fmt.Sprintf("/memory/%d%03d%s", i, k, strings.Repeat("%1b", 1000)), []byte("x"), 1)
			if err != nil || status != 200 {
				break
			}
		}
		return status, text, err
	})
	req, _ := http.NewRequest("GET", "http://"+l.own.addr+"/memory", nil)
	sigv4.Sign(req, testKey, testSecret, "us-east-1", sigv4.UnsignedPayload, time.Now())
	var head bytes.Buffer
	fmt.Fprintf(&head, "GET /memory HTTP/1.1\r\nHost: %s\r\n", l.own.addr)
	req.Header.Write(&head)
	l.dials(n, head.String()+"\r\n")
	status, text, err := l.ask("GET", "/memory", nil, 0)
	if status != 200 || err != nil {
		l.t.Error(status, text, err)
	}
}
