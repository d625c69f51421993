package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"spaces/store"
)

// errFileChanged is what an upload ends with when its file was written to meanwhile.
var errFileChanged = errors.New("the file changed while it was uploaded")

// upload puts one local file, or the marker of an empty directory.
func (j *job) upload(ctx context.Context, at pos, r record, s Step, t *tally) error {
	d := destination{key: s.To.Key, look: j.lookRemote(s.To.Space)}
	if j.plan.sources[r.source].Stream {
		return j.uploadStream(ctx, at, s, t)
	}
	if strings.HasSuffix(s.To.Key, "/") {
		d.same = func(seen) (bool, error) { return true, nil }
		d.sure = func(context.Context, seen) (bool, error) { return true, nil }
		d.do = func(ctx context.Context, key string, guard bool) error {
			return j.putMarker(ctx, s.To.Space, key, guard)
		}
		return j.placing(ctx, at, s, d)
	}
	f, err := j.openLocal(r)
	if err != nil {
		return fmt.Errorf("reading it: %w", bareFile(err))
	}
	defer f.Close()
	l, err := newLocal(f)
	if err != nil {
		return err
	}
	s.Size, s.Modified = l.size, l.modified
	d.same = func(theirs seen) (bool, error) { return sameContent(f, l.size, theirs.etag) }
	of := ofFile(s.Local, l)
	d.sure = func(_ context.Context, theirs seen) (bool, error) {
		if !isMD5(theirs.etag) {
			return j.entry.isMade(s.To, of, theirs.etag), nil
		}
		return sameContent(f, l.size, theirs.etag)
	}
	made := s.To
	d.do = func(ctx context.Context, key string, guard bool) error {
		made.Key = key
		return j.uploadFile(ctx, l, of, made, guard, t)
	}
	return j.sent(ctx, at, r, l, made, j.placing(ctx, at, s, d))
}

// openLocal opens a step's file; in a tree, one that a link puts outside only where the Spec says so.
func (j *job) openLocal(r record) (*os.File, error) {
	src := &j.plan.sources[r.source]
	if r.name == "" {
		return os.Open(src.Local)
	}
	root, err := j.place.root(r.source, src.Local)
	if err != nil {
		return nil, err
	}
	f, err := root.Open(filepath.FromSlash(r.name))
	if err != nil && j.plan.spec.Links {
		return os.Open(filepath.Join(src.Local, filepath.FromSlash(r.name)))
	}
	return f, err
}

// local is a file as it was when its upload began.
type local struct {
	*os.File
	size     int64
	modified time.Time
}

func newLocal(f *os.File) (*local, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, bareFile(err)
	case !info.Mode().IsRegular():
		return nil, errSpecial
	}
	return &local{f, info.Size(), info.ModTime()}, nil
}

// unchanged fails when somebody wrote to the file since.
func (l *local) unchanged() error {
	info, err := l.Stat()
	if err != nil {
		return bareFile(err)
	}
	if info.Size() != l.size || !info.ModTime().Equal(l.modified) {
		return errFileChanged
	}
	return nil
}

// read takes the whole file into body, which has its size, and fails when somebody wrote to it since.
func (l *local) read(body []byte) error {
	if _, err := l.ReadAt(body, 0); err != nil && err != io.EOF {
		return fmt.Errorf("reading it: %w", bareFile(err))
	}
	return l.unchanged()
}

func (j *job) uploadFile(ctx context.Context, l *local, of origin, to store.Ref, guard bool, t *tally) error {
	if l.size <= bufferedFile {
		body, release, err := j.buffer(ctx, l.size)
		if err != nil {
			return err
		}
		defer release()
		if err := l.read(body); err != nil {
			return err
		}
		return j.putBody(ctx, to, bytes.NewReader(body), j.uploadProps(l, body), guard, t)
	}
	head := make([]byte, min(l.size, sniffBytes))
	if _, err := l.ReadAt(head, 0); err != nil {
		return fmt.Errorf("reading it: %w", bareFile(err))
	}
	props := j.uploadProps(l, head)
	if l.size < j.m.o.PartSize {
		return j.putFile(ctx, to, l, props, guard, t)
	}
	info, err := j.putParts(ctx, parted{
		to: to, of: of, size: l.size, props: props, guard: guard, done: l.unchanged, cheap: true,
		read: func(_ context.Context, off, n int64) (io.ReaderAt, func(), error) {
			return io.NewSectionReader(l, off, n), func() {}, nil
		},
	}, t)
	if err != nil && l.unchanged() != nil {
		return errFileChanged
	}
	if err == nil {
		j.made(to, info)
		j.readBack(ctx, to, j.plan.spec.Access)
	}
	return err
}

// sniffBytes of a file tell its type.
const sniffBytes = 3072

// uploadProps are what a file is stored with. The time it was changed is kept where rclone keeps it.
func (j *job) uploadProps(l *local, head []byte) store.Props {
	p := store.Props{Access: j.plan.spec.Access, ContentType: contentType(l.Name(), head)}
	if at := l.modified; at.Unix() > 0 {
		p.Meta = map[string]string{"mtime": strconv.FormatInt(at.Unix(), 10) + "." + fmt.Sprintf("%09d", at.Nanosecond())}
	}
	return j.plan.asked(p)
}

// asked adds what the Spec asks for.
func (p *Plan) asked(props store.Props) store.Props {
	if with, err := p.spec.Edit.Apply(props); err == nil { // else it is refused before: see lacks
		return with
	}
	return props
}

// contentType goes by the extension, else by the first bytes.
func contentType(name string, head []byte) string {
	if byName := mime.TypeByExtension(path.Ext(filepath.ToSlash(name))); byName != "" {
		return byName
	}
	return mimetype.Detect(head[:min(len(head), sniffBytes)]).String()
}

// buffer takes memory of the Manager's share, until release.
func (j *job) buffer(ctx context.Context, size int64) ([]byte, func(), error) {
	share := min(size, bufferBytes) // of an enormous part: it has to come alone
	if err := j.m.memory.Acquire(ctx, share); err != nil {
		return nil, nil, err
	}
	return make([]byte, size), func() { j.m.memory.Release(share) }, nil
}

// made tells of a new row.
func (j *job) made(r store.Ref, i store.Info) {
	j.rowThere(j.plan.to, r, store.Entry{Size: i.Size, Modified: i.Modified, ETag: i.ETag})
}
