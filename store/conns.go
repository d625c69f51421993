package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Conn names a connection for good: a profile's name, or an endpoint with the id of its key; "" is this machine.
type Conn string

// Name is what people call the connection: its profile, else the host of its endpoint. Two can have the same.
func (c Conn) Name() string {
	endpoint, key, is := strings.Cut(string(c), "#")
	switch {
	case c == "":
		return "this machine"
	case !is:
		return string(c)
	case endpoint == "":
		return cmp.Or(key, "AWS")
	}
	if _, rest, ok := strings.Cut(endpoint, "://"); ok {
		endpoint = rest
	}
	host, _, _ := strings.Cut(endpoint, "/")
	return host
}

// connOf names a connection that nobody gave a name: ENDPOINT#KEY, or #PROFILE where the AWS files have the key.
func (s *Store) connOf(c Config) Conn {
	if c.Conn != "" || c.Dial != nil {
		return c.Conn
	}
	base := s.regionBase("")
	return Conn(base.Scheme + "://" + strings.ToLower(base.Host) + "#" + firstOf(c.AccessKey, c.Profile))
}

// Conns opens each connection once, when it is first asked for. All that it opens to one host keep the number of requests
// there in bounds together. It is safe for concurrent use.
type Conns struct {
	// Known are the names of all connections that can be gone to; nil: those that are open. It is set before they are used.
	Known func() []Conn

	config func(Conn) (Config, error)
	limits limiters
	calls  Calls

	mu   sync.Mutex
	open map[Conn]*Store
}

// NewConns is of the connections that config knows; it is asked for "" as well.
func NewConns(config func(Conn) (Config, error)) *Conns {
	return &Conns{config: config, open: map[Conn]*Store{}}
}

// ConnsOf is of stores that are open already, which Close closes too. The first also stands for this machine unless one
// of them is it.
func ConnsOf(stores ...*Store) *Conns {
	return ConnsWith(func(conn Conn) (Config, error) {
		return Config{}, fmt.Errorf("there is no connection %q", conn)
	}, stores...)
}

// ConnsWith is of stores that are open already, as ConnsOf, and of those that config knows besides.
func ConnsWith(config func(Conn) (Config, error), stores ...*Store) *Conns {
	c := NewConns(config)
	for i, s := range stores {
		if i == 0 {
			c.open[""] = s
		}
		c.open[s.Conn()] = s
	}
	return c
}

// Get returns the Store of a connection, the same each time. No request is sent, but files may be read. An error is not
// remembered: what was wrong with the configuration may have been mended.
func (c *Conns) Get(conn Conn) (*Store, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.open[conn]; ok {
		return s, nil
	}
	config, err := c.config(conn)
	if err != nil {
		return nil, err
	}
	config.Conn, config.limits, config.calls = conn, &c.limits, &c.calls
	s, err := Open(context.Background(), config)
	if err != nil {
		return nil, err
	}
	c.open[conn] = s
	return s, nil
}

// Calls are the last requests of the connections that were opened here.
func (c *Conns) Calls() *Calls { return &c.calls }

// Names are the connections that can be gone to, this machine first, each once.
func (c *Conns) Names() []Conn {
	var names []Conn
	if c.Known != nil {
		names = slices.Clone(c.Known())
	}
	c.mu.Lock()
	for conn, s := range c.open {
		if conn == s.Conn() && !slices.Contains(names, conn) { // not another name for the same
			names = append(names, conn)
		}
	}
	c.mu.Unlock()
	slices.Sort(names)
	return slices.Compact(names)
}

// Forget makes a connection be opened anew when it is next asked for. Who has its Store may go on using that.
func (c *Conns) Forget(conn Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.open[conn]; ok {
		s.Close()
		delete(c.open, conn)
	}
}

// IsOpen says whether a connection has been asked for, successfully.
func (c *Conns) IsOpen(conn Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.open[conn]
	return ok
}

// Close gives the idle connections of all back.
func (c *Conns) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.open {
		s.Close()
	}
}
