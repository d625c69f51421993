package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spaces/server/sigv4"
	"spaces/server/storage"
)

// bench sends requests with as many clients as asked for, through Dial.
func bench(b *testing.B, clients int, f *fixture, request func(n int64) *http.Request) {
	b.Helper()
	b.SetParallelism(clients / 2)
	b.ReportAllocs()
	var n atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req := request(n.Add(1))
			res, err := f.client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode >= 300 {
				b.Error(res.Status)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

func unsignedBody(req *http.Request) *http.Request {
	sigv4.Sign(req, accessKey, secretKey, region, sigv4.UnsignedPayload, time.Now())
	return req
}

// again repeats one request, signed once: what is measured is the server.
func (f *fixture) again(method, at string) func(int64) *http.Request {
	first := unsignedBody(f.request(method, at, ""))
	return func(int64) *http.Request { return first.Clone(first.Context()) }
}

func BenchmarkGet4KiB(b *testing.B) {
	f := withSpace(b)
	f.want(200, "PUT", "/media/a", pattern(4096))
	bench(b, 16, f, f.again("GET", "/media/a"))
}

func BenchmarkHead(b *testing.B) {
	f := withSpace(b)
	f.want(200, "PUT", "/media/a", pattern(4096))
	bench(b, 16, f, f.again("HEAD", "/media/a"))
}

func BenchmarkPut4KiB(b *testing.B) {
	f := withSpace(b)
	body := pattern(4096)
	bench(b, 16, f, func(n int64) *http.Request {
		return unsignedBody(f.request("PUT", fmt.Sprintf("/media/%d", n), body))
	})
}

func BenchmarkGet64MiB(b *testing.B) {
	f := withSpace(b)
	body := pattern(64 << 20)
	f.want(200, "PUT", "/media/a", body)
	b.SetBytes(int64(len(body)))
	bench(b, 2, f, f.again("GET", "/media/a"))
}

func BenchmarkPut64MiB(b *testing.B) {
	f := withSpace(b)
	body := pattern(64 << 20)
	b.SetBytes(int64(len(body)))
	bench(b, 2, f, func(int64) *http.Request { return unsignedBody(f.request("PUT", "/media/a", body)) })
}

func BenchmarkList1000(b *testing.B) {
	f := withSpace(b)
	ctx := context.Background()
	for n := range 10_000 {
		body, err := f.engine.Stage(ctx, strings.NewReader("x"), storage.StageOptions{Size: 1})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.engine.Put(ctx, "media", fmt.Sprintf("folder/object-%08d", n), body, storage.Attrs{}, storage.Checksum{}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	bench(b, 2, f, func(n int64) *http.Request {
		return unsignedBody(f.request("GET", fmt.Sprintf("/media?list-type=2&encoding-type=url&start-after=folder%%2Fobject-%08d", n%9*1000), ""))
	})
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "keys/s")
}
