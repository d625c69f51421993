package tui

import (
	"reflect"
	"sync"
	"time"
	"unsafe"

	tea "charm.land/bubbletea/v2"
)

const (
	beat    = time.Second / 120      // the shortest that Bubble Tea can be told to let pass between two frames
	typing  = 4 * time.Millisecond   // the same where a key is answered: faster than any terminal shows them
	soon    = 200 * time.Microsecond // from View to the frame: View's caller still hands over what it returned
	settled = time.Second            // with nothing new for so long, the clock slows down
	resting = 100 * time.Millisecond // its beat then
)

// NewProgram is tea.NewProgram for a program that draws when there is something new to show. Bubble Tea itself draws at
// the beats of a clock that stands in no relation to the keys, at most 120 a second: a key waits 4 ms for nothing on
// average, and up to 8. A panel that rests wakes less often, too.
func NewProgram(m tea.Model, options ...tea.ProgramOption) *tea.Program {
	c := &clock{}
	p := tea.NewProgram(paced{m, c}, append(options, tea.WithFPS(120))...)
	c.find = func() *time.Ticker { return tickerOf(p) }
	return p
}

// paced is a model whose views are drawn soon.
type paced struct {
	tea.Model
	clock *clock
}

// Update implements tea.Model.
func (p paced) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseClickMsg:
		p.clock.gap = typing
	default:
		p.clock.gap = beat
	}
	m, cmd := p.Model.Update(msg)
	return paced{m, p.clock}, cmd
}

// View implements tea.Model.
func (p paced) View() tea.View {
	v := p.Model.View()
	p.clock.draw()
	return v
}

// tickerOf is the clock of a program that runs, which Bubble Tea has no word for: nil where it is not kept as it was in
// 2.0, and then the program draws 120 times a second.
func tickerOf(p *tea.Program) *time.Ticker {
	field := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if !field.IsValid() || field.Type() != reflect.TypeFor[*time.Ticker]() {
		return nil
	}
	return *(**time.Ticker)(unsafe.Pointer(field.UnsafeAddr()))
}

// clock sets the beats of a program. All but slow is called by the goroutine that the program runs in, which is also the one
// that makes the ticker.
type clock struct {
	find   func() *time.Ticker
	gap    time.Duration // between the last frame and that of the message that was handled last, at least
	ticker *time.Ticker
	last   time.Time // frame

	mu   sync.Mutex
	due  time.Time   // the frame that was asked for last: it may be still to come
	rest *time.Timer // when nothing was asked for in a while
}

// draw has the view be drawn that is about to be returned.
func (c *clock) draw() {
	if c.ticker == nil {
		if c.ticker = c.find(); c.ticker == nil {
			return
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	waiting := c.due.After(now)
	if !waiting {
		c.last = c.due
	}
	due := now.Add(soon)
	if earliest := c.last.Add(c.gap); earliest.After(due) {
		due = earliest
	}
	if waiting && !due.Before(c.due) {
		return
	}
	c.due = due
	c.ticker.Reset(due.Sub(now))
	if c.rest == nil {
		c.rest = time.AfterFunc(due.Sub(now)+beat, c.slow)
	} else {
		c.rest.Reset(due.Sub(now) + beat)
	}
}

// slow lets the clock beat as slowly as it may. In case a drawing takes long, and misses the beat that was meant for what
// came meanwhile, the usual beats go on for a while.
func (c *clock) slow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch since := time.Since(c.due); {
	case since < beat: // asked again, while this waited
	case since < settled:
		c.ticker.Reset(beat)
		c.rest.Reset(settled)
	default:
		c.ticker.Reset(resting)
	}
}
