package kit

import tea "charm.land/bubbletea/v2"

// scroll moves what never has the focus: text that does not fit, or a list that only is read.
func (f *Form) scroll(c *Context, k Key) bool {
	for _, it := range f.Items {
		switch it := it.(type) {
		case *Pager:
			if it.Scroll.Long() && it.Scroll.Move(k.Action) {
				return true
			}
		case *Rows:
			if it.Still && it.List.Len() > 1 && it.List.Update(c, k) {
				return true
			}
		}
	}
	return false
}

func (f *Form) mouse(c *Context, m Mouse) tea.Cmd {
	lay := f.layout(c.Theme, c.Room)
	s, on := lay.at(m.X, m.Y)
	switch e := m.Msg.(type) {
	case tea.MouseClickMsg:
		if on && e.Button == tea.MouseLeft {
			cmd, may := f.turnTo(c, s.stop)
			if !may {
				return cmd
			}
			return tea.Batch(cmd, s.stop.click(f, c, s.part, m.X-s.X))
		}
	case tea.MouseWheelMsg:
		if rows, is := s.stop.(*Rows); on && is {
			return rows.wheel(c, m)
		}
		return f.wheel(c, m)
	}
	return nil
}

// wheel turns what there is to scroll when the pointer is on nothing that does.
func (f *Form) wheel(c *Context, m Mouse) tea.Cmd {
	for _, it := range f.Items {
		switch it := it.(type) {
		case *Rows:
			return it.wheel(c, m)
		case *Pager:
			if it.Scroll.Long() {
				it.Scroll.Wheel(m)
				return nil
			}
		}
	}
	return nil
}
