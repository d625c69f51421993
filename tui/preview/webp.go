package preview

import (
	"bytes"
	"image"

	"golang.org/x/image/webp"
)

// wholeWebP decodes a picture that is all there; without a picture, it says why there is none. The format has nothing to
// draw an upper part from.
func wholeWebP(b []byte) (img image.Image, why string) {
	if img, err := webp.Decode(bytes.NewReader(b)); err == nil {
		return img, ""
	}
	if animated(b) {
		return nil, "moving ones are not drawn"
	}
	return nil, short
}

// animated says whether a WebP is a series of pictures: RFC 9649, 2.7, the flag A of the chunk VP8X.
func animated(b []byte) bool {
	const flags = 20 // behind RIFF, its size, WEBP, VP8X, its size
	return len(b) > flags && string(b[12:16]) == "VP8X" && b[flags]&2 != 0
}
