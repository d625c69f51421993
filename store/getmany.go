package store

import (
	"archive/tar"
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// Wanted is a small object for GetMany, as a listing told of it.
type Wanted struct {
	Key, ETag string
	Size      int64 // bytes
}

// Limits of a GetMany: of the objects of a request, and of the size of each, in bytes (README, "What it understands of S3").
const (
	mostWanted  = 1000
	LargeWanted = 256 << 10
)

// CanGetMany says whether GetMany is worth trying.
func (s *Store) CanGetMany() bool { return s.isOurs() && !s.learned.noGets.Load() }

// getObjects is the document of a GetObjects.
type getObjects struct {
	XMLName xml.Name       `xml:"GetObjects"`
	Objects []wantedObject `xml:"Object"`
}

type wantedObject struct {
	Key  string `xml:"Key"`
	ETag string `xml:"ETag,omitempty"`
}

// GetMany gets up to 1000 small objects of a Space by one request, and calls visit for them in their order, as they come:
// with all of the body, which is only lent, or with the reason why it did not come. What is said of an object is what Get
// says, as far as a download keeps it: Info has ETag, Size, Modified and the mtime of its metadata. It is Unsupported where
// the endpoint has no such request. An error leaves those that were not visited open, and so does an answer that breaks
// off, which is one; those that XML cannot name are passed by.
func (s *Store) GetMany(ctx context.Context, space string, list []Wanted, visit func(i int, info Info, body []byte, err error)) error {
	op := fmt.Sprintf("get %d objects of", len(list))
	if !s.CanGetMany() || len(list) > mostWanted {
		return &Error{Op: op, Ref: Ref{Space: space}, Kind: Unsupported, Err: Unsupported}
	}
	var doc getObjects
	var at []int                // in list, of those that are asked for
	most := int64(archiveAhead) // bytes of the answer
	for i := range list {
		if w := &list[i]; inXML(w.Key) && inXML(w.ETag) && w.Size <= LargeWanted {
			o, size := wantedObject{Key: w.Key}, int64(LargeWanted)
			if w.ETag != "" {
				o.ETag, size = *quotedETag(w.ETag), w.Size
			}
			most += size + memberMore
			doc.Objects, at = append(doc.Objects, o), append(at, i)
		}
	}
	if len(at) == 0 {
		return nil
	}
	body, err := s.sendGetMany(ctx, space, doc)
	if err == nil {
		defer body.Close()
		all := io.LimitReader(body, most)
		if err = s.unpack(tar.NewReader(bufio.NewReaderSize(all, archiveAhead)), space, list, at, visit); err == nil {
			_, err = io.Copy(io.Discard, all) // so that the connection is used again
		}
	}
	if err = s.wrap(op, Ref{Space: space}, err); KindOf(err) == Unsupported {
		s.learned.noGets.Store(true)
	}
	return err
}

// archiveAhead is read of an archive at once: a call of the system for several members.
const archiveAhead = 64 << 10

// memberMore is what a member of an archive has besides its body at most, in bytes: two headers, their padding, and records
// with a key (1 KiB), an mtime among metadata (2 KiB), or what is said of an error. Without a bound an endpoint could send
// headers, or a body to be passed by, for ever.
const memberMore = 8 << 10

// errMember says of a member of an archive that it is not the one that was to come.
var errMember = errors.New("which was not to come then")

// sendGetMany gives the archive that is the answer. It must be closed.
func (s *Store) sendGetMany(ctx context.Context, space string, doc getObjects) (body io.ReadCloser, err error) {
	text, err := xml.Marshal(doc)
	if err != nil {
		return nil, err
	}
	e := extension{name: getMany, method: http.MethodPost, query: "archive=tar", body: text, open: func(h http.Header, b io.ReadCloser) error {
		if h.Get("Content-Type") != "application/x-tar" {
			b.Close()
			return &cause{text: "it does not answer with an archive", err: Unsupported}
		}
		body = b
		return nil
	}}
	_, err = s.api.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &space}, func(o *s3.Options) { o.APIOptions = append(o.APIOptions, e.addTo) })
	if err != nil && body != nil {
		body.Close()
	}
	return body, err
}

// unpack reads the archive: members are named by their number in the request, and come in that order.
func (s *Store) unpack(r *tar.Reader, space string, list []Wanted, at []int, visit func(int, Info, []byte, error)) error {
	var room []byte
	for next := 0; ; {
		h, err := r.Next()
		switch {
		case err == io.EOF && next < len(at):
			return io.ErrUnexpectedEOF
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		n := next
		if n >= len(at) || h.Typeflag != tar.TypeReg || h.Name != strconv.Itoa(n) || h.PAXRecords["spaces.key"] != list[at[n]].Key {
			return fmt.Errorf("the endpoint sent %q, %w", h.PAXRecords["spaces.key"], errMember)
		}
		next++
		w := &list[at[n]]
		ref := Ref{Space: space, Key: w.Key}
		info := Info{Ref: ref, Size: h.Size, ETag: h.PAXRecords["spaces.etag"], Modified: h.ModTime}
		if m := h.PAXRecords["spaces.mtime"]; m != "" {
			info.Meta = map[string]string{"mtime": m}
		}
		if code := h.PAXRecords["spaces.code"]; code != "" {
			visit(at[n], info, nil, s.wrap("get", ref, &smithy.GenericAPIError{Code: code, Message: h.PAXRecords["spaces.message"]}))
			continue
		}
		if info.Size != w.Size || w.ETag != "" && info.ETag != w.ETag {
			visit(at[n], info, nil, s.wrap("get", ref, fmt.Errorf("the object is another one now: %w", Precondition)))
			continue
		}
		if int64(cap(room)) < w.Size {
			room = make([]byte, max(w.Size, 8<<10))
		}
		if _, err := io.ReadFull(r, room[:w.Size]); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		visit(at[n], info, room[:w.Size], nil)
	}
}
