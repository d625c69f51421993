package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	list := make([]Version, len(keys))
	for i, key := range keys {
		list[i].Key = key
	}
	errs, err := s.DeleteVersions(ctx, space, list)
	if err != nil {
		return nil, err
	}
	failed := map[string]error{}
	for i, err := range errs {
		if err != nil {
			failed[keys[i]] = err
		}
	}
	return failed, nil
}

// DeleteVersions removes up to 1000 versions and markers for good, and of what has no ID the object, as DeleteMany does. It
// gives an error for each that is still there, in their order.
func (s *Store) DeleteVersions(ctx context.Context, space string, versions []Version) (failed []error, err error) {
	if len(versions) > 1000 {
		return nil, &Error{Op: "delete", Ref: Ref{Space: space}, Kind: Other, Err: fmt.Errorf("%d at once, 1000 are the most", len(versions))}
	}
	failed = make([]error, len(versions))
	var batch, single []int
	for i, v := range versions {
		if inXML(v.Key) {
			batch = append(batch, i)
		} else {
			single = append(single, i)
		}
	}
	for len(batch) > 0 {
		mode := deleteMode(s.learned.deletes.Load())
		if mode == deleteSingle {
			single, batch = append(single, batch...), nil
			break
		}
		err := s.deleteBatch(ctx, space, versions, batch, failed, mode)
		if err == nil {
			break
		}
		if !dislikesMode(err) {
			return nil, s.wrap("delete from", Ref{Space: space}, err)
		}
		s.learned.deletes.CompareAndSwap(int32(mode), int32(mode+1))
	}
	each(ctx, batch, func(i int) {
		if failed[i] == nil && versions[i].ID == "" && isFragile(versions[i].Key) {
			failed[i] = s.isGone(ctx, Ref{Space: space, Key: versions[i].Key})
		}
	})
	each(ctx, single, func(i int) { failed[i] = s.deleteOne(finishing(ctx), space, versions[i]) })
	return failed, nil
}

func (s *Store) deleteBatch(ctx context.Context, space string, versions []Version, which []int, failed []error, mode deleteMode) error {
	in := &s3.DeleteObjectsInput{Bucket: &space, Delete: &types.Delete{Quiet: aws.Bool(true)}}
	at := make(map[string]int, len(which))
	for _, i := range which {
		v := &versions[i]
		at[joinVersion(v.Key, v.ID)] = i
		in.Delete.Objects = append(in.Delete.Objects, types.ObjectIdentifier{Key: &v.Key, VersionId: optional(v.ID)})
	}
	out, err := s.api.DeleteObjects(finishing(ctx), in, func(o *s3.Options) {
		if mode == deleteMD5 {
			o.APIOptions = append(o.APIOptions, md5Instead)
		}
	})
	if err != nil {
		return err
	}
	for _, e := range out.Errors {
		key := aws.ToString(e.Key)
		api := &smithy.GenericAPIError{Code: aws.ToString(e.Code), Message: aws.ToString(e.Message)}
		i, ok := at[joinVersion(key, aws.ToString(e.VersionId))]
		if !ok { // not all tell the version
			i = slices.IndexFunc(versions, func(v Version) bool { return v.Key == key })
		}
		if i < 0 { // whatever it is about, something of these is still there
			return fmt.Errorf("the endpoint tells of %q, which was not to be deleted: %s", key, api.ErrorCode())
		}
		failed[i] = s.wrap("delete", Ref{Space: space, Key: key}, api)
	}
	return nil
}

// inXML says whether XML can carry a key.
func inXML(key string) bool { return utf8.ValidString(key) && !strings.ContainsFunc(key, notInXML) }

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
