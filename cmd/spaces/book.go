package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"spaces/store"
)

// book is the store.Book of the configuration file.
type book struct{ cs *connections }

// List implements store.Book.
func (b book) List(context.Context) ([]store.Profile, error) {
	c := b.cs.configuration()
	path := c.path
	if path != "" {
		read, err := loadConfig(path)
		if errors.Is(err, fs.ErrNotExist) {
			read, err = config{path: path}, nil // what was removed meanwhile is as what never was
		}
		if err != nil {
			return nil, err
		}
		c = read
		b.cs.take(c)
	}
	list := []store.Profile{{ReadOnly: b.cs.o.readOnly, Unused: b.unused()}}
	if b.cs.given != "" && c.Profiles[string(b.cs.given)].Endpoint == "" {
		list = append(list, b.ofFlags())
	}
	text, _ := readText(path)
	order := profileOrder(text)
	names := slices.SortedStableFunc(slices.Values(slices.Sorted(maps.Keys(c.Profiles))), func(a, b string) int {
		return place(order, a) - place(order, b)
	})
	for _, name := range names {
		p := shownProfile(name, c.Profiles[name])
		p.ReadOnly = p.ReadOnly || b.cs.o.readOnly
		list = append(list, p)
	}
	return list, nil
}

// place is where a name stands in a list; what is not in it comes last.
func place(list []string, name string) int {
	if i := slices.Index(list, name); i >= 0 {
		return i
	}
	return len(list)
}

// unused says whether this machine has no store yet.
func (b book) unused() bool {
	dir, err := dataPath(b.cs.p, b.cs.o)
	if err != nil {
		return true
	}
	_, err = os.Stat(dir.Path)
	return err != nil
}

// ofFlags is the connection that the command line gave.
func (b book) ofFlags() store.Profile {
	p := store.Profile{Name: string(b.cs.given), Given: true, ReadOnly: b.cs.o.readOnly}
	if s, err := b.cs.config(b.cs.given); err == nil {
		p.Endpoint, p.Region, p.PathStyle, p.AWSProfile, p.AccessKey = s.Endpoint, s.Region, s.PathStyle, s.Profile, s.AccessKey
	}
	return p
}

// shownProfile is a profile without its secret.
func shownProfile(name string, p profile) store.Profile {
	s := store.Profile{Name: name, Endpoint: p.Endpoint, Region: p.Region, PathStyle: p.Addressing == "path", AccessKey: p.AccessKey,
		KeepsToken: p.APIToken != "" || p.APITokenKeyring,
		ReadOnly:   p.ReadOnly, UploadAccess: store.Access(p.UploadAccess), Trash: p.Trash, Spaces: p.Spaces}
	source, of, _ := strings.Cut(p.Credentials, ":")
	s.Source, s.AWSProfile = cmp.Or(store.KeySource(source), store.KeyOfAWS), of
	return s
}

// written is a profile as it is to stand in the file, where it stands as was has it.
func written(p store.Profile, was profile) profile {
	w := profile{Endpoint: p.Endpoint, Region: p.Region, Addressing: was.Addressing, ReadOnly: p.ReadOnly,
		UploadAccess: was.UploadAccess, LimitRate: was.LimitRate, Trash: p.Trash, Spaces: p.Spaces}
	switch {
	case !p.KeepsToken:
		w.APITokenEnv = was.APITokenEnv
	case p.Source == store.KeyInKeyring:
		w.APITokenKeyring = true
	default:
		w.APIToken = cmp.Or(p.APIToken, was.APIToken)
	}
	if p.PathStyle != (was.Addressing == "path") {
		w.Addressing = map[bool]string{true: "path"}[p.PathStyle]
	}
	if p.UploadAccess != cmp.Or(store.Access(was.UploadAccess), store.Private) {
		w.UploadAccess = string(p.UploadAccess)
	}
	switch p.Source {
	case store.KeyInFile:
		w.Credentials, w.AccessKey, w.SecretKey = string(p.Source), p.AccessKey, cmp.Or(p.Secret, was.SecretKey)
	case store.KeyInKeyring:
		w.Credentials, w.AccessKey = string(p.Source), p.AccessKey
	default:
		switch {
		case p.AWSProfile != "":
			w.Credentials = string(store.KeyOfAWS) + ":" + p.AWSProfile
		case was.Credentials == string(store.KeyOfAWS):
			w.Credentials = was.Credentials
		}
	}
	return w
}

