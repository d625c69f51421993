package dialog

import (
	"strings"

	"spaces/store"
)

// form is how a link is written down.
type form string

// The forms of links.
const (
	asURL      form = "URL"
	asCurl     form = "curl"
	asMarkdown form = "Markdown"
	asCode     form = "QR code" // on the screen; as text it is the URL
)

var forms = []form{asURL, asCurl, asMarkdown, asCode}

// text is all links in this form, one a line.
func (f form) text(links []link) string {
	lines := make([]string, len(links))
	for i, l := range links {
		lines[i] = f.line(l)
	}
	return strings.Join(lines, "\n")
}

func (f form) line(l link) string {
	switch f {
	case asCurl:
		if l.form {
			return curlForm(l)
		}
		return CurlGet(l.file(), l.url())
	case asMarkdown:
		return markdown(store.Base(l.file()), l.url())
	}
	return l.url()
}

// CurlGet is a command that fetches a URL into a file of the object's own name where a shell and a file system take that
// as it is, else into one of the URL's. It leaves no file when the link has expired.
func CurlGet(key, url string) string {
	file := store.Base(key)
	if plainFile(file) {
		return "curl -f -o " + store.Word(file) + " " + store.Word(url)
	}
	return "curl -f -O " + store.Word(url)
}

// curlForm is a command that sends the form of a link; curl reads the password where it is asked for.
func curlForm(l link) string {
	sends := "-d ''"
	if l.asks {
		sends = "-F 'password=<-'"
	}
	return "curl " + sends + strings.TrimPrefix(CurlGet(l.file(), l.url()), "curl")
}

// plainFile says whether a name can stand in a command without surprise: printable, no option, no folder.
func plainFile(file string) bool {
	return file != "" && file != "." && file != ".." && store.Printable(file) == file &&
		!strings.HasPrefix(file, "-") && !strings.ContainsAny(file, `/\:`)
}

// images are the extensions that Markdown shows as pictures.
var images = []string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp"}

// markdown is a link, of a picture the picture itself. What has a meaning in a label (CommonMark 2.4) is escaped.
func markdown(name, url string) string {
	var label strings.Builder
	for _, r := range shown(name) {
		if strings.ContainsRune("\\`*_[]<>!#|~&", r) {
			label.WriteByte('\\')
		}
		label.WriteRune(r)
	}
	picture := ""
	for _, ext := range images {
		if strings.HasSuffix(strings.ToLower(name), ext) {
			picture = "!"
		}
	}
	return picture + "[" + label.String() + "](" + strings.NewReplacer("(", "%28", ")", "%29").Replace(url) + ")"
}
