package kit_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/tui/kit"
)

func working(t *testing.T) *kit.Context {
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	return &kit.Context{Work: ctx, Now: time.Now}
}

func say(s string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return s, nil }
}

func TestASlotTakesItsOwnAnswerOnce(t *testing.T) {
	c := working(t)
	var a, b kit.Slot[string]
	msg, other := a.Start(c, 1, say("one"))(), b.Start(c, 1, say("two"))()
	if _, _, ok := a.Take(other); ok {
		t.Error("the answer of another slot was taken")
	}
	if v, err, ok := a.Take(msg); v != "one" || err != nil || !ok || a.Busy() {
		t.Errorf("%q, %v, %v", v, err, ok)
	}
	if _, _, ok := a.Take(msg); ok {
		t.Error("it was taken twice")
	}
}

func TestANewRequestCancelsTheLastAndDropsItsAnswer(t *testing.T) {
	c := working(t)
	var s kit.Slot[string]
	stale := s.Start(c, 1, func(ctx context.Context) (string, error) { return "stale", ctx.Err() })
	fresh := s.Start(c, 1, say("fresh"))
	msg := stale()
	if a, ok := msg.(kit.Answer); !ok || a.Owner != 1 {
		t.Errorf("%#v", msg)
	}
	if _, _, ok := s.Take(msg); ok {
		t.Error("a stale answer was taken")
	}
	if v, _, ok := s.Take(fresh()); v != "fresh" || !ok {
		t.Errorf("%q, %v", v, ok)
	}
}

func TestARequestEndsWithTheProgram(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	c := &kit.Context{Work: ctx}
	var s kit.Slot[string]
	cmd := s.Start(c, 1, func(ctx context.Context) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	})
	stop()
	if _, err, _ := s.Take(cmd()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// run carries out a command as the program does: timers through the host.
func run(h *kit.Host, cmd tea.Cmd) tea.Msg {
	for cmd != nil {
		msg := cmd()
		if _, ok := msg.(kit.Timer); !ok {
			return msg
		}
		cmd = h.Update(msg)
	}
	return nil
}

func TestARequestMayWaitFirstAndIsNeverMadeWhenItIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := working(t)
		h := &kit.Host{Context: c}
		var s kit.Slot[string]
		begun, asked := time.Now(), []string(nil)
		ask := func(name string) func(context.Context) (string, error) {
			return func(context.Context) (string, error) {
				asked = append(asked, name)
				return name, nil
			}
		}
		first := s.StartAfter(c, 1, 150*time.Millisecond, ask("a"))
		gone := make(chan tea.Msg, 1)
		go func() { gone <- run(h, first) }()
		time.Sleep(100 * time.Millisecond)
		second := s.StartAfter(c, 1, 150*time.Millisecond, ask("ab"))
		if msg := <-gone; msg != nil {
			t.Errorf("the first request answered %v", msg)
		}
		v, _, ok := s.Take(run(h, second))
		if v != "ab" || !ok || len(asked) != 1 {
			t.Errorf("%q, %v, asked %q", v, ok, asked)
		}
		if took := time.Since(begun); took != 250*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}
