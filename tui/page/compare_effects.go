package page

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store/compare"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Effects brings the rows up to date with what jobs did.
func (x *comparing) Effects(_ *kit.Context, effects []job.Effect) tea.Cmd {
	changed := false
	for _, e := range effects {
		for side, s := range x.stores {
			p := x.places[side]
			if e.Conn != s.Conn() || e.Ref.Space != p.Space {
				continue
			}
			name, inside := strings.CutPrefix(e.Ref.Key, p.Prefix)
			switch {
			case e.Kind == job.Stale || e.Kind == job.TreeGone:
				x.old = x.old || inside || strings.HasPrefix(p.Prefix, e.Ref.Key)
			case inside && !e.Entry.Folder:
				changed = x.apply(compare.Side(side), name, e) || changed
			}
		}
	}
	if changed {
		x.show()
	}
	return nil
}

func (x *comparing) apply(side compare.Side, name string, e job.Effect) bool {
	i, ok := slices.BinarySearchFunc(x.rows, name, func(r compared, name string) int { return strings.Compare(r.Name, name) })
	if !ok {
		x.old = x.old || x.done
		return false
	}
	x.folders = nil
	r := &x.rows[i]
	if !r.gone {
		x.count(r, -1)
	}
	switch {
	case e.Kind == job.RowGone && r.gone:
	case e.Kind == job.RowGone:
		r.gone = !r.Drop(side)
	case r.gone:
		r.gone = false
		r.Alone(side, compare.FileOf(e.Entry))
	default:
		r.Put(side, compare.FileOf(e.Entry))
	}
	if !r.gone {
		x.count(r, 1)
	}
	if r.chosen && !x.shows(r) {
		r.chosen = false
		x.chosen--
	}
	return true
}
