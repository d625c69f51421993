package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"spaces/store"
)

// Book is a store.Book in memory. This machine is a Store that is open already.
type Book struct {
	Found   []store.Candidate // what Candidates returns
	Off     string            // what NoKeyring returns
	Failing error             // of List, Save and Remove, where it is not nil

	here  *store.Store
	conns *store.Conns

	mu       sync.Mutex
	profiles []store.Profile // with their secrets
}

// NewBook is of this machine and some profiles.
func NewBook(here *store.Store, profiles ...store.Profile) *Book {
	b := &Book{here: here, profiles: profiles}
	b.conns = store.ConnsWith(func(conn store.Conn) (store.Config, error) {
		p, ok := b.profile(string(conn))
		if !ok {
			return store.Config{}, fmt.Errorf("there is no connection %q", conn)
		}
		return config(p), nil
	}, here)
	return b
}

// Conns opens the connections of the book.
func (b *Book) Conns() *store.Conns { return b.conns }

func (b *Book) profile(name string) (store.Profile, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.index(name)
	if i < 0 {
		return store.Profile{}, false
	}
	return b.profiles[i], true
}

func (b *Book) index(name string) int {
	return slices.IndexFunc(b.profiles, func(p store.Profile) bool { return p.Name == name })
}

func config(p store.Profile) store.Config {
	c := store.Config{Name: p.Name, Conn: p.Conn(), Endpoint: p.Endpoint, Region: p.Region, PathStyle: p.PathStyle,
		AccessKey: cmp.Or(p.AccessKey, AccessKey), SecretKey: cmp.Or(p.Secret, SecretKey), UploadAccess: p.UploadAccess, Trash: p.Trash, Spaces: p.Spaces, APIToken: p.APIToken}
	if p.ReadOnly {
		c.ReadOnly = "This connection is read-only."
	}
	return c
}

// Saved is a profile with its secret.
func (b *Book) Saved(name string) (store.Profile, bool) { return b.profile(name) }

// List implements store.Book.
func (b *Book) List(context.Context) ([]store.Profile, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := append([]store.Profile{{}}, b.profiles...)
	for i := range list {
		list[i].Secret, list[i].APIToken = "", ""
	}
	return list, b.Failing
}

// Save implements store.Book.
func (b *Book) Save(_ context.Context, p store.Profile, add bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.index(p.Name)
	switch {
	case b.Failing != nil:
		return b.Failing
	case i >= 0 && add:
		return fmt.Errorf("there is a connection %s already", p.Name)
	case i >= 0:
		p.Secret = cmp.Or(p.Secret, b.profiles[i].Secret)
		if p.KeepsToken {
			p.APIToken = cmp.Or(p.APIToken, b.profiles[i].APIToken)
		}
		b.profiles[i] = p
	default:
		b.profiles = append(b.profiles, p)
	}
	b.conns.Forget(p.Conn())
	return nil
}

// Remove implements store.Book.
func (b *Book) Remove(_ context.Context, name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.Failing != nil {
		return b.Failing
	}
	b.profiles = slices.DeleteFunc(b.profiles, func(p store.Profile) bool { return p.Name == name })
	b.conns.Forget(store.Conn(name))
	return nil
}

// Draft implements store.Book.
func (b *Book) Draft(ctx context.Context, p store.Profile) (*store.Store, error) {
	if p.Name == "" {
		return b.here, nil
	}
	if saved, ok := b.profile(p.Name); ok {
		p.Secret = cmp.Or(p.Secret, saved.Secret)
	}
	return store.Open(ctx, config(p))
}

// Candidates implements store.Book.
func (b *Book) Candidates(context.Context) ([]store.Candidate, error) { return b.Found, nil }

// NoKeyring implements store.Book.
func (b *Book) NoKeyring() string { return b.Off }
