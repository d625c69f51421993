package store

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Owed is what an object has that a change of its metadata takes from it for a moment, where the endpoint forgets it: as
// plain data, to be noted before. When nobody gives it back, GiveBack does.
type Owed struct {
	ETag   string            // of the object, which keeps it
	Tags   map[string]string `json:",omitempty"`
	Grants json.RawMessage   `json:",omitempty"` // beside those that the copy is told
}

// Owed is what Amend may lose of it until PutRight is done. ok is false where nothing can be lost.
func (s *Store) Owed(k *Kept) (o Owed, ok bool) {
	if s.isOurs() || s.quirks.provider == "AWS" {
		return Owed{}, false
	}
	o = Owed{ETag: k.ETag, Tags: k.Tags}
	if k.acl != nil && k.Access == Custom {
		o.Grants, _ = json.Marshal(k.acl) // plain data
	}
	return o, len(o.Tags) > 0 || len(o.Grants) > 0
}

// GiveBack gives an object back what it has lost, if it is that object still and has got nothing else since.
func (s *Store) GiveBack(ctx context.Context, r Ref, o Owed) error {
	switch now, err := s.Head(ctx, r); {
	case KindOf(err) == NotFound:
		return nil
	case err != nil:
		return err
	case now.ETag != o.ETag:
		return nil
	}
	if len(o.Tags) > 0 {
		now, err := s.Tags(ctx, r)
		if err == nil && len(now) == 0 {
			err = s.SetTags(ctx, r, o.Tags)
		}
		if err != nil {
			return err
		}
	}
	var grants *types.AccessControlPolicy
	if len(o.Grants) == 0 || json.Unmarshal(o.Grants, &grants) != nil || grants == nil {
		return nil
	}
	now, err := s.Access(ctx, r)
	if err == nil && now == Private {
		_, err = s.api.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: &r.Space, Key: &r.Key, AccessControlPolicy: grants})
	}
	return s.wrap("give back permissions of", r, err)
}
