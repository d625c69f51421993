package job

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"spaces/store"
)

// text is a key or a file name in JSON. Those are bytes, and JSON would put U+FFFD for what is not UTF-8.
type text string

type rawText struct{ Base64 []byte }

func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(rawText{[]byte(t)})
}

func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var raw rawText
		err := json.Unmarshal(b, &raw)
		*t = text(raw.Base64)
		return err
	}
	return json.Unmarshal(b, (*string)(t))
}

type plainRef struct {
	Space string `json:",omitempty"`
	Key   text   `json:",omitempty"`
}

func (r plainRef) ref() store.Ref { return store.Ref{Space: r.Space, Key: string(r.Key)} }

type plainEntry struct {
	Key      text
	Size     int64     `json:",omitempty"`
	Modified time.Time `json:",omitzero"`
	ETag     string    `json:",omitempty"`
}

type plainMatch struct {
	Begins   text `json:",omitempty"`
	Contains text `json:",omitempty"`
	Except   text `json:",omitempty"`
}

type plainSource struct {
	plainRef
	Folder bool       `json:",omitempty"`
	Local  text       `json:",omitempty"`
	Name   text       `json:",omitempty"`
	Stream bool       `json:",omitempty"`
	Entry  plainEntry `json:",omitzero"`

	Match  *plainMatch `json:",omitempty"`
	Inside bool        `json:",omitempty"`

	Version string `json:",omitempty"`
	Marker  bool   `json:",omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (c Source) MarshalJSON() ([]byte, error) {
	p := plainSource{plainRef: plainRef{c.Ref.Space, text(c.Ref.Key)}, Folder: c.Folder, Local: text(c.Local), Name: text(c.Name),
		Entry:  plainEntry{text(c.Entry.Key), c.Entry.Size, c.Entry.Modified, c.Entry.ETag},
		Inside: c.Inside, Stream: c.Stream, Version: c.Version, Marker: c.Marker}
	if c.Match != (Match{}) {
		p.Match = &plainMatch{text(c.Match.Begins), text(c.Match.Contains), text(c.Match.Except)}
	}
	return json.Marshal(p)
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *Source) UnmarshalJSON(b []byte) error {
	var p plainSource
	err := json.Unmarshal(b, &p)
	*c = Source{Ref: p.ref(), Folder: p.Folder, Local: string(p.Local), Name: string(p.Name),
		Entry: store.Entry{Key: string(p.Entry.Key), Size: p.Entry.Size, Modified: p.Entry.Modified, ETag: p.Entry.ETag}, Inside: p.Inside, Stream: p.Stream, Version: p.Version, Marker: p.Marker}
	if p.Match != nil {
		c.Match = Match{string(p.Match.Begins), string(p.Match.Contains), string(p.Match.Except)}
	}
	return err
}

// bareSpec has the fields of a Spec without its methods. In plainSpec those that are keys or paths are in the way of its own.
type bareSpec Spec

type plainSpec struct {
	bareSpec
	Dest                 plainRef `json:",omitzero"`
	Base, Name, LocalDir text     `json:",omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (s Spec) MarshalJSON() ([]byte, error) {
	return json.Marshal(plainSpec{bareSpec(s), plainRef{s.Dest.Space, text(s.Dest.Key)}, text(s.Base), text(s.Name), text(s.LocalDir)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Spec) UnmarshalJSON(b []byte) error {
	var p plainSpec
	err := json.Unmarshal(b, &p)
	*s = Spec(p.bareSpec)
	s.Dest, s.Base, s.Name, s.LocalDir = p.Dest.ref(), string(p.Base), string(p.Name), string(p.LocalDir)
	return err
}

// plainError is an error as another program is told of it: what it said and what kind it was.
type plainError struct {
	Text string
	Kind store.Kind `json:",omitempty"`
}

func plainOf(err error) *plainError {
	if err == nil {
		return nil
	}
	return &plainError{err.Error(), store.KindOf(err)}
}

// err is the error that is told; nil for nil.
func (p *plainError) err() error {
	if p == nil {
		return nil
	}
	return p
}

func (p *plainError) Error() string { return p.Text }
func (p *plainError) Unwrap() error { return p.Kind }

type plainFailure struct {
	Name text
	Err  *plainError
}

// MarshalJSON implements json.Marshaler. Of the error its text and store.Kind stay.
func (f Failure) MarshalJSON() ([]byte, error) {
	return json.Marshal(plainFailure{text(f.Name), plainOf(f.Err)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *Failure) UnmarshalJSON(b []byte) error {
	var p plainFailure
	err := json.Unmarshal(b, &p)
	*f = Failure{string(p.Name), p.Err.err()}
	return err
}

type bareStatus Status

type plainStatus struct {
	bareStatus
	Title   text
	Trouble *plainError `json:",omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (s Status) MarshalJSON() ([]byte, error) {
	return json.Marshal(plainStatus{bareStatus(s), text(s.Title), plainOf(s.Trouble)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Status) UnmarshalJSON(b []byte) error {
	var p plainStatus
	p.bareStatus.Trouble = nil
	err := json.Unmarshal(b, &p)
	*s = Status(p.bareStatus)
	s.Title, s.Trouble = string(p.Title), p.Trouble.err()
	return err
}

// index finds a name that was written down; numbers may mean something else in another version of the program.
func index(names []string, name []byte) (int, error) {
	if i := slices.Index(names, string(name)); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("%q: %w", name, errUnknownName)
}

var errUnknownName = errors.New("this version does not know it")

var phases = []string{"counting", "running", "paused", "done", "failed", "canceled"}

func (p Phase) String() string { return phases[p] }

// MarshalText implements encoding.TextMarshaler.
func (p Phase) MarshalText() ([]byte, error) { return []byte(phases[p]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Phase) UnmarshalText(b []byte) error {
	i, err := index(phases, b)
	*p = Phase(i)
	return err
}

var policies = []string{"overwrite", "skip", "keep both", "newer", "differs"}

func (p Policy) String() string { return policies[p] }

// MarshalText implements encoding.TextMarshaler.
func (p Policy) MarshalText() ([]byte, error) { return []byte(policies[p]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Policy) UnmarshalText(b []byte) error {
	i, err := index(policies, b)
	*p = Policy(i)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *Kind) UnmarshalText(b []byte) error {
	i, err := index(kinds, b)
	*k = Kind(i)
	return err
}
