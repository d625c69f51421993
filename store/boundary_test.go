package store_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// endless is a body that goes on for ever, and counts what is read of it.
type endless struct {
	begins io.Reader
	read   *atomic.Int64
}

func (e endless) Read(p []byte) (int, error) {
	n, err := e.begins.Read(p)
	if err == io.EOF {
		for n = range p {
			p[n] = 'a'
		}
		n, err = len(p), nil
	}
	e.read.Add(int64(n))
	return n, err
}

func (endless) Close() error { return nil }

// An endpoint that never stops answering fills nobody's memory: refusals and documents have an end.
func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	if most := store.ShortAnswers(t, 16); most > 40<<20 {
		t.Errorf("up to %d bytes of an answer are read into memory", most)
	}
	for name, c := range map[string]struct {
		status int
		begins string
		most   int64
	}{
		"a refusal": {403, "<Error><Code>AccessDenied</Code><Message>", 2 << 20},
		"a listing": {200, `<?xml version="1.0"?><ListBucketResult><Name>`, 40 << 20 / 16},
		"a page":    {200, "", 40 << 20 / 16},
	} {
		var read atomic.Int64
		f := storetest.New(t)
		f.Space(t, "media")
		f.Faults.Add(storetest.Rule{Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: c.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: -1,
				Header: http.Header{"Content-Type": {"application/xml"}, "X-Amz-Request-Id": {"x"}}, Body: endless{strings.NewReader(c.begins), &read}}, nil
		}})
		_, err := f.Store.List(store.Once(t.Context()), store.ListRequest{Space: "media"})
		if err == nil || read.Load() > c.most {
			t.Errorf("%s: %v after %d bytes", name, err, read.Load())
		}
		var told *store.Error
		if !errors.As(err, &told) || len(err.Error()) > 10_000 {
			t.Errorf("%s: an error of %d bytes", name, len(err.Error()))
		}
		f.Faults.Clear()
	}
}
