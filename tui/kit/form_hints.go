package kit

import "spaces/keys"

// Hints are the actions of the form: keys and the line of hints come from them. While keys are text only those are
// listed whose keys type nothing. What one key is told to do is not told of another.
func (f *Form) Hints() []Action {
	leave := f.Leave
	if leave == "" {
		leave = "cancel"
	}
	enter := ""
	if at := f.focused(); at != nil && at.enter() != "" {
		enter = at.enter()
	} else if b := f.button(); b != nil {
		enter = b.word()
	}
	var list []Action
	if enter != "" && enter != leave {
		list = append(list, Action{Name: keys.Enter, Hint: enter})
	}
	if !f.Typing() {
		list = append(append(list, f.Actions...), f.shortcuts(enter)...)
	}
	if len(f.stops()) > 1 {
		list = append(list, Action{Name: keys.Next})
	}
	list = append(list, Action{Name: keys.Cancel, Hint: leave, Run: f.cancel})
	if !f.Typing() {
		list = append(list, f.Rare...)
	}
	return list
}

// shortcuts are the keys that press buttons.
func (f *Form) shortcuts(told string) []Action {
	var list []Action
	for _, s := range f.stops() {
		b, is := s.(*Button)
		if !is || b.Key == "" {
			continue
		}
		a := Action{Name: b.Key, Hint: b.word(), Why: func() string { return b.Why }, Run: b.Run}
		if a.Hint == told {
			a.Hint = NoHint
		}
		list = append(list, a)
	}
	return list
}
