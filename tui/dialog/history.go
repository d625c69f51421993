package dialog

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// History shows what a restore would bring back, or a purge remove for good, and asks. Its default answer is no.
type History struct {
	base
	flow
	spec   job.Spec
	scopes [][]job.Source // what was chosen; everything in the folder
	scope  int
	now    map[VersionRow]bool // versions that are current
}

// NewRestore plans to bring sources back, which lie in the folder prefix of a Space: what was deleted, or as they were at a
// time. Everything in the folder is offered beside them.
func NewRestore(c *kit.Context, space string, sources []job.Source, prefix string, at time.Time) *History {
	d := newHistory(c, "Restore – "+shown(space), job.Restore, space, sources, prefix)
	d.spec.At = at
	d.scopes = append(d.scopes, []job.Source{{Ref: store.Ref{Space: space, Key: prefix}, Folder: true}})
	if len(sources) == 0 {
		d.scopes = d.scopes[1:]
	}
	return d
}

// VersionRow names a version: an ID alone does not, where versions from before the versioning all have the same.
type VersionRow struct{ Key, ID string }

func rowOf(s job.Source) VersionRow { return VersionRow{s.Ref.Key, s.Version} }

// NewPurge plans to remove versions for good: single ones, of which some are current, and of folders all that are not.
func NewPurge(c *kit.Context, space string, sources []job.Source, prefix string, current map[VersionRow]bool) *History {
	d := newHistory(c, "Remove for good – "+shown(space), job.Purge, space, sources, prefix)
	d.now = current
	return d
}

func newHistory(c *kit.Context, title string, kind job.Kind, space string, sources []job.Source, prefix string) *History {
	d := &History{base: newBase(c, title), scopes: [][]job.Source{append([]job.Source(nil), sources...)},
		spec: job.Spec{Kind: kind, From: c.Store.Conn(), Dest: store.Ref{Space: space}, Base: prefix}}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog: counting begins.
func (d *History) Init(c *kit.Context) tea.Cmd { return d.choose(c, 0) }

func (d *History) choose(c *kit.Context, scope int) tea.Cmd {
	d.flow.close()
	d.scope, d.at = scope, editing
	d.spec.Sources = d.scopes[scope]
	return d.flow.start(c, d.id, d.spec)
}

// Close implements kit.Dialog.
func (d *History) Close() { d.flow.close() }

// Update implements kit.Dialog.
func (d *History) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	return tea.Batch(d.flow.takeAnew(c, d.id, msg), d.base.Update(c, msg))
}

func (d *History) purges() bool { return d.spec.Kind == job.Purge }

// current says whether one of the versions chosen is the current one.
func (d *History) current() bool {
	return slices.ContainsFunc(d.spec.Sources, func(s job.Source) bool { return d.now[rowOf(s)] })
}

// among says what the objects counted are.
func (d *History) among() string {
	var parts []string
	if d.current() {
		return ""
	}
	if n := d.totals.Versions; n > 0 {
		parts = append(parts, kit.Plural(n, "older version"))
	}
	if n := d.totals.Markers; n > 0 {
		parts = append(parts, kit.Plural(n, "delete marker"))
	}
	return strings.Join(parts, " and ")
}

func (d *History) yes(c *kit.Context) tea.Cmd {
	switch {
	case d.counting():
		d.at = waiting
	case d.totals.Objects == 0 && !d.partial():
		c.Notify(kit.Info, d.nothing())
		c.Dismiss()
	case d.purges():
		d.begin(c, "Removing for good")
	default:
		d.begin(c, "Restoring")
	}
	return nil
}

func (d *History) nothing() string {
	switch {
	case d.purges():
		return "There are no older versions to remove."
	case !d.spec.At.IsZero():
		return "Nothing is other than it was then."
	}
	return "Nothing there is deleted."
}

// about says what will happen.
func (d *History) about() string {
	switch {
	case d.complete() && d.totals.Objects == 0:
		return d.nothing()
	case d.purges() && d.current():
		return "What is current is among them: removing it brings back what came before. That cannot be undone."
	case d.purges():
		return "What is current stays. That cannot be undone."
	case !d.spec.At.IsZero():
		return "They come back as they were at " + d.c.Moment(d.spec.At) + ". What came to be later stays, also as older versions."
	}
	return "Deleted files come back as they were before; an older version is copied on top. The versions that there are stay."
}

// asking is the form.
func (d *History) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap}
	if len(d.scopes) > 1 {
		items = append(items, &kit.Choice{Label: "What", Options: kit.Options("What was chosen", "Everything in this folder"), Chosen: d.scope, Choose: d.choose}, kit.Gap)
	}
	items = append(items, text(d.figures(d.c, sources(d.spec.Sources), w)...), text(note(d.among(), w, t.Dim)...), kit.Gap, &kit.Pager{Lines: d.names(w), Scroll: &d.scroll}, kit.Gap)
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, text(trouble...), kit.Gap)
	}
	paint := t.Dim
	if d.purges() {
		paint = t.Warn
	}
	items = append(items, spare(2, note(d.about(), w, paint)...))
	if d.at == waiting {
		items = append(items, text(note("Wait until everything is counted.", w, t.Warn)...))
	}
	yes := d.keyed("Restore", keys.Confirm, d.yes)
	if d.purges() {
		yes.Label, yes.Danger = "Remove for good", true
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{dismiss("Cancel"), yes})}
}

func (d *History) names(w int) []string {
	var lines []string
	for i, s := range d.spec.Sources {
		if i == named && len(d.spec.Sources) > named+1 {
			lines = append(lines, d.c.Theme.Paint.Dim.On("  and "+kit.Count(len(d.spec.Sources)-named)+" more"))
			break
		}
		if s.Folder && s.Ref.Key == d.spec.Base {
			s.Ref.Key = store.Base(s.Ref.Key)
			lines = append(lines, "  "+named1(d.c, s, "", w-2))
			continue
		}
		line := named1(d.c, s, d.spec.Base, max(w-24, 8))
		if s.Version != "" && !s.Entry.Modified.IsZero() {
			line += d.c.Theme.Paint.Dim.On("  " + d.c.Moment(s.Entry.Modified))
		}
		lines = append(lines, "  "+line)
	}
	return lines
}
