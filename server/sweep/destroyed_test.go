package sweep_test

import (
	"testing"
	"time"

	"spaces/server/sweep"
)

func TestADestroyedSpaceIsKeptForAWeek(t *testing.T) {
	y := newYard(t, "")
	y.put("k", "x")
	y.pass(2 * time.Hour)
	_, err := y.engine.DestroySpace(y.ctx, "s", false)
	y.must(err)
	y.pass(sweep.KeepDestroyed - 2*time.Hour)
	if n := len(y.engine.DestroyedSpaces()); n != 1 {
		t.Fatalf("%d before the week is over", n)
	}
	y.pass(4 * time.Hour)
	if n := len(y.engine.DestroyedSpaces()); n != 0 {
		t.Errorf("%d after it", n)
	}
}

func TestAClockThatIsSetDoesNotEndADestroyedSpace(t *testing.T) {
	y := newYard(t, "")
	y.pass(2 * time.Hour)
	_, err := y.engine.DestroySpace(y.ctx, "s", false)
	y.must(err)
	y.now = y.now.AddDate(1, 0, 0)
	_, err = y.Sweep(y.ctx)
	y.must(err)
	if n := len(y.engine.DestroyedSpaces()); n != 1 {
		t.Error("it went at the first look at a clock that was set")
	}
}
