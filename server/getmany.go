package server

import (
	"archive/tar"
	"bufio"
	"io"
	"net/http"
	"strconv"
	"time"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// Limits of a GetObjects: of the objects that are asked for, and of the body of
// each, which is read and verified before a byte of it is sent.
const (
	maxWanted  = 1000
	wantedBody = 256 << 10
)

// PAX records of the members of its answer, which are named by their number in
// the request: no key is a name there.
const (
	paxKey     = "spaces.key"
	paxETag    = "spaces.etag"
	paxMtime   = "spaces.mtime"   // x-amz-meta-mtime, which says how old the file was
	paxCode    = "spaces.code"    // of the error that came instead of the object
	paxMessage = "spaces.message" // and what it says
)

// wanted is an object of a GetObjects, with the ETag that it must have; "": any.
type wanted struct{ key, etag string }

func (c *call) readWanted(e *s3xml.Element) bool {
	if e.Name != "Object" {
		return false
	}
	var w wanted
	err := e.Each(func(f *s3xml.Element) bool {
		return f.Name == "Key" && f.Leaf(&w.key) || f.Name == "ETag" && f.Leaf(&w.etag)
	})
	c.wanted = append(c.wanted, w)
	return err == nil && w.key != "" && len(c.wanted) <= maxWanted
}

func (c *call) checkObjects() error {
	if kind := c.query.get("archive"); kind != "tar" {
		return errInvalidArgument("archive", s3xml.Printable(kind), "Objects that are named come as a tar.")
	}
	return c.checkArchive()
}

// sendObjects answers with small objects that are named, in the order in which
// they are: many GetObjects in one request, an extension of this server. Each is
// decided on by itself, and one that cannot be had is an error in its place. After
// an error of the answer itself the connection is cut; members before it are whole.
func (c *call) sendObjects() error {
	if len(c.wanted) == 0 {
		return refuse("MalformedXML")
	}
	if err := c.seat.hold(c.ctx, wantedBody); err != nil {
		return err
	}
	c.out.set("Content-Type", "application/x-tar")
	out := &bodyWriter{out: &c.out, status: http.StatusOK}
	buf := bufio.NewWriterSize(out, archiveBuffer)
	w := tar.NewWriter(buf)
	var err error
	var body []byte
	for i := range c.wanted {
		if body, err = c.sendWanted(w, i, body); err != nil {
			break
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = buf.Flush()
	}
	if err != nil && out.gone {
		panic(http.ErrAbortHandler) // the client went away: nothing to say
	}
	return err
}

// sendWanted sends an object, or why it does not come. room is memory for its body, to be used again.
func (c *call) sendWanted(w *tar.Writer, i int, room []byte) ([]byte, error) {
	want := &c.wanted[i]
	o, body, err := c.readWhole(want, room)
	if c.ctx.Err() != nil {
		return room, c.ctx.Err()
	}
	if c.logs() {
		c.s.logMember(c, "BATCH.GET.OBJECT", want.key, storage.Stored{Err: err})
	}
	h := tar.Header{Typeflag: tar.TypeReg, Name: strconv.Itoa(i), Mode: 0o600, Format: tar.FormatPAX, PAXRecords: map[string]string{paxKey: want.key}}
	if err != nil {
		e := asError(err)
		h.PAXRecords[paxCode], h.PAXRecords[paxMessage] = e.Code, e.Message
		return room, w.WriteHeader(&h)
	}
	h.Size, h.ModTime = o.Size, o.Modified.Truncate(time.Second)
	h.PAXRecords[paxETag] = o.ETag
	if at := o.Meta["mtime"]; at != "" {
		h.PAXRecords[paxMtime] = mailSafe(at)
	}
	if err := w.WriteHeader(&h); err != nil {
		return body, err
	}
	_, err = w.Write(body)
	return body, err
}

// readWhole reads the current version of an object that may be read, all of it and verified.
func (c *call) readWhole(want *wanted, room []byte) (o storage.Object, body []byte, err error) {
	if err := validKey(want.key); err != nil {
		return o, room, err
	}
	o, from, err := c.s.engine.GetVersion(c.ctx, c.target.space, want.key, "")
	if err != nil {
		return o, room, c.unlessHidden(err)
	}
	defer from.Close()
	if err := c.mayPack(&o); err != nil {
		return o, room, err
	}
	switch {
	case want.etag != "" && !matches(want.etag, o.ETag):
		return o, room, errPrecondition("If-Match")
	case o.Size > wantedBody:
		return o, room, refusef("EntityTooLarge", "Objects of more than %d bytes come by themselves.", wantedBody)
	}
	if err := c.unlock(&o, from, &ownKey); err != nil {
		return o, room, err
	}
	if int64(cap(room)) < o.Size {
		room = make([]byte, max(o.Size, 8<<10))
	}
	body = room[:o.Size]
	_, err = io.ReadFull(from.Range(0, o.Size), body)
	return o, body, err
}
