package kit

import (
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Text that is fitted here is printable (store.Printable) and carries no escape sequences, unless it says otherwise.
// Widths are counted as the terminal does: by runes, or by clusters of them, so that a family is as wide as one person.

var byClusters atomic.Bool

// CountClusters says whether the terminal counts cells by grapheme clusters (its mode 2027). There is one terminal, so this
// is for everything that is drawn from now on.
func CountClusters(on bool) { byClusters.Store(on) }

// cells is the width of s, which may be styled.
func cells(s string) int {
	if byClusters.Load() {
		return ansi.StringWidth(s)
	}
	return ansi.StringWidthWc(s)
}

// first is the first letter of s, which is not empty: its bytes and its cells.
func first(s string) (size, width int) {
	if byClusters.Load() && s[0] >= utf8.RuneSelf {
		cluster, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		return len(cluster), w
	}
	r, size := utf8.DecodeRuneInString(s)
	return size, runeWidth(r)
}

// truncate cuts styled text to at most w cells. TruncateWc lets clusters through that have more than it counts.
func truncate(s string, w int) string {
	if byClusters.Load() {
		return ansi.Truncate(s, w, "")
	}
	for at := w; at > 0; at-- {
		if cut := ansi.TruncateWc(s, at, ""); cells(cut) <= w {
			return cut
		}
	}
	return ""
}

const spaces64 = "                                                                "

// Blank returns n spaces.
func Blank(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(spaces64) {
		return spaces64[:n]
	}
	return strings.Repeat(" ", n)
}

// ascii says whether every byte of s is one cell.
func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// Width returns the cells that s takes; escape sequences take none.
func Width(s string) int {
	if ascii(s) {
		return len(s)
	}
	return cells(s)
}

// Fit returns s in exactly w cells: cut at its end with "…", or padded with spaces.
func Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if ascii(s) {
		if len(s) <= w {
			return s + Blank(w-len(s))
		}
		return s[:w-1] + "…"
	}
	if n := cells(s); n <= w {
		return s + Blank(w-n)
	}
	cut, n := head(s, w-1)
	return cut + "…" + Blank(w-1-n)
}

// FitLeft is Fit that keeps the end of s: "…images/2024/".
func FitLeft(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := Width(s)
	if n <= w {
		return s + Blank(w-n)
	}
	if n == len(s) {
		return "…" + s[len(s)-w+1:]
	}
	cut, n := tail(s, w-1)
	return "…" + cut + Blank(w-1-n)
}

// FitRight is Fit that pads on the left: for numbers.
func FitRight(s string, w int) string {
	if n := Width(s); n < w {
		return Blank(w-n) + s
	}
	return Fit(s, w)
}

// FitMiddle is Fit that keeps both ends: "a-very-lo….jpg".
func FitMiddle(s string, w int) string {
	if w < 8 || Width(s) <= w {
		return Fit(s, w)
	}
	end, n := tail(s, (w-1)/3)
	begin, m := head(s, w-1-n)
	return begin + "…" + end + Blank(w-1-n-m)
}

// head returns the longest beginning of s of at most w cells, and its cells.
func head(s string, w int) (string, int) {
	n, i := 0, 0
	for i < len(s) {
		size, c := first(s[i:])
		if n+c > w {
			break
		}
		n += c
		i += size
	}
	return s[:i], n
}

// tail returns the longest end of s of at most w cells, and its cells. It does not begin with what belongs to a letter
// that is cut off.
func tail(s string, w int) (string, int) {
	if byClusters.Load() {
		n := cells(s)
		for n > w {
			size, c := first(s)
			s, n = s[size:], n-c
		}
		return s, n
	}
	n, i := 0, len(s)
	for i > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		c := runeWidth(r)
		if n+c > w {
			break
		}
		n += c
		i -= size
	}
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if runeWidth(r) > 0 {
			break
		}
		i += size
	}
	return s[i:], n
}

func runeWidth(r rune) int {
	if r >= 0x20 && r < 0x7f {
		return 1
	}
	var b [utf8.UTFMax]byte
	return ansi.StringWidthWc(string(b[:utf8.EncodeRune(b[:], r)]))
}

// Clip cuts styled text to at most w cells.
func Clip(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	return truncate(s, w)
}

// Pad fills styled text with spaces to w cells, or clips it.
func Pad(s string, w int) string {
	n := Width(s)
	if n > w {
		s = truncate(s, max(w, 0))
		n = Width(s)
	}
	return s + Blank(w-n)
}

// Ends puts left and right at the ends of w cells; both may be styled. Where there is no room for both, left gives way.
func Ends(left, right string, w int) string {
	r := Width(right)
	if r >= w {
		return Clip(right, w)
	}
	if r == 0 {
		return Pad(left, w)
	}
	return Pad(left, w-r-1) + " " + right
}

// Wrap breaks printable text into lines of at most w cells, between words where it can.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	if byClusters.Load() {
		return strings.Split(ansi.Wrap(s, w, "/"), "\n")
	}
	return strings.Split(ansi.WrapWc(s, w, "/"), "\n")
}

// Mask puts question marks in the place of what is not ASCII, as ls does: one for each cell.
func Mask(screen string) string {
	var b strings.Builder
	for _, r := range screen {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		b.WriteString("??"[:min(max(runeWidth(r), 0), 2)])
	}
	return b.String()
}
