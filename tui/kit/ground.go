package kit

import (
	"strings"

	lipgloss "charm.land/lipgloss/v2"

	"spaces/themes"
)

// Ground puts a theme's own background, and its colour of text, under a frame of lines that are w cells wide. A terminal
// can be asked to change its colours (OSC 11), but many do not, and a light theme on black cannot be read.
func Ground(t *themes.Theme, frame string, w int) string {
	base := themes.NewPaint(lipgloss.NewStyle().Foreground(t.Foreground).Background(t.Background))
	lines := strings.Split(frame, "\n")
	for i, line := range lines {
		lines[i] = base.Pre + strings.ReplaceAll(Pad(line, w), base.Post, base.Post+base.Pre) + base.Post
	}
	return strings.Join(lines, "\n")
}
