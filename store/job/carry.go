package job

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"spaces/store"
)

// carriage is one object, or version, on its way to another place with all it has.
type carriage struct {
	from, to store.Ref
	version  string // of from; "": the current one
	size     int64
	etag     string
	guard    bool // there must be nothing at to

	// landed says, of a write whose answer was lost, whether it was done all the same. nil: to write twice does no harm.
	landed func(ctx context.Context) (bool, error)
}

func (c *carriage) isStill(info store.Info) error { return isStill(info, c.size, c.etag) }

// wholeMost is the most that goes in one request. What went to the source in one has to: uploaded in parts it would get an
// ETag of another kind, and no listing could tell any more whether both are the same.
const wholeMost = 64 << 20

// carry copies on the server, or through here between two connections. It fails with errChanged when the source is no
// longer what was listed, and never makes a mix of two states: content and headers are those of one ETag.
func (j *job) carry(ctx context.Context, c carriage, t *tally) (made store.Info, err error) {
	var source store.Info
	if j.sameStore() {
		made, err = j.carryOnServer(ctx, c)
	}
	if !j.sameStore() || c.version != "" && errors.Is(err, store.Unsupported) {
		made, source, err = j.carryThrough(ctx, c, t)
	}
	if err == nil {
		err = j.hasName(ctx, c.to)
	}
	switch {
	case errors.Is(err, store.Precondition):
		return made, errChanged
	case err != nil || made.ETag == c.etag || c.version != "":
		return made, err
	}
	// The next mirror goes by the dates of the two: whoever wrote to the source meanwhile must not look older. It is also how
	// is noticed what an endpoint copied that ignores the condition.
	now, err := j.lookAgain(ctx, c.from)
	if err == nil && (now.ETag != c.etag || !source.Modified.IsZero() && !now.Modified.Equal(source.Modified)) {
		err = errChanged
	}
	return made, err
}

// errRenamed is what the copy of a key ends with of which the endpoint made another.
var errRenamed = errors.New("the endpoint took it and keeps it under another name: this key cannot be there")

// hasName looks whether an object is there by the name that it was written with, where names are known to be changed: as if
// they were paths, or by what cannot be said in XML.
func (j *job) hasName(ctx context.Context, r store.Ref) error {
	if !store.Odd(r.Key) {
		return nil
	}
	return j.try(ctx, func(ctx context.Context) error {
		page, err := j.plan.to.List(ctx, store.ListRequest{Space: r.Space, Prefix: r.Key, Max: 1})
		if err == nil && (len(page.Entries) == 0 || page.Entries[0].Key != r.Key) {
			err = errRenamed
		}
		return err
	})
}

func (j *job) carryOnServer(ctx context.Context, c carriage) (info store.Info, err error) {
	err = j.write(ctx, c, &info, func(ctx context.Context) (err error) {
		info, err = j.plan.to.Copy(ctx, c.from, c.to, store.CopyOptions{Version: c.version, IfMatch: c.etag, IfNoneMatch: c.guard, Size: c.size})
		return err
	})
	info.Ref, info.Size = c.to, c.size
	return info, err
}

// write sends a request that makes an object: again after trouble, once it is known that the first attempt did nothing, where
// that matters.
func (j *job) write(ctx context.Context, c carriage, made *store.Info, send func(context.Context) error) error {
	attempt := 0
	return j.try(ctx, func(ctx context.Context) error {
		attempt++
		if c.landed == nil {
			return send(ctx)
		}
		if attempt > 1 {
			landed, err := c.landed(ctx)
			if landed {
				*made = store.Info{Ref: c.to, Size: c.size, ETag: c.etag}
			}
			if landed || err != nil {
				return err
			}
		}
		return send(store.Once(ctx))
	})
}

func (j *job) carryThrough(ctx context.Context, c carriage, t *tally) (made, source store.Info, err error) {
	if partsOf(c.etag) > 0 || c.size > wholeMost || c.size >= j.m.o.PartSize && !isMD5(c.etag) {
		return j.carryParts(ctx, c, t)
	}
	body, release, err := j.buffer(ctx, c.size)
	if err != nil {
		return made, source, err
	}
	defer release()
	if source, err = j.readWhole(ctx, c, body); err != nil {
		return made, source, err
	}
	if isMD5(source.ETag) && !source.Sealed {
		if sum, err := md5Of(bytes.NewReader(body), c.size); err != nil || sum != source.ETag {
			return made, source, errChecksum
		}
	}
	kept, err := j.keeping(c.to.Key, source.Props, func(p store.Props) error {
		return j.inClass(c.to.Key, source.Class, func(class string) error {
			return j.write(ctx, c, &made, func(ctx context.Context) (err error) {
				t.settle(0)
				made, err = j.plan.to.Put(store.WithProgress(ctx, t.add), c.to, bytes.NewReader(body), c.size, p, store.PutOptions{IfNoneMatch: c.guard, Class: class})
				return err
			})
		})
	})
	if err == nil {
		err = j.lookAtKept(ctx, c.to, kept, &j.keeps.tagsAtPut)
	}
	j.lookAtClass(ctx, c.to, source.Class)
	return made, source, err
}

