package server

import (
	"maps"
	"net/http"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/storage"
	"spaces/server/website"
)

// actionVisit is not one of S3's: everybody may come to a website, and is asked
// about at each page that is read.
const actionVisit = "website:Visit"

// siteOperations are what there is at websites. Queries are the pages' own there.
var siteOperations = prepare([]operation{
	{name: "WebsiteGetObject", method: "GET", scope: object, site: true, action: actionVisit, decrypts: true, run: (*call).getPage},
	{name: "WebsiteHeadObject", method: "HEAD", scope: object, site: true, action: actionVisit, decrypts: true, run: (*call).getPage},
	{name: "WebsitePreflight", method: "OPTIONS", scope: object, site: true, action: actionPreflight, run: (*call).preflight},
})

// row finds the row of the request.
func (c *call) row() (*operation, error) {
	if c.target.site {
		return siteOperations.route(object, c.in.Method, 0, c.in.Header)
	}
	return operations.route(c.target.scope(), c.in.Method, c.query.mask, c.in.Header)
}

func (s *Server) websiteOf(sp *storage.Space) *website.Configuration {
	return parsedXML(s, sp, docWebsite, website.Read)
}

// visit is a request to a website on its way.
type visit struct {
	*call
	site  *website.Configuration
	asked website.Visit
	why   map[string]error // why keys cannot be sent, of those that were looked at
}

// getPage answers a visitor.
func (c *call) getPage() error {
	v := &visit{call: c, site: c.s.websiteOf(&c.space), why: map[string]error{}}
	if v.site == nil {
		return refuse("NoSuchWebsiteConfiguration").with("BucketName", c.space.Name)
	}
	v.asked = website.Visit{Scheme: "http", Host: c.in.Host, Key: c.target.key, Query: c.in.Query.Raw()}
	if c.secure() {
		v.asked.Scheme = "https"
	}
	a := v.site.Answer(v.asked, v.look)
	if a.Status == http.StatusOK {
		c.target.key = a.Page
		err := v.sendPage()
		if err == nil || c.trace.status != 0 {
			return err
		}
		v.why[a.Page] = err
		a = v.site.Failed(v.asked, a.Page, asError(err).Status, v.look)
	}
	c.target.key = a.Page
	switch {
	case a.Location != "":
		c.out.forgetHeaders()
		c.out.set("Location", a.Location)
		return c.out.empty(a.Status)
	case a.Key != "":
		return v.sendErrorPage(asError(v.why[a.Page]))
	}
	v.tellBeside()
	return v.why[a.Page]
}

// tellBeside keeps why the page for errors is not what is answered.
func (v *visit) tellBeside() {
	err := v.why[v.site.Error]
	if err == nil {
		return
	}
	e := asError(err)
	if e.Code == "NoSuchKey" && !e.has("Key") {
		e.with("Key", s3xml.Printable(v.site.Error))
	}
	v.beside = e
}

// look finds what there is at a key, which is the object of the call from then on.
func (v *visit) look(key string) website.Found {
	if v.body != nil {
		v.body.Close()
		v.body = nil
	}
	o, body, err := v.readable(key)
	if v.why[key] = err; err != nil {
		return website.Found{Status: asError(err).Status, Missing: v.missing}
	}
	v.object, v.body = o, body
	return website.Found{Status: http.StatusOK, Redirect: o.Headers[hRedirect]}
}

// readable loads an object for a visitor who may read it. Of a HEAD there is no body.
func (c *call) readable(key string) (o storage.Object, body *storage.Body, err error) {
	c.missing = false
	if err := validKey(key); err != nil {
		return o, nil, err
	}
	if c.in.Method == http.MethodHead {
		o, err = c.s.engine.Head(c.space.Name, key)
	} else {
		o, body, err = c.s.engine.GetVersion(c.ctx, c.space.Name, key, "")
	}
	if c.missing, c.absent = isAbsent(err), err; err != nil && !c.missing {
		return o, nil, err
	}
	q := question{action: "s3:GetObject", space: &c.space, key: key, looked: true}
	if !c.missing {
		q.object = &o
	}
	switch {
	case c.missing:
		err = c.missingKey(&q)
	case !c.s.allows(c, &q):
		err = c.denied(&q)
	}
	if err != nil && body != nil {
		body.Close()
		body = nil
	}
	return o, body, err
}

