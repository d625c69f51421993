package kit

import (
	"slices"

	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
)

// Scroll is how far a text that does not fit has been scrolled. The viewport keeps count of that; the lines are drawn
// by us, because it counts cells by grapheme clusters where the screens count them as terminals without do. The zero
// Scroll is at the top.
type Scroll struct{ view viewport.Model }

// Fit tells it the text and how many lines are seen of it. It is called when a message comes, before Move and Wheel.
func (s *Scroll) Fit(lines []string, h int) {
	s.view.SetHeight(h)
	s.view.SetContentLines(slices.Clone(lines))
}

// Window is the first line seen when the text is drawn into h lines. It changes nothing.
func (s *Scroll) Window(lines []string, h int) int {
	return min(s.view.YOffset(), max(len(lines)-h, 0))
}

// Long says whether there is more than fits.
func (s *Scroll) Long() bool { return s.view.TotalLineCount() > s.view.Height() }

// Top goes back to the beginning.
func (s *Scroll) Top() { s.view.GotoTop() }

// Move scrolls by a key.
func (s *Scroll) Move(a keys.Action) bool {
	switch a {
	case keys.Up:
		s.view.ScrollUp(1)
	case keys.Down:
		s.view.ScrollDown(1)
	case keys.PageUp:
		s.view.PageUp()
	case keys.PageDown:
		s.view.PageDown()
	case keys.HalfUp:
		s.view.HalfPageUp()
	case keys.HalfDown:
		s.view.HalfPageDown()
	case keys.Top:
		s.view.GotoTop()
	case keys.Bottom:
		s.view.GotoBottom()
	default:
		return false
	}
	return true
}

// Wheel scrolls by the mouse.
func (s *Scroll) Wheel(m Mouse) {
	switch e, _ := m.Msg.(tea.MouseWheelMsg); e.Button {
	case tea.MouseWheelUp:
		s.view.ScrollUp(wheelRows)
	case tea.MouseWheelDown:
		s.view.ScrollDown(wheelRows)
	}
}
