package store_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

func TestOnceSendsEachRequestOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		f.Faults.Clear()
		ctx, begin := store.Once(t.Context()), time.Now()
		f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE", "throttled"), Fault: storetest.SlowDown("Retry-After", "20")})
		f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE", "reset"), Fault: storetest.Reset})
		f.Faults.Add(storetest.Rule{Match: storetest.Is("POST"), Fault: storetest.Answer(501, "NotImplemented")})
		for key, kind := range map[string]store.Kind{"throttled": store.Throttled, "reset": store.Unreachable} {
			err := f.Store.Delete(ctx, store.Ref{Space: "media", Key: key})
			if store.KindOf(err) != kind || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "token") {
				t.Errorf("%s: %v", key, err)
			}
		}
		if n := len(f.Faults.Requests()); n != 2 || time.Since(begin) > 0 {
			t.Errorf("%d requests in %v", n, time.Since(begin))
		}
		// One call may need many: here it finds out that batches are not liked.
		if failed, err := f.Store.DeleteMany(ctx, "media", []string{"a", "b"}); err != nil || len(failed) > 0 {
			t.Errorf("failed are %v, %v", failed, err)
		}
	})
}
