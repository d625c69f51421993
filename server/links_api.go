package server

import (
	"net/http"
	"strings"
	"time"

	"spaces/server/links"
)

// linksPath is where links are managed that let people in without a key: an extension beside DigitalOcean's API, in its
// form. GET lists them, POST makes one, PUT of one gives it another end, DELETE takes it back. An access key manages those
// that it made; the root key and the token manage all, and the token makes none: what a link may is what its maker may.
const linksPath = "/v2/spaces/links"

// linkRequest is the body of a request that makes or changes a link.
type linkRequest struct {
	Space      string        `json:"bucket"`
	Key        string        `json:"key"`
	Version    string        `json:"version"`
	Until      *time.Time    `json:"expires_at"` // null: until it is taken back
	Once       bool          `json:"once"`
	Password   string        `json:"password"`
	Attachment string        `json:"attachment"`
	Archive    string        `json:"archive"` // zip: the link gives the folder key as one file
	Limits     *links.Limits `json:"receive"` // there: the link receives files in the folder key
}

// shownLink is a link as it is told.
type shownLink struct {
	links.Link
	Secret      *struct{} `json:"password,omitempty"` // never told
	HasPassword bool      `json:"has_password"`
	State       string    `json:"state"`           // active, expired, used, locked, full, or dead: the key that made it is gone
	Token       string    `json:"token,omitempty"` // of one that was just made, once
	Path        string    `json:"path,omitempty"`  // where it is opened
}

func (c *call) shownLink(l links.Link) shownLink {
	s := shownLink{Link: l, HasPassword: l.Secret != nil, State: l.State(c.s.now())}
	if _, is := c.s.secret(l.Maker); !is {
		s.State = "dead"
	}
	return s
}

// runLinks does what is asked, for one who has a key.
func (c *call) runLinks(id string) (status int, body any, err error) {
	method := c.in.Method
	if id == "" {
		switch method {
		case http.MethodGet:
			return http.StatusOK, map[string][]shownLink{"links": c.listLinks()}, nil
		case http.MethodPost:
			l, err := c.makeLink()
			return http.StatusCreated, map[string]shownLink{"link": l}, err
		}
		return 0, nil, errKeyMethod(method)
	}
	l, err := c.s.links.Get(id)
	if err == nil && !c.managesLinksOf(l.Maker) {
		err = links.ErrNone
	}
	if err != nil {
		return 0, nil, err
	}
	switch method {
	case http.MethodGet:
	case http.MethodPut, http.MethodPatch:
		l, err = c.extendLink(id)
	case http.MethodDelete:
		return http.StatusNoContent, nil, c.s.links.End(id)
	default:
		err = errKeyMethod(method)
	}
	return http.StatusOK, map[string]shownLink{"link": c.shownLink(l)}, err
}

// managesLinksOf says whether the one who asks manages the links of a key.
func (c *call) managesLinksOf(maker string) bool {
	return c.who == nil || c.root() || c.who.AccessKey == maker
}

func (c *call) listLinks() []shownLink {
	list := []shownLink{}
	for _, l := range c.s.links.List() {
		if c.managesLinksOf(l.Maker) {
			list = append(list, c.shownLink(l))
		}
	}
	return list
}

func (c *call) extendLink(id string) (links.Link, error) {
	var q linkRequest
	if err := c.readAPIRequest(&q, "an end"); err != nil {
		return links.Link{}, err
	}
	return c.s.links.Extend(id, endOf(q.Until))
}

func endOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func (c *call) makeLink() (shownLink, error) {
	var q linkRequest
	if err := c.readAPIRequest(&q, "a link"); err != nil {
		return shownLink{}, err
	}
	if c.who == nil {
		return shownLink{}, &apiError{http.StatusForbidden, "forbidden", "A link may what the access key may that makes it: sign the request with one."}
	}
	if err := c.checkLink(&q); err != nil {
		return shownLink{}, err
	}
	l, token, err := c.s.links.Make(links.Link{
		Space: q.Space, Key: q.Key, Version: q.Version, Maker: c.who.AccessKey, Until: endOf(q.Until), Once: q.Once, Attachment: q.Attachment, Archive: q.Archive, Limits: q.Limits,
	}, q.Password)
	if err != nil {
		return shownLink{}, err
	}
	s := c.shownLink(l)
	s.Token, s.Path = token, linkPath+token
	return s, nil
}

// checkLink refuses a link that could not be used, and tells a key of nothing that it may not have.
func (c *call) checkLink(q *linkRequest) error {
	folder := q.Key == "" || strings.HasSuffix(q.Key, "/")
	switch {
	case q.Limits != nil && (!folder || q.Once || q.Password != "" || q.Version+q.Attachment != ""):
		return badKeyRequest("A link that receives files is for a folder, whose key ends in a slash, and has limits and an end only.")
	case q.Archive != "" && (q.Archive != linkArchive || !folder || q.Limits != nil || q.Version != ""):
		return badKeyRequest("A link that gives an archive is of a folder, whose key ends in a slash, and gives a zip.")
	case q.Limits == nil && q.Archive == "" && q.Key == "":
		return badKeyRequest("key is missing.")
	case strings.HasPrefix(q.Key, trash):
		return badKeyRequest("There are no links into the trash.")
	case len(q.Attachment) > maxKey:
		return badKeyRequest("attachment is too long.")
	}
	if err := validKey(q.Key); err != nil {
		return badKeyRequest("key is not valid.")
	}
	if q.Version != "" && checkVersion(q.Version) != nil {
		return badKeyRequest("version is not valid.")
	}
	sp, err := c.s.engine.Space(q.Space)
	if err != nil {
		if c.root() {
			return err
		}
		return errLinkDenied
	}
	if q.Archive != "" {
		return c.checkArchiveLink(q, &sp)
	}
	c.target = target{space: q.Space, key: q.Key}
	c.op = &operation{}
	ask := question{action: "s3:GetObject", space: &sp, key: q.Key, version: q.Version}
	switch {
	case q.Limits != nil:
		ask.action, ask.key = "s3:PutObject", q.Key+"file"
	case q.Version != "":
		ask.action = versioned(ask.action)
	}
	c.op = &operation{} // none of S3's
	allowed := c.s.allows(c, &ask)
	c.op = nil
	if !allowed {
		return errLinkDenied
	}
	if q.Limits != nil {
		return nil
	}
	_, err = c.s.engine.HeadVersion(q.Space, q.Key, q.Version)
	return err
}

var errLinkDenied = &apiError{http.StatusForbidden, "forbidden", "This access key may not do there what the link is for."}

// hasKey says whether an access key of the server asks, whatever it may.
func (c *call) hasKey() bool {
	return c.root() || c.s.keys.Find(c.who.AccessKey) != nil
}
