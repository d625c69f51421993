package main

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

	"spaces/server/keyring"
	"spaces/server/storage"
)

// keysClient speaks the API for access keys with the server that owns a data directory, or with one of its own on the
// directory while nobody owns it.
type keysClient struct {
	http  *http.Client
	base  string
	token string
	close func(context.Context) error
}

// openKeys finds the owner of the data directory.
func openKeys(p process, o options) (*keysClient, error) {
	dir, err := dataDir(o)
	if err != nil {
		return nil, err
	}
	key, err := loadRootKey(dir, p.getenv)
	if err != nil {
		return nil, err
	}
	engine, err := storage.Open(dir, storage.Options{Now: p.now})
	var locked *storage.LockedError
	switch {
	case errors.As(err, &locked):
		return joinKeys(dir, locked)
	case err != nil:
		return nil, openFailed(dir, err)
	}
	srv, err := newServer(engine, key, dir, p, "")
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	c := &keysClient{http: &http.Client{Transport: &http.Transport{DialContext: srv.Dial}}, base: "http://localhost"}
	c.close = func(ctx context.Context) error { return errors.Join(srv.Shutdown(ctx), engine.Close()) }
	return c.authenticate(dir)
}

// joinKeys speaks with the process that owns the directory.
func joinKeys(dir string, locked *storage.LockedError) (*keysClient, error) {
	addr := ownerAddress(locked.Owner)
	if addr == "" {
		return nil, inUse(locked)
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialOwner(ctx, dir, locked.Owner, addr)
	}
	c := &keysClient{http: &http.Client{Transport: &http.Transport{DialContext: dial}}, base: "http://" + addr}
	c.close = func(context.Context) error { return nil }
	return c.authenticate(dir)
}

func (c *keysClient) authenticate(dir string) (*keysClient, error) {
	t, err := loadAdminToken(dir)
	if err != nil {
		return nil, errors.Join(err, c.end())
	}
	c.token = t.text
	return c, nil
}

func (c *keysClient) end() error {
	c.http.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	return c.close(ctx)
}

// call sends a request and decodes its answer into result, unless that is nil. A refusal is an error of what the
// server said.
func (c *keysClient) call(ctx context.Context, method, path string, body, result any) error {
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
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/v2/spaces/keys"+path, text)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
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

// all lists every key, oldest first.
func (c *keysClient) all(ctx context.Context) (keys []keyring.Key, err error) {
	for page := 1; ; page++ {
		var list struct {
			Keys []keyring.Key `json:"keys"`
			Meta struct{ Total int }
		}
		path := fmt.Sprintf("?sort=created_at&sort_direction=asc&per_page=200&page=%d", page)
		if err := c.call(ctx, http.MethodGet, path, nil, &list); err != nil {
			return nil, fmt.Errorf("list the access keys: %w", err)
		}
		keys = append(keys, list.Keys...)
		if len(list.Keys) == 0 || len(keys) >= list.Meta.Total {
			return keys, nil
		}
	}
}

// keyAnswer is the answer of whatever is about one key.
type keyAnswer struct {
	Key keyring.Key `json:"key"`
}

func keyPath(id string) string { return "/" + url.PathEscape(id) }
