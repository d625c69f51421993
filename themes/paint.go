package themes

import (
	"reflect"
	"strings"

	lipgloss "charm.land/lipgloss/v2"
)

// Paint is a style made ready for drawing many cells: the escape sequences before and after a text. The zero Paint
// draws plain text.
type Paint struct {
	Pre, Post string
	Solid     bool // nothing is drawn in another style over it: in reverse, colours would turn into backgrounds
}

// NewPaint takes the sequences out of a style. Padding, width and the like of the style are left behind.
func NewPaint(s lipgloss.Style) Paint {
	s = s.UnsetPadding().UnsetMargins().UnsetWidth().UnsetHeight()
	pre, post, _ := strings.Cut(s.Render("x"), "x")
	return Paint{Pre: pre, Post: post, Solid: s.GetReverse()}
}

// On returns the text painted.
func (p Paint) On(text string) string {
	if p.Pre == "" || text == "" {
		return text
	}
	return p.Pre + text + p.Post
}

// Over returns p drawn on a row that has the style base: what p leaves open (a background above all) is base's.
func (p Paint) Over(base Paint) Paint {
	switch {
	case base.Pre == "":
		return p
	case base.Solid:
		return base
	}
	return Paint{Pre: base.Pre + p.Pre, Post: base.Post}
}

// Paints are the styles of a Theme, by the same names, ready for drawing.
type Paints struct {
	Text, Dim, Strong, Accent            Paint
	Brand                                Paint
	Path, PathSep, PathLast, Endpoint    Paint
	Tab, TabActive                       Paint
	Border, BorderFocus, Title           Paint
	Header                               Paint
	Row, Folder, Public, Private, Number Paint
	Cursor, Selected, CursorSelected     Paint
	Mark                                 Paint
	Match                                Paint
	Status, Hint, HintKey                Paint
	Good, Warn, Bad                      Paint
	Button, ButtonFocus                  Paint
	ButtonDanger, ButtonDangerFocus      Paint
	Input, Placeholder                   Paint
	Bar, BarRest                         Paint
	Behind                               Paint
}

// prepare fills Paint from the styles of the same names.
func (t *Theme) prepare() *Theme {
	styles, paints := reflect.ValueOf(t).Elem(), reflect.ValueOf(&t.Paint).Elem()
	for i := range paints.NumField() {
		style := styles.FieldByName(paints.Type().Field(i).Name).Interface().(lipgloss.Style)
		paints.Field(i).Set(reflect.ValueOf(NewPaint(style)))
	}
	return t
}
