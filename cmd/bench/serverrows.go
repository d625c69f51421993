package main

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

const (
	small = 4 << 10
	part  = 16 << 20
	read  = 1000 // objects of 4 KiB that are read and copied
)

// work is what a server is asked for: before is not measured, and do tells how many units were done.
type work struct {
	name, unit string
	before     func(context.Context, *server) error
	do         func(context.Context, *server) (units float64, err error)
}

// serverWork is the work that all servers have in common, of a size.
func serverWork(z size) []work {
	many := func(n int, do func(s *server, c *conn, i int) (float64, error)) func(context.Context, *server) (float64, error) {
		return func(ctx context.Context, s *server) (float64, error) {
			return s.spread(ctx, n, z.sample, func(c *conn, i int) (float64, error) { return do(s, c, i) })
		}
	}
	putSmall := func(s *server, c *conn, i int) (float64, error) {
		return 1, put(c, space, fmt.Sprintf("put/%08d", s.next.Add(1)), i, small)
	}
	copySmall := func(s *server, c *conn, i int) (string, error) {
		to := fmt.Sprintf("copy/%08d", s.next.Add(1))
		_, err := c.do(call{method: "PUT", space: space, key: to, from: "/" + space + "/read/" + numbered(i%read)})
		return to, err
	}
	large := mib(z.large)
	return []work{
		{"PUT 4 KiB ×16", "/s", nil, many(16, putSmall)},
		{"PUT 4 KiB ×1", "/s", nil, many(1, putSmall)},
		{"GET 4 KiB ×16", "/s", readable, many(16, func(_ *server, c *conn, i int) (float64, error) {
			k := i * 7919 % read
			return 1, get(c, "read/"+numbered(k), k, 0, small, "")
		})},
		{"HEAD ×16", "/s", readable, many(16, func(_ *server, c *conn, i int) (float64, error) {
			_, err := c.do(call{method: "HEAD", space: space, key: "read/" + numbered(i*7919%read)})
			return 1, err
		})},
		{"PUT 1 MiB ×16", "/s", nil, many(16, func(_ *server, c *conn, i int) (float64, error) {
			return 1, put(c, space, "mib/"+numbered(i%256), i, 1<<20)
		})},
		{"PUT " + large, "MB/s", nil, many(1, func(_ *server, c *conn, _ int) (float64, error) {
			return float64(z.large) / 1e6, put(c, space, "large", 0, z.large)
		})},
		{"multipart " + large + ", 16 MiB ×4", "MB/s", nil, func(ctx context.Context, s *server) (float64, error) { return multipart(ctx, s, z.large) }},
		{"GET " + large, "MB/s", z.hasLarge, many(1, func(_ *server, c *conn, _ int) (float64, error) {
			return float64(z.large) / 1e6, get(c, "large", 0, 0, z.large, "")
		})},
		{"ranges of 8 MiB ×8", "MB/s", z.hasLarge, many(8, func(_ *server, c *conn, i int) (float64, error) {
			const n = 8 << 20
			at := int64(i) * n % z.large
			return n / 1e6, get(c, "large", 0, at, n, fmt.Sprintf("bytes=%d-%d", at, at+n-1))
		})},
		{"list, flat", "keys/s", z.tree, many(1, func(_ *server, c *conn, _ int) (float64, error) {
			return float64(z.keys), list(c, space, "tree/", "", z.keys)
		})},
		{"1,000 folders by delimiter", "/s", z.tree, many(1, func(_ *server, c *conn, _ int) (float64, error) { return 1, list(c, space, "tree/", "/", 1000) })},
		{"DeleteObjects of 1,000", "keys/s", func(ctx context.Context, s *server) error {
			delete(s.filled, space+"/gone/")
			return s.fill(ctx, space, "gone/", z.deleted, 64, numbered)
		}, func(ctx context.Context, s *server) (float64, error) {
			return s.times(ctx, 1, z.deleted/1000, func(c *conn, i int) (float64, error) { return 1000, deleteThousand(c, "gone/", i*1000) })
		}},
		{"copy " + large, "/s", z.hasLarge, many(1, func(_ *server, c *conn, i int) (float64, error) {
			_, err := c.do(call{method: "PUT", space: space, key: fmt.Sprint("copy/large", i%2), from: "/" + space + "/large"})
			return 1, err
		})},
		{"copy 4 KiB ×16", "/s", readable, many(16, func(s *server, c *conn, i int) (float64, error) {
			_, err := copySmall(s, c, i)
			return 1, err
		})},
		{"rename ×16: copy, delete", "/s", readable, many(16, func(s *server, c *conn, i int) (float64, error) {
			to, err := copySmall(s, c, i)
			if err == nil {
				_, err = c.do(call{method: "DELETE", space: space, key: to})
			}
			return 1, err
		})},
	}
}

