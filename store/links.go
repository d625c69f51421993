package store

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/smithy-go/middleware"
)

// Links that a server keeps: this program's, here and elsewhere. They can be taken back, and need no signature, so that they
// last as long as one likes.

// linksPath is where this program's server manages links: an extension of its own.
const linksPath = "/v2/spaces/links"

// KeptLink is a link that a server keeps. URL is there only where it was just made: nobody tells it again.
type KeptLink struct {
	ID          string    `json:"id"`
	Space       string    `json:"bucket"`
	Key         string    `json:"key"` // of the object, or of the folder that receives or is given
	Version     string    `json:"version"`
	Archive     string    `json:"archive"` // zip: it gives all of the folder Key as one file
	Maker       string    `json:"access_key"`
	Made        time.Time `json:"created_at"`
	Until       time.Time `json:"expires_at"` // the zero time: until it is taken back
	Once        bool      `json:"once"`
	HasPassword bool      `json:"has_password"`
	State       string    `json:"state"` // active, expired, used, locked, full, or dead: the access key that made it is gone

	Used int64     `json:"used"` // downloads
	Last time.Time `json:"last_used_at"`

	Limits   *ReceiveLimits `json:"receive"`        // nil: it gives an object
	Received int64          `json:"received"`       // files
	Bytes    int64          `json:"received_bytes"` // of those
	Came     []Arrival      `json:"arrivals"`       // the last of those, oldest first

	URL string `json:"-"`
}

// ReceiveLimits of a link that receives files.
type ReceiveLimits struct {
	Size  int64    `json:"max_size,omitempty"`  // bytes of each; 0: 5 GiB
	Files int      `json:"max_files,omitempty"` // 0: any number
	Types []string `json:"types,omitempty"`     // image/*, application/pdf, .docx; none: any
}

// Arrival is a file that came by a link.
type Arrival struct {
	Name string    `json:"name"`
	Size int64     `json:"size"`
	Type string    `json:"type"`
	At   time.Time `json:"at"`
	From string    `json:"from"`
}

// LinkOptions of a link that a server keeps.
type LinkOptions struct {
	ShareOptions
	Folder   bool      // to a folder, whose key is "" or ends in a slash: it comes as an archive
	Until    time.Time // the zero time: until it is taken back
	Once     bool      // for one download that comes to its end
	Password Secret    // asked for by a form; "": none
}

// linksCall is what a request about links is for in errors, and its name in logs.
type linksCall struct{ does, name string }

var (
	listingLinks  = linksCall{"list the links", "ListLinks"}
	makingLink    = linksCall{"make the link", "CreateLink"}
	extendingLink = linksCall{"extend the link", "UpdateLink"}
	endingLink    = linksCall{"take the link back", "DeleteLink"}
)

// What is known of whether an endpoint keeps links.
const (
	linksUnknown int32 = iota
	linksKept
	linksNotKept
)

// KeepsLinks asks whether the endpoint keeps links, once: Unsupported says that it does not.
func (s *Store) KeepsLinks(ctx context.Context) error {
	if s.Embedded() || s.learned.links.Load() == linksKept {
		return nil
	}
	_, err := s.KeptLinks(ctx)
	return err
}

// KeptLinks lists the links that the endpoint keeps, newest first: those of this access key, or with the root key all.
func (s *Store) KeptLinks(ctx context.Context) ([]KeptLink, error) {
	var a struct{ Links []KeptLink }
	err := s.linksCall(ctx, listingLinks, http.MethodGet, "", nil, &a)
	return a.Links, err
}

// MakeLink has the endpoint keep a link to an object, or a folder.
func (s *Store) MakeLink(ctx context.Context, r Ref, o LinkOptions) (KeptLink, error) {
	archive := ""
	if o.Folder {
		if err := s.CheckArchive(ctx, r); err != nil {
			return KeptLink{}, err
		}
		archive = archived
	}
	return s.keep(ctx, r, linkRequest{Archive: archive, Version: o.Version, Attachment: o.Attachment, Until: untilOf(o.Until), Once: o.Once, Password: o.Password.Reveal()})
}

// MakeReceive has the endpoint keep a link by which files come into a folder, whose key is "" or ends in a slash.
func (s *Store) MakeReceive(ctx context.Context, folder Ref, m ReceiveLimits, until time.Time) (KeptLink, error) {
	return s.keep(ctx, folder, linkRequest{Until: untilOf(until), Limits: &m})
}

// ExtendLink gives a link another end, the zero time for none.
func (s *Store) ExtendLink(ctx context.Context, id string, until time.Time) (KeptLink, error) {
	var a struct{ Link KeptLink }
	err := s.linksCall(ctx, extendingLink, http.MethodPut, "/"+url.PathEscape(id), linkRequest{Until: untilOf(until)}, &a)
	return a.Link, err
}

