package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"spaces/server/storage"
)

// logBatch says which lines go into one object, and where that goes. An object
// has lines of one Space only (user guide, "Logging requests with server access
// logging").
type logBatch struct {
	source, owner, region string
	target, prefix        string
	acl                   storage.ACL
	partitioned           bool
	day                   string // of the requests, 2006-01-02; "": that of the delivery counts
}

// logBatchOf gives where the line of a request to a Space at a time goes.
func (s *Server) logBatchOf(sp *storage.Space, r *logRule, at time.Time) logBatch {
	b := logBatch{source: sp.Name, owner: sp.Owner, region: s.regionOf(sp), target: r.target, prefix: r.prefix, acl: r.acl, partitioned: r.partitioned}
	if r.byEvent {
		b.day = at.UTC().Format(time.DateOnly)
	}
	return b
}

// key is that of an object that is delivered at a time: TargetPrefix, the time
// and something unique, and, partitioned, the account, region, Space and day
// before them (PartitionedPrefix). Where the day is that of the requests, the
// time of day is 00-00-00.
func (b *logBatch) key(at time.Time) string {
	at = at.UTC()
	if b.day != "" {
		at, _ = time.Parse(time.DateOnly, b.day)
	}
	key := b.prefix
	if b.partitioned {
		key += b.owner + "/" + b.region + "/" + b.source + "/" + at.Format("2006/01/02/")
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
func (d *LogDelivery) write(ctx context.Context, r readyLog) error {
	target, err := d.engine.Space(r.target)
	if err != nil {
		return err
	}
	switch {
	case target.Owner != r.owner:
		return errTargetOwner
	case d.server.regionOf(&target) != r.region:
		return errTargetRegion
	}
	o, err := d.server.sealedLog(&target, storage.StageOptions{Size: int64(len(r.b))})
	if err != nil {
		return err
	}
	body, err := d.engine.Stage(ctx, bytes.NewReader(r.b), o)
	if err != nil {
		return err
	}
	defer body.Discard()
	attrs := storage.Attrs{Headers: map[string]string{"Content-Type": "text/plain"}, ACL: r.acl}
	_, err = d.engine.Put(ctx, r.target, r.key(d.now()), body, attrs, storage.Checksum{}, func(cur *storage.Object) error {
		if cur != nil {
			return errTargetExists
		}
		return nil
	})
	return err
}

// sealedLog encrypts a log where everything in its target is encrypted.
func (s *Server) sealedLog(target *storage.Space, o storage.StageOptions) (storage.StageOptions, error) {
	if !s.masters.always() && !s.encryptionOf(target).byDefault {
		return o, nil
	}
	e, err := s.encryptByServer()
	o.Key, o.Encryption = e.key, e.Encryption
	return o, err
}
