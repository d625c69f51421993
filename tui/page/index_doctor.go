package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// doctorAction leads to what is wrong with the server of the connection under the cursor. It has a hint where that has
// found something.
func (x *index) doctorAction() kit.Action {
	a := kit.Action{Name: keys.Doctor, Hint: kit.NoHint, Why: func() string { return NoDoctor(x.Store()) }, Run: func(c *kit.Context) tea.Cmd {
		c.Go(store.Place{Conn: x.at().conn, Tab: store.Doctor})
		return nil
	}}
	if x.at().found > 0 {
		a.Hint = "doctor"
	}
	return a
}

// tellFindings says once, and again when there are more, that the server of a connection has found damage.
func (x *index) tellFindings(c *kit.Context, s *group) {
	if s.store == nil {
		return
	}
	had := s.found
	if s.found = s.store.Findings(); s.found > had {
		c.Notify(kit.Bad, damaged(c, s.found))
	}
}

// damaged is what is said of damage.
func damaged(c *kit.Context, found int) string {
	text := "The last scrub found " + kit.Plural(found, "place") + " of damage"
	if key := c.Keys.Key(keys.Doctor); key != "" {
		text += ": " + key + " says what to do"
	}
	return text
}
