package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"spaces/server/local"
	"spaces/store"
)

// connections are all that can be opened by name: "" is this machine, a profile of the configuration has its name, and
// any other endpoint is ENDPOINT#KEY, where KEY is the id of its key or the profile that has it.
type connections struct {
	*store.Conns
	p       process
	o       options
	given   store.Conn // that the command line names
	keyring systemKeyring
	machine *local.Store // nil until it is asked for; Conns asks for one connection at a time

	mu sync.Mutex
	c  config // the profiles in it can be changed while the panel runs
}

func newConnections(p process, o options, c config) *connections {
	cs := &connections{p: p, o: o, c: c, keyring: systemKeyring{getenv: p.getenv}}
	cs.Conns = store.NewConns(cs.config)
	cs.Conns.Known = cs.known
	return cs
}

// known are this machine and the profiles of the configuration.
func (cs *connections) known() []store.Conn {
	names := []store.Conn{""}
	for name := range cs.configuration().Profiles {
		names = append(names, store.Conn(name))
	}
	return names
}

// start is the connection that the command line names, by its place or else by its flags. A profile in a place is as one
// of the flags.
func (cs *connections) start(place string) (store.Conn, error) {
	if at, err := store.ParsePlace(place, store.Place{}); err == nil && at.Conn != "" {
		if strings.Contains(string(at.Conn), "#") {
			cs.given = at.Conn
			return at.Conn, nil
		}
		cs.o.profile = string(at.Conn)
	}
	s, err := cs.configuration().remote(cs.o, cs.p.getenv)
	cs.given = s.Conn
	return s.Conn, err
}

// config says how a connection is reached: as the flags say when it is theirs, else as the configuration does.
func (cs *connections) config(conn store.Conn) (store.Config, error) {
	if conn == "" {
		return cs.thisMachine()
	}
	c := cs.configuration()
	o := cs.o
	if s, err := c.remote(o, cs.p.getenv); err != nil || s.Conn != conn {
		o = optionsOf(conn, cs.p.getenv)
		o.limitRate = cs.o.limitRate
	}
	return cs.reached(c, o, conn)
}

// reached is the connection of a name as the flags o lead to it.
func (cs *connections) reached(c config, o options, conn store.Conn) (store.Config, error) {
	s, err := c.remote(o, cs.p.getenv)
	if err == nil && s.Conn != conn {
		err = fmt.Errorf("there is no connection %q: the key that the environment has now is another", conn)
	}
	if err != nil {
		return s, err
	}
	s.CABundle, err = customRoots(s, cs.p.getenv)
	s.Now, s.AllReadOnly = cs.p.now, cs.allReadOnly()
	s.ReadOnly = cmp.Or(s.AllReadOnly, s.ReadOnly)
	if p := c.Profiles[o.profile]; p.Credentials == string(store.KeyInKeyring) {
		name, key := o.profile, p.AccessKey
		s.Secret = func() (string, error) { return cs.keyring.get(name, key) }
	}
	if p := c.Profiles[o.profile]; p.APITokenKeyring {
		name := o.profile
		s.TokenOf = func() (string, error) { return cs.keyring.get(name, tokenEntry) }
	}
	return s, err
}

// allReadOnly is why nothing may be changed on any connection, where the flag says so.
func (cs *connections) allReadOnly() string {
	if cs.o.readOnly {
		return "Nothing can be changed: spaces was started with --read-only."
	}
	return ""
}

// thisMachine starts opening the store of this machine, once.
func (cs *connections) thisMachine() (store.Config, error) {
	dir, err := dataDir(cs.p, cs.o)
	if err != nil {
		return store.Config{}, err
	}
	dir.Log = nil // the screen is the panel's
	key, err := rootKey(dir, cs.p)
	if err != nil {
		return store.Config{}, err
	}
	if cs.machine == nil {
		cs.machine = dir.Store(key, cs.configuration().EncryptionKey)
	}
	machine := cs.machine
	return store.Config{
		Name: "this machine", Endpoint: "http://localhost", Region: "us-east-1", PathStyle: true,
		AccessKey: key.ID, SecretKey: key.Secret, Dial: cs.machine.Dial, Now: cs.p.now, ShareURL: cs.machine.ShareURL,
		Due: func(ctx context.Context, space string, show func([]store.Due) error) error {
			return dueOf(ctx, machine, space, show)
		},
		ReadOnly: cs.allReadOnly(), AllReadOnly: cs.allReadOnly(), Trash: cs.configuration().trashes(),
	}, nil
}

