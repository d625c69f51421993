package page

import (
	"testing"
	"time"

	"spaces/store"
)

// versitygw gives an older version the time at which it was replaced: what a folder held then cannot be told by it.
func TestTimesThatRunBackwardsAreNoticed(t *testing.T) {
	at := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		older time.Duration // than what replaced it, negative: later
		late  bool
	}{"written before": {time.Hour, false}, "in the same second": {-900 * time.Millisecond, false}, "later than what replaced it": {-3 * time.Second, true}} {
		x := &versions{at: at, group: []store.Version{{Key: "a", Marker: true, Modified: at}, {Key: "a", Modified: at.Add(-c.older)}}}
		if x.flush(); x.late != c.late {
			t.Errorf("%s: noticed is %v", name, x.late)
		}
	}
}
