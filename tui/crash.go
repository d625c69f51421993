package tui

import (
	"reflect"
	"runtime/debug"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// Crash is a panic of the panel.
type Crash struct {
	Value any
	Stack []byte // of the goroutine that panicked, from the place where it did
}

// Guard returns a model that survives the panics of m and of its commands: told is called with the first of them, on
// whatever goroutine it happened, and has to end the program. From then on the guard shows an empty screen and takes no
// message. Bubble Tea's own catching prints the stack over the screen that is being left, and keeps it nowhere.
func Guard(m tea.Model, told func(Crash)) tea.Model {
	return &guard{model: m, told: told}
}

type guard struct {
	model tea.Model
	told  func(Crash)
	once  sync.Once
	over  bool // of Update and View: the model is in no known state
}

// caught is deferred around everything that is the model's.
func (g *guard) caught(over *bool) {
	v := recover()
	if v == nil {
		return
	}
	if over != nil {
		*over = true
	}
	stack := debug.Stack()
	g.once.Do(func() { g.told(Crash{v, stack}) })
}

// Init implements tea.Model.
func (g *guard) Init() (cmd tea.Cmd) {
	defer g.caught(&g.over)
	return g.watched(g.model.Init())
}

// Update implements tea.Model.
func (g *guard) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	next = g
	if g.over {
		return next, nil
	}
	defer g.caught(&g.over)
	g.model, cmd = g.model.Update(msg)
	return next, g.watched(cmd)
}

// View implements tea.Model.
func (g *guard) View() (v tea.View) {
	v.AltScreen = true
	if g.over {
		return v
	}
	defer g.caught(&g.over)
	return g.model.View()
}

// watched is a command whose panics are caught, and those of the commands that it answers with.
func (g *guard) watched(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer g.caught(nil)
		msg = cmd()
		if list := reflect.ValueOf(msg); list.IsValid() && list.Type().ConvertibleTo(commandList) {
			list = reflect.MakeSlice(list.Type(), 0, list.Len())
			for _, inner := range reflect.ValueOf(msg).Convert(commandList).Interface().([]tea.Cmd) {
				list = reflect.Append(list, reflect.ValueOf(g.watched(inner)))
			}
			return list.Interface()
		}
		return msg
	}
}

// commandList is what the messages of tea.Batch and tea.Sequence are; the latter's type has no exported name.
var commandList = reflect.TypeFor[[]tea.Cmd]()
