package local

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"spaces/server/storage"
)

// belongings are the files of a data directory that say who may come in, and by
// what clients know the server. They have no checksums, since people may edit
// and replace them; and where one is gone, another is made that works as well,
// for nobody who knew the first. So the store has the SHA-256 of each, as it was
// at the last start.
var belongings = []string{credentialsFile, tokenFile, encryptionFile, hostKeyFile, backupIDFile}

// belongingsKind is the kind of the records that have them.
const belongingsKind = "belongings"

// knowAgain says of the files that are not as they were at the last start of an
// owner. It is said once: whoever changed them knows why.
func (d Dir) knowAgain(e *storage.Engine) error {
	was, err := e.Records(belongingsKind)
	if err != nil {
		return err
	}
	news := map[string][]byte{}
	for _, name := range belongings {
		now, err := fingerprint(filepath.Join(d.Path, name))
		if err != nil {
			return fmt.Errorf("read what is beside the store: %w", err)
		}
		before, known := was[name]
		if known && string(before) == now || !known && now == "" {
			continue
		}
		news[name] = []byte(now)
		if now == "" {
			news[name] = nil
		}
		if known && d.Log != nil {
			d.Log.Warn("a file is another than at the last start, or gone: if nobody changed it, it was damaged, and a backup has it", "file", filepath.Join(d.Path, name))
		}
	}
	if len(news) == 0 {
		return nil
	}
	if err := e.PutRecords(belongingsKind, news); err != nil && !errors.Is(err, storage.ErrFull) && !errors.Is(err, storage.ErrReadOnly) {
		return err
	}
	return nil
}

// fingerprint is "" of a file that is not there.
func fingerprint(path string) (string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
