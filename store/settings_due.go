package store

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/aws/smithy-go/middleware"
)

// Due is something that a lifecycle rule would delete now.
type Due struct {
	Key             string
	Action          string // delete, hide, delete-version, delete-marker, abort-upload
	Version, Upload string // "": none
	Rule            string // id; "": the default age of uploads
	Size            int64  // bytes
}

// DueSum sums what is due. Partial says that there may be more: the server has stopped counting.
type DueSum struct {
	Objects int   // and versions and markers
	Bytes   int64 // of those
	Uploads int
	Partial bool
}

func (n *DueSum) add(d *Due) {
	if d.Upload != "" {
		n.Uploads++
		return
	}
	n.Objects++
	n.Bytes += d.Size
}

// duePath is where this program's server tells what is due: an extension of its own.
const duePath = "/v2/spaces/due"

const planning = "plan the lifecycle of"

// TellsDue says whether Due is worth asking: this program's server tells, here and elsewhere.
func (s *Store) TellsDue() bool { return s.c.Due != nil || s.isOurs() }

// Due calls show with what the lifecycle rules of a Space would delete now, page by page, and sums all of it; nothing is
// deleted. Of a server elsewhere show gets the first of each rule only, and it tells none but the root key. An error of
// show ends it. What show is given is good until it returns.
func (s *Store) Due(ctx context.Context, space string, show func([]Due) error) (sum DueSum, err error) {
	r := Ref{Space: space}
	switch {
	case s.c.Due != nil:
		err = s.c.Due(ctx, space, func(list []Due) error {
			for i := range list {
				sum.add(&list[i])
			}
			return show(list)
		})
		return sum, s.wrap(planning, r, err)
	case !s.isOurs():
		return sum, tellsNone(r, "only this program's server tells", "")
	}
	sum, list, err := s.askDue(ctx, r)
	if err == nil {
		err = s.wrap(planning, r, show(list))
	}
	return sum, err
}

func tellsNone(r Ref, why, advice string) error {
	return &Error{Op: planning, Ref: r, Kind: Unsupported, Err: &cause{text: why, err: Unsupported, advice: advice}}
}

// askDue asks a server elsewhere.
func (s *Store) askDue(ctx context.Context, of Ref) (sum DueSum, list []Due, err error) {
	base := s.regionBase("")
	at := base.Scheme + "://" + base.Host + duePath + "?" + url.Values{"space": {of.Space}}.Encode()
	r, err := http.NewRequestWithContext(middleware.WithOperationName(ctx, "PlanLifecycle"), http.MethodGet, at, nil)
	if err == nil {
		r.Header.Set("Accept", "application/json")
		err = s.signAPI(ctx, r, nil)
	}
	if err != nil {
		return sum, nil, s.wrap(planning, of, err)
	}
	resp, err := s.sendAPI(r)
	if err != nil {
		return sum, nil, s.wrap(planning, of, &url.Error{Op: r.Method, URL: base.Scheme + "://" + base.Host, Err: err})
	}
	defer resp.Body.Close()
	return s.dueAnswer(of, resp)
}

// dueAnswer reads an answer. Servers from before this request take it for one of S3, and refuse it in XML.
func (s *Store) dueAnswer(of Ref, resp *http.Response) (sum DueSum, list []Due, err error) {
	text, err := io.ReadAll(io.LimitReader(resp.Body, apiMost))
	if err != nil {
		return sum, nil, s.wrap(planning, of, err)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case kind == "application/json" && resp.StatusCode >= 300:
		return sum, nil, s.dueRefusal(of, resp, text)
	case kind != "application/json":
		return sum, nil, s.dueUntold(of, resp.StatusCode, text)
	}
	var a struct {
		Objects, Versions, Markers, Uploads int
		Bytes                               int64
		Complete                            bool
		First                               []Due
	}
	if err := json.Unmarshal(text, &a); err != nil { // which has none of the text in it
		return sum, nil, &Error{Op: planning, Ref: of, Kind: Other, Status: resp.StatusCode, Err: &cause{text: "the answer is not what tells what is due", err: Other}}
	}
	return DueSum{a.Objects + a.Versions + a.Markers, a.Bytes, a.Uploads, !a.Complete}, a.First, nil
}

func (s *Store) dueRefusal(of Ref, resp *http.Response, text []byte) error {
	e := s.apiRefusal(planning, "", resp, text)
	e.Ref = of
	if c, ok := e.Err.(*cause); ok && e.Kind != Throttled {
		c.advice = ""
		if e.Kind == Denied {
			c.advice = "This connection uses a key with limits: connect with the server's root key to see what is due."
		}
	}
	return e
}

// dueUntold is the error of a server that took the request for one of S3.
func (s *Store) dueUntold(of Ref, status int, text []byte) error {
	err := s.notTheAPI(planning, status, text)
	if KindOf(err) == Unsupported {
		return tellsNone(of, "this server is too old to tell", "The server is too old to tell: spaces lifecycle plan lists it, on its machine.")
	}
	return err
}
