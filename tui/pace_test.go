package tui_test

import (
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/tui"
)

// counter shows how many messages it was sent.
type counter struct{ n int }

type tick struct{}

func (c counter) Init() tea.Cmd { return nil }

func (c counter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg.(type) {
	case tea.KeyPressMsg, tick:
		c.n++
	}
	return c, nil
}

func (c counter) View() tea.View { return tea.NewView(strconv.Itoa(c.n)) }

// moments notes when a program wrote.
type moments struct {
	mu sync.Mutex
	at []time.Time
}

func (m *moments) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = append(m.at, time.Now())
	return len(p), nil
}

func (m *moments) since(t time.Time) (at []time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range m.at {
		if !w.Before(t) {
			at = append(at, w.Sub(t))
		}
	}
	return at
}

// paced runs a program on a clock of its own, until the test of it returns.
func paced(t *testing.T, test func(p *tea.Program, out *moments)) {
	synctest.Test(t, func(t *testing.T) {
		out := &moments{}
		p := tui.NewProgram(counter{}, tea.WithInput(nil), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithWindowSize(80, 24))
		ended := make(chan struct{})
		go func() { defer close(ended); p.Run() }()
		time.Sleep(time.Second) // it has drawn its first frame
		test(p, out)
		p.Quit()
		<-ended
		time.Sleep(time.Minute)
	})
}

func TestAKeyIsAnsweredAtOnceAtWhateverMomentItComes(t *testing.T) {
	paced(t, func(p *tea.Program, out *moments) {
		for i := range 100 {
			time.Sleep(20*time.Millisecond + time.Duration(i)*333*time.Microsecond + time.Duration(i%10)*300*time.Millisecond)
			pressed := time.Now()
			p.Send(tea.KeyPressMsg{Code: 'a', Text: "a"})
			time.Sleep(20 * time.Millisecond)
			if at := out.since(pressed); len(at) != 1 || at[0] > time.Millisecond {
				t.Errorf("key %d: frames after %v", i, at)
			}
		}
	})
}

func TestAKeyIsNotHeldUpByAFrameThatIsNotItsOwn(t *testing.T) {
	paced(t, func(p *tea.Program, out *moments) {
		for i := range 60 {
			p.Send(tick{})
			p.Send(tick{})
			time.Sleep(time.Duration(i) * 200 * time.Microsecond)
			pressed := time.Now()
			p.Send(tea.KeyPressMsg{Code: 'a', Text: "a"})
			time.Sleep(50 * time.Millisecond)
			if at := out.since(pressed); len(at) == 0 || at[0] > 4*time.Millisecond {
				t.Errorf("a key %v after other messages: frames after %v", time.Duration(i)*200*time.Microsecond, at)
			}
		}
	})
}

func TestManyMessagesAreDrawnTogether(t *testing.T) {
	paced(t, func(p *tea.Program, out *moments) {
		began := time.Now()
		for range 1000 {
			p.Send(tick{})
			time.Sleep(time.Millisecond)
		}
		if n := len(out.since(began)); n < 100 || n > 121 {
			t.Errorf("%d frames in a second", n)
		}
	})
}
