package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/middleware"
)

// Access keys are managed by DigitalOcean's API: there with the account's token, on this program's server with a request
// that the connection's own key signs.

const (
	keysPath  = "/v2/spaces/keys"
	keysScope = "spaces_key"
)

// keysOps are the names of the requests in logs.
var keysOps = map[string]string{http.MethodGet: "ListAccessKeys", http.MethodPost: "CreateAccessKey", http.MethodPut: "UpdateAccessKey", http.MethodDelete: "DeleteAccessKey"}

// keysElsewhere says of each provider where its keys are made.
var keysElsewhere = map[string]string{
	"AWS":        "IAM makes them: the AWS console, or aws iam create-access-key.",
	"Ceph":       "The provider's own panel makes them.",
	"Cloudflare": "The R2 page of the Cloudflare dashboard makes them, under API Tokens.",
	"Backblaze":  "The Backblaze web panel makes them, under Application Keys, or b2 key create.",
	"Wasabi":     "The Wasabi console makes them, under Access Keys.",
	"Google":     "The Cloud Storage settings make them, under Interoperability.",
}

// keysUnknown is the same of servers that are known by no name.
const keysUnknown = "Whoever runs it makes them, with its own tool: radosgw-admin key create (Ceph), versitygw admin create-user, mc admin (MinIO)."

// noKeysHere is the error of an endpoint that does not manage keys by this API.
func noKeysHere(advice string) error {
	return &Error{Op: "list the access keys", Kind: Unsupported, Err: &cause{text: "this endpoint has no way to manage its access keys from here", err: Unsupported, advice: advice}}
}

// keysBase is the URL of the API. Nothing is sent to endpoints that are known to have none.
func (s *Store) keysBase() (string, error) {
	switch p := s.quirks.provider; {
	case p == ocean && !s.HasToken():
		return "", noToken("list the access keys", "access keys of DigitalOcean are", keysScope)
	case p == ocean:
		return cmp.Or(s.c.APIURL, oceanAPI), nil
	case keysElsewhere[p] != "":
		return "", noKeysHere(keysElsewhere[p])
	}
	base := s.regionBase("")
	return base.Scheme + "://" + base.Host, nil
}

// keysCall sends a request and decodes its answer into result, unless that is nil. When an answer gets lost it is not sent
// again: a key may have been made.
func (s *Store) keysCall(ctx context.Context, op, method, path string, body, result any) error {
	base, err := s.keysBase()
	if err != nil {
		return err
	}
	var text []byte
	if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return s.wrap(op, Ref{}, err)
		}
	}
	r, err := http.NewRequestWithContext(middleware.WithOperationName(ctx, keysOps[method]), method, base+keysPath+path, bytes.NewReader(text))
	if err != nil {
		return s.wrap(op, Ref{}, err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	if err := s.authorizeKeys(ctx, r, text); err != nil {
		return s.wrap(op, Ref{}, err)
	}
	resp, err := s.sendAPI(r)
	if err != nil {
		return s.wrap(op, Ref{}, &url.Error{Op: method, URL: base, Err: err})
	}
	defer resp.Body.Close()
	return s.keysAnswer(op, resp, result)
}

// authorizeKeys puts the token in, or signs.
func (s *Store) authorizeKeys(ctx context.Context, r *http.Request, body []byte) error {
	if s.quirks.provider == ocean {
		token, err := s.token()
		r.Header.Set("Authorization", "Bearer "+token)
		return err
	}
	return s.signAPI(ctx, r, body)
}

// signAPI signs a request beside S3 with the connection's own key.
func (s *Store) signAPI(ctx context.Context, r *http.Request, body []byte) error {
	keys, err := s.api.Options().Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	r.Header.Set("X-Amz-Content-Sha256", hash)
	return v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).SignHTTP(ctx, keys, r, hash, "s3", s.c.Region, time.Now())
}

// keysAnswer reads an answer. What is no JSON is none of this API: S3 answers that there is no Space of that name.
func (s *Store) keysAnswer(op string, resp *http.Response, result any) error {
	text, err := io.ReadAll(io.LimitReader(resp.Body, apiMost))
	if err != nil {
		return s.wrap(op, Ref{}, err)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode == http.StatusNoContent && result == nil:
		return nil
	case kind != "application/json" && s.quirks.provider == ocean, kind == "text/html":
		return s.wrap(op, Ref{}, &stranger{"no answer of the API for access keys"})
	case kind != "application/json":
		return s.notTheAPI(op, resp.StatusCode, text)
	case resp.StatusCode >= 300:
		return s.keysRefusal(op, resp, text)
	}
	if err := json.Unmarshal(text, result); err != nil { // which has none of the text in it
		return &Error{Op: op, Kind: Other, Status: resp.StatusCode, Err: &cause{text: "the answer is not what the API for access keys gives", err: Other}}
	}
	return nil
}

// notTheAPI is the error of servers that took the request for one of S3.
func (s *Store) notTheAPI(op string, status int, text []byte) error {
	for _, code := range []string{"InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed"} {
		if bytes.Contains(text, []byte("<Code>"+code+"</Code>")) || bytes.Contains(text, []byte(`"Code":"`+code+`"`)) {
			return &Error{Op: op, Kind: BadCredentials, Code: code, Status: status, Err: &cause{text: code, err: BadCredentials}}
		}
	}
	if status >= http.StatusInternalServerError && status != http.StatusNotImplemented {
		return &Error{Op: op, Kind: kindOfStatus(status), Status: status, Err: &cause{text: fmt.Sprintf("the endpoint answered %d", status), err: Other}}
	}
	return noKeysHere(keysUnknown)
}

// keysRefusal is a refusal of the API.
func (s *Store) keysRefusal(op string, resp *http.Response, text []byte) error {
	e := s.apiRefusal(op, keysScope, resp, text)
	if s.quirks.provider == ocean {
		return e
	}
	if e.Code == "" {
		return s.notTheAPI(op, resp.StatusCode, text) // Ceph answers S3's errors as JSON to who accepts that
	}
	var c *cause
	if errors.As(e.Err, &c) && e.Kind != Throttled {
		c.advice = ""
		if e.Kind == Denied {
			c.advice = "This connection uses a key with limits: connect with the server's root key to manage access keys."
		}
	}
	return e
}

func kindOfStatus(status int) Kind {
	if kind, ok := statuses[status]; ok {
		return kind
	}
	return Other
}
