package website

import (
	"html"
	"net/http"
	"strconv"
	"strings"

	"spaces/server/s3xml"
)

// Detail is a line of an error.
type Detail struct{ Name, Value string }

// Trouble is an error as a visitor sees it.
type Trouble struct {
	Status  int
	Details []Detail // Code and Message first
	Beside  []Detail // of the error that the page for errors met; nil: none
}

// HTML is the page of an error that there is no page for, in the form of
// Amazon's. Nothing in it is taken for markup.
func (t *Trouble) HTML() []byte {
	title := strings.TrimSpace(strconv.Itoa(t.Status) + " " + http.StatusText(t.Status))
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" + title + "</title></head>\n<body>\n<h1>" + title + "</h1>\n")
	list(&b, t.Details)
	if t.Beside != nil {
		b.WriteString("<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n")
		list(&b, t.Beside)
	}
	b.WriteString("<hr>\n</body>\n</html>\n")
	return []byte(b.String())
}

func list(b *strings.Builder, details []Detail) {
	b.WriteString("<ul>\n")
	for _, d := range details {
		b.WriteString("<li>" + html.EscapeString(d.Name) + ": " + html.EscapeString(s3xml.Printable(d.Value)) + "</li>\n")
	}
	b.WriteString("</ul>\n")
}
