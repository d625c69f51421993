package job

import (
	"context"
	"errors"
	"slices"

	"spaces/store"
)

// ErrAccessIgnored is the remark on a job that set permissions on an endpoint that took them and did nothing.
var ErrAccessIgnored = errors.New("this endpoint ignores who may read single files: a bucket policy on the Space can say it for all of them")

// ErrNothingThere is the remark on a job about a folder in which nothing was found.
var ErrNothingThere = errors.New("nothing was found in this folder")

// ErrNameUntold is why nothing can be done with a folder that is listed with U+FFFD in the place of what the endpoint
// cannot say, and not found by that name.
var ErrNameUntold = errors.New("nothing was found in it, because this endpoint does not say its true name")

// ErrNotKept is the remark on a job that changed metadata, where the endpoint lost something else of an object.
var ErrNotKept = errors.New("this endpoint did not keep all that the file had")

// readBack looks once a job what became of the permissions that it sets: some endpoints take them and do nothing
// (x-amz-acl at MinIO, versitygw).
func (j *job) readBack(ctx context.Context, r store.Ref, want store.Access) {
	if j.work().access || j.work().fromDisk && want == store.PublicRead {
		j.readBackAs(ctx, r, want)
	}
}

// readBackAs is readBack of certain permissions.
func (j *job) readBackAs(ctx context.Context, r store.Ref, want store.Access) {
	if !j.looked.CompareAndSwap(false, true) {
		return
	}
	var got store.Access
	err := j.try(ctx, func(ctx context.Context) (err error) {
		got, err = j.plan.to.Access(ctx, r)
		return err
	})
	if err == nil && got != want || errors.Is(err, store.Unsupported) {
		j.remark(Failure{Name: r.Key, Err: ErrAccessIgnored})
	}
}

// remark notes what people have to know of a job although nothing failed, once however often it is tried again.
func (j *job) remark(f Failure) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.remarks) < keptFailures && !slices.Contains(j.remarks, f) {
		j.remarks = append(j.remarks, f)
	}
}
