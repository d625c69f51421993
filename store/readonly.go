package store

import (
	"net/http"

	"github.com/aws/smithy-go/middleware"
)

// readOnly refuses whatever would change something, where the configuration says so, before anything is sent. It is the
// wall behind the actions that are off: an operation that is new here is refused until it is known only to read.
func (s *Store) readOnly(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	if s.c.ReadOnly == "" {
		return do
	}
	return func(r *http.Request) (*http.Response, error) {
		if !reads(r) {
			if r.Body != nil {
				r.Body.Close()
			}
			return nil, &cause{text: "nothing may be changed here: this connection is read-only", err: Denied, advice: s.c.ReadOnly}
		}
		return do(r)
	}
}

// AllReadOnly is why nothing may be changed on any connection, "" where it may on some.
func (s *Store) AllReadOnly() string { return s.c.AllReadOnly }

// reads says whether a request only reads: by its method, and of those that are sent otherwise by the operation.
func reads(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	switch middleware.GetOperationName(r.Context()) {
	case "SelectObjectContent", getMany:
		return r.Method == http.MethodPost
	}
	return false
}
