package storage

import (
	"runtime"
	"testing"
)

// A write looks up the Space that it copies from while it is inside the one that
// it writes to. Who waits for the end of such a write, to delete or destroy a
// Space, must not hold what everybody needs to look a Space up.
func TestWhoWaitsForTheWritersOfASpaceHoldsUpNobodyElse(t *testing.T) {
	for name, end := range map[string]func(*fixture) error{
		"delete":  func(f *fixture) error { return f.DeleteSpace("s") },
		"destroy": func(f *fixture) error { _, err := f.DestroySpace(f.ctx, "s", false); return err },
		"update":  func(f *fixture) error { return f.UpdateSpace("s", func(*Space) error { return nil }) },
	} {
		t.Run(name, func(t *testing.T) {
			f := setUp(t)
			ended := make(chan error, 1)
			_, err := f.Put(f.ctx, "s", "k", f.stage("x"), Attrs{}, Checksum{}, func(*Object) error {
				go func() { ended <- end(f) }()
				s, err := f.find("s")
				f.must(err)
				for s.mu.TryRLock() { // until somebody waits to have the Space to himself
					s.mu.RUnlock()
					runtime.Gosched()
				}
				if !f.spaces.mu.TryRLock() {
					t.Error("nobody can look up a Space now")
					return nil
				}
				f.spaces.mu.RUnlock()
				return nil
			})
			f.must(err)
			if err := <-ended; (err != nil) != (name == "delete") { // it is not empty
				t.Error(err)
			}
		})
	}
}
