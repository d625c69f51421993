package dialog

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// under is the pair with the focus, or nil.
func (d *Metadata) under() *pair {
	focus := d.focus.Name
	if focus == "" && len(d.pairs) > 0 {
		return d.pairs[0]
	}
	for _, p := range d.pairs {
		if stopOf(p) == focus {
			return p
		}
	}
	return nil
}

func stopOf(p *pair) string { return "pair:" + p.name }

// turned takes the key that empties a line where it is empty already.
func (d *Metadata) turned(msg tea.Msg) bool {
	k, is := msg.(tea.KeyPressMsg)
	p := d.under()
	if d.review || !is || k.Keystroke() != "ctrl+u" || p == nil || p.field.Value() != "" {
		return false
	}
	if i := slices.Index(d.pairs, p); p.added {
		d.pairs = slices.Delete(d.pairs, i, i+1)
		d.focus.Name = "add"
	} else {
		p.turn()
	}
	d.refresh()
	return true
}

// take makes a pair of what stands in the line for new ones, which may be empty. wrong is why it cannot.
func (d *Metadata) takeNew() bool {
	text := d.add.Value()
	if d.wrong = ""; strings.TrimSpace(text) == "" {
		return true
	}
	name, value := d.split(text)
	err := d.check(name, value)
	if d.doubt != nil && err == nil {
		err = d.doubt(text)
	}
	switch i := slices.IndexFunc(d.pairs, func(p *pair) bool { return p.name == name }); {
	case name == "" || name == metaName:
		err = errNameless
	case err != nil:
	case i >= 0:
		d.pairs[i].gone = false
		d.pairs[i].field.SetValue(value)
	default:
		d.pairs = append(d.pairs, d.newPair(name, value))
	}
	if err != nil {
		d.wrong = store.Capital(err.Error()) + "."
		return false
	}
	d.add.SetValue("")
	d.refresh()
	return true
}

func (d *Metadata) newPair(name, value string) *pair {
	p := &pair{name: name, empty: d.empty, added: true, any: d.inside, unset: len(d.files)}
	p.field = kit.NewField(value, "")
	return p
}

// edit is what was edited.
func (d *Metadata) edit() job.Edit {
	e := job.Edit{Set: map[string]string{}}
	for _, p := range d.pairs {
		p.change(&e)
	}
	return e
}

// dirty says whether something was edited.
func (d *Metadata) dirty() bool {
	e := d.edit()
	return len(e.Set)+len(e.Unset) > 0 || d.add.Value() != ""
}

// refused says why a pair cannot be sent as it is.
func (d *Metadata) refused(p *pair) error {
	if !p.edited() || p.gone || p.field.Value() == "" {
		return nil
	}
	return d.check(p.name, p.field.Value())
}

// tooMuch says why a file cannot have all that it would.
func (d *Metadata) tooMuch() error {
	e := d.edit()
	files := d.files
	if d.inside {
		files = []map[string]string{nil}
	}
	for _, f := range files {
		if err := d.whole(e.ApplyTags(f)); err != nil {
			return err
		}
	}
	return nil
}

// completes takes the first value that is offered for one that was begun. What can stand by itself stays: Tab is also the
// way to the next line.
func (d *Metadata) completes(p *pair) func(*kit.Context) (tea.Cmd, bool) {
	return func(*kit.Context) (tea.Cmd, bool) {
		if !d.begun(p) {
			return nil, false
		}
		p.field.SetValue(d.offers(p)[0])
		return nil, true
	}
}

// begun says whether what was typed is the beginning of an offer, and no value yet.
func (d *Metadata) begun(p *pair) bool {
	text := p.field.Value()
	return text != "" && p.edited() && !whole(p.name, text) && len(d.offers(p)) > 0
}

func (d *Metadata) offers(p *pair) []string {
	key := ""
	if len(d.sources) == 1 && !d.inside {
		key = d.sources[0].Ref.Key
	}
	return usualValues(p.name, p.field.Value(), key)
}
