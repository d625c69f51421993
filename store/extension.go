package store

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// extension is a request that this program's server has and S3 has not. One about a Space is sent as a DeleteObjects whose
// query and document are others: all else that the SDK does with that one, it needs as well. One about all is a ListBuckets.
type extension struct {
	name   string // of the operation, which is what its answer begins with, and Result
	method string // of one about all Spaces; "": GET
	query  string
	body   []byte
	result any // that the answer is decoded into; nil: there is none

	open func(http.Header, io.ReadCloser) error // takes the answer as it comes, and closes it; nil: it is read here
}

// Extensions that answer with objects.
const (
	getMany    = "GetObjects"
	getArchive = "GetArchive"
)

// mostExtended are the bytes of an answer to an extension.
const mostExtended = 32 << 20

// extend sends an extension. It fails with Unsupported where the answer is of another server.
func (s *Store) extend(ctx context.Context, space string, e extension) error {
	x := "x" // the SDK wants one
	in := &s3.DeleteObjectsInput{Bucket: &space, Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: &x}}}}
	_, err := s.api.DeleteObjects(finishing(ctx), in, func(o *s3.Options) { o.APIOptions = append(o.APIOptions, e.addTo) })
	return err
}

// extendService sends an extension about all Spaces.
func (s *Store) extendService(ctx context.Context, e extension) error {
	_, err := s.api.ListBuckets(ctx, &s3.ListBucketsInput{}, func(o *s3.Options) { o.APIOptions = append(o.APIOptions, e.addTo) })
	return err
}

// addTo puts the extension's document in where the SDK has written its own, and takes its answer before the SDK reads it.
func (e extension) addTo(stack *middleware.Stack) error {
	err := stack.Serialize.Insert(middleware.SerializeMiddlewareFunc("Extension", e.write), "OperationSerializer", middleware.After)
	if err != nil {
		return err
	}
	read := middleware.DeserializeMiddlewareFunc("Extension", e.read)
	if e.open != nil { // before the SDK looks for an error in it, which reads all of it
		return stack.Deserialize.Add(read, middleware.After)
	}
	return stack.Deserialize.Insert(read, "OperationDeserializer", middleware.After)
}

func (e extension) write(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (out middleware.SerializeOutput, md middleware.Metadata, err error) {
	r, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return out, md, fmt.Errorf("%s: a request of %T", e.name, in.Request)
	}
	if r.URL.RawQuery = e.query; !strings.Contains(e.query, "=") {
		r.URL.RawQuery += "="
	}
	if e.method != "" {
		r.Method = e.method
	}
	if r.Method != http.MethodGet {
		if r, err = r.SetStream(bytes.NewReader(e.body)); err != nil {
			return out, md, err
		}
	}
	in.Request = r
	return next.HandleSerialize(middleware.WithOperationName(ctx, e.name), in)
}

// read leaves refusals to the SDK, and an empty result of what succeeded.
func (e extension) read(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, md, err := next.HandleDeserialize(ctx, in)
	resp, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || resp.StatusCode < 200 || resp.StatusCode > 299 {
		return out, md, err
	}
	if e.open != nil {
		body := resp.Body
		resp.Body = io.NopCloser(strings.NewReader("<Result/>"))
		return out, md, e.open(resp.Header, body)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, mostExtended))
	resp.Body.Close()
	if err != nil {
		return out, md, err
	}
	resp.Body = io.NopCloser(strings.NewReader("<Result/>"))
	if e.result == nil {
		return out, md, nil
	}
	return out, md, e.decode(text)
}

func (e extension) decode(text []byte) error {
	if usual, is := e.result.(interface{ scan([]byte) bool }); is && usual.scan(text) {
		return nil
	}
	var root struct{ XMLName xml.Name }
	if err := xml.Unmarshal(text, &root); err != nil || root.XMLName.Local != e.name+"Result" {
		return &stranger{"another server than the one before"}
	}
	return xml.Unmarshal(text, e.result)
}
