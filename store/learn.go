package store

import (
	"math"
	"net/http"
	"strconv"

	"github.com/aws/smithy-go/middleware"
)

// What an endpoint can do is known of its kind (quirks.go), or learned from its answers: nothing is assumed of others.

// ourServer is the Server header of each answer of this program's own server, by which it is known wherever it runs. One
// behind a proxy that puts its own name there is taken for an unknown endpoint, which costs speed and nothing else.
const ourServer = "spaces"

// learning notes who answers. It can change: another program may have the port now.
func (s *Store) learning(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := do(r)
		if err != nil || resp.Header.Get("X-Amz-Request-Id") == "" {
			return resp, err // no answer of S3
		}
		s.noteClock(resp.Header.Get("Date"))
		ours := resp.Header.Get("Server") == ourServer && s.quirks.provider == ""
		if s.learned.ours.Load() != ours {
			s.learned.ours.Store(ours)
		}
		if middleware.GetOperationName(r.Context()) == "PutObject" && resp.StatusCode < 300 {
			s.learned.packs.Store(ours && resp.Header.Get("X-Spaces-Packs") != "")
		}
		if middleware.GetOperationName(r.Context()) == "ListBuckets" {
			n, _ := strconv.Atoi(resp.Header.Get("X-Spaces-Findings"))
			if !s.isOurs() {
				n = 0
			}
			s.learned.findings.Store(int64(n))
		}
		if !ours && resp.StatusCode < 300 && middleware.GetOperationName(r.Context()) == "RenameObject" && !s.quirks.rename {
			// Who does not know the operation takes it for a PUT of an empty object.
			resp.Body.Close()
			return nil, &stranger{"another server than the one before"}
		}
		return resp, nil
	}
}

// isOurs says whether the endpoint is this program's server: in this process, or by its last answer.
func (s *Store) isOurs() bool { return s.Embedded() || s.learned.ours.Load() }

// CanRename says whether Rename is worth trying.
func (s *Store) CanRename() bool {
	return (s.quirks.rename || s.isOurs()) && !s.learned.noRename.Load()
}

// CanChooseRegion says whether a new Space may be in another region than the endpoint.
func (s *Store) CanChooseRegion() bool { return !s.isOurs() }

// tellsChecksums says whether HEAD is worth being asked for them.
func (s *Store) tellsChecksums() bool { return s.quirks.checksums || s.isOurs() }

// encodes says whether listings are asked for percent-encoded at once: exact, where the endpoint does it well.
func (s *Store) encodes() bool { return s.learned.encode.Load() || s.isOurs() }

// multipartCopy is the size above which a copy goes in parts.
func (s *Store) multipartCopy() int64 {
	switch {
	case s.c.MultipartCopy > 0:
		return s.c.MultipartCopy
	case s.isOurs():
		return math.MaxInt64
	}
	return maxCopy
}
