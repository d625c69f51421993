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

	// A tick is too early when it overtakes the way from View to the renderer, so that others follow until the clock goes on
	// as before.
	again  = time.Millisecond
	enough = 10 * time.Millisecond
)

// NewProgram returns the program that shows a model. What answers a key is on the screen at once; everything else comes
// in no more than framesPerSecond, the first after a rest at once, too.
//
// Bubble Tea draws by a clock alone: a key waits for its next tick, up to 8.3 ms. There is no way yet to have it draw
// (https://github.com/charmbracelet/bubbletea/pull/1796), so that it is given a tick here. A tick that the clock is only set
// to would come when the runtime looks at its timers; while jobs keep all threads busy, milliseconds later.
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
	due := now
	if at := p.last.Add(gap); due.Before(at) {
		due = at
	}
	if waiting && !due.Before(p.due) {
		return // the tick that comes draws this one
	}
	p.due = due
	wait := due.Sub(now)
	if wait == 0 {
		wait = again
	}
	p.ticker.Reset(wait) // takes back a tick that nobody had
	if p.relax == nil {
		p.relax = time.AfterFunc(wait+enough, p.relaxed)
	} else {
		p.relax.Reset(wait + enough)
	}
	if due.Equal(now) {
		go tick(p.ticker, now) // when the loop pauses, which it does after it has handed the frame over
	}
}

// relaxed gives the clock its pace back.
func (p *paced) relaxed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.due) >= enough { // nobody has asked again
		p.ticker.Reset(frame)
	}
}

// tick is one of a clock, now.
func tick(clock *time.Ticker, now time.Time) {
	select {
	case *(*chan time.Time)(unsafe.Pointer(&clock.C)) <- now: // it is one, of which C is the end for others
	default: // it has ticked
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
