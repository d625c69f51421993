package preview

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
)

// The markers are of ITU-T T.81, table B.1.
const (
	markSOF0, markSOF2 = 0xc0, 0xc2
	markSOS, markAPP1  = 0xda, 0xe1
)

// segments calls do with every marker before the first scan, with the bytes that follow it.
func segments(b []byte, do func(mark byte, at int, data []byte)) {
	for at := 2; at+4 <= len(b) && b[at] == 0xff; {
		n := int(binary.BigEndian.Uint16(b[at+2:]))
		if n < 2 || at+2+n > len(b) {
			return
		}
		do(b[at+1], at+4, b[at+4:at+2+n])
		if b[at+1] == markSOS {
			return
		}
		at += 2 + n
	}
}

func progressive(b []byte) (is bool) {
	segments(b, func(mark byte, _ int, _ []byte) { is = is || mark == markSOF2 })
	return is
}

// partOfJPEG gives the thumbnail that cameras put at the beginning, else what can be decoded of what there is.
func partOfJPEG(b []byte, c image.Config, fits bool) (img image.Image, part string) {
	if img = thumbnail(b); img != nil {
		return img, "its thumbnail"
	}
	if progressive(b) {
		last := bytes.LastIndex(b, []byte{0xff, markSOS})
		if !fits {
			return nil, large
		}
		if last < 0 {
			return nil, short
		}
		if img, err := jpeg.Decode(bytes.NewReader(ended(b[:last]))); err == nil { // the scans that are whole
			return img, "in less than its full detail"
		}
		return nil, short
	}
	return upperJPEG(b, c)
}

// thumbnail decodes the picture within the Exif segment (Exif 2.3, 4.5.5), nil when there is none.
func thumbnail(b []byte) (img image.Image) {
	segments(b, func(mark byte, _ int, data []byte) {
		if mark != markAPP1 || !is(data, "Exif\x00\x00") || img != nil {
			return
		}
		from := bytes.Index(data[6:], []byte{0xff, 0xd8, 0xff})
		if from < 0 {
			return
		}
		inner := data[6+from:]
		if c, err := jpeg.DecodeConfig(bytes.NewReader(inner)); err == nil && c.Width*c.Height <= 1<<20 {
			img, _ = jpeg.Decode(bytes.NewReader(inner))
		}
	})
	return img
}

// upperJPEG decodes as many rows as there are: the picture is made lower until it ends before the bytes do.
func upperJPEG(b []byte, c image.Config) (img image.Image, part string) {
	height := -1
	segments(b, func(mark byte, at int, data []byte) {
		if mark >= markSOF0 && mark < markSOF2 && len(data) >= 5 {
			height = at + 1
		}
	})
	const step = 16 // the highest unit that is coded at once
	most := min(c.Height, int(maxPartBytes/(int64(c.Width)*4)))
	if height < 0 || most < step {
		return nil, short
	}
	lower := ended(b)
	rows := 0
	for lo, hi := 0, most/step; lo < hi; {
		n := (lo + hi + 1) / 2
		binary.BigEndian.PutUint16(lower[height:], uint16(n*step))
		if got, err := jpeg.Decode(bytes.NewReader(lower)); err == nil {
			img, rows, lo = got, n*step, n
		} else {
			hi = n - 1
		}
	}
	if img == nil {
		return nil, short
	}
	return img, fmt.Sprintf("the upper %d %%", max(rows*100/c.Height, 1))
}

// ended is a copy with the marker that ends a picture.
func ended(b []byte) []byte { return append(bytes.Clone(b), 0xff, 0xd9) }
