package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"spaces/server/local"
	"spaces/server/sigv4"
)

// household is a data directory, the server on it in this process, and all that was said at its start.
type household struct {
	dir    local.Dir
	said   *said
	root   local.RootKey
	token  string
	own    *local.Owned
	client *http.Client
}

// said keeps what a log says that an operator should read.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func dirAt(path string) (local.Dir, *said) {
	s := &said{}
	return local.Dir{Path: path, Now: time.Now, Log: slog.New(slog.NewTextHandler(s, &slog.HandlerOptions{Level: slog.LevelWarn}))}, s
}

// openHouse starts as `spaces serve --tls self-signed --ssh` does, with all that is in the directory besides the engine.
func openHouse(path string) (h *household, err error) {
	h = &household{}
	h.dir, h.said = dirAt(path)
	if h.root, err = h.dir.RootKey(); err != nil {
		return nil, err
	}
	own, err := h.dir.Own(16 << 20)
	if err != nil {
		return nil, err
	}
	h.own = own
	defer func() {
		if err != nil {
			err = errors.Join(err, own.Close())
		}
	}()
	if _, err = h.dir.SelfSigned("127.0.0.1:0", nil); err != nil {
		return nil, err
	}
	if _, err = h.dir.HostKey(); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	h.own.Listen(l)
	if _, err = h.own.Start(context.Background(), local.Service{Command: "test", Root: h.root, Scrub: -1}); err != nil {
		return nil, err
	}
	token, err := h.dir.AdminToken()
	h.token = token.Text
	h.client = &http.Client{Transport: &http.Transport{DialContext: h.own.Dial, DisableCompression: true}}
	return h, err
}

func (h *household) close() error {
	h.client.CloseIdleConnections()
	return h.own.Close()
}

// reply is an answer, read to its end.
type reply struct {
	status int
	head   http.Header
	body   []byte
	err    error
}

