package sigv4

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
)

// maxTrailers bounds the trailing headers; S3 knows one checksum a request.
const maxTrailers = 8

// announced reads x-amz-trailer: the names, in lower case, that have to follow the body.
func announced(values []string) ([]string, error) {
	var names []string
	for _, v := range values {
		for name := range strings.SplitSeq(v, ",") {
			name = strings.ToLower(strings.Trim(name, " \t"))
			if !isToken(name) || name == trailerSignature || len(names) == maxTrailers {
				return nil, errTrailer()
			}
			for _, other := range names {
				if other == name {
					return nil, errTrailer()
				}
			}
			names = append(names, name)
		}
	}
	return names, nil
}

// fields cuts a trailing header line "name:value".
func fields(line []byte) (name, value string, ok bool) {
	n, v, ok := bytes.Cut(line, []byte(":"))
	name = strings.ToLower(string(n))
	return name, strings.Trim(string(v), " \t"), ok && isToken(name)
}

// readTrailer reads the trailing headers: those that were announced, each once, no others;
// in a signed body the signature comes last. An empty line ends them.
func (d *chunkDecoder) readTrailer() error {
	done := !d.signed
	for {
		line, err := d.trailerLine()
		if err != nil {
			return err
		}
		if len(line) == 0 {
			if !done || len(d.names) > 0 {
				return errTrailer()
			}
			return nil
		}
		name, value, ok := fields(line)
		if !ok || done && d.signed {
			return errTrailer()
		}
		if d.signed && (name == trailerSignature || len(d.names) == 0) {
			if err := d.verifyTrailer(name, value); err != nil {
				return err
			}
			done = true
			continue
		}
		i := slices.Index(d.names, name)
		if i < 0 {
			return errTrailer()
		}
		d.names = slices.Delete(d.names, i, i+1)
		d.addTrailer(name, value)
	}
}

// verifyTrailer checks the line that has to be the signature of the trailing headers.
func (d *chunkDecoder) verifyTrailer(name, value string) error {
	switch {
	case len(d.names) > 0, name != trailerSignature && d.trailer == nil:
		return errTrailer()
	case name != trailerSignature, len(value) != 2*sha256.Size:
		return errChunk(errors.New("the trailer has no signature"))
	}
	return d.verify(trailLabel, "", []byte(value))
}

func (d *chunkDecoder) addTrailer(name, value string) {
	if d.trailer == nil {
		d.trailer = make(http.Header)
	}
	d.trailer.Set(name, value)
	if d.signed {
		io.WriteString(d.sum, name+":"+value+"\n")
	}
}

// trailerLine reads a line without its end: CRLF, or LF CRLF, which Amazon's examples show
// and some clients write after a field.
func (d *chunkDecoder) trailerLine() ([]byte, error) {
	line, err := d.line(maxTrailerLine)
	if err != nil {
		return nil, err
	}
	if text, ok := bytes.CutSuffix(line, crlf); ok {
		if bytes.IndexByte(text, '\r') >= 0 {
			return nil, errChunk(errMissingCRLF)
		}
		return text, nil
	}
	line = bytes.Clone(line[:len(line)-1])
	if len(line) == 0 {
		return nil, errTrailer()
	}
	return line, d.crlf()
}
