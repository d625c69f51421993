package server

import (
	"io"
	"maps"
	"net/http"
	"strings"

	"spaces/server/sigv4"
)

// openBody decides how the body is decoded. Nothing of it is read.
func (c *call) openBody() error {
	if c.streaming() && c.op.body != stream {
		return refusef("InvalidRequest", "The value of x-amz-content-sha256 header is invalid.")
	}
	if c.in.Length == 0 {
		c.sayContinue()
		if c.op.body != stream && !c.streaming() {
			return nil
		}
	}
	body, err := c.who.Body(&c.in)
	c.stream = body
	return err
}

// sayContinue answers an Expect: 100-continue that announces an empty body. net/http sends the interim answer when the
// body is first read, which never happens here; botocore then waits for it on the next request of the connection.
// The interim answer is what RFC 9110, 10.1.1 lets a client expect.
func (c *call) sayContinue() {
	if !strings.EqualFold(c.in.Header.Get("Expect"), "100-continue") {
		return
	}
	h := c.out.w.Header()
	final := maps.Clone(h) // the interim answer has none of these
	clear(h)
	c.out.w.WriteHeader(http.StatusContinue)
	maps.Copy(h, final)
}

// streaming says that the request claims a body in chunks.
func (c *call) streaming() bool {
	switch c.who.Payload {
	case sigv4.PayloadStreamSigned, sigv4.PayloadStreamSignedTrailer, sigv4.PayloadStreamUnsignedTrailer:
		return true
	}
	return false
}

// readBody reads documents, and the bodies that nobody wants.
func (c *call) readBody() (err error) {
	if c.stream == nil || c.op.body == stream {
		return nil
	}
	limit, tooLong := c.op.limit, refuse("MalformedXML")
	if c.op.body == noBody {
		limit, tooLong = unwantedLimit, refuse("MaxMessageLengthExceeded")
	}
	if c.stream.Size() > limit {
		return tooLong
	}
	if c.op.body != noBody {
		if c.claim, err = c.readClaim(); err != nil {
			return err
		}
	}
	digests := c.claim.digests(c.op.whole)
	body := &countingReader{r: io.TeeReader(io.LimitReader(c.stream, limit+1), digests)}
	var refused error
	switch c.op.body {
	case noBody:
	case items:
		refused = c.readItems(body)
	default:
		err = c.readTree(body)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, body) // what is refused is read to its end: it may not be what was sent
	}
	switch {
	case err != nil:
		return err
	case body.n > limit:
		return tooLong
	}
	c.bodyRead()
	if c.op.body == noBody {
		return nil
	}
	if err := digests.check(c.stream.Trailer()); err != nil {
		return err
	}
	return refused
}

// unwantedLimit is how much of a body that nobody wants is read, in bytes, to
// find out whether it is what was signed.
const unwantedLimit = 64 << 10
