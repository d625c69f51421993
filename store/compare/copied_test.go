package compare_test

import (
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/compare"
)

func TestWhatListingsTellOfACopy(t *testing.T) {
	a, b := strings.Repeat("a", 32), strings.Repeat("b", 32)
	const before, then, after = 100, 200, 300
	file := func(size int64, etag string, at int64) compare.File {
		return compare.FileOf(store.Entry{Size: size, ETag: etag, Modified: time.Unix(at, 0)})
	}
	for name, x := range map[string]struct {
		left, right compare.File
		ahead       time.Duration
		sealed      bool
		same        bool
		by          compare.Reason
	}{
		"other size":                      {file(1, a, then), file(2, a, after), 0, false, false, compare.Size},
		"same content":                    {file(1, a, then), file(1, a, after), 0, false, true, compare.Checksum},
		"same content in the same second": {file(1, a, then), file(1, a, then), 0, false, true, compare.Checksum},
		"same content, written again":     {file(1, a, then), file(1, a, before), 0, false, false, compare.Date},
		"written again by a clock ahead":  {file(1, a, then), file(1, a, then-50), 60 * time.Second, false, true, compare.Checksum},
		"other content":                   {file(1, a, then), file(1, b, after), 0, false, false, compare.Checksum},
		"sealed, written later":           {file(1, a, then), file(1, b, after), 0, true, true, compare.Date},
		"sealed, written before":          {file(1, a, then), file(1, b, before), 0, true, false, compare.Date},
		"other parts, written later":      {file(1, a+"-2", then), file(1, b+"-3", after), 0, false, true, compare.Date},
		"parts and none, written before":  {file(1, a, then), file(1, b+"-3", before), 0, false, false, compare.Date},
		"nobody knows":                    {file(1, a, then), file(1, b+"-3", then), 0, false, false, compare.Date},
		"later by a clock that is behind": {file(1, a, then), file(1, b+"-3", then+10), -60 * time.Second, false, false, compare.Date},
		"no ETag at all, written later":   {file(1, "", then), file(1, "", after), 0, false, true, compare.Date},
	} {
		if same, by := compare.Copied(x.left, x.right, x.ahead, x.sealed); same != x.same || by != x.by {
			t.Errorf("%s: same is %v by %d, want %v by %d", name, same, by, x.same, x.by)
		}
	}
}
