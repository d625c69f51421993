package preview

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strconv"
	"strings"

	"golang.org/x/image/webp"

	"spaces/themes"
)

const (
	large = "too large to be drawn"
	short = "not enough of it was read to draw it"
	early = "it ends too early" // all of it was read

	maxPixelBytes = 48 << 20 // of a decoded picture: its header is asked first
	maxPartBytes  = 16 << 20 // of a part of one, which may be decoded several times
	gridMost      = 640      // pixels on a side that are kept: more than the largest terminal shows
	enlargeMost   = 4        // times that a small picture is enlarged
)

// picture is kept small: what was decoded is gone.
type picture struct {
	w, h int
	pix  []color.NRGBA
}

// pictureType is what a picture begins with, "" for anything else.
func pictureType(b []byte) string {
	switch {
	case is(b, "\x89PNG\r\n\x1a\n"):
		return "PNG"
	case is(b, "\xff\xd8\xff"):
		return "JPEG"
	case is(b, "GIF87a"), is(b, "GIF89a"):
		return "GIF"
	case len(b) >= 12 && is(b, "RIFF") && string(b[8:12]) == "WEBP":
		return "WebP"
	}
	return ""
}

// pictureDoc decodes as much of a picture as there is.
func pictureDoc(f Facts, head []byte) *Doc {
	kind := pictureType(head)
	d := &Doc{What: kind + " picture"}
	c, err := configOf(kind, head)
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		d.note = "it is damaged, or not all there"
		return d
	}
	d.What += fmt.Sprintf(", %d×%d", c.Width, c.Height)
	cut := int64(len(head)) < f.Size
	img, part := decodePicture(kind, head, c, cut)
	if img == nil {
		if part == short && !cut {
			part = early
		}
		d.note = part
		return d
	}
	d.body, d.note = shrink(img), part
	return d
}

func configOf(kind string, b []byte) (image.Config, error) {
	switch r := bytes.NewReader(b); kind {
	case "PNG":
		return png.DecodeConfig(r)
	case "JPEG":
		return jpeg.DecodeConfig(r)
	case "WebP":
		return webp.DecodeConfig(r)
	default:
		return gif.DecodeConfig(r)
	}
}

// decodePicture gives a picture and what is missing of it; without a picture, why there is none.
func decodePicture(kind string, b []byte, c image.Config, cut bool) (img image.Image, part string) {
	room := int64(c.Width) * int64(c.Height) * pixelBytes(c.ColorModel)
	switch {
	case kind == "JPEG" && progressive(b):
		room *= 5 // coefficients of 4 bytes beside the samples
	case kind == "WebP":
		room *= 2 // transparency is a picture of its own, and a palette makes another one
	}
	fits := room <= maxPixelBytes
	switch kind {
	case "PNG":
		if !cut && fits {
			img, _ = png.Decode(bytes.NewReader(b))
		}
		if img == nil {
			return upperPNG(b)
		}
	case "JPEG":
		if !cut && fits {
			img, _ = jpeg.Decode(bytes.NewReader(b))
		}
		if img == nil {
			return partOfJPEG(b, c, fits)
		}
	case "WebP":
		if !fits {
			return nil, large
		}
		return wholeWebP(b)
	default:
		if !fits {
			return nil, large
		}
		if img, _ = gif.Decode(bytes.NewReader(b)); img == nil {
			return nil, short
		}
	}
	return img, ""
}

// pixelBytes is how many bytes the decoders take for a pixel.
func pixelBytes(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 4
}

// shrink averages a picture down to what a screen may show.
func shrink(img image.Image) *picture {
	b := img.Bounds()
	scale := max(float64(max(b.Dx(), b.Dy()))/gridMost, 1)
	p := &picture{w: max(int(float64(b.Dx())/scale), 1), h: max(int(float64(b.Dy())/scale), 1)}
	p.pix = make([]color.NRGBA, p.w*p.h)
	for y := range p.h {
		y0, y1 := b.Min.Y+y*b.Dy()/p.h, b.Min.Y+max((y+1)*b.Dy()/p.h, y*b.Dy()/p.h+1)
		for x := range p.w {
			x0, x1 := b.Min.X+x*b.Dx()/p.w, b.Min.X+max((x+1)*b.Dx()/p.w, x*b.Dx()/p.w+1)
			p.pix[y*p.w+x] = average(img, x0, y0, x1, y1)
		}
	}
	return p
}

