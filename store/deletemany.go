package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// deleteMode is how an endpoint likes many keys to be deleted.
type deleteMode int32

const (
	deleteChecksum deleteMode = iota // DeleteObjects with the checksum of today's SDK
	deleteMD5                        // DeleteObjects with Content-MD5, as S3 wanted it for years
	deleteSingle                     // one by one
)

// DeleteMany removes up to 1000 keys (S3: DeleteObjects) and returns an error for each that is still there. The error it
// returns itself means that nothing is known of any. Which way the endpoint likes is found out once. When ctx ends,
// a request under way is still waited for, 30 seconds at most, so that it is known what it did; nothing more is begun.
func (s *Store) DeleteMany(ctx context.Context, space string, keys []string) (map[string]error, error) {
	if len(keys) > 1000 {
		return nil, &Error{Op: "delete", Ref: Ref{Space: space}, Kind: Other, Err: fmt.Errorf("%d keys at once, 1000 are the most", len(keys))}
	}
	batch := make([]string, 0, len(keys))
	var single []string
	for _, key := range keys {
		if inXML(key) {
			batch = append(batch, key)
		} else {
			single = append(single, key)
		}
	}
	failed := map[string]error{}
	if err := s.deleteBatch(ctx, space, batch, failed); err != nil {
		return nil, s.wrap("delete from", Ref{Space: space}, err)
	}
	s.checkGone(ctx, space, batch, failed)
	s.deleteEach(ctx, space, single, failed)
	return failed, nil
}

// inXML says whether XML 1.0 can carry a key (Char production, section 2.2).
func inXML(key string) bool {
	return utf8.ValidString(key) && !strings.ContainsFunc(key, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
	})
}

func (s *Store) deleteBatch(ctx context.Context, space string, keys []string, failed map[string]error) error {
	if len(keys) == 0 {
		return nil
	}
	for {
		mode := deleteMode(s.learned.deletes.Load())
		if mode == deleteSingle {
			s.deleteEach(ctx, space, keys, failed)
			return nil
		}
		out, err := s.deleteObjects(finishing(ctx), space, keys, mode)
		if err != nil && dislikesMode(err) {
			s.learned.deletes.CompareAndSwap(int32(mode), int32(mode+1))
			continue
		}
		if err != nil {
			return err
		}
		for _, e := range out.Errors {
			key := aws.ToString(e.Key)
			failed[key] = s.wrap("delete", Ref{Space: space, Key: key},
				&smithy.GenericAPIError{Code: aws.ToString(e.Code), Message: aws.ToString(e.Message)})
		}
		return nil
	}
}

func (s *Store) deleteObjects(ctx context.Context, space string, keys []string, mode deleteMode) (*s3.DeleteObjectsOutput, error) {
	in := &s3.DeleteObjectsInput{Bucket: &space, Delete: &types.Delete{Quiet: aws.Bool(true), Objects: make([]types.ObjectIdentifier, len(keys))}}
	for i := range keys {
		in.Delete.Objects[i].Key = &keys[i]
	}
	return s.api.DeleteObjects(ctx, in, func(o *s3.Options) {
		if mode == deleteMD5 {
			o.APIOptions = append(o.APIOptions, md5Instead)
		}
	})
}

// md5Instead sends Content-MD5 in the place of the SDK's checksum.
func md5Instead(stack *middleware.Stack) error {
	for _, id := range []string{"AWSChecksum:SetupInputContext", "AWSChecksum:ComputeInputPayloadChecksum"} {
		_, _ = stack.Initialize.Remove(id)
		_, _ = stack.Build.Remove(id)
		_, _ = stack.Finalize.Remove(id)
	}
	return smithyhttp.AddContentChecksumMiddleware(stack)
}

// dislikesMode says whether an endpoint refused how the request was made, not what it asks for.
func dislikesMode(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode() {
	case "InvalidRequest", "InvalidDigest", "BadDigest", "MissingContentMD5", "InvalidArgument", "NotImplemented",
		"MethodNotAllowed", "XAmzContentSHA256Mismatch", "MissingDigest", "UnsupportedArgument":
		return true
	}
	return false
}
