package storage

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func TestACleanStopLeavesNothingInTheLog(t *testing.T) {
	mem := vfs.NewCrashableMem()
	f := setUpAt(t, mem)
	bodies := acknowledged(f)
	f.must(f.Close())
	eachFile(mem, "data/meta", func(name string, _ int) {
		if strings.HasSuffix(name, ".log") {
			f.must(mem.Remove(name))
		}
	})
	e := openAt(t, mem, small(mem))
	for k, want := range bodies {
		if got, err := readAll(t.Context(), e, "s", k); got != want || err != nil {
			t.Errorf("%s: %q, %v", k, got, err)
		}
	}
}

func TestAnIdleEngineMovesTheLogIntoTablesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := setUp(t)
		flushes := func() int64 {
			s, err := f.Stats()
			f.must(err)
			return s.Flushes
		}
		began := flushes()
		f.put("k", "body")
		time.Sleep(idleAfter - time.Second)
		f.put("l", "body")
		time.Sleep(idleAfter - time.Second)
		if n := flushes() - began; n != 0 {
			t.Errorf("%d flushes while there were writes", n)
		}
		time.Sleep(2 * idleAfter)
		if n := flushes() - began; n != 1 {
			t.Errorf("%d flushes after the last write", n)
		}
		time.Sleep(24 * time.Hour)
		if n := flushes() - began; n != 1 {
			t.Errorf("%d flushes in a day without writes", n)
		}
	})
}
