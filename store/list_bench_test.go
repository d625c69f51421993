package store_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// BenchmarkListingOf1000Keys is one page of a big folder, from the server in this process.
func BenchmarkListingOf1000Keys(b *testing.B) {
	f := storetest.New(b)
	f.Space(b, "media")
	for i := range 1000 {
		storetest.Put(b, f.Store, "media", fmt.Sprintf("folder/IMG_%06d.jpg", i), "x")
	}
	b.ReportAllocs()
	for b.Loop() {
		page, err := f.Store.List(b.Context(), store.ListRequest{Space: "media", Prefix: "folder/", Delimiter: "/"})
		if err != nil || len(page.Entries) != 1000 {
			b.Fatalf("%d entries: %v", len(page.Entries), err)
		}
	}
}

// BenchmarkAnswerOf1000Keys is what the client alone needs for a page: it is answered without a server.
func BenchmarkAnswerOf1000Keys(b *testing.B) {
	var document strings.Builder
	document.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>media</Name><Prefix></Prefix>` +
		`<NextContinuationToken>token</NextContinuationToken><KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>`)
	for i := range 1000 {
		fmt.Fprintf(&document, "<Contents><Key>folder/IMG_%06d.jpg</Key><LastModified>2026-11-%02dT10:%02d:01.000Z</LastModified><ETag>&quot;%032x&quot;</ETag>"+
			"<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>%d</Size><StorageClass>STANDARD</StorageClass></Contents>", i, 1+i/40, i%60, i*i, i)
	}
	document.WriteString("</ListBucketResult>")
	answer := []byte(document.String())
	s, err := store.Open(b.Context(), store.Config{Endpoint: "http://127.0.0.1:1", AccessKey: "a", SecretKey: "b", Wrap: func(http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			h := http.Header{"Server": {"spaces"}, "X-Amz-Request-Id": {"1"}, "Content-Type": {"application/xml"}}
			return &http.Response{StatusCode: 200, Header: h, Body: io.NopCloser(bytes.NewReader(answer)), Request: r}, nil
		})
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		page, err := s.List(b.Context(), store.ListRequest{Space: "media", Max: 1000})
		if err != nil || len(page.Entries) != 1000 {
			b.Fatalf("%d entries: %v", len(page.Entries), err)
		}
	}
}