// Save implements store.Book.
func (b book) Save(_ context.Context, p store.Profile, add bool) error {
	c := b.cs.configuration()
	was, there := c.Profiles[p.Name]
	if why := store.WrongProfile(p); why != "" {
		return fmt.Errorf("%s", why)
	}
	if there && add {
		return fmt.Errorf("there is a connection %s already", p.Name)
	}
	w := written(p, was)
	if err := w.check(); err != nil {
		return err
	}
	if err := b.keep(p, was, &w); err != nil {
		return err
	}
	after, err := changeProfile(c.path, p.Name, &w)
	if err != nil {
		return err
	}
	b.cs.take(after)
	b.cs.Forget(p.Conn()) // the secret in a keyring may be another one, too
	if was.APITokenKeyring && !w.APITokenKeyring {
		return b.cs.keyring.remove(p.Name, tokenEntry)
	}
	return nil
}

// keep puts into the keyring what a profile is to have there, and takes a token out of it that is to be in the file.
func (b book) keep(p store.Profile, was profile, w *profile) error {
	token := cmp.Or(p.APIToken, was.APIToken)
	if p.KeepsToken && token == "" && was.APITokenKeyring && !w.APITokenKeyring {
		var err error
		if token, err = b.cs.keyring.get(p.Name, tokenEntry); err != nil {
			return fmt.Errorf("write the API token again: %w", err)
		}
		w.APIToken = token
	}
	if p.KeepsToken && token == "" && !was.APITokenKeyring {
		return errors.New("write the API token")
	}
	secrets := map[string]string{}
	if p.Source == store.KeyInKeyring {
		secrets[p.AccessKey] = p.Secret
	}
	if w.APITokenKeyring {
		secrets[tokenEntry] = token
	}
	for entry, secret := range secrets {
		if secret == "" {
			continue
		}
		if err := b.cs.keyring.set(p.Name, entry, secret); err != nil {
			return fmt.Errorf("the keyring did not take the secret: %w", err)
		}
	}
	return nil
}

// Remove implements store.Book.
func (b book) Remove(_ context.Context, name string) error {
	c := b.cs.configuration()
	was := c.Profiles[name]
	after, err := changeProfile(c.path, name, nil)
	if err != nil {
		return err
	}
	b.cs.take(after)
	if was.APITokenKeyring {
		err = b.cs.keyring.remove(name, tokenEntry)
	}
	if was.Credentials == string(store.KeyInKeyring) {
		err = errors.Join(err, b.cs.keyring.remove(name, was.AccessKey))
	}
	return err
}

// Draft implements store.Book.
func (b book) Draft(ctx context.Context, p store.Profile) (*store.Store, error) {
	if p.Name == "" || p.Given {
		return b.cs.Get(p.Conn())
	}
	c := b.cs.configuration()
	w := written(p, c.Profiles[p.Name])
	c.Profiles = maps.Clone(c.Profiles)
	if c.Profiles == nil {
		c.Profiles = map[string]profile{}
	}
	c.Profiles[p.Name] = w
	s, err := b.cs.reached(c, options{profile: p.Name}, p.Conn())
	if err != nil {
		return nil, err
	}
	if p.Secret != "" {
		s.Secret, s.SecretKey = nil, p.Secret
	}
	if p.APIToken != "" {
		s.TokenOf, s.APIToken = nil, p.APIToken
	}
	return store.Open(ctx, s)
}

// NoKeyring implements store.Book.
func (b book) NoKeyring() string { return b.cs.keyring.off() }

// take goes on with another configuration. The connections that it changes are opened anew.
func (cs *connections) take(c config) {
	cs.mu.Lock()
	was := cs.c.Profiles
	cs.c.Profiles, cs.c.path = c.Profiles, cmp.Or(c.path, cs.c.path)
	cs.mu.Unlock()
	for name, p := range was {
		if !reflect.DeepEqual(c.Profiles[name], p) {
			cs.Forget(store.Conn(name))
		}
	}
}

// configuration is the one in force.
func (cs *connections) configuration() config {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.c
}
