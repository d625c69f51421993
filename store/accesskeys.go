package store

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Permission is what an access key may do in a Space (DigitalOcean API, "Spaces Keys").
type Permission string

const (
	KeyRead       Permission = "read"
	KeyReadWrite  Permission = "readwrite"  // and delete
	KeyFullAccess Permission = "fullaccess" // and change the settings of the Space; with no bucket: everything
)

// Grant is what a key may do where. Bucket "" is every Space.
type Grant struct {
	Bucket     string     `json:"bucket"`
	Permission Permission `json:"permission"`
}

// Secret is the secret of an access key. It is printed as dots, so that it gets into no message by chance.
type Secret string

// Reveal is the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (Secret) String() string { return "…" }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return "…" }

// Key is an access key. Secret is there only where the key was just made or got a new one: nobody tells it again.
type Key struct {
	Name    string    `json:"name"`
	ID      string    `json:"access_key"`
	Secret  Secret    `json:"secret_key"`
	Grants  []Grant   `json:"grants"`
	Created time.Time `json:"created_at"`
}

// keysPerPage is the most that a page has (DigitalOcean API, "Links & Pagination"), keyPages a bound that no account gets
// near to: an account has 200 keys, this program's server 10,000.
const (
	keysPerPage = 200
	keyPages    = 100
)

// Keys lists the access keys, oldest first. Unsupported says that keys are not managed here, and where they are; Denied or
// BadCredentials that this connection may not.
func (s *Store) Keys(ctx context.Context) ([]Key, error) {
	var keys []Key
	for page := 1; page <= keyPages; page++ {
		var list struct {
			Keys  []Key
			Meta  struct{ Total int }
			Links struct{ Pages struct{ Next string } }
		}
		path := fmt.Sprintf("?sort=created_at&sort_direction=asc&per_page=%d&page=%d", keysPerPage, page)
		if err := s.keysCall(ctx, "list the access keys", http.MethodGet, path, nil, &list); err != nil {
			return nil, err
		}
		keys = append(keys, list.Keys...)
		if len(list.Keys) == 0 || len(keys) >= list.Meta.Total && list.Links.Pages.Next == "" {
			break
		}
	}
	return keys, nil
}

// CreateKey makes a key, and gives it with its secret.
func (s *Store) CreateKey(ctx context.Context, name string, grants []Grant) (Key, error) {
	return s.keyCall(ctx, "create the access key", http.MethodPost, "", keyRequest{name, grants})
}

// UpdateKey gives a key another name and other grants. A null in the place of grants would leave them: none are [].
func (s *Store) UpdateKey(ctx context.Context, id, name string, grants []Grant) (Key, error) {
	return s.keyCall(ctx, "change the access key", http.MethodPut, keyPath(id), keyRequest{name, append([]Grant{}, grants...)})
}

type keyRequest struct {
	Name   string  `json:"name"`
	Grants []Grant `json:"grants"`
}

// CanRegenerate says whether a key can get another secret. DigitalOcean does that in its web panel only: there a new key
// with the same name and grants takes the place of the old one, which stays until it is deleted.
func (s *Store) CanRegenerate() bool { return s.quirks.provider != ocean }

// RegenerateKey gives a key another secret, which is in the answer; the old one is good for nothing from then on. Where
// that cannot be it makes another key of the same name and grants, with an id of its own.
func (s *Store) RegenerateKey(ctx context.Context, k Key) (Key, error) {
	if !s.CanRegenerate() {
		return s.CreateKey(ctx, k.Name, k.Grants)
	}
	return s.keyCall(ctx, "regenerate the access key", http.MethodPost, keyPath(k.ID)+"/actions", map[string]string{"type": "regenerate"})
}

// DeleteKey ends a key: whoever uses it is refused from then on.
func (s *Store) DeleteKey(ctx context.Context, id string) error {
	return s.keysCall(ctx, "delete the access key", http.MethodDelete, keyPath(id), nil, nil)
}

func (s *Store) keyCall(ctx context.Context, op, method, path string, body any) (Key, error) {
	var a struct{ Key Key }
	err := s.keysCall(ctx, op, method, path, body, &a)
	return a.Key, err
}

func keyPath(id string) string { return "/" + url.PathEscape(id) }
