package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"spaces/server"
	"spaces/server/keyring"
)

// Keys manages the access keys that are limited to some Spaces, by the API of the server that owns a data directory, or
// of one of its own on the directory while nobody owns it.
type Keys struct {
	http  *http.Client
	base  string
	token string
	own   *Owned // nil while another process owns the directory
}

// Keys finds the owner of the directory. Close must follow.
func (d Dir) Keys(root RootKey) (k *Keys, err error) {
	k = &Keys{base: "http://localhost"}
	here := func() error {
		if k.own, err = d.Own(0); err != nil {
			return err
		}
		if err := k.own.build(root, "", func(*server.Config) {}); err != nil {
			return errors.Join(err, k.own.Close())
		}
		k.dial(k.own.server.Dial)
		return nil
	}
	there := func(o other) error {
		if o.Address == "" {
			return o.inUse()
		}
		k.base = "http://" + o.Address
		k.dial(func(ctx context.Context, _, _ string) (net.Conn, error) { return o.dial(ctx, o.Address) })
		return nil
	}
	if err := d.hereOrThere(here, there); err != nil {
		return nil, err
	}
	token, err := d.AdminToken()
	if err != nil {
		return nil, errors.Join(err, k.Close())
	}
	k.token = token.Text
	return k, nil
}

func (k *Keys) dial(dial func(ctx context.Context, network, addr string) (net.Conn, error)) {
	k.http = &http.Client{Transport: &http.Transport{DialContext: dial}}
}

// Close ends what was opened for the keys.
func (k *Keys) Close() error {
	k.http.CloseIdleConnections()
	if k.own == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), Drain)
	defer cancel()
	return errors.Join(k.own.stop(ctx), k.own.Close())
}

// Create makes a key. Its secret is in this answer only.
func (k *Keys) Create(ctx context.Context, name string, grants []keyring.Grant) (keyring.Key, error) {
	return k.one(ctx, keysPath, map[string]any{"name": name, "grants": grants})
}

// Rotate gives a key a new secret, which is in this answer only.
func (k *Keys) Rotate(ctx context.Context, id string) (keyring.Key, error) {
	return k.one(ctx, keyPath(id)+"/actions", map[string]any{"type": "regenerate"})
}

// Delete ends a key.
func (k *Keys) Delete(ctx context.Context, id string) error {
	return k.call(ctx, http.MethodDelete, keyPath(id), nil, nil)
}

// one sends a request that is answered with a key.
func (k *Keys) one(ctx context.Context, path string, body any) (keyring.Key, error) {
	var a struct {
		Key keyring.Key `json:"key"`
	}
	err := k.call(ctx, http.MethodPost, path, body, &a)
	return a.Key, err
}

// call sends a request and decodes its answer into result, unless that is nil. A refusal is an error of what the
// server said.
func (k *Keys) call(ctx context.Context, method, path string, body, result any) error {
	var text io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		text = bytes.NewReader(b)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, k.base+path, text)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+k.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := k.http.Do(req)
	if err != nil {
		return fmt.Errorf("reach the server: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		var refusal struct{ Message string }
		json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(&refusal)
		if refusal.Message == "" {
			refusal.Message = res.Status
		}
		return fmt.Errorf("the server refused: %s", refusal.Message)
	}
	if result == nil {
		return nil
	}
	if err := json.NewDecoder(res.Body).Decode(result); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	return nil
}

// All lists every key, oldest first.
func (k *Keys) All(ctx context.Context) (keys []keyring.Key, err error) {
	for page := 1; ; page++ {
		var list struct {
			Keys []keyring.Key `json:"keys"`
			Meta struct{ Total int }
		}
		path := keysPath + fmt.Sprintf("?sort=created_at&sort_direction=asc&per_page=200&page=%d", page)
		if err := k.call(ctx, http.MethodGet, path, nil, &list); err != nil {
			return nil, fmt.Errorf("list the access keys: %w", err)
		}
		keys = append(keys, list.Keys...)
		if len(list.Keys) == 0 || len(keys) >= list.Meta.Total {
			return keys, nil
		}
	}
}

// The APIs of the server, below its root.
const (
	keysPath   = "/v2/spaces/keys"
	loginsPath = "/v2/spaces/ssh_keys"
)

func keyPath(id string) string { return keysPath + "/" + url.PathEscape(id) }

// Authorize lets the holder of a public key of SSH, a line of a .pub file, in as an access key.
func (k *Keys) Authorize(ctx context.Context, id string, publicKey []byte) (keyring.Login, error) {
	var a struct {
		Login keyring.Login `json:"ssh_key"`
	}
	err := k.call(ctx, http.MethodPost, loginsPath, map[string]string{"access_key": id, "public_key": string(publicKey)}, &a)
	return a.Login, err
}

// Logins lists the public keys that are authorized, oldest first.
func (k *Keys) Logins(ctx context.Context) ([]keyring.Login, error) {
	var a struct {
		Logins []keyring.Login `json:"ssh_keys"`
	}
	err := k.call(ctx, http.MethodGet, loginsPath, nil, &a)
	return a.Logins, err
}

// Revoke ends the authorization of a public key, which its fingerprint names.
func (k *Keys) Revoke(ctx context.Context, fingerprint string) error {
	return k.call(ctx, http.MethodDelete, loginsPath+"/"+url.PathEscape(fingerprint), nil, nil)
}
