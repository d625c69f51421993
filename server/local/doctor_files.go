package local

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"spaces/server"
	"spaces/server/storage"
)

// there says whether there is a data directory that can be looked into.
func (p *patient) there() finding {
	info, err := os.Stat(p.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return wrong("Name the one that is meant with --data; spaces serve makes a new one.", "There is no data directory at %s.", p.Path)
	case err == nil && !info.IsDir():
		return wrong("Name the data directory with --data.", "%s is no directory.", p.Path)
	case err == nil:
		_, err = os.ReadDir(p.Path)
	}
	if errors.Is(err, fs.ErrPermission) {
		return unknown("Run this as the user that the server runs as, or as root.", "This user may not look into %s.", p.Path)
	}
	if err != nil {
		return wrong("Look at the disk, and at the log of the kernel.", "%s cannot be read: %v.", p.Path, err)
	}
	return fine("%s is there.", p.Path)
}

// directory says whether it can be worked with as well.
func (p *patient) directory(context.Context) finding {
	if f := p.there(); f.state != server.CheckOK {
		return f
	}
	f, err := os.CreateTemp(p.Path, ".doctor-*")
	if err != nil && (errors.Is(err, fs.ErrPermission) && p.own == nil) {
		return unknown("Run this as the user that the server runs as, or as root.", "%s is there; whether it can be written to this user cannot tell.", p.Path)
	}
	if err != nil {
		return wrong("Look whether the disk is full, or mounted read-only.", "%s cannot be written to: %v.", p.Path, err)
	}
	_ = errors.Join(f.Close(), os.Remove(f.Name()))
	return fine("%s is there and can be written to.", p.Path)
}

// secrets are the files that others may not read.
var secrets = []string{credentialsFile, tokenFile, encryptionFile, hostKeyFile, "tls-key.pem"}

// modes says who may look at what.
func (p *patient) modes(context.Context) finding {
	if runtime.GOOS == "windows" {
		return fine("Windows keeps others out by its own lists.")
	}
	info, err := os.Stat(p.Path)
	if err != nil {
		return unknown("", "%v.", err)
	}
	var open []string
	for _, name := range secrets {
		path := filepath.Join(p.Path, name)
		if i, err := os.Lstat(path); err == nil && i.Mode().IsRegular() && i.Mode().Perm()&0o077 != 0 {
			open = append(open, path)
		}
	}
	switch perm := info.Mode().Perm(); {
	case len(open) > 0:
		return wrong("Run: chmod 600 "+strings.Join(open, " ")+". Who may have read them still knows them: make new ones.",
			"Others may read secrets: %s. The server does not start with them.", strings.Join(open, ", "))
	case perm&0o007 != 0:
		return wrong("Run: chmod 700 "+p.Path, "Everybody on this machine may look into %s.", p.Path)
	case perm&0o070 != 0:
		return worry("Run: chmod 700 "+p.Path+", unless the group is to have that.", "A group may look into %s.", p.Path)
	}
	return fine("Only its user may look into the directory.")
}

// mostNames bounds how many files are asked whose they are.
const mostNames = 5000

// owner says whether everything belongs to one user: what root made in between the server cannot open.
func (p *patient) owner(ctx context.Context) finding {
	uid, _, ok := userOf(p.Path)
	if !ok {
		return fine("Whose files are is not told apart here.")
	}
	others, first, whose, seen := 0, "", 0, 0
	err := filepath.WalkDir(p.Path, func(path string, d fs.DirEntry, err error) error {
		if seen++; seen > mostNames || ctx.Err() != nil {
			return fs.SkipAll
		}
		if err != nil {
			return nil // it went meanwhile, or is another's: which its directory tells
		}
		if of, _, ok := userOf(path); ok && of != uid {
			if others++; first == "" {
				first, whose = path, of
			}
		}
		if rel, _ := filepath.Rel(p.Path, path); d.IsDir() && strings.HasPrefix(rel, "blobs"+string(filepath.Separator)) {
			return fs.SkipDir // there are as many as objects
		}
		return nil
	})
	name := userName(uid)
	switch {
	case err != nil:
		return unknown("", "%v.", err)
	case others > 0:
		return wrong("Run: chown -R "+name+" "+p.Path, "%s in the directory belong to other users than %s, whose it is: %s is %s's. The server may not be able to open them.",
			count(others, "file"), name, first, userName(whose))
	case os.Geteuid() != 0 && os.Geteuid() != uid:
		return worry("Run: chown -R "+userName(os.Geteuid())+" "+p.Path+", or run as "+name+".", "The directory belongs to %s, and this process runs as %s.", name, userName(os.Geteuid()))
	}
	return fine("Everything in it belongs to %s.", name)
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return "user " + strconv.Itoa(uid)
}

// format says whether this program understands what is there.
func (p *patient) format(context.Context) finding {
	found, known, err := storage.FormatOf(p.Path)
	switch {
	case errors.Is(err, storage.ErrFormat):
		return wrong("Install the version that wrote it, or a later one.", "The directory has a format that this version does not know: %d, and this knows %d.", found, known)
	case err != nil:
		return wrong("Restore a backup: the directory has lost what it is known by.", "%v.", err)
	case found == 0:
		return worry("Look whether --data names the right one.", "Nothing was ever stored here: there is no file that says a format.")
	}
	return fine("The directory has format %d; this version knows up to %d.", found, known)
}

func (p *patient) writes(context.Context) finding {
	if err := p.own.engine.Failed(); err != nil {
		return wrong("Look at the disk and at the log of the kernel, then start the server again.", "Everything that writes is refused since the disk failed: %v.", err)
	}
	return fine("The server takes writes.")
}

func (p *patient) encryption(context.Context) finding {
	if p.own.masters == nil {
		return fine("Nothing is encrypted with keys of the server.")
	}
	if missing := slices.Clone(p.own.masters.Missing()); len(missing) > 0 {
		return wrong("Name the file that has them with --encryption-key, or restore encryption.key from a backup.",
			"Objects are encrypted with keys that the server does not have: %s. They cannot be read.", strings.Join(missing, ", "))
	}
	return fine("All keys that objects are encrypted with are there.")
}