func readable(ctx context.Context, s *server) error {
	return s.fill(ctx, space, "read/", read, small, numbered)
}

func (z size) hasLarge(ctx context.Context, s *server) error {
	return s.fill(ctx, space, "large", 1, z.large, func(int) string { return "" })
}

// tree is 1,000 folders of small objects.
func (z size) tree(ctx context.Context, s *server) error {
	return s.fill(ctx, space, "tree/", z.keys, 64, func(i int) string { return fmt.Sprintf("d%04d/f%06d", i%1000, i/1000) })
}

func deleteThousand(c *conn, prefix string, from int) error {
	var doc bytes.Buffer
	doc.WriteString(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>`)
	for i := range 1000 {
		fmt.Fprintf(&doc, "<Object><Key>%s%s</Key></Object>", prefix, numbered(from+i))
	}
	doc.WriteString("</Delete>")
	_, err := c.do(call{method: "POST", space: space, query: "delete=", sum: true, body: doc.Bytes()})
	return err
}

// multipart uploads in four parts at a time, and looks at what came of it.
func multipart(ctx context.Context, s *server, size int64) (float64, error) {
	const key = "multipart"
	id, tags := "", make([]string, (size+part-1)/part)
	err := s.once(ctx, func(c *conn) error {
		a, err := c.do(call{method: "POST", space: space, key: key, query: "uploads="})
		id = escaped(element(a.body, "UploadId"))
		return err
	})
	if err != nil {
		return 0, err
	}
	if _, err := s.times(ctx, 4, len(tags), func(c *conn, i int) (float64, error) {
		n := min(part, size-int64(i)*part)
		a, err := c.do(call{method: "PUT", space: space, key: key, query: fmt.Sprintf("partNumber=%d&uploadId=%s", i+1, id), body: content(0, n), size: n})
		if err == nil {
			tags[i] = a.header.Get("ETag")
		}
		return 1, err
	}); err != nil {
		return 0, err
	}
	doc := "<CompleteMultipartUpload>"
	for i, tag := range tags {
		doc += fmt.Sprintf("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", i+1, tag)
	}
	return float64(size) / 1e6, s.once(ctx, func(c *conn) error {
		if _, err := c.do(call{method: "POST", space: space, key: key, query: "uploadId=" + id, body: []byte(doc + "</CompleteMultipartUpload>")}); err != nil {
			return err
		}
		a, err := c.do(call{method: "HEAD", space: space, key: key})
		if err == nil && a.size != size {
			err = fmt.Errorf("the upload in parts became %d bytes, where %d were sent", a.size, size)
		}
		return err
	})
}

// ready prepares work on a server.
func (w work) ready(ctx context.Context, s *server) (func() (sample, error), error) {
	if w.before != nil {
		if err := w.before(ctx, s); err != nil {
			return nil, err
		}
	}
	return func() (sample, error) {
		began, used := time.Now(), processor(s.pid)
		units, err := w.do(ctx, s)
		took := time.Since(began)
		if err != nil {
			return sample{}, err
		}
		return sample{figure: units / took.Seconds(), cost: (processor(s.pid) - used).Seconds() / units, took: took}, nil
	}, nil
}
