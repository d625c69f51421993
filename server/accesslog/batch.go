package accesslog

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"spaces/server/storage"
)

// Batch says which records go into one object, and where that goes. An object
// has records of one Space only (user guide, "Logging requests with server access
// logging").
type Batch struct {
	Source, Owner, Region string
	Target, Prefix        string
	ACL                   storage.ACL
	Partitioned           bool // account, region, Space and day are part of the key
	ByEvent               bool // partitioned: the day is that of the requests, not of the delivery

	day string // of the requests, 2006-01-02, where it counts
}

// Key is that of an object that is delivered at a time: TargetPrefix, the time
// and something unique, and, partitioned, the account, region, Space and day
// before them (PartitionedPrefix). Where the day is that of the requests, the
// time of day is 00-00-00.
func (b *Batch) Key(at time.Time) string {
	at = at.UTC()
	if b.day != "" {
		at, _ = time.Parse(time.DateOnly, b.day)
	}
	key := b.Prefix
	if b.Partitioned {
		key += b.Owner + "/" + b.Region + "/" + b.Source + "/" + at.Format("2006/01/02/")
	}
	var unique [8]byte
	rand.Read(unique[:])
	return key + at.Format("2006-01-02-15-04-05-") + fmt.Sprintf("%X", unique)
}

// Errors of a target.
var (
	errTargetOwner  = errors.New("the target belongs to somebody else")
	errTargetRegion = errors.New("the target is in another region")
	errTargetExists = errors.New("the name of the object is taken")
)

// write makes the object of lines.
func (d *Delivery) write(ctx context.Context, r ready) error {
	target, err := d.engine.Space(r.Target)
	if err != nil {
		return err
	}
	switch {
	case target.Owner != r.Owner:
		return errTargetOwner
	case d.region(&target) != r.Region:
		return errTargetRegion
	}
	o, err := d.seal(&target, storage.StageOptions{Size: int64(len(r.b))})
	if err != nil {
		return err
	}
	body, err := d.engine.Stage(ctx, bytes.NewReader(r.b), o)
	if err != nil {
		return err
	}
	defer body.Discard()
	attrs := storage.Attrs{Headers: map[string]string{"Content-Type": "text/plain"}, ACL: r.ACL}
	_, err = d.engine.Put(ctx, r.Target, r.Key(d.o.Now()), body, attrs, storage.Checksum{}, func(cur *storage.Object) error {
		if cur != nil {
			return errTargetExists
		}
		return nil
	})
	return err
}
