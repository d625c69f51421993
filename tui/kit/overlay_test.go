package kit

import (
	"testing"

	"github.com/charmbracelet/x/ansi"

	"spaces/themes"
)

func TestAPictureBehindABoxIsNoPatternOfBars(t *testing.T) {
	screen := "\x1b[38;2;1;2;3m▀▄\x1b[m name\n▀▀ more"
	if got := ansi.Strip(Overlay(themes.Auto(true), screen, "[]", Area{X: 0, Y: 1, W: 2, H: 1})); got != "   name\n[] more" {
		t.Errorf("%q", got)
	}
}
