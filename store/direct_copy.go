package store

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithytime "github.com/aws/smithy-go/time"
)

// copyDirectly is CopyObject of something with all it has. With done false the SDK is to do it: see sendDirectly.
func (c *copying) copyDirectly(ctx context.Context, in *s3.CopyObjectInput) (_ context.Context, f *first, made types.CopyObjectResult, done bool) {
	if c.kept != nil || c.Props != nil {
		return ctx, nil, made, false
	}
	h := http.Header{}
	set(h, "X-Amz-Copy-Source", in.CopySource)
	set(h, "X-Amz-Copy-Source-If-Match", in.CopySourceIfMatch)
	set(h, "If-None-Match", in.IfNoneMatch)
	set(h, "X-Amz-Acl", optional(string(in.ACL)))
	set(h, "X-Amz-Storage-Class", optional(string(in.StorageClass)))
	if c.wantsCephs() {
		h[http.CanonicalHeaderKey(cephCopyIfMatch)] = []string{c.IfMatch}
	}
	p := plainRequest{op: "CopyObject", method: http.MethodPut, query: "x-id=CopyObject", ref: c.to, header: h, hash: emptyHash}
	ctx, f, done = c.s.sendDirectly(ctx, p, func(resp *http.Response) bool {
		var answer struct {
			XMLName      xml.Name
			ETag         *string
			LastModified *string
		}
		if !readDocument(resp, &answer) || answer.XMLName.Local != "CopyObjectResult" {
			return false // an error, after all
		}
		made.ETag = answer.ETag
		if answer.LastModified == nil {
			return true
		}
		at, err := smithytime.ParseDateTime(*answer.LastModified)
		made.LastModified = &at
		return err == nil
	})
	return ctx, f, made, done
}

// ownedDirectly reads permissions that give nobody but the owner anything. With done false the SDK is to read them.
func (s *Store) ownedDirectly(ctx context.Context, r Ref) (_ context.Context, f *first, acl types.AccessControlPolicy, done bool) {
	p := plainRequest{op: "GetObjectAcl", method: http.MethodGet, query: "acl=", ref: r, header: http.Header{}, hash: emptyHash}
	ctx, f, done = s.sendDirectly(ctx, p, func(resp *http.Response) bool {
		var answer struct {
			XMLName xml.Name
			Owner   string `xml:"Owner>ID"`
			Grants  []struct {
				ID         *string `xml:"Grantee>ID"`
				URI        *string `xml:"Grantee>URI"`
				Permission types.Permission
			} `xml:"AccessControlList>Grant"`
		}
		if !readDocument(resp, &answer) || answer.XMLName.Local != "AccessControlPolicy" || answer.Owner == "" {
			return false
		}
		acl.Owner = &types.Owner{ID: &answer.Owner}
		for _, g := range answer.Grants {
			if g.ID == nil || *g.ID != answer.Owner || g.URI != nil {
				return false
			}
			acl.Grants = append(acl.Grants, types.Grant{Grantee: &types.Grantee{ID: g.ID, Type: types.TypeCanonicalUser}, Permission: g.Permission})
		}
		return true
	})
	return ctx, f, acl, done
}

// readDocument reads the answer of an operation. It stays to be read: all of it, and what ended it.
func readDocument(resp *http.Response, into any) bool {
	all, err := io.ReadAll(resp.Body)
	rest := &rest{io.MultiReader(bytes.NewReader(all), failing{err}), resp.Body}
	resp.Body = rest
	if err != nil || xml.Unmarshal(all, into) != nil {
		return false
	}
	return rest.Close() == nil
}

// failing is the end of a body.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}