// sendPage sends the object of the call, or the same in a coding.
func (v *visit) sendPage() error {
	v.encode()
	return v.sendObject()
}

// sendErrorPage sends the object of the call as what an error looks like: all of
// it, whatever part and condition was asked for.
func (v *visit) sendErrorPage(e *Error) error {
	v.trace.refused(e.Code, e)
	v.out.forgetHeaders()
	v.encode()
	if err := v.unlock(&v.object, v.body, &ownKey); err != nil {
		v.beside = err
		return e
	}
	v.out.errorHeaders(e)
	return v.sendSpan(e.Status, span{n: v.object.Size})
}

// encode takes, in the place of a page, what lies beside it in a coding that the
// browser accepts: index.html.br of index.html. It has to be readable as any
// page is. A part is one of the page itself: who joins parts asks for both of
// the same.
func (v *visit) encode() {
	o := &v.object
	if o.Headers["Content-Encoding"] != "" {
		return
	}
	v.out.vary("Accept-Encoding")
	if v.in.Header.Get("Range") != "" {
		return
	}
	absent, missing := v.absent, v.missing
	defer func() { v.absent, v.missing = absent, missing }()
	for _, coding := range website.Accepted(strings.Join(v.in.Header.Values("Accept-Encoding"), ",")) {
		coded, body, err := v.readable(o.Key + coding.Ending)
		if err != nil {
			continue
		}
		as := coded.Headers["Content-Encoding"]
		if coded.Size == 0 || coded.Size >= o.Size || as != "" && as != coding.Name || coded.Headers[hRedirect] != "" {
			if body != nil {
				body.Close()
			}
			continue
		}
		if v.body != nil {
			v.body.Close()
		}
		coded.Headers, coded.Meta = maps.Clone(o.Headers), o.Meta
		if coded.Headers == nil {
			coded.Headers = map[string]string{}
		}
		coded.Headers["Content-Encoding"] = coding.Name
		v.object, v.body = coded, body
		return
	}
}

// failPage answers an error as a visitor sees it.
func (c *call) failPage(e *Error) {
	t := website.Trouble{Status: e.Status, Details: details(e)}
	t.Details = append(t.Details, website.Detail{Name: "RequestId", Value: c.id}, website.Detail{Name: "HostId", Value: c.s.hostID})
	if c.beside != nil {
		t.Beside = details(asError(c.beside))
	}
	c.out.errorHeaders(e)
	c.out.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	c.out.set("X-Content-Type-Options", "nosniff")
	_ = c.out.whole(e.Status, "text/html; charset=utf-8", t.HTML())
}

func details(e *Error) []website.Detail {
	list := []website.Detail{{Name: "Code", Value: e.Code}, {Name: "Message", Value: e.Message}}
	for _, f := range e.fields {
		list = append(list, website.Detail{Name: f.name, Value: f.value})
	}
	return list
}

// errorHeaders tell programs what the page of an error tells people.
func (r *reply) errorHeaders(e *Error) {
	for _, h := range e.headers {
		r.set(h.name, h.value)
	}
	r.set("X-Amz-Error-Code", e.Code)
	r.set("X-Amz-Error-Message", s3xml.Printable(e.Message))
}

// vary tells caches of a header that the answer depends on, beside others.
func (r *reply) vary(name string) {
	if v := r.w.Header()["Vary"]; len(v) > 0 {
		if strings.HasSuffix(v[0], name) {
			return
		}
		name = v[0] + ", " + name
	}
	r.set("Vary", name)
}
