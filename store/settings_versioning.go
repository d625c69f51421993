package store

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Versioning is what becomes of an object that is overwritten or deleted.
type Versioning string

// The states of versioning. Once enabled it can only be suspended.
const (
	Unversioned Versioning = ""          // it is gone
	Versioned   Versioning = "Enabled"   // it stays as an older version
	Suspended   Versioning = "Suspended" // older versions stay, new ones are not made
)

// Versioning of a Space.
func (s *Store) Versioning(ctx context.Context, space string) (Versioning, error) {
	out, err := s.api.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &space})
	if err != nil {
		return "", s.wrap("read versioning of", Ref{Space: space}, err)
	}
	return Versioning(out.Status), nil
}

// SetVersioning enables or suspends it.
func (s *Store) SetVersioning(ctx context.Context, space string, v Versioning) error {
	if _, err := s.Versioning(ctx, space); err != nil {
		return err // who does not know it may take the request for another
	}
	_, err := s.api.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: &space,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatus(v)}})
	if err != nil {
		return s.wrap("set versioning of", Ref{Space: space}, err)
	}
	got, err := s.Versioning(ctx, space)
	if err == nil && got != v {
		return notKept("set versioning of", Ref{Space: space}, "versioning")
	}
	return err
}

// ObjectLock is what new versions of a Space are kept for. Enabled without a Mode keeps nothing by itself.
type ObjectLock struct {
	Enabled     bool
	Mode        string // GOVERNANCE, COMPLIANCE; "": no default
	Days, Years int32  // one of them is 0
}

// ObjectLock of a Space.
func (s *Store) ObjectLock(ctx context.Context, space string) (ObjectLock, error) {
	out, err := s.api.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: &space})
	if isUnset(err) {
		return ObjectLock{}, nil
	}
	if err != nil {
		return ObjectLock{}, s.wrap("read the object lock of", Ref{Space: space}, err)
	}
	var l ObjectLock
	if c := out.ObjectLockConfiguration; c != nil {
		l.Enabled = c.ObjectLockEnabled == types.ObjectLockEnabledEnabled
		if c.Rule != nil && c.Rule.DefaultRetention != nil {
			d := c.Rule.DefaultRetention
			l.Mode = string(d.Mode)
			if d.Days != nil {
				l.Days = *d.Days
			}
			if d.Years != nil {
				l.Years = *d.Years
			}
		}
	}
	return l, nil
}
