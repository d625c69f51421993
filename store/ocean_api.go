package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/smithy-go/middleware"
	"github.com/digitalocean/godo"
)

// DigitalOcean manages what S3 has no word for, access keys and the CDN, by an API of its own, with a token of the account.

const (
	ocean    = "DigitalOcean"
	oceanAPI = "https://api.digitalocean.com"
	apiMost  = 16 << 20 // bytes of an answer
)

// How often and how long a request waits that was refused for being one too many: it was not carried out, so that it can be
// sent again. The CDN takes 5 requests in 10 seconds (DigitalOcean API, "CDN Endpoints"); who has to wait for an hour's
// quota is told so instead.
const (
	apiAttempts = 3
	apiPatience = 20 * time.Second
)

// HasToken says whether there may be a token for DigitalOcean's API.
func (s *Store) HasToken() bool { return s.c.APIToken != "" || s.c.TokenOf != nil }

// token is that of DigitalOcean's API. One that the keyring has is asked for when it is first needed.
func (s *Store) token() (string, error) {
	if s.c.APIToken != "" || s.c.TokenOf == nil {
		return s.c.APIToken, nil
	}
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	if s.account.token == "" {
		token, err := s.c.TokenOf()
		if err != nil {
			return "", &cause{text: "the API token is not to be had: " + err.Error(), err: BadCredentials,
				advice: "Edit the connection and write the token again."}
		}
		s.account.token = token
	}
	return s.account.token, nil
}

// knownToken is the token as far as it was needed yet.
func (s *Store) knownToken() string {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	return cmp.Or(s.c.APIToken, s.account.token)
}

// noToken is the error of what needs one, with the scope that it must have.
func noToken(op, what, scope string) error {
	return &Error{Op: op, Kind: BadCredentials, Err: &cause{
		text: what + " managed with an API token of the account", err: BadCredentials, advice: tokenAdvice(scope)}}
}

func tokenAdvice(scope string) string {
	return "Make one under API in DigitalOcean's panel, with the scope " + scope + ", and write it into the connection, or set DIGITALOCEAN_ACCESS_TOKEN."
}

// sendAPI sends a request to an API, again when it was one too many and the wait is short.
func (s *Store) sendAPI(r *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := s.send(r)
		if err != nil || resp.StatusCode != http.StatusTooManyRequests || attempt == apiAttempts {
			return resp, err
		}
		wait, told := waitOf(resp, s.c.Now())
		if !told || wait > apiPatience {
			return resp, nil
		}
		resp.Body.Close()
		if r, err = again(r); err != nil {
			return nil, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-r.Context().Done():
			timer.Stop()
			return nil, r.Context().Err()
		}
	}
}

// again is a request that can be sent once more.
func again(r *http.Request) (*http.Request, error) {
	next := r.Clone(r.Context())
	if r.Body == nil || r.Body == http.NoBody {
		return next, nil
	}
	if r.GetBody == nil {
		return nil, errors.New("the body of the request cannot be sent again")
	}
	body, err := r.GetBody()
	next.Body = body
	return next, err
}

// waitOf is how long an answer asks to wait: Retry-After, which burst limits have (DigitalOcean, release note of 24 August
// 2023), else until RateLimit-Reset, a Unix time (DigitalOcean API, "Rate Limit").
func waitOf(resp *http.Response, now time.Time) (wait time.Duration, told bool) {
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(resp.Header.Get("Retry-After")); err == nil {
		return max(date.Sub(now), 0), true
	}
	if unix, err := strconv.ParseInt(resp.Header.Get("RateLimit-Reset"), 10, 64); err == nil && unix > 0 {
		return max(time.Unix(unix, 0).Sub(now), 0), true
	}
	return 0, false
}

// later says when a request that was one too many can be sent again.
func later(resp *http.Response, now time.Time) string {
	wait, told := waitOf(resp, now)
	if !told {
		return ""
	}
	return "DigitalOcean takes more requests at " + now.Add(wait).Format("15:04:05") + "."
}

// apiRefusal is what DigitalOcean's API says of a request that it refuses (API reference, "HTTP Statuses"). It reads the body.
func (s *Store) apiRefusal(op, scope string, resp *http.Response, text []byte) *Error {
	var said struct {
		ID, Message string
		RequestID   string `json:"request_id"`
	}
	_ = json.Unmarshal(text, &said) // without it the status tells
	e := &Error{Op: op, Kind: kindOfStatus(resp.StatusCode), Code: said.ID, RequestID: cmp.Or(said.RequestID, resp.Header.Get("X-Request-Id")), Status: resp.StatusCode}
	if known, is := codes[said.ID]; is {
		e.Kind = known
	}
	c := &cause{text: s.redact(cmp.Or(strings.TrimSpace(said.Message), resp.Status))}
	switch {
	case e.Kind == BadCredentials, e.Kind == Denied:
		c.advice = "Check the API token: it must be one of this account, not expired, with the scope " + scope + "."
	case e.Kind == Throttled:
		c.advice = later(resp, s.c.Now())
	case resp.StatusCode == http.StatusConflict:
		e.Kind = Exists
		c.advice = "Somebody else changed it meanwhile: read it again."
	case resp.StatusCode == http.StatusUnprocessableEntity:
		c.advice = "DigitalOcean does not take this: change what it names."
	}
	c.err, e.Err = e.Kind, c
	return e
}

// oceanCall is one request to DigitalOcean's API: what it is for in errors, its name in logs, and the scope that it needs.
type oceanCall struct{ does, name, scope string }

// ocean is DigitalOcean's own client, sending as all other requests are sent.
func (s *Store) ocean(call oceanCall) (*godo.Client, error) {
	token, err := s.token()
	if err != nil {
		return nil, err
	}
	carry := func(r *http.Request) (*http.Response, error) {
		r = r.Clone(middleware.WithOperationName(r.Context(), call.name))
		r.Header.Set("Authorization", "Bearer "+token)
		resp, err := s.sendAPI(r)
		if err != nil {
			return nil, err
		}
		resp.Body = &rest{io.LimitReader(resp.Body, apiMost), resp.Body}
		kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
		if resp.StatusCode == http.StatusNoContent || resp.StatusCode < 300 && kind == "application/json" {
			return resp, nil
		}
		defer resp.Body.Close()
		if kind != "application/json" {
			return nil, &stranger{"no answer of DigitalOcean's API"}
		}
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		return nil, s.apiRefusal(call.does, call.scope, resp, text) // read here: the client keeps less of it
	}
	client := &http.Client{Transport: carrier(carry), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return godo.New(client, godo.SetBaseURL(cmp.Or(s.c.APIURL, oceanAPI)+"/"), godo.SetUserAgent("spaces"))
}

type carrier func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f carrier) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// ofOcean turns an error of DigitalOcean's client into one of this package. nil stays nil.
func (s *Store) ofOcean(call oceanCall, r Ref, err error) error {
	var done *Error
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var date *time.ParseError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &done):
		done.Ref = r
		return done
	case errors.As(err, &syntax), errors.As(err, &kind), errors.As(err, &date):
		return &Error{Op: call.does, Ref: r, Kind: Other, Err: &cause{text: "the answer is not what DigitalOcean's API gives", err: Other}}
	}
	return s.wrap(call.does, r, err)
}
