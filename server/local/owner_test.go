package local

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"spaces/server/storage"
)

// someoneElse has an address and keeps what it is sent. It answers everything as a web server does.
type someoneElse struct {
	addr       string
	met, bytes atomic.Int64

	mu   sync.Mutex
	said []byte
}

func (s *someoneElse) heard() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.said)
}

func takeOver(t *testing.T, addr string) *someoneElse {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatalf("taking over the address of the owner: %v", err)
	}
	s := &someoneElse{addr: l.Addr().String()}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.met.Add(1)
			go func() {
				defer conn.Close()
				buf := make([]byte, 64<<10)
				n, _ := conn.Read(buf)
				s.bytes.Add(int64(n))
				s.mu.Lock()
				s.said = append(s.said, buf[:n]...)
				s.mu.Unlock()
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi")
			}()
		}
	}()
	return s
}

// machine is a panel's view of a data directory, in this process.
func machine(t *testing.T, path string) (*Store, *s3.Client) {
	t.Helper()
	dir := dirOf(path)
	root, err := dir.RootKey()
	if err != nil {
		t.Fatal(err)
	}
	s := dir.Store(root, "")
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return s, s3.New(s3.Options{
		BaseEndpoint: aws.String("http://localhost"), Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(root.ID, root.Secret, ""),
		HTTPClient:  &http.Client{Transport: &http.Transport{DialContext: s.Dial}},
	})
}

// spaces counts those of the store that a client is connected to.
func spaces(ctx context.Context, c *s3.Client) (int, error) {
	all, err := c.ListBuckets(ctx, &s3.ListBucketsInput{})
	if err != nil {
		return 0, err
	}
	return len(all.Buckets), nil
}

func createSpace(ctx context.Context, c *s3.Client, name string) error {
	_, err := c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	return err
}

// ownerOf is the owner of a directory as another process sees it.
func ownerOf(t *testing.T, path string) other {
	t.Helper()
	own, err := dirOf(path).Own(0)
	if err == nil {
		own.Close()
	}
	var taken *InUseError
	if !errors.As(err, &taken) {
		t.Fatalf("nobody owns the directory: %v", err)
	}
	return other{path, taken.Owner}
}

func TestAPanelTakesOverFromAnOwnerWhoseAddressAnotherHasNow(t *testing.T) {
	dir := t.TempDir()
	owner, first := machine(t, dir)
	if err := createSpace(t.Context(), first, "media"); err != nil {
		t.Fatal(err)
	}
	_, joined := machine(t, dir)
	if all, err := spaces(t.Context(), joined); err != nil || all != 1 {
		t.Fatalf("joined, there are %v, %v", all, err)
	}
	record := ownerOf(t, dir)
	if err := owner.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	data, control := takeOver(t, record.Address), takeOver(t, record.Control)
	if err := createSpace(t.Context(), joined, "more"); err != nil {
		t.Fatalf("after its owner has ended: %v", err)
	}
	if all, err := spaces(t.Context(), joined); err != nil || all != 2 {
		t.Errorf("taken over, there are %v, %v", all, err)
	}
	if n := data.bytes.Load(); n != 0 {
		t.Errorf("another was sent %d bytes", n)
	}
	if data.met.Load() == 0 || control.met.Load() == 0 {
		t.Error("nobody came by: the test shows nothing")
	}
}

func TestNothingIsSentToWhoDoesNotProveThatTheDirectoryIsTheirs(t *testing.T) {
	dir := t.TempDir()
	token, err := dirOf(dir).AdminToken()
	if err != nil {
		t.Fatal(err)
	}
	engine, err := storage.Open(dir, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close() // the lock is held, and the addresses are those of an earlier owner
	data, control := takeOver(t, "127.0.0.1:0"), takeOver(t, "127.0.0.1:0")
	if err := thisProcess("spaces", data.addr, control.addr).leave(engine); err != nil {
		t.Fatal(err)
	}
	_, s := machine(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := spaces(ctx, s); err == nil {
		t.Error("another's answer was taken")
	}
	keys, err := dirOf(dir).Keys(RootKey{})
	if err != nil {
		t.Fatal(err)
	}
	var stranger *strangerError
	if _, err := keys.All(t.Context()); !errors.As(err, &stranger) {
		t.Errorf("access keys: %v", err)
	}
	if _, err := dirOf(dir).Scrub(t.Context(), 0, nil); !errors.As(err, &stranger) {
		t.Errorf("a command: %v", err)
	}
	if data.met.Load() == 0 || data.bytes.Load() != 0 {
		t.Errorf("another was met %d times and sent %d bytes", data.met.Load(), data.bytes.Load())
	}
	if said := control.heard(); strings.Contains(said, token.Text) || strings.Contains(said, "Bearer") {
		t.Errorf("another was sent %q", said)
	}
}

func TestAnOwnerThatStopsProvesNothingAnyMore(t *testing.T) {
	dir := t.TempDir()
	owner, s := machine(t, dir)
	if _, err := spaces(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	record := ownerOf(t, dir)
	if err := record.proven(t.Context()); err != nil {
		t.Fatalf("the owner does not prove it: %v", err)
	}
	elsewhere := record
	elsewhere.Address = "127.0.0.1:1"
	var stranger *strangerError
	if err := elsewhere.proven(t.Context()); !errors.As(err, &stranger) {
		t.Errorf("proven for an address that is not its own: %v", err)
	}
	owner.mu.Lock()
	owner.own.leave()
	owner.mu.Unlock()
	if err := record.proven(t.Context()); !errors.As(err, &stranger) {
		t.Errorf("proven while it stops: %v", err)
	}
}

func TestTheRecordOfAnOwnerIsData(t *testing.T) {
	o := thisProcess("spaces serve", "127.0.0.1:1", "127.0.0.1:2")
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if got := parseOwner(string(text)); got != o {
		t.Errorf("%+v was left, and %+v is read", o, got)
	}
	for left, want := range map[string]string{
		"": "another process", string(text): o.String(),
		"spaces serve, process 7, control 127.0.0.1:2, at 127.0.0.1:1": "spaces serve, process 7, control 127.0.0.1:2, at 127.0.0.1:1", // of an older version
		`"text"`: `"text"`,
	} {
		got := parseOwner(left)
		if got.String() != want {
			t.Errorf("%q is told as %q", left, got)
		}
		if left != string(text) && got.Address+got.Control != "" {
			t.Errorf("%q has the addresses %q and %q", left, got.Address, got.Control)
		}
	}
	if strings.Contains(o.String(), o.Control) {
		t.Error("people are told of the control listener:", o)
	}
}
