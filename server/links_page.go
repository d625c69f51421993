package server

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"spaces/server/inbound"
	"spaces/server/links"
)

// The pages of links are whole in themselves: they load nothing from anywhere.
var (
	//go:embed links_page.css
	linkStyle string
	//go:embed links_page.js
	linkScript string

	// Only this style and this script run on a page, nothing frames it, and its forms lead back here.
	linkPolicy = "default-src 'none'; style-src 'sha256-" + sourceHash(linkStyle) + "'; script-src 'sha256-" + sourceHash(linkScript) +
		"'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// linkPage is what a page has on it. All texts are escaped where they are put.
type linkPage struct {
	Title, Text string
	Error       string // what went wrong, above a form that may be sent again
	Password    bool   // a form that asks for it
	Download    bool   // a form that downloads
	File, Size  string // what it downloads; "": not told before the password
	Receive     *receivePage
	Came, Not   []string // what was received, and what was not and why
}

// receivePage is the form that sends files.
type receivePage struct {
	Accept string // the attribute
	Limits []string
	Most   int64 // bytes of a file
	Left   int   // files; -1: any number
}

// showLink answers with a page, or with its texts for a program.
func (c *call) showLink(status int, p *linkPage) error {
	c.linkPrivacy()
	c.out.set("Content-Security-Policy", linkPolicy)
	c.out.set("Cross-Origin-Resource-Policy", "same-origin")
	if c.link.text && !p.Download && !p.Password && p.Receive == nil {
		lines := append([]string{}, p.Came...)
		lines = append(lines, p.Not...)
		if len(lines) == 0 {
			lines = []string{strings.TrimSpace(p.Title + " " + p.Text)}
		}
		return c.out.whole(status, "text/plain; charset=utf-8", []byte(strings.Join(lines, "\n")+"\n"))
	}
	return c.out.whole(status, "text/html; charset=utf-8", p.html())
}

// askAtLink shows the form of a link that is for once or has a password. What there is to have is told to those only who
// need no password, and looked at without using it.
func (c *call) askAtLink(l *links.Link) error {
	p := &linkPage{Title: "A file for you", Download: true, Password: l.Secret != nil}
	if l.Once {
		p.Text = "This link is for one download: after that it is used up."
	}
	if l.Secret != nil {
		return c.showLink(http.StatusOK, p)
	}
	method := c.in.Method
	err := c.lookUp(l, http.MethodHead)
	if c.in.Method = method; err != nil {
		return err
	}
	p.File, p.Size = links.CleanName(l.Key[strings.LastIndexByte(l.Key, '/')+1:]), sizeText(c.object.Size)
	if l.Archive != "" {
		p.File, p.Size = c.archiveName(c.archiveKind()), ""
	}
	if l.Attachment != "" {
		p.File = links.CleanName(l.Attachment)
	}
	return c.showLink(http.StatusOK, p)
}

// maxPasswordForm is the longest form with a password, in bytes.
const maxPasswordForm = 8 << 10

// readPassword reads the password of a form; "" is none.
func (c *call) readPassword() (string, error) {
	if c.in.Body == nil || c.in.Length == 0 {
		return "", nil
	}
	kind, params, _ := mime.ParseMediaType(c.in.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return c.passwordOfParts(params["boundary"])
	}
	text, err := io.ReadAll(io.LimitReader(c.in.Body, maxPasswordForm+1))
	if err != nil || len(text) > maxPasswordForm {
		return "", refuse("MalformedPOSTRequest").because(err)
	}
	fields, err := inbound.ParseQuery(strings.TrimRight(string(text), "\r\n"))
	if err != nil {
		return "", refuse("MalformedPOSTRequest").because(err)
	}
	password, _ := fields.Lookup("password")
	return password, nil
}

// linkRefusal is what people are told of a refusal.
type linkRefusal struct {
	status      int
	title, text string
}

// linkRefusals are those that have words of their own. The first that matches counts.
var linkRefusals = []struct {
	err error
	linkRefusal
}{
	{links.ErrNone, linkRefusal{http.StatusNotFound, "This link does not work.", "It may have been taken back, or is not complete. Ask whoever sent it for another."}},
	{links.ErrExpired, linkRefusal{http.StatusGone, "This link has expired.", "Ask whoever sent it for another."}},
	{links.ErrUsed, linkRefusal{http.StatusGone, "This link was used.", "It was for one download, which has been made. Ask whoever sent it for another."}},
	{links.ErrTaken, linkRefusal{http.StatusConflict, "This link is in use.", "It is for one download, which is under way."}},
	{links.ErrLocked, linkRefusal{http.StatusForbidden, "This link is locked.", "Too many wrong passwords were tried. Ask whoever sent it for another."}},
	{links.ErrFull, linkRefusal{http.StatusGone, "This link takes no more files.", "All the files it was made for have come, or are coming."}},
	{links.ErrSlow, linkRefusal{http.StatusTooManyRequests, "That was too often.", "Too many passwords were tried. Wait half a minute."}},
	{links.ErrWrong, linkRefusal{http.StatusForbidden, "That is not the password.", ""}},
}

func (c *call) refusalOfLink(err error) (linkRefusal, *Error) {
	for _, r := range linkRefusals {
		if errors.Is(err, r.err) {
			return r.linkRefusal, &Error{Code: "LinkRefused", Status: r.status, Message: r.title}
		}
	}
	e := asError(err)
	var read *fileError
	if errors.As(err, &read) && e.Code == "InternalError" {
		e = refuse("IncompleteBody").because(err)
	}
	switch e.Code {
	case "IncompleteBody", "RequestTimeout", "MalformedPOSTRequest":
		return linkRefusal{e.Status, "What was sent did not arrive whole.", "Nothing of it was kept: send it again."}, e
	case "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "AccessDenied":
		return linkRefusal{http.StatusNotFound, "There is nothing here any more.", "What the link was made for was moved, renamed or deleted, or may not be had any more."}, e
	case "MethodNotAllowed":
		return linkRefusal{http.StatusMethodNotAllowed, "That cannot be done with this link.", ""}, e
	case "SlowDown":
		return linkRefusal{http.StatusServiceUnavailable, "Too much is going on here.", "Try again in a moment."}, e
	case "EntityTooLarge":
		return linkRefusal{http.StatusRequestEntityTooLarge, "That file is too large.", ""}, e
	case "InsufficientStorage":
		return linkRefusal{http.StatusInsufficientStorage, "There is no room for this file.", ""}, e
	case errTypeRefused:
		return linkRefusal{http.StatusUnsupportedMediaType, e.Message, ""}, e
	}
	if e.Status < http.StatusInternalServerError {
		return linkRefusal{e.Status, "That did not work.", e.Message}, e
	}
	return linkRefusal{e.Status, "Something went wrong here.", "Try again later."}, e
}

// failLink answers an error with a page. Where the answer has begun, the connection is cut instead.
func (c *call) failLink(err error) {
	r, e := c.refusalOfLink(err)
	c.trace.refused(e.Code, err)
	if c.trace.status != 0 {
		panic(http.ErrAbortHandler)
	}
	c.out.forgetHeaders()
	p := &linkPage{Title: r.title, Text: r.text}
	if again := errors.Is(err, links.ErrWrong) || errors.Is(err, links.ErrSlow); again {
		c.out.set("Retry-After", "30")
		if !c.link.text {
			p = &linkPage{Title: "A file for you", Error: strings.TrimSpace(r.title + " " + r.text), Download: true, Password: true}
		}
	}
	c.showLink(r.status, p)
}

// sizeText is a size as people read it.
func sizeText(n int64) string {
	units := []string{"bytes", "KB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for ; f >= 1000 && i < len(units)-1; i++ {
		f /= 1000
	}
	if i == 0 {
		return formatInt(n) + " bytes"
	}
	text := formatInt(int64(f*10 + 0.5))
	return strings.TrimSuffix(text[:len(text)-1]+"."+text[len(text)-1:], ".0") + " " + units[i]
}
