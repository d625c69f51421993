package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server/chance"
)

// sentTo opens a Store whose requests answer gives the firstAnswers to.
func sentTo(t *testing.T, c Config, answer func(*http.Request) (*http.Response, error)) *Store {
	t.Helper()
	c.AccessKey, c.SecretKey, c.SessionToken = "k", "s", "t"
	c.Wrap = func(http.RoundTripper) http.RoundTripper { return trip(answer) }
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// asSent is a request as a server sees it, without what the SDK tells of itself.
func asSent(t *testing.T, r *http.Request) string {
	t.Helper()
	var b strings.Builder
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	b.WriteString(r.Method + " " + r.URL.String() + " " + r.URL.EscapedPath() + " " + r.Host + "\n")
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		switch name {
		case "Amz-Sdk-Invocation-Id", "Amz-Sdk-Request", "Authorization", "User-Agent", "X-Amz-Date", "Content-Length":
			continue
		}
		b.WriteString(name + ": " + strings.Join(r.Header[name], "|") + "\n")
	}
	if len(body) > 1<<10 {
		body = fmt.Appendf(nil, "%d bytes, %x", len(body), sha256.Sum256(body))
	}
	b.Write(body)
	return b.String()
}

// works are what is sent directly.
var works = map[string]func(context.Context, *Store, Ref) (any, error){
	"head": func(ctx context.Context, s *Store, r Ref) (any, error) { return s.Head(ctx, r) },
	"get":  func(ctx context.Context, s *Store, r Ref) (any, error) { return gotten(s.Get(ctx, r, GetOptions{})) },
	"get a range": func(ctx context.Context, s *Store, r Ref) (any, error) {
		return gotten(s.Get(ctx, r, GetOptions{Offset: 2, Length: 3, IfMatch: "tag"}))
	},
	"put": func(ctx context.Context, s *Store, r Ref) (any, error) {
		return s.Put(ctx, r, strings.NewReader("hello"), 5, Props{ContentType: "text/plain", CacheControl: "no-cache", ContentEncoding: "x",
			ContentDisposition: "attachment", ContentLanguage: "de", Expires: "never", Meta: map[string]string{"mtime": "1.2", "näh": "x", "empty": ""},
			Tags: map[string]string{"a b": "c&d"}, Access: PublicRead}, PutOptions{IfMatch: "tag", Class: "COLD"})
	},
	"put much": func(ctx context.Context, s *Store, r Ref) (any, error) {
		return s.Put(ctx, r, strings.NewReader(strings.Repeat("x", askedBody)), askedBody, Props{}, PutOptions{})
	},
	"copy": func(ctx context.Context, s *Store, r Ref) (any, error) {
		return s.Copy(ctx, Ref{r.Space, "from ü"}, r, CopyOptions{IfMatch: "tag", Size: 5, Access: PublicRead})
	},
	"access": func(ctx context.Context, s *Store, r Ref) (any, error) { return s.Access(ctx, r) },
	"put nothing": func(ctx context.Context, s *Store, r Ref) (any, error) {
		return s.Put(ctx, r, bytes.NewReader(nil), 0, Props{}, PutOptions{IfNoneMatch: true})
	},
}

func gotten(body io.ReadCloser, info Info, err error) (any, error) {
	if err != nil {
		return info, err
	}
	defer body.Close()
	content, err := io.ReadAll(body)
	return struct {
		Info
		content string
	}{info, string(content)}, err
}

var directKeys = []string{"a", "a b/c+d", "/a", "//", "a/", "a//b", "a/../b", "a/./b", ".", "..", "%25", "%2F", "#", "?versionId=x", "ü", "u\u0308", "a\\b", "\x01", "\xff", "~*'()!$&=:@,;", "a\nb"}

var directSpaces = []string{"media", "my.media", "MEDIA", "x--y", "a_b", "abc-1"}

// Each key is sent in each work to each endpoint, in one Space after the other: in turn all keys meet all Spaces. Long tests
// have them meet everywhere.
func TestWhatIsSentDirectlyIsWhatTheSDKSends(t *testing.T) {
	turn := 0
	for _, c := range []Config{
		{Endpoint: "http://127.0.0.1:9000"}, {Endpoint: "https://nyc3.digitaloceanspaces.com"}, {Endpoint: "https://s3.eu-west-1.amazonaws.com"},
		{Endpoint: "http://storage.googleapis.com"}, {Endpoint: "https://box.example:8443", PathStyle: true}, {Endpoint: "https://10.1.2.3.nip.io"},
	} {
		var sent []string
		s := sentTo(t, c, func(r *http.Request) (*http.Response, error) {
			sent = append(sent, asSent(t, r))
			return nil, errors.New("no answer")
		})
		plain := s.direct
		for _, name := range slices.Sorted(maps.Keys(works)) {
			work := works[name]
			turn++
			for j, space := range directSpaces {
				for k, key := range directKeys {
					if (turn+j+k)%len(directSpaces) != 0 && !chance.Long() {
						continue
					}
					sent = nil
					ctx := Once(t.Context())
					s.direct = nil
					_, sdkErr := work(ctx, s, Ref{space, key})
					s.direct = plain
					_, err := work(ctx, s, Ref{space, key})
					if len(sent) != 0 && len(sent) != 2 || len(sent) == 2 && sent[0] != sent[1] {
						t.Fatalf("%s %s of %s %q:\n%s", c.Endpoint, name, space, key, strings.Join(sent, "\n—\n"))
					}
					if sdkErr == nil || err == nil || sdkErr.Error() != err.Error() || KindOf(sdkErr) != KindOf(err) {
						t.Fatalf("%s %s of %s %q: %v, and of the SDK %v", c.Endpoint, name, space, key, err, sdkErr)
					}
				}
			}
		}
	}
}