// ask sends a request that the root key signs. Headers come in pairs.
func (h *household) ask(method, target string, body []byte, headers ...string) reply {
	req, err := http.NewRequest(method, "http://localhost"+target, bytes.NewReader(body))
	if err != nil {
		return reply{err: err}
	}
	if len(body) > 0 {
		sum := md5.Sum(body)
		req.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	if own := strings.HasPrefix(target, "/own/"); own && !strings.Contains(target, "?acl") && !strings.Contains(target, "?tagging") {
		headers = append(headers, spot{"own", "k"}.customersKey("")...)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	if strings.HasPrefix(target, "/v2/spaces/keys") || strings.HasPrefix(target, "/v2/spaces/ssh_keys") {
		req.Header.Set("Authorization", "Bearer "+h.token)
	} else {
		sigv4.Sign(req, h.root.ID, h.root.Secret, "us-east-1", sigv4.HashPayload(body), time.Now())
	}
	res, err := h.client.Do(req)
	if err != nil {
		return reply{err: err}
	}
	defer res.Body.Close()
	r := reply{status: res.StatusCode, head: res.Header}
	r.body, r.err = io.ReadAll(res.Body)
	return r
}

// must is ask, of what has to succeed.
func (h *household) must(t testing.TB, method, target, body string, headers ...string) reply {
	t.Helper()
	r := h.ask(method, target, []byte(body), headers...)
	if r.err != nil || r.status >= 300 {
		t.Fatalf("%s %s: %d %s %v", method, target, r.status, r.body, r.err)
	}
	return r
}

func element(text []byte, name string) string {
	_, rest, _ := strings.Cut(string(text), "<"+name+">")
	value, _, _ := strings.Cut(rest, "</"+name+">")
	return value
}

// matter is a body that no other object has, and that says where it is; archives of it are small.
func matter(word string, n int) string {
	line := fmt.Sprintf("%x %s\n", sha256.Sum256([]byte(word)), word)
	return strings.Repeat(line, n/len(line)+1)[:n]
}

// furnish has a thing of every kind in the directory. In the middle it is
// restarted, so that there are tables of several ages, and a copy made as of an older backup.
func furnish(t testing.TB, path, stale string) *household {
	t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	h := opened(t, path)
	put := func(target string, n int, headers ...string) { h.must(t, "PUT", target, matter(target, n), headers...) }
	for _, s := range []string{"media", "past", "sealed", "papers", "gone", "emptied", "own"} {
		h.must(t, "PUT", "/"+s, "")
	}
	h.must(t, "PUT", "/locked", "", "X-Amz-Bucket-Object-Lock-Enabled", "true")
	put("/media/small", 100, "X-Amz-Meta-Author", "Zoe", "X-Amz-Tagging", "colour=blue", "X-Amz-Acl", "public-read", "Content-Type", "text/plain")
	put("/media/kept%20apart", 3000)
	put("/media/large", 300<<10)
	put("/media/larger", 700<<10, "Cache-Control", "max-age=7")
	h.must(t, "PUT", "/media/folder/", "")
	for i := range 60 {
		put(fmt.Sprintf("/media/many/%03d", i), 10+40*i)
	}
	put("/past/k", 50)
	h.must(t, "PUT", "/past?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	put("/past/k", 80<<10)
	put("/past/k", 60)
	h.must(t, "DELETE", "/past/deleted", "")
	put("/past/deleted", 70)
	h.must(t, "DELETE", "/past/deleted", "")
	if _, err := h.dir.BackupID(); err != nil {
		t.Fatal(err)
	}
	logged(t, h)
	restock(t, h)
	clone(t, path, stale)
	h = opened(t, path)
	h.must(t, "PUT", "/watched?logging", "<BucketLoggingStatus/>") // so that questions leave nothing behind
	restock(t, h)                                                  // this one is delivered as well
	h = opened(t, path)
	if logs := between(h.must(t, "GET", "/logs", "").body, "Key"); len(logs) == 0 {
		t.Fatal("no log was delivered")
	}
	rules := map[string]string{
		"cors":       "<CORSConfiguration><CORSRule><AllowedOrigin>https://a.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
		"lifecycle":  "<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status><Filter><Prefix>tmp/</Prefix></Filter><Expiration><Days>3000</Days></Expiration></Rule></LifecycleConfiguration>",
		"tagging":    "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>",
		"website":    "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>",
		"policy":     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::papers/open/*"}]}`,
		"encryption": "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
	}
	for name, text := range rules {
		space := "papers"
		if name == "encryption" {
			space = "sealed"
		}
		h.must(t, "PUT", "/"+space+"?"+name, text)
	}
	put = func(target string, n int, headers ...string) { h.must(t, "PUT", target, matter(target, n), headers...) }
	put("/own/small", 700) // what is in own is under a key of the customer's
	put("/own/large", 300<<10)
	put("/sealed/small", 500)
	put("/sealed/large", 70<<10)
	put("/locked/held", 90<<10, "X-Amz-Object-Lock-Mode", "COMPLIANCE", "X-Amz-Object-Lock-Retain-Until-Date", "2060-01-01T00:00:00Z")
	h.must(t, "PUT", "/media/copy", "", "X-Amz-Copy-Source", "/media/large")
	inParts(t, h)
	people(t, h)
	put("/gone/k", 80)
	h.must(t, "POST", "/gone?destroy", "")
	put("/media/last", 90)
	err := errors.Join(h.dir.NoteBackup(local.BackupNote{At: time.Now(), To: "/backup"}), h.dir.NoteScrub(local.ScrubNote{At: time.Now()}))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// logged has requests to a Space whose log is delivered when the server ends: until then there is nothing of it on the disk.
func logged(t testing.TB, h *household) {
	t.Helper()
	for _, s := range []string{"logs", "watched"} {
		h.must(t, "PUT", "/"+s, "")
	}
	h.must(t, "PUT", "/watched?logging", "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>of/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>")
	for i := range 200 { // more than what is kept among the metadata
		h.must(t, "PUT", fmt.Sprintf("/watched/%03d", i), "x", "User-Agent", strings.Repeat("agent ", 80))
	}
}

func opened(t testing.TB, path string) *household {
	t.Helper()
	h, err := openHouse(path)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// restock ends a household.
func restock(t testing.TB, h *household) {
	t.Helper()
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
}

// inParts makes an object in parts, and leaves an upload open.
func inParts(t testing.TB, h *household) {
	id := element(h.must(t, "POST", "/media/parts?uploads", "").body, "UploadId")
	var list strings.Builder
	for n, size := range []int{5 << 20, 70 << 10} {
		at := fmt.Sprintf("/media/parts?partNumber=%d&uploadId=%s", n+1, url.QueryEscape(id))
		r := h.must(t, "PUT", at, matter(fmt.Sprint("part", n), size))
		fmt.Fprintf(&list, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", n+1, r.head.Get("ETag"))
	}
	h.must(t, "POST", "/media/parts?uploadId="+url.QueryEscape(id), "<CompleteMultipartUpload>"+list.String()+"</CompleteMultipartUpload>")
	id = element(h.must(t, "POST", "/media/unfinished?uploads", "").body, "UploadId")
	for n, size := range []int{100, 90 << 10} {
		h.must(t, "PUT", fmt.Sprintf("/media/unfinished?partNumber=%d&uploadId=%s", n+1, url.QueryEscape(id)), matter(fmt.Sprint("open", n), size))
	}
}

// people makes an access key, a public key that leads to it, and links.
func people(t testing.TB, h *household) {
	t.Helper()
	r := h.must(t, "POST", "/v2/spaces/keys", `{"name":"guest","grants":[{"bucket":"media","permission":"read"}]}`)
	_, rest, _ := strings.Cut(string(r.body), `"access_key":"`)
	id, _, _ := strings.Cut(rest, `"`)
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	h.must(t, "POST", "/v2/spaces/ssh_keys", fmt.Sprintf(`{"access_key":%q,"public_key":%q}`, id, line))
	h.must(t, "POST", "/v2/spaces/links", `{"bucket":"media","key":"small","expires_at":"2060-01-01T00:00:00Z"}`)
	h.must(t, "POST", "/v2/spaces/links", `{"bucket":"media","key":"in/","receive":{}}`)
}
