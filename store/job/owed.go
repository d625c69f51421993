package job

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"spaces/store"
)

// debt is what an object has to get back, also when this program dies meanwhile: a file of its own beside the ledger,
// locked while somebody is about to give it back.
type debt struct {
	Conn store.Conn
	Of   plainRef
	Owed store.Owed
}

const debtName = "owed-*.json"

// owe notes a debt durably, before the object loses it. paid forgets it.
func (l *Ledger) owe(d debt) (paid func(), err error) {
	if l == nil {
		return func() {}, nil
	}
	text, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(l.dir, "owed-"+rand.Text()+".json")
	f, err := newFile(path, text, nil)
	if err == nil {
		err = syncDirOf(path)
	}
	if err != nil {
		return nil, fmt.Errorf("noting the tags of %s: %w", d.Of.ref(), err)
	}
	return func() { forget(f, path) }, nil
}

// GiveBack gives objects back what programs that died had noted that they would. What cannot be now, because its connection is not
// there or its endpoint does not answer, stays noted, and is the error.
func (m *Manager) GiveBack(ctx context.Context) error {
	l := m.o.Ledger
	if l == nil {
		return nil
	}
	paths, err := filepath.Glob(filepath.Join(l.dir, debtName))
	errs := []error{err}
	for _, path := range paths {
		errs = append(errs, m.payBack(ctx, path))
	}
	return errors.Join(errs...)
}

func (m *Manager) payBack(ctx context.Context, path string) error {
	f, err := openIfThere(path)
	if f == nil {
		return err
	}
	if !lockFile(f) || !sameFile(f, path) {
		return f.Close() // somebody is about to
	}
	text, err := io.ReadAll(f)
	var d debt
	if err == nil && json.Unmarshal(text, &d) == nil {
		var s *store.Store
		if s, err = m.storeOf(d.Conn); err == nil {
			err = s.GiveBack(ctx, d.Of.ref(), d.Owed)
		}
		if store.KindOf(err) == store.NoSpace {
			err = nil
		}
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	forget(f, path)
	return nil
}
