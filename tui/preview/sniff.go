package preview

import (
	"bytes"
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// sniff decides what bytes are: by what they hold, then by their type, then by their name.
func sniff(f Facts, head []byte) *Doc {
	if len(head) == 0 {
		return Says("It is empty.")
	}
	if d := signed(f, head); d != nil {
		return d
	}
	cut := int64(len(head)) < f.Size
	text, encoding, ok := decode(head, cut)
	if !ok {
		return hexDoc(head)
	}
	d := textual(f, text, cut)
	if encoding != "" {
		d.What += ", " + encoding
	}
	return d
}

// signed knows what begins with a signature of its own; nil for anything else.
func signed(f Facts, head []byte) *Doc {
	switch {
	case is(head, "\x1f\x8b"):
		return gunzip(f, head)
	case isZip(head):
		return &Doc{What: "ZIP"}
	case isTar(head):
		return tarDoc(bytes.NewReader(head))
	case pictureType(head) != "":
		return pictureDoc(f, head)
	}
	return nil
}

// isZip: one with entries, or an empty one.
func isZip(b []byte) bool { return is(b, "PK\x03\x04") || is(b, "PK\x05\x06") }

func is(b []byte, magic string) bool { return bytes.HasPrefix(b, []byte(magic)) }

// textual decides what a text is. cut says that its end is missing.
func textual(f Facts, text string, cut bool) *Doc {
	kind, ext := strings.ToLower(f.Type), extension(f.Name)
	kind, _, _ = strings.Cut(kind, ";")
	kind = strings.TrimSpace(kind)
	if d := jsonDoc(text, cut, kind, ext); d != nil {
		return d
	}
	switch {
	case kind == "text/csv", kind == "text/tab-separated-values", ext == "csv", ext == "tsv", ext == "tab", ext == "psv":
		if d := tableDoc(text, ext, cut); d != nil {
			return d
		}
	case kind == "text/markdown", ext == "md", ext == "markdown":
		return &Doc{What: "Markdown", body: &markdown{text}}
	}
	l := langOf(text, kind, ext)
	return &Doc{What: l.title, body: &code{text, l}}
}

// extension of a key, lower case, without the dot. That of a compressed one is the one before.
func extension(name string) string {
	name = strings.ToLower(path.Base(name))
	name = strings.TrimSuffix(name, ".gz")
	return strings.TrimPrefix(path.Ext(name), ".")
}

// nameOf says what bytes are that have no preview of their own.
func nameOf(head []byte) string {
	m := mimetype.Detect(head)
	if m.Is("application/octet-stream") || m.Is("text/plain") {
		return "Bytes"
	}
	return m.String()
}
