package server

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

func (c *call) headObject() error { return c.sendObject() }
func (c *call) getObject() error  { return c.sendObject() }

// sendObject answers GET and HEAD: conditions, then what part, then headers,
// then, for GET, the bytes.
func (c *call) sendObject() error {
	o := &c.object
	if err := c.checkOverrides(); err != nil {
		return err
	}
	if err := c.unlock(o, c.body, &ownKey); err != nil {
		return err
	}
	if k := c.conditions(""); !k.none() {
		switch failed := k.evaluate(o); failed {
		case "":
		case "If-None-Match", "If-Modified-Since":
			c.validators(o)
			return c.out.empty(http.StatusNotModified)
		default:
			return errPrecondition(failed)
		}
	}
	part, err := c.wantedSpan()
	if err != nil {
		return err
	}
	status := http.StatusOK
	if part.partial {
		status = http.StatusPartialContent
		c.out.set("Content-Range", "bytes "+formatInt(part.off)+"-"+formatInt(part.off+part.n-1)+"/"+formatInt(o.Size))
	}
	return c.sendSpan(status, part)
}

// sendSpan answers with a part of the object, or for HEAD with what its headers
// would be.
func (c *call) sendSpan(status int, part span) error {
	c.objectHeaders(&c.object)
	c.setSpanSum(&c.object, part)
	c.out.set("Content-Length", formatInt(part.n))
	if c.in.Method == http.MethodHead || part.n == 0 {
		c.out.begin(status)
		return nil
	}
	return c.sendBody(status, part)
}