// close ends the connections, and the store of this machine when requests under way have ended or ctx has.
func (cs *connections) close(ctx context.Context) error {
	cs.Close()
	if cs.machine == nil {
		return nil
	}
	return cs.machine.Close(ctx)
}

// optionsOf are the flags that name a connection.
func optionsOf(conn store.Conn, getenv func(string) string) options {
	endpoint, key, is := strings.Cut(string(conn), "#")
	switch {
	case !is:
		return options{profile: string(conn)}
	case key == environmentKey(getenv):
		return options{endpoint: endpoint}
	}
	return options{endpoint: endpoint, profile: key}
}

// environmentKey names the key that the AWS environment has for an endpoint without a profile; "" is what ~/.aws has.
func environmentKey(getenv func(string) string) string {
	return cmp.Or(getenv("AWS_ACCESS_KEY_ID"), getenv("AWS_PROFILE"))
}

// remote is the connection that flags name: Conn is "" when they name none but this machine.
func (c config) remote(o options, getenv func(string) string) (store.Config, error) {
	p, known := c.Profiles[o.profile]
	s := store.Config{
		Name: cmp.Or(o.profile, hostOf(o.endpoint)), Conn: store.Conn(o.profile),
		Endpoint: cmp.Or(o.endpoint, p.Endpoint), Region: cmp.Or(o.region, p.Region),
		PathStyle: o.pathStyle || p.Addressing == "path", AccessKey: p.AccessKey, SecretKey: p.SecretKey,
		APIToken: apiToken(p, getenv), APIURL: getenv("DIGITALOCEAN_API_URL"),
		UploadAccess: store.Access(p.UploadAccess), Trash: p.Trash, Spaces: p.Spaces, Bandwidth: p.bandwidth(),
	}
	if o.limitRate > 0 {
		s.Bandwidth = int64(o.limitRate)
	}
	if p.ReadOnly {
		s.ReadOnly = "This connection is read-only: edit it on the connections page to change that."
	}
	switch {
	case o.endpoint != "":
		s.Conn = store.Conn(canonical(o.endpoint) + "#" + cmp.Or(o.profile, environmentKey(getenv)))
	case o.profile != "" && !known:
		return s, fmt.Errorf("there is no profile %q in the configuration (it has: %s); add it, or give --endpoint to use the AWS profile of that name",
			o.profile, cmp.Or(strings.Join(slices.Sorted(maps.Keys(c.Profiles)), ", "), "none"))
	}
	if !known {
		s.Profile = o.profile
	}
	if _, name, ok := strings.Cut(p.Credentials, ":"); ok {
		s.Profile = name
	}
	return s, nil
}

// apiToken is that of DigitalOcean's API: what the profile says, else what doctl and Terraform read. "" also means that the
// keyring has it.
func apiToken(p profile, getenv func(string) string) string {
	switch {
	case p.APITokenKeyring:
		return ""
	case p.APITokenEnv != "":
		return getenv(p.APITokenEnv)
	case p.APIToken != "":
		return p.APIToken
	}
	return cmp.Or(getenv("DIGITALOCEAN_ACCESS_TOKEN"), getenv("DIGITALOCEAN_TOKEN"))
}

// customRoots reads the certificates that AWS_CA_BUNDLE names, which the SDK does by itself only when it looks for the
// keys as well.
func customRoots(c store.Config, getenv func(string) string) (*x509.CertPool, error) {
	path := getenv("AWS_CA_BUNDLE")
	if path == "" || c.AccessKey == "" {
		return nil, nil
	}
	pem, err := readText(path)
	if err != nil {
		return nil, fmt.Errorf("AWS_CA_BUNDLE: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("AWS_CA_BUNDLE: there is no certificate in %s", path)
	}
	return roots, nil
}

// canonical is an endpoint as its connection is named: whoever writes it in another way means the same.
func canonical(endpoint string) string {
	scheme, rest, ok := strings.Cut(strings.TrimRight(endpoint, "/"), "://")
	if !ok {
		scheme, rest = "https", scheme
	}
	host, path, _ := strings.Cut(rest, "/")
	return strings.TrimRight(strings.ToLower(scheme+"://"+host)+"/"+path, "/")
}

func hostOf(endpoint string) string {
	_, rest, ok := strings.Cut(endpoint, "://")
	if !ok {
		rest = endpoint
	}
	host, _, _ := strings.Cut(rest, "/")
	return host
}
