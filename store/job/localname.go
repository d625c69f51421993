package job

import (
	"errors"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// localName makes the relative path that a key is downloaded to. What could leave the folder, reach a device, or
// merge with another key is refused, on every system alike: what was downloaded here is carried elsewhere. A backslash is a
// letter like any other but on Windows.
func localName(key string) (string, error) {
	switch {
	case key == "":
		return "", errors.New("it has no name below the folder that is downloaded")
	case strings.HasPrefix(key, "/"):
		return "", errors.New("the key begins with a slash, as absolute paths do")
	case strings.ContainsRune(key, 0):
		return "", errors.New("the key contains NUL")
	case runtime.GOOS == "windows" && strings.Contains(key, `\`):
		return "", errors.New("the key contains a backslash, which separates folders on Windows")
	}
	segments := strings.Split(strings.TrimSuffix(key, "/"), "/")
	for _, segment := range segments {
		if err := checkSegment(segment); err != nil {
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
	case len(segment) >= 2 && segment[1] == ':' && (segment[0]|0x20 >= 'a' && segment[0]|0x20 <= 'z'):
		return errors.New("the key contains the name of a drive")
	case isPartName(segment):
		return errors.New("the key contains a name that files have here while they are downloaded")
	case isDevice(segment):
		return errors.New("the key contains the name of a device")
	}
	if runtime.GOOS == "windows" && (strings.ContainsAny(segment, `<>:"|?*`) || strings.TrimRight(segment, ". ") != segment ||
		strings.ContainsFunc(segment, func(r rune) bool { return r < ' ' })) {
		return errors.New("the name is not one that Windows takes")
	}
	return nil
}

// isDevice knows the names that Windows gives to devices, whatever extension follows (Naming Files, Paths, and Namespaces).
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

// fold is equal for names that a file system may take for the same.
func fold(name string, letterCase, form bool) string {
	if form {
		name = norm.NFC.String(name)
	}
	if letterCase {
		name = norm.NFC.String(cases.Fold().String(name))
	}
	return name
}
