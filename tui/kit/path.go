package kit

import "strings"

// maxKey is the longest key that S3 takes, in bytes.
const maxKey = 1024

// scheme of S3 tools, in any letter case.
const scheme = "s3://"

// Rooted says whether a typed path begins with a Space wherever one is: "/SPACE/folder/", or "s3://SPACE/folder/".
func Rooted(text string) bool { return strings.HasPrefix(text, "/") || hasScheme(text) }

func hasScheme(text string) bool {
	return len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme)
}

// Unrooted is a typed path from its Space on, without what Rooted allows before it. "" stands for all Spaces.
func Unrooted(text string) string {
	if hasScheme(text) {
		text = text[len(scheme):]
	}
	return strings.TrimLeft(text, "/") // no Space has an empty name
}

// SplitPath takes a typed path apart into a Space, "" for the index of them, and a key or folder in it.
func SplitPath(text string) (space, key string) {
	space, key, _ = strings.Cut(Unrooted(text), "/")
	return space, key
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
