package preview

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"spaces/themes"
)

// noisy is a picture that does not compress: red above, blue below.
func noisy(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	seed := uint32(1)
	for y := range h {
		for x := range w {
			seed = seed*1664525 + 1013904223
			n := uint8(seed >> 27)
			c := color.NRGBA{200 + n, n, n, 255}
			if y >= h/2 {
				c = color.NRGBA{n, n, 200 + n, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func encoded(t testing.TB, kind string, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	err := map[string]func() error{
		"PNG":  func() error { return png.Encode(&b, m) },
		"JPEG": func() error { return jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}) },
		"GIF":  func() error { return gif.Encode(&b, m, nil) },
	}[kind]()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicturesAreDrawnInHalfBlocks(t *testing.T) {
	for _, kind := range []string{"PNG", "JPEG", "GIF"} {
		b := encoded(t, kind, noisy(64, 32))
		d := New(Facts{Name: "x", Size: int64(len(b))}, b)
		want(t, kind, d.What+d.Note(usual), kind+" picture, 64×32")
		for _, room := range [][2]int{{20, 10}, {1, 1}, {300, 80}, {5, 80}} {
			lines := d.Lines(looks(themes.Auto(true)), room[0], room[1])
			check(t, lines, room[0])
			if len(lines) > room[1] || len(lines) == 0 {
				t.Errorf("%s: %d lines in %v", kind, len(lines), room)
			}
		}
		lines := d.Lines(looks(themes.Auto(true)), 20, 10)
		if len(lines) != 5 || style.ReplaceAllString(lines[0], "") != strings.Repeat("▀", 20) || strings.Contains(lines[0], "[38;2;0") {
			t.Errorf("%s: %q", kind, lines)
		}
		for _, depth := range []themes.Depth{themes.Sixteen, themes.None} {
			lines := d.Lines(looks(themes.Auto(true).In(depth)), 20, 10)
			if len(lines) != 5 || strings.Contains(strings.Join(lines, ""), "\x1b") {
				t.Errorf("%s without colours: %q", kind, lines)
			}
		}
	}
}

func TestWhatIsTransparentStaysSo(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 2, 2))
	m.SetNRGBA(0, 1, color.NRGBA{255, 0, 0, 255})
	b := encoded(t, "PNG", m)
	lines := New(Facts{Size: int64(len(b))}, b).Lines(looks(themes.Auto(true)), 2, 1)
	want(t, "half", lines[0], "\x1b[38;2;255;0;0m▄\x1b[m ")
}

func TestPicturesThatAreNotAllThereAreDrawnAsFarAsTheyGo(t *testing.T) {
	for _, kind := range []string{"PNG", "JPEG"} {
		b := encoded(t, kind, noisy(400, 400))
		half := b[:len(b)*2/5]
		d := New(Facts{Size: int64(len(b))}, half)
		p, is := d.body.(*picture)
		if !strings.HasPrefix(d.Note(usual), "the upper ") || !is {
			t.Errorf("%s: %s, %v", kind, d.Note(usual), is)
			continue
		}
		if p.w != 400 || p.h < 100 || p.h > 200 {
			t.Errorf("%s: %d×%d", kind, p.w, p.h)
		}
		if c := p.pix[len(p.pix)-1]; c.R < 150 || c.B > 100 {
			t.Errorf("%s: the last pixel is %v", kind, c)
		}
	}
	b := encoded(t, "GIF", noisy(400, 400))
	want(t, "GIF", New(Facts{Size: int64(len(b))}, b[:len(b)/2]).Note(usual), short)
	for _, kind := range []string{"PNG", "JPEG", "GIF"} {
		b := encoded(t, kind, noisy(40, 40))
		for i := range len(b) {
			New(Facts{Size: int64(len(b))}, b[:i]).Lines(looks(themes.Auto(true)), 20, 10)
		}
	}
}

// exif puts a thumbnail into a JPEG, as cameras do.
func exif(b, thumb []byte) []byte {
	data := append([]byte("Exif\x00\x00MM\x00*"), thumb...)
	n := len(data) + 2
	return bytes.Join([][]byte{b[:2], {0xff, markAPP1, byte(n >> 8), byte(n)}, data, b[2:]}, nil)
}

func TestALargePhotoIsDrawnByItsThumbnail(t *testing.T) {
	b := exif(encoded(t, "JPEG", noisy(1600, 1200)), encoded(t, "JPEG", noisy(160, 120)))
	requests := 0
	d, err := Load(context.Background(), Facts{Name: "a.jpg", Size: int64(len(b))}, func(_ context.Context, at, n int64) ([]byte, error) {
		requests++
		return b[at : at+n], nil
	})
	if err != nil || requests != 1 {
		t.Fatal(err, requests)
	}
	want(t, "photo", d.What+" · "+d.Note(usual), "JPEG picture, 1600×1200 · its thumbnail")
	if p := d.body.(*picture); p.w != 160 || p.h != 120 {
		t.Errorf("%d×%d", p.w, p.h)
	}
}

func TestPicturesOfEnormousSizeAreNotDecoded(t *testing.T) {
	b := encoded(t, "PNG", image.NewGray(image.Rect(0, 0, 16, 16)))
	head, _, data := chunksOf(b)
	for i := range 8 {
		head[i] = 0x7f
	}
	copy(head[:8], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // 65,536 × 65,536
	evil := bytes.Join([][]byte{b[:8], chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", nil)}, nil)
	d := New(Facts{Size: int64(len(evil))}, evil)
	want(t, "PNG", d.What+" · "+d.Note(usual), "PNG picture, 65536×65536 · "+early)
	d = New(Facts{Size: int64(len(evil)) + 1}, evil)
	want(t, "PNG of which a part was read", d.Note(usual), short)
	g := encoded(t, "GIF", image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White}))
	copy(g[6:], "\xff\xff\xff\xff")
	want(t, "GIF", New(Facts{Size: int64(len(g))}, g).Note(usual), large)
	j := encoded(t, "JPEG", image.NewGray(image.Rect(0, 0, 16, 16)))
	segments(j, func(mark byte, at int, _ []byte) {
		if mark == markSOF0 {
			copy(j[at+1:], "\xff\xff\xff\xff")
		}
	})
	d = New(Facts{Size: int64(len(j))}, j)
	want(t, "JPEG", d.What+" · "+d.Note(usual), fmt.Sprintf("JPEG picture, 65535×65535 · %s", early))
}

func BenchmarkPicture(b *testing.B) {
	data := encoded(b, "JPEG", noisy(400, 300))
	d := New(Facts{Size: int64(len(data))}, data)
	for b.Loop() {
		d.Lines(looks(themes.Auto(true)), 118, 36)
	}
}
