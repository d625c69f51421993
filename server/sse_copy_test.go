package server_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// An object is encrypted anew by a copy onto itself, which reads all of it and
// writes it again. What is written to it meanwhile, and acknowledged, stays.
func TestEncryptingAnObjectAnewUndoesNoWriteOfOthers(t *testing.T) {
	for name, write := range map[string]func(*fixture){
		"the object": func(f *fixture) { f.want(200, "PUT", "/media/a", "newer", "X-Amz-Tagging", "a=new") },
		"its tags": func(f *fixture) {
			f.want(200, "PUT", "/media/a?tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>new</Value></Tag></TagSet></Tagging>")
		},
		"nothing": func(f *fixture) { f.want(204, "DELETE", "/media/a", "") },
	} {
		y := &faulty{}
		f := newFixtureOn(t, errorfs.Wrap(vfs.NewMem(), y), withMasters(t, false))
		f.want(200, "PUT", "/media", "")
		f.want(200, "PUT", "/media/a", pattern(300_000), "X-Amz-Tagging", "a=old")
		var once atomic.Bool
		y.set(func(op errorfs.Op) error { // in the middle of the copy
			if op.Kind == errorfs.OpFileWrite && strings.Contains(op.Path, "blobs") && once.CompareAndSwap(false, true) {
				write(f)
			}
			return nil
		})
		headers := []string{"X-Amz-Copy-Source", "/media/a", "X-Amz-Server-Side-Encryption", "AES256"}
		f.refuse(503, "ServiceUnavailable", "PUT", "/media/a", "", headers...)
		if !once.Load() {
			t.Fatal(name, "was not written meanwhile")
		}
		if name == "nothing" {
			f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
			continue
		}
		if tags := f.want(200, "GET", "/media/a?tagging", ""); !strings.Contains(tags.body, "<Value>new</Value>") {
			t.Error(name, tags.body)
		}
		before := f.want(200, "GET", "/media/a", "")
		if name == "the object" && before.body != "newer" {
			t.Errorf("%s: %.20q", name, before.body)
		}
		f.want(200, "PUT", "/media/a", "", headers...) // sent again it is done
		if a := f.encrypted(f.want(200, "GET", "/media/a", ""), "AES256"); a.body != before.body {
			t.Errorf("%s: %.20q", name, a.body)
		}
	}
}
