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

// Check is one thing about the box that a server runs on. Its texts may hold names from outside: they are hostile.
type Check struct {
	Name     string
	State    CheckState
	Sentence string
	Advice   string // what to do; "": nothing
}

// CheckState is how something was found.
type CheckState string

// States of a Check. Of one that is none of these nothing is known.
const (
	CheckOK    CheckState = "ok"
	CheckWarn  CheckState = "warn"
	CheckWrong CheckState = "wrong"
)

// doctorPath is where this program's server tells what is wrong with its box: an extension of its own.
const doctorPath = "/v2/spaces/doctor"

const examining = "ask what is wrong with"

// TellsChecks says whether Checkup is worth asking: this program's server tells, here and elsewhere.
func (s *Store) TellsChecks() bool { return s.isOurs() }

// Findings is how much damage the last scrub of the server found, as it told with the Spaces. It tells none but the root
// key; of others it is 0.
func (s *Store) Findings() int { return int(s.learned.findings.Load()) }

// Checkup has the server look at the box that it runs on. It tells none but the root key.
func (s *Store) Checkup(ctx context.Context) ([]Check, error) {
	if !s.isOurs() {
		return nil, noCheckup("only this program's own server tells", "")
	}
	base := s.regionBase("")
	r, err := http.NewRequestWithContext(middleware.WithOperationName(ctx, "Checkup"), http.MethodGet, base.Scheme+"://"+base.Host+doctorPath, nil)
	if err == nil {
		r.Header.Set("Accept", "application/json")
		err = s.signAPI(ctx, r, nil)
	}
	if err != nil {
		return nil, s.wrap(examining, Ref{}, err)
	}
	resp, err := s.sendAPI(r)
	if err != nil {
		return nil, s.wrap(examining, Ref{}, &url.Error{Op: r.Method, URL: base.Scheme + "://" + base.Host, Err: err})
	}
	defer resp.Body.Close()
	return s.checkupAnswer(resp)
}

// checkupAnswer reads an answer. Servers from before this request take it for one of S3, and refuse it in XML.
func (s *Store) checkupAnswer(resp *http.Response) ([]Check, error) {
	text, err := io.ReadAll(io.LimitReader(resp.Body, apiMost))
	if err != nil {
		return nil, s.wrap(examining, Ref{}, err)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case kind == "application/json" && resp.StatusCode >= 300:
		return nil, s.checkupRefusal(resp, text)
	case kind != "application/json":
		err := s.notTheAPI(examining, resp.StatusCode, text)
		if KindOf(err) == Unsupported {
			return nil, noCheckup("this server is too old to tell", "Run spaces doctor on its machine, with a newer version.")
		}
		return nil, err
	}
	var a struct{ Checks []Check }
	if err := json.Unmarshal(text, &a); err != nil { // which has none of the text in it
		return nil, &Error{Op: examining, Kind: Other, Status: resp.StatusCode, Err: &cause{text: "the answer is not a list of checks", err: Other}}
	}
	return a.Checks, nil
}

func (s *Store) checkupRefusal(resp *http.Response, text []byte) error {
	e := s.apiRefusal(examining, "", resp, text)
	if c, ok := e.Err.(*cause); ok && e.Kind != Throttled {
		c.advice = ""
		if e.Kind == Denied {
			c.advice = "This connection uses a key with limits: connect with the server's root key to see what is wrong."
		}
	}
	return e
}

func noCheckup(why, advice string) error {
	return &Error{Op: examining, Kind: Unsupported, Err: &cause{text: why, err: Unsupported, advice: advice}}
}
