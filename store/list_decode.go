package store

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// mostScanned is how long an answer is held in memory for scanList. 1,000 keys of 1,024 bytes, each of them escaped or
// encoded, are less.
var mostScanned int64 = 16 << 20

// headLong is how much of an answer is read before the rest, in bytes: what comes before the first key is less, mostly.
const headLong = 8 << 10

// withListDecoder has scanList read listings before the SDK does. A listing of a million keys is a thousand answers, and
// the SDK needs 20 ms for each.
func withListDecoder(stack *middleware.Stack) error {
	if id := stack.ID(); id != "ListObjectsV2" && id != "ListObjects" {
		return nil
	}
	const name = "OperationDeserializer" // of the SDK's generated code
	sdk, ok := stack.Deserialize.Get(name)
	if !ok {
		return nil
	}
	_, err := stack.Deserialize.Swap(name, &listDecoder{sdk: sdk, v1: stack.ID() == "ListObjects"})
	return err
}

// listDecoder stands in the place of the SDK's decoder and leaves to it what is unusual.
type listDecoder struct {
	sdk middleware.DeserializeMiddleware
	v1  bool
}

// ID implements middleware.DeserializeMiddleware.
func (d *listDecoder) ID() string { return d.sdk.ID() }

// HandleDeserialize implements middleware.DeserializeMiddleware.
func (d *listDecoder) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	again := middleware.DeserializeHandlerFunc(func(context.Context, middleware.DeserializeInput) (middleware.DeserializeOutput,
		middleware.Metadata, error) {
		return out, metadata, err
	})
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if !ok || err != nil || response.StatusCode < 200 || response.StatusCode > 299 {
		return d.sdk.HandleDeserialize(ctx, in, again)
	}
	read := answers.Get().(*bytes.Buffer)
	defer answers.Put(read)
	read.Reset()
	body := io.LimitReader(response.Body, mostScanned)
	if tell := foretellerOf(ctx); tell != nil && !d.v1 {
		_, _ = io.CopyN(read, body, headLong) // what is wrong with it is met again below
		if token, ok := foretold(read.Bytes()); ok {
			tell(token)
		}
	}
	_, broken := read.ReadFrom(body)
	if broken == nil && int64(read.Len()) < mostScanned {
		if a, ok := scanList(read.Bytes()); ok {
			metadata.Set(scannedKey{}, a)
			out.Result = &s3.ListObjectsV2Output{}
			if d.v1 {
				out.Result = &s3.ListObjectsOutput{}
			}
			return out, metadata, response.Body.Close()
		}
	}
	var left io.Reader = response.Body
	if broken != nil {
		left = failed{broken}
	}
	response.Body = &rest{io.MultiReader(bytes.NewReader(read.Bytes()), left), response.Body}
	return d.sdk.HandleDeserialize(ctx, in, again)
}

// answers are buffers for them: each would be hundreds of kilobytes of garbage otherwise.
var answers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// failed is what a body goes on with after reading it failed.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// scannedKey is where the metadata of an answer has what scanList has read: what the SDK would make of it, with each value
// behind a pointer of its own, is six times as large and is taken apart at once.
type scannedKey struct{}

func scannedIn(metadata middleware.Metadata) (a *listAnswer, is bool) {
	a, is = metadata.Get(scannedKey{}).(*listAnswer)
	return a, is
}
