package store

import (
	"bytes"
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The SDK hands out versions and delete markers apart. Which came first of two of one moment only the order of the document
// tells, and dates are of whole seconds with some endpoints.

// documentOrder says of each version and marker of a listing which it is, in the order of the document. It is for
// s3.Options.
func documentOrder(markers *[]bool) func(*s3.Options) {
	note := middleware.DeserializeMiddlewareFunc("DocumentOrder", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, meta, err := next.HandleDeserialize(ctx, in)
		resp, is := out.RawResponse.(*smithyhttp.Response)
		if err != nil || !is || resp.StatusCode >= 300 {
			return out, meta, err
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		resp.Body = io.NopCloser(bytes.NewReader(text))
		*markers = markersIn(text)
		return out, meta, err
	})
	return func(o *s3.Options) {
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error { return s.Deserialize.Add(note, middleware.After) })
	}
}

// markersIn looks for the elements; no text of a document can have a < in it.
func markersIn(text []byte) (markers []bool) {
	for {
		i := bytes.IndexByte(text, '<')
		if i < 0 {
			return markers
		}
		text = text[i+1:]
		for name, is := range map[string]bool{"Version": false, "DeleteMarker": true} {
			if rest, ok := bytes.CutPrefix(text, []byte(name)); ok && len(rest) > 0 && (rest[0] == '>' || rest[0] == ' ') {
				markers = append(markers, is)
			}
		}
	}
}

// inDocumentOrder puts versions and markers, each in their own order, into that of the document. Where that is not known the
// versions come first.
func inDocumentOrder(versions, markers []Version, order []bool) []Version {
	all := make([]Version, 0, len(versions)+len(markers))
	if len(order) == len(versions)+len(markers) {
		for _, marker := range order {
			from := &versions
			if marker {
				from = &markers
			}
			if len(*from) == 0 {
				break
			}
			all, *from = append(all, (*from)[0]), (*from)[1:]
		}
	}
	return append(append(all, versions...), markers...)
}
