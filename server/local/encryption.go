package local

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"

	"spaces/server"
	"spaces/server/storage"
)

// encryptionFile has the master keys in the data directory, unless another file is named.
const encryptionFile = "encryption.key"

// openMasterKeys reads the keys that the server encrypts objects with. In a file that was named they are for every new
// object; in the one in the data directory, for those whose writer or Space asks. A file that is not there is made
// with the first key that is needed, unless objects are encrypted with another already.
func openMasterKeys(engine *storage.Engine, dir, named string, log *slog.Logger) (*server.MasterKeys, error) {
	path := cmp.Or(named, filepath.Join(dir, encryptionFile))
	keys, err := readMasterKeys(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	m, err := server.OpenMasterKeys(engine, server.MasterKeysOptions{
		Keys: keys, Always: named != "", Make: func() (storage.Key, error) { return makeMasterKey(path) },
	})
	if errors.Is(err, server.ErrMasterKey) {
		return nil, fmt.Errorf("%s: %w; restore the file", path, err)
	}
	if err == nil && len(m.Missing()) > 0 && log != nil {
		log.Warn("objects that are encrypted with these keys cannot be read: name the file that has them with --encryption-key", "file", path, "keys", m.Missing())
	}
	return m, err
}

// readMasterKeys reads a key of 32 bytes in base64 from each line; the first is for new objects. Lines that begin with
// # say something to people.
func readMasterKeys(path string) (keys []storage.Key, err error) {
	text, err := readText(path)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var key storage.Key
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != len(key) {
			return nil, fmt.Errorf("%s: line %d is no key of 32 bytes in base64; make one with: openssl rand -base64 32", path, n)
		}
		copy(key[:], raw)
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s: there is no key in it; restore the file, or remove it to get a new key", path)
	}
	return keys, CheckPrivate(path)
}

func makeMasterKey(path string) (key storage.Key, err error) {
	rand.Read(key[:]) // never fails
	err = writePrivate(path, "# The key that objects are encrypted with. Without it they are lost: keep a copy elsewhere.\n"+
		"# For another key, write it in a line above: the first is for new objects, all are for reading.\n"+
		base64.StdEncoding.EncodeToString(key[:])+"\n")
	if err != nil {
		return key, fmt.Errorf("keep a new encryption key: %w", err)
	}
	return key, nil
}
