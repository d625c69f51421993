package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// A condition that an endpoint ignores is none. Who is not known to look at it is asked before, or what came out is
// compared with what was meant: RGW 16 knows the condition on the source of a copy by another name, and there is none on
// what a copy replaces at RGW and versitygw.

// cephCopyIfMatch is what RGW reads where S3 has x-amz-copy-source-if-match (rgw_rest_s3.cc, RGWCopyObj_ObjStore_S3).
const cephCopyIfMatch = "x-amz-copy-if-match"

// GuardsWrites says whether the endpoint is known to refuse a PUT whose If-Match or If-None-Match does not hold. Of the
// others some take the header and do not look at it.
func (s *Store) GuardsWrites() bool {
	switch s.quirks.provider {
	case "AWS", ocean, "Ceph", "Cloudflare":
		return true
	}
	return s.isOurs() || s.learned.guards.Load()
}

// guardsCopies says the same of what a copy, or an upload in parts, would replace.
func (s *Store) guardsCopies() bool { return s.quirks.provider == "AWS" || s.isOurs() }

// mustBeFree fails with Precondition when there is something at a key.
func (s *Store) mustBeFree(ctx context.Context, r Ref) error {
	switch _, err := s.Head(ctx, r); {
	case err == nil:
		return fmt.Errorf("there is something of this name by now: %w", Precondition)
	case !errors.Is(err, NotFound):
		return err
	}
	return nil
}

// mustStillBe fails with Precondition when an object has another ETag than this one.
func (s *Store) mustStillBe(ctx context.Context, r Ref, etag string) error {
	now, err := s.Head(ctx, r)
	if err == nil && now.ETag != etag {
		err = fmt.Errorf("the object has another ETag now: %w", Precondition)
	}
	return err
}

// held makes sure of the condition on the source of a copy that has been made: the copy of the very object has its ETag,
// unless the endpoint counts it anew.
func (c *copying) held(ctx context.Context, made Info) error {
	if c.IfMatch == "" || made.ETag == c.IfMatch || c.s.guardsCopies() {
		return nil
	}
	if c.from == c.to { // its own ETag is gone by the copy
		if isComposite(c.IfMatch) || c.source.Sealed {
			return nil
		}
		return fmt.Errorf("the object had another ETag: %w", Precondition)
	}
	return c.s.mustStillBe(ctx, c.from, c.IfMatch)
}

// asCeph names the condition on the source of a copy once more, for RGW. Nobody else looks at that header.
func (c *copying) asCeph(o *s3.Options) {
	if c.wantsCephs() {
		o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue(cephCopyIfMatch, c.IfMatch))
	}
}

func (c *copying) wantsCephs() bool { return c.IfMatch != "" && !c.s.guardsCopies() }
