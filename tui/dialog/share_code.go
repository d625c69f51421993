package dialog

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"spaces/themes"
	"spaces/tui/kit"
)

// quiet is how many modules of nothing are around a code (ISO/IEC 18004, 5.3.8).
const quiet = 4

// white and black are named by number: a scanner wants them whatever the theme is.
const (
	onWhite  = "\x1b[38;5;16;48;5;231m"
	onBlack  = "\x1b[38;5;231;48;5;16m"
	allWhite = "\x1b[38;5;231;48;5;231m"
	allBlack = "\x1b[38;5;16;48;5;16m"
	noColour = "\x1b[m"
)

// qrCode draws a text as a QR code, two modules to a cell of half blocks; where the terminal has only ASCII, one to two cells.
// It is dark on light with the terminal's colours and without.
func qrCode(c *kit.Context, text string) ([]string, error) {
	q, err := qr.Encode(text, qr.L)
	if err != nil {
		return nil, fmt.Errorf("draw the QR code: %w", err)
	}
	dark := func(x, y int) bool { return q.Black(x-quiet, y-quiet) }
	n, coloured := q.Size+2*quiet, c.Theme.Paint.Accent.Pre != ""
	if c.Signs != themes.AllSigns {
		return asciiCode(n, dark, c.Theme.Dark, coloured), nil
	}
	return blockCode(n, dark, c.Theme.Dark, coloured), nil
}

// blockCode draws what has the colour of the terminal's letters: on a dark one the light modules, else the dark ones.
func blockCode(n int, dark func(x, y int) bool, onDark, coloured bool) []string {
	pre, post := onWhite, noColour
	if onDark {
		pre = onBlack
	}
	if !coloured {
		pre, post = "", ""
	}
	var lines []string
	for y := 0; y < n; y += 2 {
		var b strings.Builder
		b.WriteString(pre)
		for x := range n {
			above := dark(x, y) != onDark
			below := y+1 < n && dark(x, y+1) != onDark
			switch {
			case above && below:
				b.WriteRune('█')
			case above:
				b.WriteRune('▀')
			case below:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		lines = append(lines, b.String()+post)
	}
	return lines
}

// asciiCode fills cells: with colours wholly, without them as far as a # does.
func asciiCode(n int, dark func(x, y int) bool, onDark, coloured bool) []string {
	var lines []string
	for y := range n {
		var b strings.Builder
		was := ""
		for x := range n {
			pre, cell := allWhite, "##"
			if dark(x, y) {
				pre = allBlack
			}
			if dark(x, y) == onDark {
				cell = "  "
			}
			if coloured && pre != was {
				b.WriteString(pre)
				was = pre
			}
			b.WriteString(cell)
		}
		if coloured {
			b.WriteString(noColour)
		}
		lines = append(lines, b.String())
	}
	return lines
}
