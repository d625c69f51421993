package server

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"spaces/server/keyring"
	"spaces/server/links"
	"spaces/server/s3xml"
	"spaces/server/storage"
)

// keysPath is where DigitalOcean's API for access keys is (API reference,
// "Spaces Keys"). Requests with a bearer token are for it, which no request of
// S3 has, and those that are signed and path style: no Space is called v2, so
// neither ever answers for the other.
const keysPath = "/v2/spaces/keys"

// maxKeyRequest is the longest body of a request, in bytes.
const maxKeyRequest = 256 << 10

// api is one beside S3.
type api struct {
	path string
	does string // the words of the refusal of those who are not root; "": every access key may ask, and the API tells them apart
	has  func(*Server) bool
	run  func(c *call, rest string) (status int, body any, err error) // rest is what of the path follows
}

// apis are all of them.
var apis = []api{
	{keysPath, "manage access keys", hasKeys, (*call).runKeys},
	{loginsPath, "manage public keys", hasKeys, (*call).runLogins},
	{linksPath, "", func(s *Server) bool { return s.links != nil }, (*call).runLinks},
	{duePath, "ask what is due", func(*Server) bool { return true }, (*call).runDue},
	{doctorPath, "ask what is wrong with it", func(s *Server) bool { return s.checkup != nil }, (*call).runDoctor},
}

func hasKeys(s *Server) bool { return s.keys != nil }

// apiRequest says whether a request is for an API beside S3, and what of the path
// follows that of the API.
func (c *call) apiRequest() (a *api, rest string) {
	if c.unread != nil || c.target.site || !strings.HasPrefix(c.in.Path, "/v2/spaces/") || !c.claimsAPI() {
		return nil, ""
	}
	for i := range apis {
		if rest, ok := below(apis[i].path, c.in.Path); ok && apis[i].has(c.s) {
			return &apis[i], rest
		}
	}
	return nil, ""
}

// below is what of a path follows that of an API.
func below(api, path string) (rest string, ok bool) {
	path, ok = strings.CutPrefix(path, api)
	if path = strings.TrimSuffix(path, "/"); !ok || path != "" && path[0] != '/' {
		return "", false
	}
	return strings.TrimPrefix(path, "/"), true
}

// apiError is a refusal in the terms of DigitalOcean's API.
type apiError struct {
	status      int
	id, message string
}

func (e *apiError) Error() string { return e.message }

var (
	errNoToken = &apiError{http.StatusUnauthorized, "unauthorized", "Unable to authenticate you"}
	errNoKey   = &apiError{http.StatusNotFound, "not_found", "The resource you were accessing could not be found."}
)

func badKeyRequest(message string) error {
	return &apiError{http.StatusBadRequest, "bad_request", message}
}

// serveAPI answers a request for an API. Nothing is done before the body is here,
// and is what was signed.
func (c *call) serveAPI(a *api, rest string) {
	var status int
	var body any
	err := c.admitToAPI(a.does)
	if err == nil {
		err = c.readAPIBody()
	}
	if err == nil {
		status, body, err = a.run(c, rest)
	}
	if err != nil {
		e := c.apiError(err)
		status = e.status
		c.trace.refused(e.id, err)
		body = map[string]string{"id": e.id, "message": e.message, "request_id": c.id}
	}
	c.out.answerJSON(status, body)
}

func (c *call) apiError(err error) *apiError {
	var e *apiError
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, keyring.ErrNoKey), errors.Is(err, keyring.ErrNoLogin), errors.Is(err, links.ErrNone):
		return errNoKey
	case isAbsent(err):
		return &apiError{http.StatusNotFound, "NoSuchKey", "There is no such object."}
	case errors.Is(err, storage.ErrNoSpace):
		return &apiError{http.StatusNotFound, "NoSuchBucket", "There is no Space of that name."}
	case errors.Is(err, keyring.ErrName), errors.Is(err, keyring.ErrGrant), errors.Is(err, keyring.ErrPublicKey),
		errors.Is(err, links.ErrLimits), errors.Is(err, links.ErrPassword), errors.Is(err, links.ErrExpired):
		return &apiError{http.StatusBadRequest, "bad_request", err.Error()}
	case errors.Is(err, keyring.ErrTooMany), errors.Is(err, keyring.ErrManyLogins), errors.Is(err, keyring.ErrAuthorized),
		errors.Is(err, links.ErrTooMany):
		return &apiError{http.StatusUnprocessableEntity, "unprocessable_entity", err.Error()}
	}
	known := asError(err)
	return &apiError{known.Status, "server_error", known.Message}
}

