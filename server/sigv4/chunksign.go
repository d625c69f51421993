package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
)

// verifyChunk checks the signature of the chunk that was just read.
func (d *chunkDecoder) verifyChunk() error {
	if !d.signed {
		return nil
	}
	return d.verify(chunkLabel, EmptySHA256+"\n", d.want)
}

// verify checks a signature over what d.sum saw, and makes it the one the next builds on.
func (d *chunkDecoder) verify(label, empty string, want []byte) error {
	d.sum.Sum(d.data[:0])
	d.sum.Reset()
	d.text = appendChunk(d.text[:0], label, d.seed.date, d.seed.scope, d.prev, empty, d.data)
	d.mac.Reset()
	d.mac.Write(d.text)
	d.mac.Sum(d.prev[:0])
	if !equalHex(d.prev, want) {
		return errSignature(d.accessKey, string(want), d.text)
	}
	return nil
}

// appendChunk appends the string to sign of a chunk or of the trailer.
func appendChunk(dst []byte, label, date, scope string, prev [sha256.Size]byte, empty string, sum [sha256.Size]byte) []byte {
	for _, s := range [...]string{label, date, scope} {
		dst = append(dst, s...)
		dst = append(dst, '\n')
	}
	dst = hex.AppendEncode(dst, prev[:])
	dst = append(dst, '\n')
	dst = append(dst, empty...)
	return hex.AppendEncode(dst, sum[:])
}
