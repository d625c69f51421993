package links

import (
	"bytes"
	"mime"
	"net/http"
	"path"
	"strings"
)

// SniffSize is how much of a file TypeOf wants to see, in bytes (WHATWG, "MIME Sniffing": 1445 at most, 512 suffice here).
const SniffSize = 512

const (
	plain      = "text/plain"
	anyBytes   = "application/octet-stream"
	executable = "application/x-executable"
	script     = "text/x-script"
	svg        = "image/svg+xml"
)

// known are types that have signs of their own which net/http does not look for.
var known = []struct{ sign, kind string }{
	{"MZ", executable}, {"\x7fELF", executable}, {"\xfe\xed\xfa", executable}, {"\xcf\xfa\xed\xfe", executable}, {"\xca\xfe\xba\xbe", executable},
	{"#!", script},
}

// TypeOf is the type of a file: what its beginning shows it to be, else what its sender says. sure says that it shows.
func TypeOf(declared string, head []byte) (kind string, sure bool) {
	for _, k := range known {
		if bytes.HasPrefix(head, []byte(k.sign)) {
			return k.kind, true
		}
	}
	seen, _, _ := mime.ParseMediaType(http.DetectContentType(head))
	said, _, err := mime.ParseMediaType(declared)
	said = strings.ToLower(said)
	drawn := bytes.Contains(bytes.ToLower(head), []byte("<svg"))
	switch {
	case drawn && (seen == "text/xml" || seen == plain):
		return svg, true
	case seen != plain && seen != anyBytes && len(head) > 0:
		return seen, true
	case err != nil || said == "" || !strings.Contains(said, "/"):
		return seen, false
	}
	return said, false
}

// Takes says whether a file of a name and a type may come by limits. Where its content shows what it is, neither its name
// nor what its sender says of it makes it another thing.
func (m *Limits) Takes(name, kind string, sure bool) bool {
	if len(m.Types) == 0 {
		return true
	}
	ext := strings.ToLower(path.Ext(name))
	for _, t := range m.Types {
		switch {
		case t == "*/*":
			return true
		case strings.HasPrefix(t, "."):
			if ext == t && !(sure && pretends(t, kind)) {
				return true
			}
		case strings.HasSuffix(t, "/*"):
			if strings.HasPrefix(kind, t[:len(t)-1]) && kind != svg { // a picture that can hold scripts is asked for by its name
				return true
			}
		case t == kind:
			return true
		}
	}
	return false
}

// pretends says whether something is a page or a program and its name says that it is none.
func pretends(ext, kind string) bool {
	switch kind {
	case "text/html":
		return ext != ".html" && ext != ".htm"
	case executable:
		return ext != ".exe" && ext != ".dll" && ext != ".bin" && ext != ".so"
	case svg:
		return ext != ".svg"
	}
	if of, ok := mimeOf[ext]; ok {
		return of != kind
	}
	return false
}

// mimeOf are extensions whose files show what they are.
var mimeOf = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".bmp": "image/bmp",
	".pdf": "application/pdf", ".gz": "application/x-gzip",
}

// validPattern says whether a type is one that the attribute accept of HTML can have.
func validPattern(t string) bool {
	const word = "abcdefghijklmnopqrstuvwxyz0123456789.+-_"
	if ext, ok := strings.CutPrefix(t, "."); ok {
		return ext != "" && len(ext) < 20 && strings.Trim(ext, word) == ""
	}
	major, minor, ok := strings.Cut(t, "/")
	if t == "*/*" {
		return true
	}
	return ok && len(t) < 128 && major != "" && minor != "" && strings.Trim(major, word) == "" && (minor == "*" || strings.Trim(minor, word) == "")
}
