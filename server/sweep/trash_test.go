package sweep_test

import (
	"slices"
	"testing"
	"time"

	"spaces/server/storage"
)

func (y *yard) trashKeys() (keys []string) {
	y.Helper()
	rows, _, err := y.engine.List(y.ctx, "s", storage.ListQuery{Max: 1000})
	y.must(err)
	for _, r := range rows {
		keys = append(keys, r.Key)
	}
	return keys
}

func TestTheTrashIsEmptiedByWhatItsNamesSay(t *testing.T) {
	y := newYard(t, "")
	stays := []string{
		".trash/20260222T120000Z-abcdef/young", ".trash/20261301T120000Z-abcdef/no-date", ".trash/20200101T120000Z-abcde/short", ".trash/20200101T120000Z/bare",
		".trash/20200101T120000Z-abcdef", ".trash/mine/20200101T120000Z-abcdef/deeper", "a/.trash/20200101T120000Z-abcdef/elsewhere", "20200101T120000Z-abcdef/x",
		".trash/20200101T120000Z-abcdef-private/x",
	}
	for _, key := range append(slices.Clone(stays), ".trash/20260129T120000Z-abcdef/old", ".trash/20260129T120000Z-abcdef/sub/old", ".trash/20260129T120000Z-abcdef-public/old") {
		y.put(key, "x")
	}
	slices.Sort(stays)
	if done := y.pass(2 * time.Hour); done.Objects != 3 || !slices.Equal(y.trashKeys(), stays) {
		t.Errorf("%d went, there are %q", done.Objects, y.trashKeys())
	}
	y.pass(30 * 24 * time.Hour)
	if keys := y.trashKeys(); slices.Contains(keys, ".trash/20260222T120000Z-abcdef/young") || len(keys) != len(stays)-1 {
		t.Errorf("a month later there are %q", keys)
	}
}

func TestTheTrashMayBeKeptForEver(t *testing.T) {
	y := newYard(t, "")
	y.KeepTrashFor(0)
	y.put(".trash/20200101T120000Z-abcdef/old", "x")
	y.pass(30 * time.Hour)
	if len(y.trashKeys()) != 1 {
		t.Error("it was emptied")
	}
}
