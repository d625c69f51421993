package sigv4

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
)

const (
	chunkSignature   = ";chunk-signature="
	trailerSignature = "x-amz-trailer-signature"

	minChunk = 8 << 10 // bytes; only the last chunk may have fewer

	maxSizeDigits  = 16  // a chunk's size in hex
	maxHeaderLine  = 128 // of a chunk, line end included
	maxTrailerLine = 1024
	chunkBuffer    = 4 << 10
)

// chunkDecoder takes aws-chunked framing off a body (S3 API, "Transferring Payload in
// Multiple Chunks" and "Including Trailing Headers"). Data goes straight from the source to
// the reader wherever it can; the buffer is for framing and small chunks.
type chunkDecoder struct {
	src      io.Reader
	buf      []byte
	r, w     int // buf[r:w] was read from src and not used
	next     func(*chunkDecoder, *int64) error
	in       int64 // bytes of the current chunk that are to come
	size     int64 // of the current chunk, in bytes
	count    int   // chunks with data, the current one included
	signed   bool
	trailers bool
	names    []string // trailing headers that are to come
	trailer  http.Header

	sum  hash.Hash // over the current chunk
	mac  hash.Hash // keyed
	prev [sha256.Size]byte
	want []byte            // signature that the current chunk's header gave
	data [sha256.Size]byte // what sum came to
	text []byte
	seed *Seed

	accessKey string
}

func newChunkDecoder(src io.Reader, id *Identity, names []string) *chunkDecoder {
	d := &chunkDecoder{src: src, buf: make([]byte, chunkBuffer), next: (*chunkDecoder).header, accessKey: id.AccessKey,
		signed: id.Payload.signedChunks(), trailers: id.Payload.trailer(), names: names}
	if d.signed {
		d.seed = &id.seed
		d.sum, d.mac, d.prev = sha256.New(), hmac.New(sha256.New, id.seed.key[:]), id.seed.mac
	}
	return d
}

// read fills p with data, at most left bytes in all chunks. It returns io.EOF when the
// whole body was well-formed and nothing follows it.
func (d *chunkDecoder) read(p []byte, left *int64) (int, error) {
	for d.in == 0 {
		if err := d.next(d, left); err != nil {
			return 0, err
		}
	}
	p = p[:min(int64(len(p)), d.in)]
	var n int
	var err error
	if d.r < d.w || len(p) < len(d.buf)/4 && d.in < int64(len(d.buf)) {
		if d.r == d.w {
			err = d.fill()
		}
		n = copy(p, d.buf[d.r:d.w])
		d.r += n
	} else if n, err = d.src.Read(p); err == io.EOF && n > 0 {
		err = nil // the next read says it again
	} else if err != nil {
		err = incomplete(err)
	}
	if d.signed {
		d.sum.Write(p[:n])
	}
	d.in -= int64(n)
	*left -= int64(n)
	if d.in == 0 {
		d.next = (*chunkDecoder).endOfData
	}
	return n, err
}

// header reads a chunk's first line: its size, and its signature in a signed body.
func (d *chunkDecoder) header(left *int64) error {
	line, err := d.line(maxHeaderLine)
	if err != nil {
		return err
	}
	line, ok := bytes.CutSuffix(line, crlf)
	if !ok {
		return errChunk(errors.New("a chunk's header does not end in CRLF"))
	}
	digits := line
	if d.signed {
		var signature []byte
		if digits, signature, ok = bytes.Cut(line, []byte(chunkSignature)); !ok {
			return errChunk(errors.New("a chunk has no signature"))
		}
		if len(signature) != 2*sha256.Size {
			return errChunk(errors.New("a signature has the wrong length"))
		}
		d.want = append(d.want[:0], signature...)
	}
	if len(digits) == 0 || len(digits) > maxSizeDigits || bytes.ContainsFunc(digits, notHex) {
		return errChunk(errors.New("a chunk's size is not a hexadecimal number"))
	}
	size, err := strconv.ParseUint(string(digits), 16, 63)
	if err != nil {
		return errChunk(err)
	}
	if size > 0 {
		return d.begin(int64(size), *left)
	}
	if *left != 0 {
		return errIncomplete(nil)
	}
	if err := d.verifyChunk(); err != nil {
		return err
	}
	d.next = (*chunkDecoder).end
	return nil
}

// begin starts a chunk that has data.
func (d *chunkDecoder) begin(size, left int64) error {
	switch {
	case d.count > 0 && d.size < minChunk:
		return errChunkSize(d.count, d.size)
	case size > left:
		return d.tooMuch(size)
	}
	d.count++
	d.size, d.in = size, size
	return nil
}

// tooMuch refuses a chunk that is larger than what is to come: there is more data than was
// announced, or, where the chunk does not end where it says, its size is wrong.
func (d *chunkDecoder) tooMuch(size int64) error {
	if size > int64(len(d.buf)-len(crlf)) {
		return errIncomplete(nil)
	}
	end := int(size) + len(crlf)
	for d.w-d.r < end {
		if err := d.fill(); err != nil {
			return err
		}
	}
	if !bytes.HasSuffix(d.buf[d.r:d.r+end], crlf) {
		return errChunk(errMissingCRLF)
	}
	return errIncomplete(nil)
}

func notHex(r rune) bool { return r > 'f' || !isHex(byte(r)) }

// endOfData checks a chunk's signature and the CRLF after its data.
func (d *chunkDecoder) endOfData(*int64) error {
	if err := d.verifyChunk(); err != nil {
		return err
	}
	d.next = (*chunkDecoder).header
	return d.crlf()
}

// end reads what follows the last chunk, and makes sure that nothing follows that.
func (d *chunkDecoder) end(*int64) error {
	var err error
	if d.trailers {
		err = d.readTrailer()
	} else {
		err = d.crlf()
	}
	if err != nil {
		return err
	}
	if d.r == d.w {
		if err := d.more(); err == io.EOF {
			return io.EOF
		} else if err != nil {
			return incomplete(err)
		}
	}
	return errChunk(errors.New("there is data after its end"))
}