// average is the colour of a part; of a large one, of up to 4×4 points of it.
func average(img image.Image, x0, y0, x1, y1 int) color.NRGBA {
	var r, g, b, a, n uint64
	for y := y0; y < y1; y += max((y1-y0)/4, 1) {
		for x := x0; x < x1; x += max((x1-x0)/4, 1) {
			pr, pg, pb, pa := img.At(x, y).RGBA()
			r, g, b, a, n = r+uint64(pr), g+uint64(pg), b+uint64(pb), a+uint64(pa), n+1
		}
	}
	if a == 0 {
		return color.NRGBA{}
	}
	return color.NRGBA{uint8(r * 255 / a), uint8(g * 255 / a), uint8(b * 255 / a), uint8(a / n >> 8)}
}

// within is the size in pixels of a picture in a room of cells, each of which is two pixels high.
func (p *picture) within(w, h int) (int, int) {
	scale := min(float64(w)/float64(p.w), float64(2*h)/float64(p.h), enlargeMost)
	return max(int(float64(p.w)*scale), 1), max(int(float64(p.h)*scale), 1)
}

func (p *picture) draw(pen *pen) {
	w, h := p.within(pen.w, pen.h)
	for y := 0; y < h; y += 2 {
		if pen.th.Depth == themes.Full {
			pen.lines = append(pen.lines, p.halves(y, w, h))
		} else {
			pen.lines = append(pen.lines, p.shades(pen.th, y, w, h))
		}
	}
}

// at is the colour of a pixel of a picture drawn at w×h; transparent beyond it.
func (p *picture) at(x, y, w, h int) color.NRGBA {
	if y >= h {
		return color.NRGBA{}
	}
	x0, y0 := x*p.w/w, y*p.h/h
	x1, y1 := max((x+1)*p.w/w, x0+1), max((y+1)*p.h/h, y0+1)
	var r, g, b, a, n int
	for j := y0; j < y1; j++ {
		for i := x0; i < x1; i++ {
			c := p.pix[j*p.w+i]
			r, g, b, a, n = r+int(c.R)*int(c.A), g+int(c.G)*int(c.A), b+int(c.B)*int(c.A), a+int(c.A), n+1
		}
	}
	if a == 0 {
		return color.NRGBA{}
	}
	return color.NRGBA{uint8(r / a), uint8(g / a), uint8(b / a), uint8(a / n)}
}

// halves draws two rows of pixels in one line: the upper in the foreground, the lower in the background. The terminal's
// renderer makes the nearest of 256 colours of them where there are no more.
func (p *picture) halves(y, w, h int) string {
	var b strings.Builder
	b.Grow(w * 24)
	last := ""
	put := func(style, sign string) {
		if style != last {
			if last != "" {
				b.WriteString("\x1b[m")
			}
			b.WriteString(style)
			last = style
		}
		b.WriteString(sign)
	}
	for x := range w {
		up, low := p.at(x, y, w, h), p.at(x, y+1, w, h)
		switch {
		case up.A < 64 && low.A < 64:
			put("", " ")
		case low.A < 64:
			put("\x1b[38;2;"+rgb(up)+"m", "▀")
		case up.A < 64:
			put("\x1b[38;2;"+rgb(low)+"m", "▄")
		default:
			put("\x1b[38;2;"+rgb(up)+";48;2;"+rgb(low)+"m", "▀")
		}
	}
	put("", "")
	return b.String()
}

func rgb(c color.NRGBA) string {
	var room [11]byte
	b := strconv.AppendUint(room[:0], uint64(c.R), 10)
	b = strconv.AppendUint(append(b, ';'), uint64(c.G), 10)
	return string(strconv.AppendUint(append(b, ';'), uint64(c.B), 10))
}

// shades draws two rows of pixels in one line without colours: the brighter, the denser; on paper the other way round.
func (p *picture) shades(th *themes.Theme, y, w, h int) string {
	signs := []rune(" ░▒▓█")
	var b strings.Builder
	for x := range w {
		up, low := p.at(x, y, w, h), p.at(x, y+1, w, h)
		light := (luma(up) + luma(low)) / 2
		if !th.Dark {
			light = 255 - light
		}
		if up.A < 64 && low.A < 64 {
			light = 0
		}
		b.WriteRune(signs[min(light*len(signs)/255, len(signs)-1)])
	}
	return b.String()
}

// luma: ITU-R BT.601.
func luma(c color.NRGBA) int { return (299*int(c.R) + 587*int(c.G) + 114*int(c.B)) / 1000 }
