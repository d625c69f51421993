package store

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
)

// Between here and an endpoint there are login pages of networks, proxies and whoever has its port now. What they answer
// 200 to must never count as done: nothing is taken for an answer of S3 that S3 would not give.

// stranger is an answer that the endpoint did not give. It is Unreachable: whatever answered, the endpoint did not.
type stranger struct{ why string }

func (e *stranger) Error() string {
	return "something else than the endpoint answered (" + e.why + "): a login page of the network, or a proxy?"
}

func (e *stranger) Unwrap() error { return Unreachable }

// roots are the documents that operations answer with (S3 API reference, "Response Syntax").
var roots = map[string]string{
	"ListBuckets":             "ListAllMyBucketsResult",
	"RenameObjects":           "RenameObjectsResult",
	"ChangeObjects":           "ChangeObjectsResult",
	"DestroyBucket":           "DestroyBucketResult",
	"ListDestroyedBuckets":    "ListDestroyedBucketsResult",
	"UndestroyBucket":         "UndestroyBucketResult",
	"ListObjects":             "ListBucketResult",
	"ListObjectsV2":           "ListBucketResult",
	"ListMultipartUploads":    "ListMultipartUploadsResult",
	"ListParts":               "ListPartsResult",
	"CreateMultipartUpload":   "InitiateMultipartUploadResult",
	"CompleteMultipartUpload": "CompleteMultipartUploadResult",
	"CopyObject":              "CopyObjectResult",
	"UploadPartCopy":          "CopyPartResult",
	"DeleteObjects":           "DeleteResult",
	"GetBucketAcl":            "AccessControlPolicy",
	"GetObjectAcl":            "AccessControlPolicy",
	"GetObjectTagging":        "Tagging",
	"ListObjectVersions":      "ListVersionsResult",
	"GetBucketVersioning":     "VersioningConfiguration",

	"GetBucketCors":                   "CORSConfiguration",
	"GetBucketLifecycleConfiguration": "LifecycleConfiguration",
	"GetBucketEncryption":             "ServerSideEncryptionConfiguration",
	"GetBucketLogging":                "BucketLoggingStatus",
	"GetBucketWebsite":                "WebsiteConfiguration",
	"GetObjectLockConfiguration":      "ObjectLockConfiguration",
}

// tagged are the operations whose answers have an ETag, always.
var tagged = map[string]bool{"GetObject": true, "HeadObject": true, "PutObject": true, "UploadPart": true}

// readWholeKey marks a request whose sender reads all of the document that a success is, and takes no other for one.
type readWholeKey struct{}

// genuine lets no successful answer pass that is not one of S3 to the operation.
func genuine(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := do(r)
		if err != nil || resp.StatusCode/100 == 2 && r.Context().Value(readWholeKey{}) != nil {
			return resp, err
		}
		if err := recognize(middleware.GetOperationName(r.Context()), resp); err != nil {
			resp.Body.Close()
			return nil, err
		}
		return resp, nil
	}
}

// recognize looks at an answer, and at the beginning of its body where that is a document.
func recognize(operation string, resp *http.Response) error {
	root, isDocument := roots[operation]
	page := strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html")
	switch {
	case isElsewhere(resp):
		return &stranger{fmt.Sprintf("it sends to another address, status %d", resp.StatusCode)}
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return nil // the SDK reads errors
	case tagged[operation] && bareETag(aws.String(resp.Header.Get("ETag"))) == "":
		return &stranger{"an answer without ETag"}
	case operation == "GetObjectTagging" && resp.ContentLength == 0 && resp.Header.Get("x-amz-request-id") != "":
		return nil // Ceph says nothing at all of an object whose tags a copy or an upload in parts has dropped
	case isDocument:
		return beginsWith(resp, root)
	case page && !tagged[operation]:
		return &stranger{"a web page"}
	}
	return nil
}

// isElsewhere says whether an answer is a redirection that S3 did not send: S3's name the request or the region.
func isElsewhere(resp *http.Response) bool {
	return resp.StatusCode/100 == 3 && resp.StatusCode != http.StatusNotModified &&
		resp.Header.Get("x-amz-request-id") == "" && resp.Header.Get("x-amz-bucket-region") == "" &&
		strings.HasPrefix(resp.Header.Get("Content-Type"), "text/")
}

// beginsWith checks the first element of a body, which stays to be read. S3 answers errors of long operations with 200,
// too, and sends white space before both to keep the connection open.
func beginsWith(resp *http.Response, root string) error {
	var read bytes.Buffer
	d := xml.NewDecoder(io.TeeReader(resp.Body, &read))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		token, err := d.Token()
		var syntax *xml.SyntaxError
		switch {
		case errors.As(err, &syntax), err == io.EOF:
			return &stranger{"no " + root}
		case err != nil:
			return err // the connection broke
		}
		if first, ok := token.(xml.StartElement); ok {
			switch name := first.Name.Local; {
			case name == "ListBucketResult" && name != root:
				// Who does not know a subresource may do the plain operation.
				return &cause{text: "it has no such setting and answers with a listing", err: Unsupported}
			case name != root && name != "Error":
				return &stranger{"no " + root}
			}
			break
		}
		if text, ok := token.(xml.CharData); ok && len(bytes.TrimSpace(text)) > 0 && !bytes.Equal(text, []byte("\ufeff")) {
			return &stranger{"no " + root}
		}
	}
	resp.Body = &rest{io.MultiReader(&read, resp.Body), resp.Body}
	return nil
}

// rest is a body of which the beginning was read.
type rest struct {
	io.Reader
	io.Closer
}
