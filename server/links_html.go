package server

import (
	"fmt"
	"html"
	"strings"
)

// markup is HTML as it is written. No template makes it: one that runs anywhere keeps every exported method of every type
// in the program.
type markup struct{ strings.Builder }

// put adds markup in which each %s is a text that is escaped, whether it is between tags or in the quotes of an attribute.
func (m *markup) put(format string, texts ...string) {
	escaped := make([]any, len(texts))
	for i, text := range texts {
		escaped[i] = html.EscapeString(strings.ToValidUTF8(text, "\uFFFD"))
	}
	fmt.Fprintf(m, format, escaped...)
}

// list adds a list, when there is anything in it.
func (m *markup) list(attributes string, items []string) {
	if len(items) == 0 {
		return
	}
	m.WriteString("<ul " + attributes + ">")
	for _, item := range items {
		m.put("<li>%s</li>", item)
	}
	m.WriteString("</ul>\n")
}

// html is the page.
func (p *linkPage) html() []byte {
	m := &markup{}
	m.WriteString(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
`)
	m.put("<title>%s</title>\n", p.Title)
	m.WriteString("<style>" + linkStyle + "</style>\n</head>\n<body>\n<main>\n")
	m.put("<h1>%s</h1>\n", p.Title)
	if p.File != "" {
		m.put("<p class=\"file\"><strong>%s</strong> <span>%s</span></p>\n", p.File, p.Size)
	}
	if p.Text != "" {
		m.put("<p>%s</p>\n", p.Text)
	}
	if p.Error != "" {
		m.put("<p class=\"bad\" role=\"alert\">%s</p>\n", p.Error)
	}
	if p.Download {
		m.download(p.Password)
	}
	m.list(`class="good" role="status"`, p.Came)
	m.list(`class="bad" role="alert"`, p.Not)
	if p.Receive != nil {
		m.receive(p.Receive)
	}
	m.WriteString("</main>\n")
	if p.Receive != nil {
		m.WriteString("<script>" + linkScript + "</script>\n")
	}
	m.WriteString("</body>\n</html>\n")
	return []byte(m.String())
}

// download adds the form that downloads.
func (m *markup) download(password bool) {
	m.WriteString("<form method=\"post\" action=\"\" autocomplete=\"off\">\n")
	if password {
		m.WriteString(`<label for="password">Password</label>
<input id="password" name="password" type="password" required autofocus autocomplete="off" maxlength="1024">
`)
	}
	m.WriteString("<button type=\"submit\">Download</button>\n</form>\n")
}

// receive adds the form that sends files.
func (m *markup) receive(r *receivePage) {
	m.put(`<form id="send" method="post" action="" enctype="multipart/form-data" data-most="%s" data-left="%s">
<div id="drop">
<label for="files">Choose files<span class="drops">, or drop them here</span></label>
<input id="files" name="file" type="file" multiple required`, formatInt(r.Most), formatInt(int64(r.Left)))
	if r.Accept != "" {
		m.put(` accept="%s"`, r.Accept)
	}
	m.WriteString(">\n</div>\n")
	m.list(`class="limits"`, r.Limits)
	m.WriteString("<button type=\"submit\">Send</button>\n</form>\n<ul id=\"progress\" aria-live=\"polite\"></ul>\n")
}
