package kit

import (
	"strings"

	"spaces/store"
)

// maxKey is the longest key that S3 takes, in bytes.
const maxKey = 1024

// Rooted says whether a typed path begins with a Space wherever one is: "/SPACE/folder/", or "s3://SPACE/folder/".
func Rooted(text string) bool {
	const here = "\x00" // no Space
	p, err := store.ParsePlace(text, Place{Space: here})
	return err == nil && p.Space != here && p.Conn == ""
}

// SplitPath takes a typed path apart into a Space, "" for the index of them, and a key or folder in it.
func SplitPath(text string) (space, key string) {
	p, err := store.ParsePlace(text, Place{})
	if err != nil || p.Conn != "" {
		return "", ""
	}
	return p.Space, p.Ref().Key
}

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
