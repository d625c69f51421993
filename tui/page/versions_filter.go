package page

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// dialogRow is a row to come back to, if there is one.
type dialogRow struct {
	row dialog.VersionRow
	is  bool
}

// versionFilter narrows the versions: keys.Filter to names that begin with its text, which the endpoint lists;
// keys.Contains to loaded rows whose names contain it. Without a kind there is none.
type versionFilter struct {
	kind   keys.Action
	field  *kit.Field
	typing bool
	text   string
}

// begins is what the endpoint is asked for beyond the folder.
func (f *versionFilter) begins() string {
	if f.kind == keys.Filter {
		return f.text
	}
	return ""
}

func (f *versionFilter) shows(name string) bool {
	return f.kind != keys.Contains || strings.Contains(strings.ToLower(name), strings.ToLower(f.text))
}

func (f *versionFilter) verb() string {
	if f.kind == keys.Contains {
		return "contains"
	}
	return "begins with"
}

// filter begins to type, or goes on with it.
func (x *versions) filter(kind keys.Action) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		if x.only.kind == kind {
			x.only.typing = true
			x.only.field.Focus()
			return nil
		}
		placeholder := "names that begin with…"
		if kind == keys.Contains {
			placeholder = "names that contain…"
		}
		text, begun := x.only.text, x.only.begins()
		x.only = versionFilter{kind: kind, field: kit.NewField(text, placeholder), typing: true, text: text}
		return x.narrow(c, begun)
	}
}

// typed is a key while the filter is typed.
func (x *versions) typed(c *kit.Context, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch name := k.String(); {
		case name == "esc", name == "backspace" && x.only.field.Value() == "", name == "enter" && x.only.text == "":
			return x.unfilter(c)
		case name == "enter":
			x.keep()
			return nil
		}
	}
	if !x.list.Update(c, msg) && x.only.field.Update(c, msg) {
		begun := x.only.begins()
		x.only.text = x.only.field.Value()
		return x.narrow(c, begun)
	}
	return nil
}

// keep ends typing.
func (x *versions) keep() {
	x.only.typing = false
	x.only.field.Blur()
}

// unfilter shows all again.
func (x *versions) unfilter(c *kit.Context) tea.Cmd {
	begun := x.only.begins()
	x.only = versionFilter{}
	return x.narrow(c, begun)
}

// narrow shows what the filter lets through. What begins otherwise than before is asked for.
func (x *versions) narrow(c *kit.Context, begun string) tea.Cmd {
	x.arrange()
	if x.only.begins() == begun || x.off {
		return nil
	}
	return x.ask(c, "", true)
}
