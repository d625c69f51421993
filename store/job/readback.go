package job

import (
	"context"
	"errors"

	"spaces/store"
)

// ErrAccessIgnored is the remark on a job that set permissions on an endpoint that took them and did nothing.
var ErrAccessIgnored = errors.New("this endpoint ignores who may read single files: a bucket policy on the Space can say it for all of them")

// readBack looks once a job what became of the permissions that it sets: some endpoints take them and do nothing
// (x-amz-acl at MinIO, versitygw).
func (j *job) readBack(ctx context.Context, r store.Ref) {
	want := j.plan.spec.Access
	sets := j.work().access || j.work().fromDisk && want == store.PublicRead
	if !sets || !j.looked.CompareAndSwap(false, true) {
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

// remark notes what people have to know of a job although nothing failed.
func (j *job) remark(f Failure) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.remarks = append(j.remarks, f)
}
