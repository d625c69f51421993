package server

import (
	"errors"
	"net/http"
	"strings"

	"spaces/server/inbound"
	"spaces/server/links"
	"spaces/server/sigv4"
)

// linkPath is where links are opened: no name of a Space begins with a dot. Where the host names a Space, the path is a
// key in it, and no link.
const linkPath = "/.link/"

// linkCall is a request that comes by a link.
type linkCall struct {
	held *links.Held // nil: there is none of that token
	name string      // what follows the token: of a file that is sent
	text bool        // a program asks, which is told in plain text
}

// takeLink takes the token of a link out of a request as it is read, so that nothing that comes after, the logs first,
// can learn it: the path is that of the link's id from then on. nil: the request is for none. The host names no Space.
func (s *Server) takeLink(in *inbound.Request) *linkCall {
	rest, is := strings.CutPrefix(in.Path, linkPath)
	if !is {
		rest, is = strings.CutPrefix(in.RawPath, linkPath) // one that could not be decoded
	}
	if !is || s.links == nil {
		return nil
	}
	token, name, _ := strings.Cut(rest, "/")
	in.Path = linkPath + links.IDOf(token)
	in.RawPath = in.Path
	l := &linkCall{held: s.links.Find(token), name: name}
	accept := in.Header.Get("Accept")
	l.text = in.Method == http.MethodPut || !strings.Contains(accept, "text/html")
	in.Header = keptHeaders(in.Header)
	return l
}

// ofLinks are the headers that mean something in a request by a link. Whoever has one says nothing of rights, of
// encryption and of what an object is beside its bytes.
var ofLinks = []string{
	"Accept", "Content-Length", "Content-Type", "Expect", "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range",
	"If-Unmodified-Since", "Range", "User-Agent", "X-Forwarded-For", "X-Forwarded-Proto",
}

func keptHeaders(h http.Header) http.Header {
	kept := make(http.Header, len(ofLinks))
	for _, name := range ofLinks {
		if v, ok := h[name]; ok {
			kept[name] = v
		}
	}
	return kept
}

// serveLink answers a request that comes by a link.
func (c *call) serveLink() {
	err := c.unread
	if err == nil {
		err = c.checkHeaderSize()
	}
	if err == nil {
		err = c.useLink()
	}
	if err != nil {
		c.failLink(err)
	}
}

// useLink does what a link is for, as the access key that made it: with what that may now.
func (c *call) useLink() error {
	held := c.link.held
	if held == nil {
		return links.ErrNone
	}
	l := held.Link()
	c.in.Query, c.query = nil, query{}
	c.who = &sigv4.Identity{AccessKey: l.Maker, Presigned: true, Payload: sigv4.PayloadUnsigned, Header: c.in.Header}
	if _, is := c.s.secret(l.Maker); !is {
		return links.ErrNone
	}
	if err := c.checkRate(); err != nil {
		return err
	}
	if err := held.Usable(); err != nil {
		return err
	}
	c.out.ended = held.Ended()
	c.target = target{space: l.Space, key: l.Key}
	if l.Limits != nil {
		return c.receive(&l)
	}
	return c.giveLink(&l)
}

// giveLink gives the object of a link. What is for once or has a password is given for a form only: programs that look at
// links that people send to each other get a page, and use up nothing.
func (c *call) giveLink(l *links.Link) error {
	get := c.in.Method == http.MethodGet || c.in.Method == http.MethodHead
	gated := l.Once || l.Secret != nil
	switch {
	case get && !gated:
		return c.deliver(l)
	case get:
		return c.askAtLink(l)
	case c.in.Method != http.MethodPost || !gated:
		return refuse("MethodNotAllowed")
	}
	password, err := c.readPassword()
	if err != nil {
		return err
	}
	if l.Secret != nil {
		if err := c.link.held.Try(c.ctx, password); err != nil {
			return err
		}
	}
	c.in.Method = http.MethodGet
	return c.deliver(l)
}

