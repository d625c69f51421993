package store

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// ownershipFor is how long it is believed who owns the objects of a Space: somebody may change that.
const ownershipFor = time.Minute

// ownership is what a Space has told of its objects' owners.
type ownership struct {
	enforced bool
	until    time.Time
}

// enforced says whether ACLs mean nothing in a Space, because its owner owns everything in it (S3: Object Ownership,
// "Bucket owner enforced", Amazon's default since April 2023). Where that cannot be told it is taken for no.
func (s *Store) enforced(ctx context.Context, space string) bool {
	if known, ok := s.learned.owners.Load(space); ok && s.c.Now().Before(known.(ownership).until) {
		return known.(ownership).enforced
	}
	enforced, _, _ := s.learned.asking.Do(space, func() (any, error) { return s.askEnforced(ctx, space), nil })
	return enforced.(bool)
}

// askEnforced asks. All that begin a copy at the same moment wait for one of them.
func (s *Store) askEnforced(ctx context.Context, space string) bool {
	out, err := s.api.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &space})
	if ctx.Err() != nil {
		return false
	}
	o := ownership{until: s.c.Now().Add(ownershipFor)}
	if err == nil && out.OwnershipControls != nil {
		for _, rule := range out.OwnershipControls.Rules {
			o.enforced = o.enforced || rule.ObjectOwnership == types.ObjectOwnershipBucketOwnerEnforced
		}
	}
	s.learned.owners.Store(space, o)
	return o.enforced
}
