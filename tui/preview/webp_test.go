package preview

import (
	"encoding/base64"
	"encoding/binary"
	"testing"

	"spaces/themes"
)

// Pictures of one pixel in each of the forms that WebP has, and one of 75×100, which is in golang.org/x/image/testdata as
// gopher-doc.1bpp.lossless.webp.
const (
	webpLossy    = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
	webpLossless = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
	webpAlpha    = "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA=="
	webpMoving   = "UklGRlIAAABXRUJQVlA4WAoAAAASAAAAAAAAAAAAQU5JTQYAAAD/////AABBTk1GJgAAAAAAAAAAAAAAAAAAAGQAAABWUDhMDQAAAC8AAAAQBxAREYiI/gcA"
	webpGopher   = "UklGRrIBAABXRUJQVlA4TKUBAAAvSsAYAA8w//M///MfeJAkbXvaSG7m8Q3GfYSBJekwQztm/IcZlgwnmWImn2BK7aFmBtnVir6q//8VOkFE/xm4baTI" +
		"u8c48ArEo6+B3zFKYln3pqClSCKX0begFTAXFOLXHSyF8cCNcZEG4OywuA4KVVfJCiArU7GAgJI8+lJP/OKMT/fBAjevg1cYB7YVkFuWga2lyPi5I0HFy5YT" +
		"pWIHg0RZpkniRVW9odHAKOwosWuOGdxIyn2OvaCDvhg/we6TwadPBPbqBV58MsLmMJ8yZnOWk8SRz4N+QoyPL+MnamzMvcE1rHNEr91F9GKZPVUcS9w7PhhH" +
		"36suB9qPeYb/oLk6cuTiJ0wOK3m5h1cKjW6EVZCYMK7dxcKCBdgP9HkKr9gkAO2P8GKZGWVdIAatQa+1IDpt6qyorVwdy01xdW8Jkfk6xjEXmVQQ+HQdFr6O" +
		"KhIN34dXWq0+0qr6EJSCeeVLH9+gvGTLyqM65PQ44ihzlTXxQKjKbAvshXgir7Lil9w4L2bvMycmjQcqXaMCO6BlY28i+FOLzbfI1vEqxAhotocAAA=="
)

func webpOf(t testing.TB, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWebPIsDrawnInAllItsForms(t *testing.T) {
	for text, what := range map[string]string{
		webpLossy: "WebP picture, 1×1", webpLossless: "WebP picture, 1×1", webpAlpha: "WebP picture, 1×1", webpGopher: "WebP picture, 75×100",
	} {
		b := webpOf(t, text)
		d := New(Facts{Size: int64(len(b))}, b)
		want(t, "what it is", d.What+d.Note(usual), what)
		lines := d.Lines(looks(themes.Auto(true)), 60, 20)
		if check(t, lines, 60); len(lines) == 0 || len(lines) > 20 {
			t.Errorf("%s: %d lines", what, len(lines))
		}
	}
	b := webpOf(t, webpMoving)
	want(t, "a series", New(Facts{Size: int64(len(b))}, b).Note(usual), "moving ones are not drawn")
}

func TestWebPThatIsNotAllThereIsNotDrawn(t *testing.T) {
	for _, text := range []string{webpLossy, webpLossless, webpAlpha, webpMoving, webpGopher} {
		b := webpOf(t, text)
		for i := range b {
			New(Facts{Size: int64(len(b))}, b[:i]).Lines(looks(themes.Auto(true)), 20, 10)
		}
	}
	b := webpOf(t, webpGopher)
	d := New(Facts{Size: int64(len(b))}, b[:len(b)/2])
	want(t, "half of one", d.What+" · "+d.Note(usual), "WebP picture, 75×100 · "+short)
}

// The room is asked of the header that is decoded: one that says less in front of it is not believed.
func TestWebPOfEnormousSizeIsNotDecoded(t *testing.T) {
	lossy, lossless, alpha := webpOf(t, webpLossy), webpOf(t, webpLossless), webpOf(t, webpAlpha)
	copy(lossy[26:], "\xff\x3f\xff\x3f")
	d := New(Facts{Size: int64(len(lossy))}, lossy)
	want(t, "lossy", d.What+" · "+d.Note(usual), "WebP picture, 16383×16383 · "+large)
	binary.LittleEndian.PutUint32(lossless[21:], binary.LittleEndian.Uint32(lossless[21:])|1<<28-1)
	d = New(Facts{Size: int64(len(lossless))}, lossless)
	want(t, "lossless", d.What+" · "+d.Note(usual), "WebP picture, 16384×16384 · "+large)
	copy(alpha[24:], "\xff\x3f\x00\xff\x3f\x00")
	d = New(Facts{Size: int64(len(alpha))}, alpha)
	want(t, "transparent", d.What+" · "+d.Note(usual), "WebP picture, 16384×16384 · "+large)

	extended := append([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), lossless[12:]...)
	binary.LittleEndian.PutUint32(extended[4:], uint32(len(extended)-8))
	d = New(Facts{Size: int64(len(extended))}, extended)
	want(t, "one that says less in front", d.What+" · "+d.Note(usual), "WebP picture, 1×1 · "+early)
}