// runKeys does what is asked, for one who may.
func (c *call) runKeys(path string) (status int, body any, err error) {
	id, rest, _ := strings.Cut(path, "/")
	ring := c.s.keys
	var k keyring.Key
	status = http.StatusOK
	switch method := c.in.Method; {
	case rest == "actions" && method == http.MethodPost:
		k, err = c.keyAction(id)
	case rest != "":
		err = errNoKey
	case id == "" && method == http.MethodGet:
		body, err = c.listKeys()
		return status, body, err
	case id == "" && method == http.MethodPost:
		k, err = c.createKey()
		status = http.StatusCreated
	case id == "":
		err = errKeyMethod(method)
	case method == http.MethodGet:
		k, err = ring.Get(id)
	case method == http.MethodPut, method == http.MethodPatch:
		k, err = c.updateKey(id)
	case method == http.MethodDelete:
		return http.StatusNoContent, nil, ring.Delete(id)
	default:
		err = errKeyMethod(method)
	}
	return status, map[string]keyring.Key{"key": k}, err
}

func errKeyMethod(method string) error {
	return &apiError{http.StatusMethodNotAllowed, "method_not_allowed", "The method " + s3xml.Printable(method) + " is not allowed here."}
}

// keyRequest is the body of a request that creates or changes a key.
type keyRequest struct {
	Name   *string         `json:"name"`
	Grants []keyring.Grant `json:"grants"`
	Type   string          `json:"type"` // of an action
}

func (c *call) readKeyRequest() (q keyRequest, err error) {
	err = c.readAPIRequest(&q, "a name and grants")
	return q, err
}

// readAPIBody makes the body c.document.
func (c *call) readAPIBody() (err error) {
	body := io.Reader(http.NoBody)
	if c.in.Body != nil {
		body = c.in.Body
	}
	if c.who != nil && c.in.Length != 0 { // what is read to its end is what was signed
		if body, err = c.who.Body(&c.in); err != nil {
			return err
		}
	}
	text, err := io.ReadAll(io.LimitReader(body, maxKeyRequest+1))
	if err != nil || len(text) > maxKeyRequest {
		return badKeyRequest("The body is too long, did not arrive, or is not what was signed.")
	}
	c.document = string(text)
	return nil
}

// readAPIRequest takes the body for a JSON object, which of says what of.
func (c *call) readAPIRequest(into any, of string) error {
	if err := json.Unmarshal([]byte(c.document), into); err != nil {
		return badKeyRequest("The body is not a JSON object of " + of + ".")
	}
	return nil
}

func (c *call) createKey() (keyring.Key, error) {
	q, err := c.readKeyRequest()
	if err != nil {
		return keyring.Key{}, err
	}
	if q.Name == nil {
		return keyring.Key{}, badKeyRequest("name is missing.")
	}
	return c.s.keys.Create(*q.Name, q.Grants)
}

// updateKey changes what the request has. A null or missing grants leaves them,
// as a client sends it that only renames; [] takes all.
func (c *call) updateKey(id string) (keyring.Key, error) {
	q, err := c.readKeyRequest()
	if err != nil {
		return keyring.Key{}, err
	}
	if q.Name == nil && (c.in.Method == http.MethodPut || q.Grants == nil) {
		return keyring.Key{}, badKeyRequest("name is missing.")
	}
	return c.s.keys.Update(id, q.Name, q.Grants)
}

// keyAction regenerates a secret, which DigitalOcean does in its control panel
// only. The form is that of its other actions.
func (c *call) keyAction(id string) (keyring.Key, error) {
	q, err := c.readKeyRequest()
	if err != nil {
		return keyring.Key{}, err
	}
	if q.Type != "regenerate" {
		return keyring.Key{}, badKeyRequest("type must be regenerate.")
	}
	return c.s.keys.Rotate(id)
}

// answerJSON sends body, which nobody may keep: there may be a secret in it.
func (r *reply) answerJSON(status int, body any) {
	if body == nil {
		r.empty(status)
		return
	}
	text, err := json.Marshal(body)
	if err != nil { // nothing in the answers can fail
		panic(err)
	}
	r.set("Cache-Control", "no-store")
	r.whole(status, "application/json; charset=utf-8", text)
}
