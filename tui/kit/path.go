package kit

import "strings"

// maxKey is the longest key that S3 takes, in bytes.
const maxKey = 1024

// WrongName is the sentence that says why the key dir + path + end should not be made, or "".
func WrongName(dir, path, end string) string {
	switch {
	case path == "":
		return "Type a name."
	case len(dir)+len(path)+len(end) > maxKey:
		return "The whole name is longer than 1,024 bytes."
	case strings.ContainsRune(path, 0):
		return "A name cannot contain a NUL."
	}
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "":
			return "There is an empty name between two slashes."
		case ".", "..":
			return "“" + part + "” is not a name that other programs can open."
		}
	}
	return ""
}
