package local

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"spaces/server/storage"
)

// Moment is a copy of a data directory as it is at one moment, within that directory: on the same disk, where bodies are
// hard links, and where the server may write whatever else is closed to it. No backup has it in it.
type Moment struct {
	Path string
	storage.BackupReport

	lock io.Closer
}

// Names of moments. A lock beside each says that somebody uses it.
const (
	momentPrefix = ".moment-"
	momentLock   = ".lock"
)

// Moment makes one. Close must follow: until then what is deleted takes its room. What processes left that died is removed.
func (d Dir) Moment(ctx context.Context) (*Moment, error) {
	if err := d.endMoments(); err != nil {
		return nil, fmt.Errorf("remove what an earlier backup left: %w", err)
	}
	m := &Moment{Path: filepath.Join(d.Path, momentPrefix+strings.ToLower(rand.Text()))}
	var err error
	if m.lock, err = storage.LockFile(m.Path + momentLock); err != nil {
		return nil, fmt.Errorf("lock a copy of the data directory: %w", err)
	}
	rep, err := d.backupInTurn(ctx, m.Path)
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	m.BackupReport = *rep
	return m, nil
}

// turn is how often it is looked whether another copy has been made.
const turn = time.Second / 2

// backupInTurn waits for the end of another one, which is soon: it links files.
func (d Dir) backupInTurn(ctx context.Context, to string) (*storage.BackupReport, error) {
	for {
		rep, err := d.Backup(ctx, to)
		if !errors.Is(err, errBusy) {
			return rep, err
		}
		select {
		case <-time.After(turn):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Close removes it.
func (m *Moment) Close() error {
	return errors.Join(os.RemoveAll(m.Path), m.lock.Close(), os.Remove(m.Path+momentLock))
}

// endMoments removes the moments that nobody has locked.
func (d Dir) endMoments() error {
	locks, err := filepath.Glob(filepath.Join(d.Path, momentPrefix+"*"+momentLock))
	for _, path := range locks {
		lock, e := storage.LockFile(path)
		if e != nil {
			continue // it is in use, or another user's
		}
		copied := strings.TrimSuffix(path, momentLock)
		err = errors.Join(err, os.RemoveAll(copied), os.RemoveAll(copied+".partial"), lock.Close(), os.Remove(path))
	}
	return err
}

// backupIDFile has the name that the backups of a store go by, wherever they are kept. It is in them as well: a store
// that was restored goes on with those of before.
const backupIDFile = "backup.id"

// BackupID gives that name, which is made at the first call.
func (d Dir) BackupID() (string, error) {
	text, err := os.ReadFile(filepath.Join(d.Path, backupIDFile))
	switch {
	case err == nil:
		id := strings.TrimSpace(string(text))
		if b, err := hex.DecodeString(id); err != nil || len(b) != 8 {
			return "", fmt.Errorf("%s is not what it should be: remove it, and the next backup begins anew", filepath.Join(d.Path, backupIDFile))
		}
		return id, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	var id [8]byte
	rand.Read(id[:])
	if err := d.replace(backupIDFile, hex.AppendEncode(nil, id[:])); err != nil {
		return "", fmt.Errorf("keep a name for the backups of this store: %w", err)
	}
	return d.BackupID() // another may have been faster
}