// sendBody streams. The status line waits for the first block that was
// verified, so that damage there is an error and not a broken answer.
func (c *call) sendBody(status int, part span) error {
	out := &bodyWriter{out: &c.out, status: status}
	src := c.body.Range(part.off, part.n)
	var n int64
	var err error
	if w, ok := src.(io.WriterTo); ok {
		n, err = w.WriteTo(out)
	} else {
		n, err = io.Copy(out, src)
	}
	if err == nil && n != part.n {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && out.gone {
		panic(http.ErrAbortHandler) // the client went away: nothing to say
	}
	return err
}

// bodyWriter sends the status before the first byte, and pushes the deadline
// out before each write.
type bodyWriter struct {
	out    *reply
	status int
	gone   bool
}

// pieceSize bounds what has to get through within one deadline, in bytes.
const pieceSize = 1 << 20

func (b *bodyWriter) Write(p []byte) (total int, err error) {
	if b.out.trace.status == 0 {
		b.out.begin(b.status)
	}
	for len(p) > 0 && err == nil {
		var n int
		b.out.extendWrite()
		n, err = b.out.Write(p[:min(len(p), pieceSize)])
		total += n
		p = p[n:]
	}
	b.gone = err != nil
	return total, err
}

// wantedSpan finds what part of the object is asked for.
func (c *call) wantedSpan() (span, error) {
	size := c.object.Size
	whole := span{n: size}
	header := c.in.Header.Get("Range")
	number, hasPart := c.query.Lookup("partNumber")
	switch {
	case hasPart && header != "":
		return whole, refusef("InvalidRequest", "Cannot specify both Range header and partNumber query parameter")
	case hasPart:
		return c.partSpan(number)
	case header == "" || !c.rangeStillHolds():
		return whole, nil
	}
	s, ok := parseRange(header, size)
	if !ok {
		return whole, refuse("InvalidRange").with("RangeRequested", s3xml.Printable(header)).with("ActualObjectSize", formatInt(size))
	}
	return s, nil
}

// rangeStillHolds evaluates If-Range (RFC 9110, section 13.1.5).
func (c *call) rangeStillHolds() bool {
	v := c.in.Header.Get("If-Range")
	if v == "" {
		return true
	}
	if t, err := http.ParseTime(v); err == nil {
		return c.object.Modified.Truncate(time.Second).Equal(t)
	}
	return !strings.HasPrefix(v, "W/") && matches(v, c.object.ETag)
}

// partSpan is the part that partNumber names; an object that was not uploaded
// in parts has one.
func (c *call) partSpan(number string) (span, error) {
	n, err := parsePartNumber(number)
	if err != nil {
		return span{}, err
	}
	o := &c.object
	if o.Parts == nil {
		if n != 1 {
			return span{}, refuse("InvalidPartNumber").with("PartNumberRequested", number).with("ActualPartCount", "1")
		}
		return span{n: o.Size, partial: o.Size > 0, part: 1}, nil
	}
	if n > len(o.Parts) {
		return span{}, refuse("InvalidPartNumber").with("PartNumberRequested", number).with("ActualPartCount", strconv.Itoa(len(o.Parts)))
	}
	c.out.set("X-Amz-Mp-Parts-Count", strconv.Itoa(len(o.Parts)))
	s := span{n: o.Parts[n-1], partial: o.Parts[n-1] > 0, part: n}
	for _, before := range o.Parts[:n-1] {
		s.off += before
	}
	return s, nil
}

// overrides are the parameters that replace headers of the answer (GetObject).
var overrides = []struct{ param, header string }{
	{"response-content-type", "Content-Type"},
	{"response-content-language", "Content-Language"},
	{"response-expires", "Expires"},
	{"response-cache-control", "Cache-Control"},
	{"response-content-disposition", "Content-Disposition"},
	{"response-content-encoding", "Content-Encoding"},
}

func (c *call) checkOverrides() error {
	if !c.who.Anonymous || len(c.in.Query) == 0 {
		return nil
	}
	for _, o := range overrides {
		if _, ok := c.query.Lookup(o.param); ok {
			return refusef("InvalidRequest", "Request specific response headers cannot be used for anonymous GET requests.")
		}
	}
	return nil
}

// validators are the headers that a 304 carries as well: those that would have
// been in the 200 and that a cache updates what it has with (RFC 9110, section
// 15.4.5), the version that the answer is about, and Last-Modified.
func (c *call) validators(o *storage.Object) {
	c.out.setVersion(&c.space, o)
	c.out.set("Etag", `"`+o.ETag+`"`)
	c.out.set("Last-Modified", httpTime(o.Modified))
	for _, name := range []string{"Cache-Control", "Expires"} {
		v := o.Headers[name]
		if given, ok := c.query.Lookup("response-" + strings.ToLower(name)); ok {
			v = given
		}
		if v != "" {
			c.out.set(name, v)
		}
	}
}

// setSpanSum gives the checksum of what is sent, to those who ask for it: of the
// part that was asked for, where the object's is made of those of its parts,
// and else of the object, where all of it is sent, be it as a range. Other ranges
// have none, nor has a part of an object whose checksum is one of the whole: S3
// tells those of its parts in GetObjectAttributes only (GetObject,
// "x-amz-checksum-mode"; Amazon says COMPOSITE of a part as of the whole).
func (c *call) setSpanSum(o *storage.Object, s span) {
	switch {
	case !strings.EqualFold(c.in.Header.Get(hChecksumMode), "ENABLED"):
	case s.part > 0 && o.Checksum.Type == composite:
		sum := partSum(o, s.part)
		sum.Type = composite
		c.out.setChecksum(sum)
	case s.n == o.Size:
		c.out.setChecksum(o.Checksum)
	}
}

func (c *call) objectHeaders(o *storage.Object) {
	c.out.set("Accept-Ranges", "bytes")
	c.out.setVersion(&c.space, o)
	c.out.set("Etag", `"`+o.ETag+`"`)
	c.out.set("Last-Modified", httpTime(o.Modified))
	for name, value := range o.Headers {
		c.out.set(name, value)
	}
	if len(c.in.Query) > 0 {
		for _, v := range overrides {
			if value, ok := c.query.Lookup(v.param); ok {
				c.out.set(v.header, value)
			}
		}
	}
	for name, value := range o.Meta {
		c.out.set("x-amz-meta-"+name, mailSafe(value))
	}
	c.setExpiration(o)
	c.setLock(o)
	c.out.setEncryption(o.Encryption, c.enc.digest)
	if o.Class != "" {
		c.out.set(hStorageClass, o.Class)
	}
	if len(o.Tags) > 0 && !c.who.Anonymous {
		c.out.set("X-Amz-Tagging-Count", strconv.Itoa(len(o.Tags)))
	}
	if c.link != nil {
		c.linked()
	}
}

func httpTime(t time.Time) string { return t.UTC().Format(http.TimeFormat) }