func TestAnswersMeanTheSameHoweverTheyWereAskedFor(t *testing.T) {
	for said, answer := range firstAnswers {
		for name, work := range works {
			n := 0
			s := sentTo(t, Config{Endpoint: "http://127.0.0.1:9000"}, func(r *http.Request) (*http.Response, error) {
				n++
				resp, err := answer()
				if err == nil && r.Method == http.MethodHead { // there is no body
					resp.Body = http.NoBody
				}
				return resp, err
			})
			plain := s.direct
			s.direct = nil
			want, wantErr := work(Once(t.Context()), s, Ref{"media", "a"})
			asked := n
			s.direct, n = plain, 0
			got, err := work(Once(t.Context()), s, Ref{"media", "a"})
			if n != asked {
				t.Errorf("%s to %s: %d requests, and by the SDK %d", said, name, n, asked)
			}
			if same(got) != same(want) || same(err) != same(wantErr) {
				t.Errorf("%s to %s:\n%v, %#v\nand by the SDK\n%v, %#v", said, name, same(got), same(err), same(want), same(wantErr))
			}
			if s.limit.active != 0 || s.limit.behind != 0 {
				t.Errorf("%s to %s: %d are under way after it", said, name, s.limit.active)
			}
		}
	}
}

// same is what tells a value or an error from others.
func same(x any) string {
	if e, ok := x.(*Error); ok {
		return fmt.Sprintf("%s %v %s %s %s %d %s", e.Op, e.Ref, e.Kind, e.Code, e.RequestID, e.Status, e)
	}
	return fmt.Sprintf("%+v", x)
}

func TestAnAttemptThatFailedIsOneOfThoseThatAreMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts []string
		s := sentTo(t, Config{Endpoint: "http://127.0.0.1:9000"}, func(r *http.Request) (*http.Response, error) {
			body := ""
			if r.Body != nil {
				all, _ := io.ReadAll(r.Body)
				body = string(all)
			}
			attempts = append(attempts, attemptOf(r)+":"+body)
			if len(attempts) == 3 {
				return saying(200, map[string]string{"ETag": `"tag"`}, ""), nil
			}
			return answerError(503, "SlowDown")()
		})
		var sent int64
		ctx := WithProgress(t.Context(), func(n int64) { sent += n })
		if _, err := s.Put(ctx, Ref{"media", "a"}, strings.NewReader("hello"), 5, Props{}, PutOptions{}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(attempts, " "); got != ":hello 2 of 8:hello 3 of 8:hello" || sent != 5 {
			t.Errorf("%s, and %d bytes are told of", got, sent)
		}
		if s.limit.active != 0 || s.limit.begun == 0 {
			t.Errorf("%d are under way after it", s.limit.active)
		}
	})
}

func TestWhoGivesUpMeanwhileLeavesNothingUnderWay(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := sentTo(t, Config{Endpoint: "http://127.0.0.1:9000"}, func(r *http.Request) (*http.Response, error) {
		cancel()
		return nil, r.Context().Err()
	})
	if _, err := s.Head(ctx, Ref{"media", "a"}); KindOf(err) != Canceled {
		t.Errorf("it ended with %v", err)
	}
	if s.limit.active != 0 {
		t.Errorf("%d are under way after it", s.limit.active)
	}
}

func TestClocksThatDifferMuchAreTheSDKsMatter(t *testing.T) {
	now := time.Now()
	n := 0
	s := sentTo(t, Config{Endpoint: "http://127.0.0.1:9000"}, func(r *http.Request) (*http.Response, error) {
		n++
		at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
		if err != nil {
			t.Error(err)
		}
		header := map[string]string{"Date": now.Add(time.Hour).UTC().Format(http.TimeFormat), "ETag": `"tag"`, "X-Amz-Request-Id": "r"}
		if at.Sub(now) < 50*time.Minute {
			return saying(403, header, "<Error><Code>RequestTimeTooSkewed</Code></Error>"), nil
		}
		return saying(200, header, ""), nil
	})
	for range 3 {
		if _, err := gotten(s.Get(t.Context(), Ref{"media", "a"}, GetOptions{})); err != nil {
			t.Fatal(err)
		}
	}
	if n != 4 {
		t.Errorf("%d requests for three objects, of which the first tells the time", n)
	}
}
