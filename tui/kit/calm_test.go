package kit

import "testing"

func TestWithReducedMotionFiguresStandForSeconds(t *testing.T) {
	if calm, lively := (&Host{Calm: true}).pause(), (&Host{}).pause(); calm < 10*lively {
		t.Errorf("%v against %v", calm, lively)
	}
}
