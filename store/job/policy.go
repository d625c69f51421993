package job

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"

	"spaces/store"
)

// destination is what a step's policy needs to know of where it writes.
type destination struct {
	key  string                                                       // where to, if nothing is in the way
	wish string                                                       // where to, were not what is copied there itself; "": key
	look func(ctx context.Context, key string) (seen, bool, error)    // what is there
	same func(theirs seen) (bool, error)                              // content, where sizes agree: true where nothing tells
	sure func(ctx context.Context, theirs seen) (bool, error)         // the same, false where nothing tells
	may  func(ctx context.Context) bool                               // false: nothing of ours can be there from an earlier run; nil: not known
	do   func(ctx context.Context, key string, onlyIfNone bool) error // the work: Precondition when somebody came first
	over *crossed                                                     // what was there, as far as is known when do is called
}

// placing does a step's work where its policy allows. Between looking and writing somebody else may write: the work is
// done on condition that there is still nothing, and looked at again when there is.
func (j *job) placing(ctx context.Context, at pos, s Step, d destination) error {
	if j.mayBeThere(at) && (d.may == nil || d.may(ctx)) {
		if err := d.arrived(ctx, s); err != nil {
			return err
		}
	}
	policy := j.plan.policyFor(j.plan.below(s))
	if policy == Overwrite {
		d.crosses(j.plan.crossed(at))
		return d.do(ctx, d.key, false)
	}
	for round := 0; ; round++ {
		theirs, exists, ok := j.plan.known(at)
		if !ok || round > 0 || theirs.unknown && (policy == Newer || policy == Differs) {
			var err error
			if theirs, exists, err = d.look(ctx, d.key); err != nil {
				return err
			}
		}
		key := d.key
		if exists && policy != KeepBoth {
			replace, err := replaces(policy, s, theirs, d)
			if err != nil {
				return err
			}
			if !replace {
				return errSkipped
			}
			d.crosses(wasTaken)
			return d.do(ctx, key, false)
		}
		if exists {
			var err error
			if key, err = freeKey(ctx, d); err != nil {
				return err
			}
			if j.mayBeThere(at) {
				if err := d.arrivedBefore(ctx, s, key); err != nil {
					return err
				}
			}
		}
		d.crosses(wasFree)
		err := d.do(ctx, key, true)
		if errors.Is(err, store.Unsupported) {
			err = d.do(ctx, key, false)
		}
		if err == nil && (exists || d.wish != "") {
			j.calls(key)
		}
		if !errors.Is(err, store.Precondition) || round == 3 {
			return err
		}
	}
}

func (d *destination) crosses(c crossed) {
	if d.over != nil {
		*d.over = c
	}
}

// crossed is what is at a step's destination, as the plan knows.
func (p *Plan) crossed(at pos) crossed {
	switch _, exists, known := p.known(at); {
	case p.spec.Kind == Trash:
		return wasFree // each batch has a folder of its own
	case !known:
		return unlooked
	case exists:
		return wasTaken
	}
	return wasFree
}

// calls notes the name of what could not have the one that was wished for.
func (j *job) calls(key string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.called = key[strings.LastIndexByte(key, '/')+1:]
}

// errArrived is what a step ends with that was done before the work was cut short.
var errArrived = errors.New("it is there already")

// arrived is errArrived when exactly what a step is to write is at its destination.
func (d destination) arrived(ctx context.Context, s Step) error {
	theirs, exists, err := d.look(ctx, d.key)
	if err != nil || !exists || theirs.Size != s.Size {
		return err
	}
	switch certain, err := d.sure(ctx, theirs); {
	case err != nil:
		return err
	case certain:
		return errArrived
	}
	return nil
}

// arrivedBefore is arrived for the names with a number, up to the one that is free.
func (d destination) arrivedBefore(ctx context.Context, s Step, free string) error {
	wish := d.key
	for n := 1; n < 10000; n++ {
		if d.key = numbered(wish, strconv.Itoa(n)); d.key == free {
			return nil
		}
		if err := d.arrived(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// replaces says whether what is there gives way.
func replaces(policy Policy, s Step, theirs seen, d destination) (bool, error) {
	switch policy {
	case Newer:
		return s.Modified.After(theirs.Modified), nil
	case Differs:
		if s.Size != theirs.Size {
			return true, nil
		}
		same, err := d.same(theirs)
		return !same, err
	}
	return false, nil
}

// freeKey finds the first number that no name has yet.
func freeKey(ctx context.Context, d destination) (string, error) {
	for n := 1; n < 10000; n++ {
		key := numbered(d.key, strconv.Itoa(n))
		_, exists, err := d.look(ctx, key)
		if err != nil || !exists {
			return key, err
		}
	}
	return "", errors.New("10,000 names like it are taken")
}

// lookRemote is destination.look for keys.
func (j *job) lookRemote(space string) func(context.Context, string) (seen, bool, error) {
	return func(ctx context.Context, key string) (theirs seen, exists bool, err error) {
		err = j.try(ctx, func(ctx context.Context) error {
			info, err := j.plan.to.Head(ctx, store.Ref{Space: space, Key: key})
			theirs, exists = seenInfo(info), err == nil
			if errors.Is(err, store.NotFound) {
				return nil
			}
			return err
		})
		return theirs, exists, err
	}
}

// isMD5 says whether an ETag can be the MD5 of the content.
func isMD5(etag string) bool { return len(etag) == 32 && !strings.Contains(etag, "-") }

// sameETags compares contents of equal size by ETags: where those tell nothing, size has the last word.
func sameETags(a, b string) bool { return a == b || !isMD5(a) || !isMD5(b) }

// sameContent compares a local file with an ETag.
func sameContent(r io.ReaderAt, size int64, etag string) (bool, error) {
	if !isMD5(etag) {
		return true, nil
	}
	sum, err := md5Of(r, size)
	return sum == etag, err
}

func md5Of(r io.ReaderAt, size int64) (string, error) {
	h := md5.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
