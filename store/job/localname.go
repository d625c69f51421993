package job

import (
	"errors"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// localName makes the relative path that a key is downloaded to. What could leave the folder or take the name of a part is
// refused, and on Windows what that gives a meaning of its own. What a file system does not take, it says itself.
func localName(key string) (string, error) {
	switch {
	case key == "":
		return "", errors.New("it has no name below the folder that is downloaded")
	case strings.HasPrefix(key, "/"):
		return "", errors.New("the key begins with a slash, as absolute paths do")
	case strings.ContainsRune(key, 0):
		return "", errors.New("the key contains NUL")
	}
	segments := strings.Split(strings.TrimSuffix(key, "/"), "/")
	for _, segment := range segments {
		err := checkSegment(segment)
		if err == nil && runtime.GOOS == "windows" {
			err = checkWindows(segment)
		}
		if err != nil {
			return "", err
		}
	}
	return filepath.Join(segments...), nil
}

func checkSegment(segment string) error {
	switch {
	case segment == "":
		return errors.New("the key contains an empty folder name: it would merge with another key")
	case segment == "." || segment == "..":
		return errors.New("the key contains “" + segment + "” as a folder name")
	case isPartName(segment):
		return errors.New("the key contains a name that files have here while they are downloaded")
	}
	return nil
}

// checkWindows refuses what is no name of a file on Windows, or that of another one (Naming Files, Paths, and Namespaces).
// Elsewhere these are names like any other.
func checkWindows(segment string) error {
	switch {
	case strings.Contains(segment, `\`):
		return errors.New("the key contains a backslash, which separates folders on Windows")
	case len(segment) >= 2 && segment[1] == ':' && (segment[0]|0x20 >= 'a' && segment[0]|0x20 <= 'z'):
		return errors.New("the key contains the name of a drive")
	case isDevice(segment):
		return errors.New("the key contains the name of a device")
	case strings.ContainsAny(segment, `<>:"|?*`), strings.ContainsFunc(segment, func(r rune) bool { return r < ' ' }),
		strings.TrimRight(segment, ". ") != segment:
		return errors.New("the name is not one that Windows takes")
	}
	return nil
}

// isDevice knows the names that Windows gives to devices, whatever extension follows.
func isDevice(segment string) bool {
	name, _, _ := strings.Cut(segment, ".")
	name, _, _ = strings.Cut(name, ":")
	name = strings.ToUpper(strings.TrimRight(name, " "))
	switch name {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM¹", "COM²", "COM³", "LPT¹", "LPT²", "LPT³":
		return true
	}
	return len(name) == 4 && (strings.HasPrefix(name, "COM") || strings.HasPrefix(name, "LPT")) && name[3] >= '0' && name[3] <= '9'
}

// folding is what a file system makes no difference between.
type folding struct {
	letterCase, form bool
	ends             bool // dots and spaces at the end of a name, as those of DOS and Windows
}

// fold is equal for paths that may be taken for the same.
func (f folding) fold(path string) string {
	if f.ends {
		names := strings.Split(path, string(filepath.Separator))
		for i := range names {
			names[i] = strings.TrimRight(names[i], ". ")
		}
		path = strings.Join(names, string(filepath.Separator))
	}
	if f.form {
		path = norm.NFC.String(path)
	}
	if f.letterCase {
		path = norm.NFC.String(cases.Fold().String(path))
	}
	return path
}
