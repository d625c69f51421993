package tui

import (
	"reflect"
	"sync"
	"time"
	"unsafe"

	tea "charm.land/bubbletea/v2"
)

const (
	framesPerSecond = 120 // the most that Bubble Tea does
	frame           = time.Second / framesPerSecond

	pressGap = time.Millisecond // least distance of frames that answer keys
	answers  = 10 * time.Millisecond

	// A tick comes too early when it overtakes the way from View to the renderer. So many come, and then fewer, until the
	// clock goes on as before. soon is over when the program's loop pauses: what it has readied is drawn on the same
	// thread, which a real pause would give away, for a millisecond at least (see delays in the runtime's netpoll).
	soon   = time.Microsecond
	many   = 100 * time.Microsecond
	fewer  = time.Millisecond
	enough = 10 * time.Millisecond
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

// paced is a model whose program draws when there is something to draw. Its methods are called by the program's loop,
// relaxed by a timer.
type paced struct {
	model   tea.Model
	program *tea.Program
	pressed time.Time // when a key was last answered

	mu     sync.Mutex
	ticker *time.Ticker
	due    time.Time   // of the frame that was last asked for
	last   time.Time   // of the frame before
	relax  *time.Timer // calls relaxed; nil at first
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
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ticker = clockOf(p.program); p.ticker == nil {
		return
	}
	now, gap := time.Now(), frame
	if now.Sub(p.pressed) < answers {
		gap = pressGap
	}
	waiting := now.Before(p.due)
	if !waiting {
		p.last = p.due
	}
	due := now.Add(soon)
	if at := p.last.Add(gap); due.Before(at) {
		due = at
	}
	if waiting && !due.Before(p.due) {
		return // the tick that comes draws this one
	}
	p.due = due
	if p.relax == nil {
		p.relax = time.AfterFunc(due.Sub(now)+many, p.relaxed)
	} else {
		p.relax.Reset(due.Sub(now) + many)
	}
	p.ticker.Reset(due.Sub(now))
}

// relaxed gives the clock its pace back, in two steps.
func (p *paced) relaxed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch late := time.Since(p.due); {
	case late < many: // somebody has asked again
	case late < enough:
		p.ticker.Reset(fewer)
		p.relax.Reset(enough)
	default:
		p.ticker.Reset(frame)
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
