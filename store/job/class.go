package job

import (
	"context"
	"errors"

	"spaces/store"
)

// standard is the class that everybody has, and by which none is meant.
const standard = "STANDARD"

// inClass writes in a class of storage, and in the endpoint's own where that has no such one, which is remarked on.
func (j *job) inClass(key, class string, write func(class string) error) error {
	if class == "" || class == standard || j.keeps.noClass.Load() {
		return write("")
	}
	err := write(class)
	if !refusesClass(err) {
		return err
	}
	if err := write(""); err != nil {
		return err
	}
	j.keeps.noClass.Store(true)
	j.remarkOnce(Failure{Name: key, Err: ErrClassLost})
	return nil
}

// refusesClass says whether an endpoint may have refused a class: not all have S3's word for it.
func refusesClass(err error) bool {
	var e *store.Error
	return errors.As(err, &e) && (e.Kind == store.Unsupported || e.Code == "InvalidArgument" || e.Code == "InvalidRequest")
}

// lookAtClass looks once a job what became of a class.
func (j *job) lookAtClass(ctx context.Context, to store.Ref, class string) {
	if class == "" || class == standard || j.keeps.noClass.Load() || !j.keeps.classSeen.CompareAndSwap(false, true) {
		return
	}
	err := j.try(ctx, func(ctx context.Context) error {
		info, err := j.plan.to.Head(ctx, to)
		if err == nil && info.Class != class {
			j.remarkOnce(Failure{Name: to.Key, Err: ErrClassLost})
		}
		return err
	})
	_ = err // who cannot look does not know
}
