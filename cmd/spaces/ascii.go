package main

import (
	"bytes"
	"cmp"
	"io"
	"strings"

	"spaces/themes"
	"spaces/tui/kit"
)

// isDumb says whether a terminal cannot do more than print lines.
func isDumb(getenv func(string) string) bool { return getenv("TERM") == "dumb" }

// signsOf is what a terminal is known to show: the font of the Linux console lacks most signs, and a locale without UTF-8
// has only ASCII for sure. An environment without any locale, as containers and services have it, says nothing.
func signsOf(getenv func(string) string) themes.Signs {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"))
	charset := strings.ReplaceAll(strings.ToLower(locale), "-", "")
	switch {
	case locale != "" && !strings.Contains(charset, "utf8"):
		return themes.OnlyASCII
	case getenv("TERM") == "linux":
		return themes.OnlyNames
	}
	return themes.AllSigns
}

// asciiLines masks what is not ASCII in whole lines.
type asciiLines struct {
	w    io.Writer
	part []byte // of a line whose end has not come yet
}

func (a *asciiLines) Write(b []byte) (int, error) {
	a.part = append(a.part, b...)
	end := bytes.LastIndexByte(a.part, '\n') + 1
	_, err := io.WriteString(a.w, kit.Mask(string(a.part[:end])))
	a.part = append(a.part[:0], a.part[end:]...)
	return len(b), err
}