// EndLink takes a link back: it is good for nothing from then on, and what is under way by it is cut off.
func (s *Store) EndLink(ctx context.Context, id string) error {
	return s.linksCall(ctx, endingLink, http.MethodDelete, "/"+url.PathEscape(id), nil, nil)
}

// linkRequest is what is sent to make or change a link.
type linkRequest struct {
	Space      string         `json:"bucket,omitempty"`
	Key        string         `json:"key"`
	Version    string         `json:"version,omitempty"`
	Until      *time.Time     `json:"expires_at"`
	Once       bool           `json:"once,omitempty"`
	Password   string         `json:"password,omitempty"`
	Attachment string         `json:"attachment,omitempty"`
	Archive    string         `json:"archive,omitempty"`
	Limits     *ReceiveLimits `json:"receive,omitempty"`
}

func untilOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (s *Store) keep(ctx context.Context, r Ref, q linkRequest) (KeptLink, error) {
	q.Space, q.Key = r.Space, r.Key
	var a struct {
		Link struct {
			KeptLink
			Path string
		}
	}
	if err := s.linksCall(ctx, makingLink, http.MethodPost, "", q, &a); err != nil {
		return KeptLink{}, err
	}
	base, _ := s.publicBase()
	a.Link.URL = base.Scheme + "://" + base.Host + a.Link.Path
	return a.Link.KeptLink, nil
}

// linksCall sends a request and decodes its answer into result, unless that is nil. Nothing is sent to endpoints that are
// known to keep no links.
func (s *Store) linksCall(ctx context.Context, call linksCall, method, path string, body, result any) error {
	if s.quirks.provider == ocean || keysElsewhere[s.quirks.provider] != "" || s.learned.links.Load() == linksNotKept {
		return noLinksHere(call)
	}
	base := s.regionBase("")
	at := base.Scheme + "://" + base.Host
	var text []byte
	var err error
	if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return s.wrap(call.does, Ref{}, err)
		}
	}
	r, err := http.NewRequestWithContext(middleware.WithOperationName(ctx, call.name), method, at+linksPath+path, bytes.NewReader(text))
	if err == nil {
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Content-Type", "application/json")
		err = s.signAPI(ctx, r, text)
	}
	if err != nil {
		return s.wrap(call.does, Ref{}, err)
	}
	resp, err := s.sendAPI(r)
	if err != nil {
		return s.wrap(call.does, Ref{}, &url.Error{Op: method, URL: at, Err: err})
	}
	defer resp.Body.Close()
	return s.linksAnswer(call, resp, result)
}

// noLinksHere is the error of an endpoint that keeps no links.
func noLinksHere(call linksCall) error {
	return &Error{Op: call.does, Kind: Unsupported, Err: &cause{text: "only this program's server keeps links", err: Unsupported,
		advice: "A link that is signed with the access key lasts 7 days at most, and is taken back by deleting that key, or by moving or renaming the file."}}
}

// linksAnswer reads an answer. What is no JSON is none of this API: S3 answers that there is no Space of that name.
func (s *Store) linksAnswer(call linksCall, resp *http.Response, result any) error {
	text, err := io.ReadAll(io.LimitReader(resp.Body, apiMost))
	if err != nil {
		return s.wrap(call.does, Ref{}, err)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode == http.StatusNoContent && result == nil:
		return nil
	case kind != "application/json":
		return s.notOfLinks(call, resp.StatusCode, text)
	case resp.StatusCode >= 300:
		return s.linksRefusal(call, resp, text)
	}
	if err := json.Unmarshal(text, result); err != nil { // which has none of the text in it
		return &Error{Op: call.does, Kind: Other, Status: resp.StatusCode, Err: &cause{text: "the answer is not what the API for links gives", err: Other}}
	}
	s.learned.links.Store(linksKept)
	return nil
}

// notOfLinks is the error of servers that took the request for one of S3.
func (s *Store) notOfLinks(call linksCall, status int, text []byte) error {
	err := s.notTheAPI(call.does, status, text)
	if KindOf(err) == Unsupported {
		s.learned.links.Store(linksNotKept)
		return noLinksHere(call)
	}
	return err
}

// linksRefusal is a refusal of the API.
func (s *Store) linksRefusal(call linksCall, resp *http.Response, text []byte) error {
	e := s.apiRefusal(call.does, "", resp, text)
	if e.Code == "" {
		return s.notOfLinks(call, resp.StatusCode, text) // Ceph answers S3's errors as JSON to who accepts that
	}
	if c, is := e.Err.(*cause); is && e.Kind != Throttled {
		c.advice = ""
	}
	return e
}
