package store

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The settings of a Space are documents of their own. Where there is none, that is a value and no error; an endpoint that
// has no such setting answers with an error of kind Unsupported. Who sets one gives what was read back: when somebody
// else changed it in between nothing is written, and the error is of kind Precondition. What was written is read again,
// because endpoints take what they do not keep.

// document is one kind of settings: how it is asked for, and what it is called.
type document struct {
	root, label string
	get         func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error
	put         func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error // body: see writing
	remove      func(ctx context.Context, a *s3.Client, space string) error                         // nil: an empty document does it
}

// unset are the codes that say that there is no such document (S3 API reference, the operations' own errors).
var unset = map[string]bool{
	"NoSuchCORSConfiguration": true, "NoSuchLifecycleConfiguration": true, "NoSuchBucketPolicy": true,
	"ServerSideEncryptionConfigurationNotFoundError": true, "ObjectLockConfigurationNotFoundError": true,
	"NoSuchPublicAccessBlockConfiguration": true, "OwnershipControlsNotFoundError": true, "NoSuchTagSet": true,
	"NoSuchWebsiteConfiguration": true,
}

func isUnset(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && unset[api.ErrorCode()]
}

// readDocument is nil where there is none.
func (s *Store) readDocument(ctx context.Context, space string, d document) (*element, error) {
	var raw []byte
	err := d.get(ctx, s.api, space, reading(&raw))
	switch {
	case isUnset(err):
		return nil, nil
	case err != nil:
		return nil, s.wrap("read "+d.label+" of", Ref{Space: space}, err)
	}
	e, err := parseTree(raw)
	if err != nil {
		return nil, s.wrap("read "+d.label+" of", Ref{Space: space}, err)
	}
	return e, nil
}

// replaceDocument puts now in the place of was; nil takes it away. kept says whether what the endpoint has then is what was
// meant.
func (s *Store) replaceDocument(ctx context.Context, space string, d document, was, now *element, kept func(got *element) bool) error {
	r := Ref{Space: space}
	current, err := s.readDocument(ctx, space, d)
	if err != nil {
		return err
	}
	if !sameTree(current, was) {
		return changedMeanwhile("set "+d.label+" of", r, d.label)
	}
	if now == nil && d.remove != nil {
		err = d.remove(ctx, s.api, space)
	} else {
		if now == nil {
			now = branch(d.root)
		}
		err = d.put(ctx, s.api, space, writing(now.document()))
	}
	if err != nil {
		return s.wrap("set "+d.label+" of", r, err)
	}
	got, err := s.readDocument(ctx, space, d)
	if err != nil {
		return err
	}
	if !kept(got) {
		return notKept("set "+d.label+" of", r, d.label)
	}
	return nil
}

// sameTree compares documents; an empty one is none.
func sameTree(a, b *element) bool {
	none := func(e *element) bool { return e == nil || len(e.kids) == 0 }
	if none(a) || none(b) {
		return none(a) && none(b)
	}
	return bytes.Equal(a.document(), b.document())
}

func changedMeanwhile(op string, r Ref, label string) error {
	return &Error{Op: op, Ref: r, Kind: Precondition, Err: &cause{text: "the " + label + " were changed by somebody else meanwhile", err: Precondition,
		advice: "Look at them again and repeat the change."}}
}

// notKept is of an endpoint that took a setting without an error and does not have it.
func notKept(op string, r Ref, label string) error {
	return &Error{Op: op, Ref: r, Kind: Unsupported, Err: &cause{text: "the endpoint took the " + label + " without an error, but has not kept them as they were sent",
		err: Unsupported, advice: "Look at what it has now: this endpoint may not know all of it."}}
}

// reading keeps the body of the answer as it came.
func reading(raw *[]byte) func(*s3.Options) {
	take := func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (out middleware.DeserializeOutput, m middleware.Metadata, err error) {
		out, m, err = next.HandleDeserialize(ctx, in)
		resp, ok := out.RawResponse.(*smithyhttp.Response)
		if err != nil || !ok || resp.StatusCode > 299 {
			return out, m, err
		}
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxDocument))
		resp.Body.Close()
		*raw = body
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return out, m, err
	}
	return func(o *s3.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("KeepDocument", take), middleware.After)
		})
	}
}

// writing sends a document in the place of the SDK's, with the MD5 that Ceph's kind asks for (RGWPutLC: "Content-MD5").
func writing(raw []byte) func(*s3.Options) {
	send := func(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
		if r, ok := in.Request.(*smithyhttp.Request); ok {
			sent, err := r.SetStream(bytes.NewReader(raw))
			if err != nil {
				return middleware.SerializeOutput{}, middleware.Metadata{}, err
			}
			in.Request = sent
		}
		return next.HandleSerialize(ctx, in)
	}
	return func(o *s3.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Serialize.Add(middleware.SerializeMiddlewareFunc("SendDocument", send), middleware.After)
		}, md5Instead)
	}
}
