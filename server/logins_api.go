package server

import (
	"net/http"

	"spaces/server/keyring"
)

// loginsPath is where the public keys of SSH are managed that lead to access keys: an extension beside DigitalOcean's
// API, in its form. GET lists them, POST authorizes one, DELETE of one, which is named by its fingerprint, revokes it.
const loginsPath = "/v2/spaces/ssh_keys"

// loginRequest is the body of a request that authorizes a public key.
type loginRequest struct {
	AccessKey string `json:"access_key"` // its id
	PublicKey string `json:"public_key"` // a line of a .pub file
}

// runLogins does what is asked, for one who may.
func (c *call) runLogins(fingerprint string) (status int, body any, err error) {
	ring := c.s.keys
	switch method := c.in.Method; {
	case fingerprint == "" && method == http.MethodGet:
		return http.StatusOK, map[string][]keyring.Login{"ssh_keys": append([]keyring.Login{}, ring.Logins()...)}, nil
	case fingerprint == "" && method == http.MethodPost:
		l, err := c.authorizeLogin()
		return http.StatusCreated, map[string]keyring.Login{"ssh_key": l}, err
	case fingerprint != "" && method == http.MethodDelete:
		return http.StatusNoContent, nil, ring.Revoke(fingerprint)
	default:
		return 0, nil, errKeyMethod(method)
	}
}

func (c *call) authorizeLogin() (keyring.Login, error) {
	var q loginRequest
	if err := c.readAPIRequest(&q, "an access key and a public key"); err != nil {
		return keyring.Login{}, err
	}
	if _, is := c.s.secret(q.AccessKey); !is {
		return keyring.Login{}, keyring.ErrNoKey
	}
	return c.s.keys.Authorize(q.AccessKey, []byte(q.PublicKey))
}
