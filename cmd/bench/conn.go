package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	region    = "us-east-1"
	accessKey = "SPBENCHBENCHBENCH001"
	secretKey = "bench-secret-bench-secret-bench-secret-01"
	space     = "bench"
)

// conn is one connection kept alive, for one request after the other. It is no http.Client, because what the generator takes
// of the processor the server beside it does not have.
type conn struct {
	net  net.Conn
	in   *bufio.Reader
	out  bytes.Buffer
	host string
	day  string
	key  []byte // signs on day
	stop func() bool

	piece []byte // of the body of an answer
}

func dial(ctx context.Context, host string) (*conn, error) {
	c, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { c.Close() })
	return &conn{net: c, in: bufio.NewReaderSize(c, 256<<10), host: host, stop: stop, piece: make([]byte, 256<<10)}, nil
}

func (c *conn) close() {
	c.stop()
	c.net.Close()
}

// call is a request. Keys have to need no escaping, and a query is sorted and escaped.
type call struct {
	method, space, key, query string

	from, ranged string // x-amz-copy-source and Range
	body         []byte
	size         int64             // when it is more than body is long, body is sent over and over
	sum          bool              // Content-MD5
	each         func([]byte) bool // takes the answer's body piece by piece, and says whether it is right; else it is kept
}

type answer struct {
	header http.Header
	size   int64
	body   []byte
}

// do sends a request and reads all of its answer, which has to be a success.
func (c *conn) do(r call) (answer, error) {
	fail := func(err error) (answer, error) {
		return answer{}, fmt.Errorf("%s /%s/%s?%s: %w", r.method, r.space, r.key, r.query, err)
	}
	size := max(r.size, int64(len(r.body)))
	c.head(r, size)
	c.net.SetDeadline(time.Now().Add(3 * time.Minute))
	first := net.Buffers{c.out.Bytes(), r.body}
	if _, err := first.WriteTo(c.net); err != nil {
		return fail(err)
	}
	for sent := int64(len(r.body)); sent < size; {
		n, err := c.net.Write(r.body[:min(size-sent, int64(len(r.body)))])
		if err != nil {
			return fail(err)
		}
		sent += int64(n)
	}
	a, err := c.read(r)
	if err != nil {
		return fail(err)
	}
	return a, nil
}

func (c *conn) read(r call) (a answer, err error) {
	res, err := http.ReadResponse(c.in, &http.Request{Method: r.method})
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	a.header = res.Header
	ok := res.StatusCode/100 == 2
	if r.each == nil || !ok {
		a.body, err = io.ReadAll(res.Body)
		if a.size = int64(len(a.body)); r.method == "HEAD" {
			a.size = res.ContentLength
		}
		if err == nil && (!ok || bytes.Contains(a.body, []byte("<Error>"))) {
			err = fmt.Errorf("%s %.300s", res.Status, a.body)
		}
		return a, err
	}
	for {
		n, err := res.Body.Read(c.piece)
		a.size += int64(n)
		if !r.each(c.piece[:n]) {
			return a, fmt.Errorf("the content is another than was written, before byte %d", a.size)
		}
		if err == io.EOF {
			return a, nil
		}
		if err != nil {
			return a, err
		}
	}
}

// head writes the head of a request with its signature, which is of version 4 and does not cover the body: what most clients
// send over TLS.
func (c *conn) head(r call, size int64) {
	path, hash := strings.TrimSuffix("/"+r.space+"/"+r.key, "/"), "UNSIGNED-PAYLOAD"
	if size == 0 {
		sum := sha256.Sum256(nil)
		hash = hex.EncodeToString(sum[:])
	}
	now := time.Now().UTC().Format("20060102T150405Z")
	headers, names := "host:"+c.host+"\nx-amz-content-sha256:"+hash+"\n", "host;x-amz-content-sha256;"
	if r.from != "" {
		headers, names = headers+"x-amz-copy-source:"+r.from+"\n", names+"x-amz-copy-source;"
	}
	headers, names = headers+"x-amz-date:"+now+"\n", names+"x-amz-date"
	scope := now[:8] + "/" + region + "/s3/aws4_request"
	if c.day != now[:8] {
		c.day, c.key = now[:8], []byte("AWS4"+secretKey)
		for _, part := range strings.Split(scope, "/") {
			c.key = mac(c.key, part)
		}
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{r.method, path, r.query, headers, names, hash}, "\n")))
	signature := mac(c.key, "AWS4-HMAC-SHA256\n"+now+"\n"+scope+"\n"+hex.EncodeToString(sum[:]))

	c.out.Reset()
	fmt.Fprintf(&c.out, "%s %s?%s HTTP/1.1\r\nContent-Length: %d\r\n%s", r.method, path, r.query, size, strings.ReplaceAll(headers, "\n", "\r\n"))
	if r.ranged != "" {
		fmt.Fprintf(&c.out, "Range: %s\r\n", r.ranged)
	}
	if r.sum {
		sum := md5.Sum(r.body)
		fmt.Fprintf(&c.out, "Content-MD5: %s\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	}
	fmt.Fprintf(&c.out, "Authorization: AWS4-HMAC-SHA256 Credential=%s/%s,SignedHeaders=%s,Signature=%x\r\n\r\n", accessKey, scope, names, signature)
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// escaped is a value of a query as signatures want it.
func escaped(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// element is the text of the first element of a name, which is enough of XML for the answers that are read here.
func element(doc []byte, name string) string {
	_, rest, _ := bytes.Cut(doc, []byte("<"+name+">"))
	text, _, _ := bytes.Cut(rest, []byte("</"))
	return strings.NewReplacer("&quot;", `"`, "&#34;", `"`, "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(string(text))
}
