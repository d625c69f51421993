package store

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Destroyed is a Space that was destroyed and can be had back.
type Destroyed struct {
	ID, Name         string
	Destroyed, Until time.Time // Until: it is gone for good then
	Objects, Bytes   int64
}

// KeepsDestroyed says whether a Space that is destroyed here can be had back: only this program's server keeps it.
func (s *Store) KeepsDestroyed() bool { return s.isOurs() && !s.learned.noDestroy.Load() }

// DestroySpace destroys a Space with everything in it, at once, and tells what can be had back until when: where
// KeepsDestroyed, else Unsupported.
func (s *Store) DestroySpace(ctx context.Context, name string) (d Destroyed, err error) {
	if !s.KeepsDestroyed() {
		return d, noneKept("destroy", name)
	}
	err = s.extend(ctx, name, extension{name: "DestroyBucket", query: "destroy", result: &d})
	return d, s.destroying("destroy", name, err)
}

// Destroyed are the Spaces that were destroyed and can be had back, the last one first. They are told to none but who may
// make Spaces of any name.
func (s *Store) Destroyed(ctx context.Context) ([]Destroyed, error) {
	if !s.KeepsDestroyed() {
		return nil, noneKept("list the destroyed Spaces", "")
	}
	var said struct {
		Buckets []Destroyed `xml:"Bucket"`
	}
	err := s.extendService(ctx, extension{name: "ListDestroyedBuckets", query: "destroyed", result: &said})
	return said.Buckets, s.destroying("list the destroyed Spaces", "", err)
}

// Undestroy gives a destroyed Space back, with another name unless that is "": Exists when the name is taken.
func (s *Store) Undestroy(ctx context.Context, d Destroyed, name string) error {
	query := url.Values{"undestroy": {d.ID}}
	if name != "" {
		query.Set("name", name)
	}
	var said struct{ Name string }
	err := s.extendService(Once(finishing(ctx)), extension{name: "UndestroyBucket", method: http.MethodPost, query: query.Encode(), result: &said})
	return s.destroying("bring back", firstOf(name, d.Name), err)
}

// EndDestroyed removes a destroyed Space for good.
func (s *Store) EndDestroyed(ctx context.Context, d Destroyed) error {
	query := url.Values{"destroyed": {d.ID}}
	err := s.extendService(finishing(ctx), extension{name: "EndDestroyedBucket", method: http.MethodDelete, query: query.Encode()})
	return s.destroying("remove the destroyed Space", d.Name, err)
}

// destroying wraps an error, and learns from it that the server is too old.
func (s *Store) destroying(op, name string, err error) error {
	if err = s.wrap(op, Ref{Space: name}, err); KindOf(err) == Unsupported {
		s.learned.noDestroy.Store(true)
	}
	return err
}

func noneKept(op, name string) error {
	return &Error{Op: op, Ref: Ref{Space: name}, Kind: Unsupported, Err: Unsupported}
}
