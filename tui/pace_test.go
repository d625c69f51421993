package tui_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/tui"
)

// counter shows how many messages it had.
type counter int

func (c counter) Init() tea.Cmd { return nil }

func (c counter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg.(type) {
	case tea.KeyPressMsg, another:
		c++
	}
	return c, nil
}

func (c counter) View() tea.View { return tea.NewView(fmt.Sprintf("%d messages", int(c))) }

type another struct{}

// drawn notes when something was drawn.
type drawn []time.Time

func (d *drawn) Write(p []byte) (int, error) {
	*d = append(*d, time.Now())
	return len(p), nil
}

// paced runs a program in virtual time, in which work takes none: what is waited for is all that takes time.
func paced(t *testing.T, do func(p *tea.Program, out *drawn)) {
	synctest.Test(t, func(t *testing.T) {
		var out drawn
		p := tui.NewProgram(counter(0), tea.WithInput(nil), tea.WithOutput(&out), tea.WithoutSignalHandler(), tea.WithWindowSize(80, 24))
		ended := make(chan error)
		go func() {
			_, err := p.Run()
			ended <- err
		}()
		time.Sleep(time.Second)
		synctest.Wait()
		out = nil
		do(p, &out)
		p.Quit()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
	})
}

func TestAKeyIsAnsweredAtOnceNotAtTheNextTickOfTheClock(t *testing.T) {
	paced(t, func(p *tea.Program, out *drawn) {
		for i := range 100 {
			*out = nil
			pressed := time.Now()
			p.Send(tea.KeyPressMsg{Code: 'x'})
			time.Sleep(13*time.Millisecond + time.Duration(i)*70*time.Microsecond) // the clock is somewhere else each time
			synctest.Wait()
			if len(*out) != 1 || (*out)[0].Sub(pressed) > time.Millisecond {
				t.Fatalf("key %d: pressed %v, drawn %v", i, pressed, *out)
			}
		}
	})
}

func TestAKeyIsAnsweredAtOnceWhileOtherThingsChangeTheScreen(t *testing.T) {
	paced(t, func(p *tea.Program, out *drawn) {
		for i := range 100 {
			p.Send(another{})
			time.Sleep(time.Duration(i) * 100 * time.Microsecond)
			synctest.Wait()
			pressed := time.Now()
			p.Send(tea.KeyPressMsg{Code: 'x'})
			p.Send(another{})
			time.Sleep(1100 * time.Microsecond)
			synctest.Wait()
			if last := (*out)[len(*out)-1]; last.Before(pressed) {
				t.Fatalf("key %d: pressed %v, drawn last %v", i, pressed, last)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
}

func TestWhatNobodyPressedAKeyForIsDrawnNoMoreOftenThanTheClockTicks(t *testing.T) {
	paced(t, func(p *tea.Program, out *drawn) {
		for range 1000 {
			p.Send(another{})
			time.Sleep(time.Millisecond)
		}
		synctest.Wait()
		if n := len(*out); n < 100 || n > 130 {
			t.Errorf("%d frames in a second", n)
		}
	})
}

func TestKeysThatComeAtOnceAreOneFrame(t *testing.T) {
	paced(t, func(p *tea.Program, out *drawn) {
		for range 1000 {
			p.Send(tea.KeyPressMsg{Code: 'x'})
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(*out); n == 0 || n > 2 {
			t.Errorf("%d frames", n)
		}
	})
}

func TestNothingIsDrawnWhileNothingChanges(t *testing.T) {
	paced(t, func(p *tea.Program, out *drawn) {
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(*out) > 0 {
			t.Errorf("drawn %v", *out)
		}
	})
}
