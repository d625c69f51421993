package tui

import (
	"reflect"
	"time"
	"unsafe"

	tea "charm.land/bubbletea/v2"
)

const (
	framesPerSecond = 120 // the most that Bubble Tea does
	frame           = time.Second / framesPerSecond

	// handover is what a frame needs from View to where the clock finds it. If it takes longer, the next tick finds it.
	handover = 250 * time.Microsecond
	pressGap = time.Millisecond // least distance of frames that answer keys
	hurried  = 10 * time.Millisecond
)

// NewProgram returns the program that shows a model. What answers a key is on the screen at once; everything else comes
// in no more than framesPerSecond, the first after a rest at once, too.
//
// Bubble Tea draws by a clock alone: a key waits for its next tick, up to 8.3 ms. There is no way yet to have it draw
// (https://github.com/charmbracelet/bubbletea/pull/1796), so that the tick is brought forward here.
func NewProgram(m tea.Model, options ...tea.ProgramOption) *tea.Program {
	p := &paced{model: m}
	p.program = tea.NewProgram(p, append([]tea.ProgramOption{tea.WithFPS(framesPerSecond)}, options...)...)
	return p.program
}

// paced is a model whose program draws when there is something to draw. Its methods are called by the program's loop only.
type paced struct {
	model   tea.Model
	program *tea.Program
	pressed time.Time   // when a key was last answered
	due     time.Time   // of the frame that was last asked for
	last    time.Time   // of the frame before
	calm    *time.Timer // gives the clock its pace back; nil at first
}

// Init implements tea.Model.
func (p *paced) Init() tea.Cmd { return p.model.Init() }

// Update implements tea.Model.
func (p *paced) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	p.model, cmd = p.model.Update(msg)
	switch msg.(type) {
	case tea.KeyMsg, tea.MouseMsg, tea.PasteMsg:
		p.pressed = time.Now()
	}
	return p, cmd
}

// View implements tea.Model.
func (p *paced) View() tea.View {
	v := p.model.View()
	p.ask()
	return v
}

// ask has the clock tick for the frame that View has made.
func (p *paced) ask() {
	ticker := clockOf(p.program)
	if ticker == nil {
		return
	}
	now, gap := time.Now(), frame
	if now.Sub(p.pressed) < hurried {
		gap = pressGap
	}
	waiting := now.Before(p.due)
	if !waiting {
		p.last = p.due
	}
	due := now.Add(handover)
	if at := p.last.Add(gap); due.Before(at) {
		due = at
	}
	if waiting && !due.Before(p.due) {
		return // the tick that comes draws this one
	}
	p.due = due
	ticker.Reset(due.Sub(now))
	if p.calm == nil {
		p.calm = time.AfterFunc(due.Sub(now)+hurried, func() { ticker.Reset(frame) })
	} else {
		p.calm.Reset(due.Sub(now) + hurried)
	}
}

// clockOf is the clock that a program draws by, nil where it has none (yet). It is of the program's loop, which asks here.
func clockOf(p *tea.Program) *time.Ticker {
	f := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if !f.IsValid() || f.Type() != reflect.TypeFor[*time.Ticker]() {
		return nil // another Bubble Tea
	}
	return *(**time.Ticker)(unsafe.Pointer(f.UnsafeAddr()))
}
