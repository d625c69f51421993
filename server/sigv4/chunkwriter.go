package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// ChunkWriter writes an aws-chunked body: the client's side of Body.
type ChunkWriter struct {
	w    io.Writer
	mode Payload
	seed Seed
	buf  []byte // data of the chunk that is being filled
	err  error
}

// NewChunkWriter writes chunks of size chunk to w as mode says, each signature building on
// the one before and the first on seed, which Sign gave.
func NewChunkWriter(w io.Writer, mode Payload, seed Seed, chunk int) *ChunkWriter {
	return &ChunkWriter{w: w, mode: mode, seed: seed, buf: make([]byte, 0, max(chunk, 1))}
}

// Write implements io.Writer.
func (c *ChunkWriter) Write(p []byte) (int, error) {
	n := 0
	for n < len(p) && c.err == nil {
		free := cap(c.buf) - len(c.buf)
		take := min(free, len(p)-n)
		c.buf = append(c.buf, p[n:n+take]...)
		n += take
		if len(c.buf) == cap(c.buf) {
			c.flush()
		}
	}
	return n, c.err
}

// Close writes what is left, the last chunk and the trailer.
func (c *ChunkWriter) Close(trailer http.Header) error {
	if len(c.buf) > 0 {
		c.flush()
	}
	c.write(c.header(nil))
	text := ""
	for _, name := range trailerNames(trailer) {
		value := trailer.Get(name)
		text += name + ":" + value + "\n"
		c.write([]byte(name + ":" + value + "\r\n"))
	}
	if c.mode == PayloadStreamSignedTrailer {
		c.sign(trailLabel, "", []byte(text))
		c.write([]byte(trailerSignature + ":" + hex.EncodeToString(c.seed.mac[:]) + "\r\n"))
	}
	c.write(crlf)
	return c.err
}

func (c *ChunkWriter) flush() {
	c.write(c.header(c.buf))
	c.write(c.buf)
	c.write(crlf)
	c.buf = c.buf[:0]
}

// header gives the first line of a chunk.
func (c *ChunkWriter) header(data []byte) []byte {
	line := strconv.AppendInt(nil, int64(len(data)), 16)
	if c.mode.signedChunks() {
		c.sign(chunkLabel, EmptySHA256+"\n", data)
		line = append(line, chunkSignature...)
		line = hex.AppendEncode(line, c.seed.mac[:])
	}
	return append(line, crlf...)
}

func (c *ChunkWriter) sign(label, empty string, data []byte) {
	text := appendChunk(nil, label, c.seed.date, c.seed.scope, c.seed.mac, empty, sha256.Sum256(data))
	c.seed.mac = c.seed.key.sign(text)
}

func (c *ChunkWriter) write(p []byte) {
	if c.err != nil {
		return
	}
	if _, err := c.w.Write(p); err != nil {
		c.err = fmt.Errorf("sigv4: write chunk: %w", err)
	}
}
