package page

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/themes"
	"spaces/tui/kit"
)

const (
	inspectRest = 150 * time.Millisecond // the cursor must rest so long before an object is asked about
	wideEnough  = 110                    // cells: the inspector has a place beside the listing
)

// inspector shows one object: beside the listing, or in its place.
type inspector struct {
	store  *store.Store
	page   kit.ID // whose it is
	wide   bool   // shown beside the listing where there is room
	full   bool   // shown instead of the listing
	tab    int
	about  store.Ref // what was last asked about
	seen   inspection
	rest   kit.Slot[struct{}]
	slot   kit.Slot[inspection]
	glance glance

	several *several // of the selection, where it is shown instead of an object

	past pastTab

	scroll kit.Scroll // of the lines below the tabs
	drawn  drawn
}

// drawn keeps the lines of one state, so that what did not change is not made again.
type drawn struct {
	lines   []string
	theme   *themes.Theme
	formats kit.Formats
	tab     int
	size    kit.Size
}

// changed makes the lines be drawn anew.
func (p *inspector) changed() { p.drawn = drawn{} }

// inspectorTab is one tab of the inspector, of an object that HEAD told of.
type inspectorTab struct {
	name string
	draw func(*inspector, *kit.Context, *details)           // adds its lines; pure
	ask  func(p *inspector, c *kit.Context) tea.Cmd         // after every message, while the tab is on the screen: asks once for what only it shows; may be nil
	take func(p *inspector, c *kit.Context, m tea.Msg) bool // whether it was the answer; may be nil
	stop func(p *inspector)                                 // forgets what it asked for: the cursor moved on; may be nil
}

// inspectorTabs are shown in this order.
var inspectorTabs = []inspectorTab{
	{name: "Info", draw: (*inspector).info, ask: (*inspector).askPreview},
	{name: "Metadata", draw: (*inspector).metadata},
	{name: "Access", draw: (*inspector).access},
	{name: "Tags", draw: (*inspector).tags},
	{name: "Preview", draw: (*inspector).previewTab, ask: (*inspector).askPreview, take: (*inspector).takePreview, stop: (*inspector).stopPreview},
	{name: "Versions", draw: (*inspector).drawPast, ask: (*inspector).askPast, take: (*inspector).takePast, stop: (*inspector).stopPast},
}

// turn shows another tab.
func (p *inspector) turn(by int) {
	p.tab = (p.tab + by + len(inspectorTabs)) % len(inspectorTabs)
	p.changed()
	p.scroll.Top()
}

// accessNow is accessOf where nothing has happened to the object since it was asked about: else "".
func (p *inspector) accessNow(ref store.Ref) store.Access {
	if p.about != ref || p.rest.Busy() || p.slot.Busy() {
		return ""
	}
	return p.accessOf(ref)
}

// accessOf is who may read an object, or could when it was last asked about, "" when that is not known.
func (p *inspector) accessOf(ref store.Ref) store.Access {
	if p.seen.ref == ref && p.seen.err == nil && p.seen.accessErr == nil {
		return p.seen.access
	}
	return ""
}

// toggleInspector shows or hides the pane; where there is no room for it, the whole screen is its place.
func (f *files) toggleInspector(c *kit.Context) tea.Cmd {
	switch {
	case f.pane.full:
		f.pane.full = false
	case f.size.W >= wideEnough && !f.halved:
		f.pane.wide = !f.pane.wide
	default:
		f.pane.full = true
	}
	return nil
}

// title is whose inspector it is, printable: of what was asked about, or of what is shown.
func (p *inspector) title(ref store.Ref) string {
	if p.several != nil {
		return "Selection"
	}
	return store.Printable(lastName(ref.Key))
}

// paneWidth is how wide the inspector is beside a listing of w cells altogether, 0 when it is not there.
func (f *files) paneWidth(w int) int {
	if w < wideEnough || !f.pane.wide || f.halved {
		return 0
	}
	return min(max(w*3/8, 46), 68)
}

// paneSize is the room of the inspector on a page of a size.
func (f *files) paneSize(page kit.Size) kit.Size {
	if f.pane.full {
		return kit.Size{W: page.W - 2, H: page.H - 2}
	}
	return kit.Size{W: f.paneWidth(page.W), H: page.H - 2}
}

// inspected says whether the inspector is on the screen.
func (f *files) inspected() bool { return f.pane.full || f.paneWidth(f.size.W) > 0 }

// reason is an error as one sentence for a line.
func reason(err error) string {
	var e *store.Error
	if errors.As(err, &e) {
		return string(e.Kind) + ". " + e.Advice()
	}
	return err.Error()
}