// lookUp makes the request one of GetObject or HeadObject for the object of a link, up to the handler.
func (c *call) lookUp(l *links.Link, method string) (err error) {
	c.in.Method, c.in.Length, c.in.Body = method, 0, nil
	if l.Archive != "" {
		return c.lookUpArchive(l, method)
	}
	if l.Version != "" {
		c.in.Query = inbound.Query{{Name: "versionId", Value: l.Version, Raw: "versionId"}}
		c.query = query{c.in.Query, masked(method, c.in.Query)}
	}
	if c.op, err = operations.route(object, method, c.query.mask, c.in.Header); err != nil {
		return err
	}
	return c.prepare()
}

// deliver sends the object.
func (c *call) deliver(l *links.Link) error {
	if l.Once || l.Archive != "" {
		c.in.Header = http.Header{} // all of it or nothing
	}
	if err := c.lookUp(l, c.in.Method); err != nil {
		return err
	}
	if !l.Once {
		if first := c.in.Header.Get("Range"); c.in.Method == http.MethodGet && (first == "" || strings.HasPrefix(first, "bytes=0-")) {
			if _, err := c.link.held.Take(); err != nil {
				return err
			}
		}
		return c.op.run(c)
	}
	return c.deliverOnce()
}

// deliverOnce sends the object to the one who gets it. Whether all of it went out is known when the last of it was handed
// to the system: what broke off before counts for nothing.
func (c *call) deliverOnce() (err error) {
	done, err := c.link.held.Take()
	if err != nil {
		return err
	}
	whole := false
	defer func() {
		if e := done(whole); e != nil && !errors.Is(e, links.ErrNone) && c.s.log != nil {
			c.s.log.Error("the use of a link was not noted", "id", c.id, "cause", e.Error())
		}
	}()
	if err = c.op.run(c); err != nil {
		return err
	}
	sent := c.link.held.Link().Archive != "" || c.trace.sent == c.object.Size // an archive ends well or with an error
	whole = sent && c.out.control().Flush() == nil && c.ctx.Err() == nil
	return nil
}

// shownInBrowsers are the types that a browser shows for a link, because nothing in them runs.
var shownInBrowsers = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "audio/", "video/", "text/plain"}

// linked makes the headers of an object those of one that comes by a link: whoever put it there is no author of pages of
// this server, nothing of it is kept on the way, and its address is told to nobody.
func (c *call) linked() {
	h := c.out.w.Header()
	for name := range h {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-meta-") || lower == "x-amz-version-id" || lower == "x-amz-tagging-count" ||
			lower == "x-amz-expiration" || lower == "x-amz-website-redirect-location" || lower == "expires" {
			delete(h, name)
		}
	}
	l := c.link.held.Link()
	kind := strings.ToLower(strings.TrimSpace(c.object.Headers["Content-Type"]))
	how := "attachment"
	for _, t := range shownInBrowsers {
		if strings.HasPrefix(kind, t) && !l.Once && l.Secret == nil && l.Attachment == "" {
			how = "inline"
		}
	}
	name := l.Attachment
	if name == "" {
		name = l.Key[strings.LastIndexByte(strings.TrimSuffix(l.Key, "/"), '/')+1:]
	}
	c.out.set("Content-Disposition", disposition(how, links.CleanName(name)))
	c.out.set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'")
	c.linkPrivacy()
}

// linkPrivacy are the headers of all that is sent for a link.
func (c *call) linkPrivacy() {
	c.out.set("Cache-Control", "private, no-store")
	c.out.set("Referrer-Policy", "no-referrer")
	c.out.set("X-Content-Type-Options", "nosniff")
	c.out.set("X-Robots-Tag", "noindex, nofollow")
}

// disposition is a Content-Disposition with a name in ASCII for old programs, and as it is for others (RFC 6266, 4.3 and
// appendix D).
func disposition(how, name string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
	var ascii, exact strings.Builder
	for _, r := range name {
		if r < 0x80 && (strings.ContainsRune(plain, r) || strings.ContainsRune(" ()+,=@!$&'", r)) {
			ascii.WriteRune(r)
		} else {
			ascii.WriteByte('_')
		}
	}
	const hex = "0123456789ABCDEF"
	for i := range len(name) {
		if b := name[i]; strings.IndexByte(plain, b) >= 0 {
			exact.WriteByte(b)
		} else {
			exact.WriteString("%" + string(hex[b>>4]) + string(hex[b&15]))
		}
	}
	return how + `; filename="` + ascii.String() + `"; filename*=UTF-8''` + exact.String()
}
