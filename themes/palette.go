package themes

import (
	"image/color"
	"strconv"
	"strings"

	lipgloss "charm.land/lipgloss/v2"
)

// file is a theme as it is written down.
type file struct {
	Name    string  `toml:"name"`
	Dark    bool    `toml:"dark"`
	Icons   bool    `toml:"icons"`
	Few     bool    `toml:"few"` // the sixteen colours are used where there are more, too
	Palette palette `toml:"palette"`
	Sixteen palette `toml:"sixteen"`
}

// palette is the colours of a theme: "#rrggbb", the number of a terminal colour (0…255), or "" for the terminal's own.
type palette struct {
	Background string `toml:"background"`
	Text       string `toml:"text"`
	Dim        string `toml:"dim"`
	Strong     string `toml:"strong"`
	Accent     string `toml:"accent"`
	Rule       string `toml:"rule"`
	Good       string `toml:"good"`
	Warn       string `toml:"warn"`
	Bad        string `toml:"bad"`
	Cursor     string `toml:"cursor"`
	Selected   string `toml:"selected"`
	Both       string `toml:"both"`
	Field      string `toml:"field"`
	Behind     string `toml:"behind"`
}

func isColor(s string) bool {
	if s == "" {
		return true
	}
	if hex, ok := strings.CutPrefix(s, "#"); ok {
		_, err := strconv.ParseUint(hex, 16, 32)
		return err == nil && len(hex) == 6
	}
	_, err := strconv.ParseUint(s, 10, 8)
	return err == nil
}

func paint(s string) color.Color {
	if s == "" {
		return lipgloss.NoColor{}
	}
	return lipgloss.Color(s)
}

// Depth is how many colours a terminal has.
type Depth int

// Depths.
const (
	Full    Depth = iota // 256 or more
	Sixteen              // the terminal's own 16
	None                 // attributes only
)

// styles makes the styles of a theme. Whatever tells rows apart (cursor, selection, focus) does so by an attribute
// too where colours are few.
func (f file) styles(d Depth) *Theme {
	if f.Few && d == Full {
		d = Sixteen
	}
	p := f.Palette
	switch d {
	case Sixteen:
		p = f.Sixteen
	case None:
		p = palette{}
	}
	base := lipgloss.NewStyle()
	fg := func(c string) lipgloss.Style { return base.Foreground(paint(c)) }
	dim, strong, accent := fg(p.Dim), fg(p.Strong).Bold(true), fg(p.Accent)
	cursor := base.Foreground(paint(p.Strong)).Background(paint(p.Cursor))
	selected := base.Background(paint(p.Selected))
	both := base.Foreground(paint(p.Strong)).Background(paint(p.Both)).Bold(true)
	focus := base.Foreground(paint(p.Background)).Background(paint(p.Accent)).Bold(true)
	danger := base.Foreground(paint(p.Background)).Background(paint(p.Bad)).Bold(true)
	field := fg(p.Text).Background(paint(p.Field))
	if d != Full {
		dim = base.Faint(true)
		cursor, both = base.Reverse(true), base.Reverse(true).Bold(true)
		selected = base.Bold(true)
		focus = base.Reverse(true).Bold(true)
		danger = fg(p.Bad).Reverse(true).Bold(true)
		field = base.Underline(true)
	}
	t := &Theme{
		Background: paint(f.Palette.Background), Foreground: paint(f.Palette.Text),
		Name: f.Name, Dark: f.Dark, Icons: f.Icons, Depth: d, source: &f,
		Text: fg(p.Text), Dim: dim, Strong: strong, Accent: accent,
		Brand: accent.Bold(true), Path: fg(p.Text), PathSep: dim, PathLast: strong, Endpoint: dim,
		Tab: dim, TabActive: accent.Bold(true).Underline(true),
		Border: fg(p.Rule), BorderFocus: accent, Title: strong,
		Header: dim, Row: fg(p.Text), Folder: accent, Public: fg(p.Warn), Private: dim, Number: fg(p.Text),
		Cursor: cursor, Selected: selected, CursorSelected: both,
		Mark: accent.Bold(true), Match: accent.Underline(true),
		Status: fg(p.Text), Hint: dim, HintKey: accent,
		Good: fg(p.Good), Warn: fg(p.Warn), Bad: fg(p.Bad),
		Button: fg(p.Text), ButtonFocus: focus, ButtonDanger: fg(p.Bad), ButtonDangerFocus: danger,
		Input: field, Placeholder: field.Foreground(paint(p.Dim)),
		Bar: accent, BarRest: fg(p.Rule), Behind: fg(p.Behind),
	}
	if d != Full {
		t.Behind = dim
		t.Placeholder = field.Faint(true)
		t.Folder, t.HintKey = accent.Bold(true), accent.Bold(true)
	}
	return t.prepare()
}
