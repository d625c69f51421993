package job

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"spaces/store"
)

// errMerges is what a key is refused with that would become the same file as another.
var errMerges = errors.New("another key’s name is the same to the file system here, and this folder cannot hold both")

// errChecksum is what a download ends with when what arrived is not what the endpoint keeps.
var errChecksum = errors.New("what arrived has another checksum than the object")

// fetching is how a file is made of what a step is about. What the first gives is whole and verified; the others are as of
// destination, with the file that is there.
type fetching struct {
	fetch func(j *job, ctx context.Context, s Step, name string, t *tally) (*landing, error)
	same  func(j *job, s Step, name string) (bool, error)
	sure  func(j *job, ctx context.Context, s Step, name string) (bool, error)
}

var ofObject = fetching{(*job).fetch, (*job).looksDownloaded, (*job).isDownloaded}

// download fetches below the destination, or makes the directory of a folder marker. What it gives is whole and verified;
// it is done when it has landed.
func (j *job) download(ctx context.Context, at pos, s Step, t *tally, how fetching) (x *landing, err error) {
	name, err := localName(s.Local)
	if err != nil {
		return nil, fmt.Errorf("refused: %w", err)
	}
	if !j.place.names.claim(name) {
		return nil, errMerges
	}
	if strings.HasSuffix(s.Local, "/") {
		if s.Size > 0 {
			return nil, errors.New("it is a folder with content of its own, which a file system does not have")
		}
		return &landing{name: name}, j.place.mkdir(name)
	}
	if err := j.place.mkdir(filepath.Dir(name)); err != nil {
		return nil, fmt.Errorf("making its folder: %w", err)
	}
	d := destination{key: name, look: j.lookLocal}
	d.same = func(seen) (bool, error) { return how.same(j, s, name) }
	d.sure = func(ctx context.Context, _ seen) (bool, error) { return how.sure(j, ctx, s, name) }
	d.do = func(ctx context.Context, name string, _ bool) (err error) {
		x, err = how.fetch(j, ctx, s, name, t)
		return err
	}
	err = j.placing(ctx, at, s, d)
	if errors.Is(err, errArrived) {
		return &landing{name: name}, j.keepArrived(name)
	}
	if errors.Is(err, store.Precondition) {
		err = fmt.Errorf("%w: %w", errChanged, err)
	}
	return x, err
}

// looksDownloaded says whether a file of the right size has the content of the object, as far as its ETag tells.
func (j *job) looksDownloaded(s Step, name string) (bool, error) {
	f, err := j.place.dest.Open(name)
	if err != nil {
		return false, bareFile(err)
	}
	defer f.Close()
	return sameContent(f, s.Size, s.ETag)
}

// isDownloaded says whether a file of the right size is the object: by its content, and where the endpoint has no checksum of
// that by the time that downloads are given.
func (j *job) isDownloaded(ctx context.Context, s Step, name string) (bool, error) {
	f, err := j.place.dest.Open(name)
	if err != nil {
		return false, bareFile(err)
	}
	defer f.Close()
	info := store.Info{Size: s.Size, ETag: s.ETag}
	if !isMD5(s.ETag) {
		err := j.try(ctx, func(ctx context.Context) (err error) {
			info, err = j.plan.from.HeadVersion(ctx, s.From, s.Version)
			return err
		})
		if err != nil {
			return false, err
		}
		if file, err := f.Stat(); err != nil || !file.ModTime().Equal(changedAt(info)) || s.isStill(info) != nil {
			return false, err
		}
	}
	err = verifyFile(f, info)
	if errors.Is(err, errChecksum) {
		return false, nil
	}
	return err == nil, err
}

// fetchStep downloads one step and leaves it to the landings to end it.
func (j *job) fetchStep(ctx context.Context, at pos, r record, s Step, t *tally) {
	j.fetchBy(ctx, at, r, s, t, ofObject)
}

func (j *job) fetchBy(ctx context.Context, at pos, r record, s Step, t *tally, how fetching) {
	x, err := j.download(ctx, at, s, t, how)
	if err != nil {
		j.settle(ctx, at, r, s, t, err)
		return
	}
	x.then = func(err error) { j.landedStep(ctx, at, r, s, t, err) }
	j.place.lands.add(x)
}

// lookLocal is destination.look for files.
func (j *job) lookLocal(_ context.Context, name string) (seen, bool, error) {
	info, err := j.place.dest.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return seen{}, j.place.lands.takes(name), nil
	}
	if err != nil {
		return seen{}, false, bareFile(err)
	}
	return seen{Version: Version{Size: info.Size(), Modified: info.ModTime()}}, true, nil
}
