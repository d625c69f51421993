package preview

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
)

// upperPNG decodes as many rows as there are: they are put into a lower picture of the same kind (PNG, 3rd edition, 5
// and 11). Interlaced ones have no upper part.
func upperPNG(b []byte) (img image.Image, part string) {
	head, others, data := chunksOf(b)
	if len(head) != 13 || head[12] != 0 {
		return nil, short
	}
	w, h := int64(binary.BigEndian.Uint32(head)), int64(binary.BigEndian.Uint32(head[4:]))
	channels := map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[head[9]]
	row := 1 + (w*channels*int64(head[8])+7)/8
	most := min(h, maxPartBytes/max(row, w*8))
	if channels == 0 || most < 1 {
		return nil, short
	}
	raw := make([]byte, row*most)
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, short
	}
	n, err := io.ReadFull(r, raw)
	rows := int64(n) / row
	if rows == 0 || err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, short
	}
	binary.BigEndian.PutUint32(head[4:], uint32(rows))
	var packed bytes.Buffer
	z, _ := zlib.NewWriterLevel(&packed, zlib.NoCompression)
	_, _ = z.Write(raw[:rows*row]) // to memory
	_ = z.Close()
	lower := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head)...)
	lower = append(append(lower, others...), chunk("IDAT", packed.Bytes())...)
	if img, err = png.Decode(bytes.NewReader(append(lower, chunk("IEND", nil)...))); err != nil {
		return nil, short
	}
	return img, fmt.Sprintf("the upper %d %%", max(rows*100/h, 1))
}

// chunksOf takes a PNG apart: a copy of its header's data, the chunks of palette and transparency, and the data of the
// picture as far as it goes.
func chunksOf(b []byte) (head, others, data []byte) {
	for b = b[8:]; len(b) >= 8; {
		n, kind := int64(binary.BigEndian.Uint32(b)), string(b[4:8])
		body := b[8:min(8+n, int64(len(b)))]
		whole := 12 + n
		switch {
		case kind == "IDAT":
			data = append(data, body...)
		case int64(len(b)) < whole:
			return head, others, data
		case kind == "IHDR":
			head = bytes.Clone(body)
		case kind == "PLTE", kind == "tRNS":
			others = append(others, b[:whole]...)
		}
		b = b[min(whole, int64(len(b))):]
	}
	return head, others, data
}

func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}
