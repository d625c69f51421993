package job

import (
	"encoding/json"
	"slices"
	"time"

	"spaces/store"
)

// Transfer is what a ledger keeps of a job: what it is to do, and what it has outside that a job that ends cleanly takes
// away again. There are no secrets in it.
type Transfer struct {
	ID    string
	Title string
	Begun time.Time
	Spec  Spec
	More  bool `json:",omitempty"` // there were more sources than are kept: it cannot be done again

	Uploads []OpenUpload             `json:"-"` // begun, and neither completed nor aborted
	Made    map[store.Ref]OpenUpload `json:"-"` // what became of those that were completed
	Parts   map[string]*PartFile     `json:"-"` // files that are not whole yet, by path
}

// PartFile is a file that a download has begun.
type PartFile struct {
	Path  string // absolute
	From  store.Ref
	ETag  string
	Size  int64
	Chunk int64        // bytes of a range
	Done  map[int]bool `json:",omitempty"` // ranges that are on the disk
}

// keptSources of a Transfer.
const keptSources = 10_000

// transferOf is what can be kept of a Spec; ok is false for work that leaves nothing outside. What listings said goes: it is
// looked at again.
func transferOf(s Spec) (t Transfer, ok bool) {
	if !s.work().hasTarget() {
		return t, false
	}
	t = Transfer{Spec: s, More: len(s.Sources) > keptSources, Parts: map[string]*PartFile{}}
	t.Spec.Sources = slices.Clone(s.Sources[:min(len(s.Sources), keptSources)])
	for i := range t.Spec.Sources {
		t.Spec.Sources[i].Entry = store.Entry{}
	}
	t.Spec.Again = true
	return t, true
}

// bareTransfer and barePart have the fields of their types without the methods.
type (
	bareTransfer Transfer
	barePart     PartFile
)

type plainTransfer struct {
	bareTransfer
	Title text
}

// MarshalJSON implements json.Marshaler. Uploads, Made and Parts are not in it.
func (t Transfer) MarshalJSON() ([]byte, error) {
	return json.Marshal(plainTransfer{bareTransfer(t), text(t.Title)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Transfer) UnmarshalJSON(b []byte) error {
	var p plainTransfer
	err := json.Unmarshal(b, &p)
	*t = Transfer(p.bareTransfer)
	t.Title = string(p.Title)
	return err
}

type plainPart struct {
	barePart
	Path text
	From plainRef
}

// MarshalJSON implements json.Marshaler.
func (p PartFile) MarshalJSON() ([]byte, error) {
	return json.Marshal(plainPart{barePart(p), text(p.Path), plainRef{p.From.Space, text(p.From.Key)}})
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *PartFile) UnmarshalJSON(b []byte) error {
	var read plainPart
	err := json.Unmarshal(b, &read)
	*p = PartFile(read.barePart)
	p.Path, p.From = string(read.Path), read.From.ref()
	return err
}
