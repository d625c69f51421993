package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"spaces/server"
	"spaces/server/storage"
)

// speeding is a server as the program has it: on a disk, on a port, with its limits.
func speeding(b *testing.B) (client *http.Client, base string) {
	b.Helper()
	engine, err := storage.Open(filepath.Join(b.TempDir(), "data"), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s := server.New(server.Config{Engine: engine, Secret: secret, Owner: "owner", Metrics: server.NewMetrics(), Limits: server.Limits{Requests: 512}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64, WriteBufferSize: 256 << 10, ReadBufferSize: 256 << 10}
	b.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = s.Shutdown(context.Background())
		<-served
		if err := engine.Close(); err != nil {
			b.Error(err)
		}
	})
	return &http.Client{Transport: transport}, "http://" + l.Addr().String()
}

// zeros are n bytes that cost nothing to make.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// speedRequest is one that is not signed by its body, as by most clients over TLS.
func speedRequest(b *testing.B, method, at string, body io.Reader, size int64) *http.Request {
	req, err := http.NewRequest(method, at, body)
	if err != nil {
		b.Fatal(err)
	}
	req.ContentLength = size
	return unsignedBody(req)
}

func speedDo(b *testing.B, c *http.Client, req *http.Request) {
	res, err := c.Do(req)
	if err != nil {
		b.Error(err)
		return
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != 200 {
		b.Error(res.Status, err)
	}
}

// BenchmarkSpeed is what the README says of the speed of the server, over HTTP on loopback, client and server on one machine.
func BenchmarkSpeed(b *testing.B) {
	c, base := speeding(b)
	speedDo(b, c, speedRequest(b, "PUT", base+"/media", nil, 0))
	var key atomic.Int64
	small := []byte(pattern(4096))
	for _, w := range []struct {
		name    string
		clients int
	}{{"put-4KiB-durable/1-client", 1}, {"put-4KiB-durable/16-clients", 16}, {"get-4KiB/1-client", 1}, {"get-4KiB/16-clients", 16}} {
		b.Run(w.name, func(b *testing.B) {
			var left atomic.Int64
			left.Store(int64(b.N))
			most := max(key.Load(), 1)
			var all sync.WaitGroup
			b.ResetTimer()
			for range w.clients {
				all.Go(func() {
					for n := left.Add(-1); n >= 0; n = left.Add(-1) {
						if w.name[0] == 'p' {
							speedDo(b, c, speedRequest(b, "PUT", fmt.Sprintf("%s/media/%08d", base, key.Add(1)), bytes.NewReader(small), 4096))
						} else {
							speedDo(b, c, speedRequest(b, "GET", fmt.Sprintf("%s/media/%08d", base, 1+n%most), nil, 0))
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
		})
	}
	if testing.Short() {
		return
	}
	const gib = 1 << 30
	for _, method := range []string{"PUT", "GET"} {
		b.Run(method+"-1GiB", func(b *testing.B) {
			b.SetBytes(gib)
			for b.Loop() {
				var body io.Reader
				size := int64(0)
				if method == "PUT" {
					body, size = io.LimitReader(zeros{}, gib), gib
				}
				speedDo(b, c, speedRequest(b, method, base+"/media/gib", body, size))
			}
		})
	}
}
