package store

import "strings"

// Base is the last part of a key, of a folder with its slash.
func Base(key string) string {
	return key[strings.LastIndexByte(strings.TrimSuffix(key, "/"), '/')+1:]
}

// Capital begins a sentence with a capital, where it begins with a letter of ASCII.
func Capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

// Uncapital is a text as it goes on in a sentence.
func Uncapital(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]-'A'+'a') + s[1:]
}