// readWhole reads all of a small object, with all it has.
func (j *job) readWhole(ctx context.Context, c carriage, body []byte) (info store.Info, err error) {
	if c.size >= j.m.o.PartSize {
		if info, err = j.look(ctx, c); err == nil {
			err = j.readRange(ctx, c.from, c.version, info, 0, body)
		}
		return info, err
	}
	err = j.try(ctx, func(ctx context.Context) error {
		answer, got, err := j.plan.from.Get(ctx, c.from, store.GetOptions{IfMatch: c.etag, Version: c.version})
		if err != nil {
			return err
		}
		defer answer.Close()
		info = got
		if err := c.isStill(info); err != nil {
			return err
		}
		_, err = io.ReadFull(answer, body)
		return err
	})
	if err == nil {
		err = j.belongings(ctx, &info, c.version)
	}
	return info, err
}

// look is readWhole without the content.
func (j *job) look(ctx context.Context, c carriage) (info store.Info, err error) {
	err = j.try(ctx, func(ctx context.Context) (err error) {
		info, err = j.plan.from.HeadVersion(ctx, c.from, c.version)
		return err
	})
	if err == nil {
		err = c.isStill(info)
	}
	if err == nil {
		err = j.belongings(ctx, &info, c.version)
	}
	return info, err
}

// belongings reads what no header tells. What cannot be read or carried is remarked on.
func (j *job) belongings(ctx context.Context, info *store.Info, version string) error {
	unread := false
	err := j.try(ctx, func(ctx context.Context) (err error) {
		unread, err = j.plan.from.Belongings(ctx, info, version)
		return err
	})
	if unread {
		j.remarkOnce(Failure{Name: info.Key, Err: ErrUnread})
	}
	if info.Access == store.Custom {
		info.Access = store.Private
		j.remarkOnce(Failure{Name: info.Key, Err: ErrGrantsLeft})
	}
	return err
}

// carryParts streams an object part by part, in parts of the source's own size where that can be told: the copy gets the
// same ETag then.
func (j *job) carryParts(ctx context.Context, c carriage, t *tally) (made, source store.Info, err error) {
	if source, err = j.look(ctx, c); err != nil {
		return made, source, err
	}
	x := parted{to: c.to, of: j.plan.ofObject(c.from, c.version, source.ETag, source.Size), size: source.Size, guard: c.guard, part: j.partLike(ctx, c)}
	x.read = func(ctx context.Context, off, n int64) (io.ReaderAt, func(), error) {
		body, release, err := j.buffer(ctx, n)
		if err != nil {
			return nil, nil, err
		}
		if err := j.readRange(ctx, c.from, c.version, source, off, body); err != nil {
			release()
			return nil, nil, err
		}
		return bytes.NewReader(body), release, nil
	}
	kept, err := j.keeping(c.to.Key, source.Props, func(p store.Props) error {
		return j.inClass(c.to.Key, source.Class, func(class string) (err error) {
			x.props, x.class = p, class
			made, err = j.putParts(ctx, x, t)
			return err
		})
	})
	if err == nil {
		err = j.lookAtKept(ctx, c.to, kept, &j.keeps.tagsAtParts)
	}
	j.lookAtClass(ctx, c.to, source.Class)
	return made, source, err
}

// roundParts are sizes that clients cut objects into, in MiB, the commonest of those that give the same number first.
var roundParts = []int64{8, 16, 5, 64, 10, 15, 20, 25, 32, 50}

// partLike is the size of the parts that a source was uploaded in, as it tells, or else as its number of parts lets suppose;
// 0 is not known, or more than is held in memory at a time.
func (j *job) partLike(ctx context.Context, c carriage) int64 {
	n := partsOf(c.etag)
	fits := func(part int64) bool {
		return part >= minPart && part <= wholeMost && (c.size+part-1)/part == n
	}
	switch {
	case n == 0:
		return 0
	case n == 1 && c.size <= wholeMost:
		return max(c.size, minPart)
	}
	first := int64(0)
	err := j.try(ctx, func(ctx context.Context) (err error) {
		first, err = j.plan.from.FirstPart(ctx, c.from, c.version, c.etag)
		return err
	})
	if err == nil && fits(first) {
		return first
	}
	for _, mib := range roundParts {
		if fits(mib << 20) {
			return mib << 20
		}
	}
	return 0
}

// partsOf is the number of parts that an ETag tells of, 0 for another.
func partsOf(etag string) int64 {
	sum, parts, _ := strings.Cut(etag, "-")
	n, err := strconv.ParseInt(parts, 10, 64)
	if err != nil || len(sum) != 32 || n < 1 || n > maxParts {
		return 0
	}
	return n
}
