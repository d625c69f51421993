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
	Count int  `json:",omitempty"` // of sources that are in a file beside: in Spec is only the first
	More  bool `json:",omitempty"` // there are sources that are not kept: it cannot be done again

	Uploads []OpenUpload             `json:"-"` // begun, and neither completed nor aborted
	Made    map[store.Ref]OpenUpload `json:"-"` // what became of those that were completed
	Parts   map[string]*PartFile     `json:"-"` // files that are not whole yet, by path

	asked map[store.Ref]asked // uploads of which nothing was heard

	by   program  // that worked on it last
	at   Progress // then
	busy bool     // another program works on it
}

// PartFile is a file that a download has begun.
type PartFile struct {
	Path  string // absolute
	From  store.Ref
	ETag  string
	Size  int64
	Chunk int64         // bytes of a range
	Done  map[int]bool  `json:",omitempty"` // ranges that are on the disk
	Far   map[int]int64 `json:",omitempty"` // how far others were written, in bytes, and perhaps not to the disk
	Boot  string        `json:",omitempty"` // of the machine in which they were; "": not known
}

// there is what of it need not be downloaded again, in bytes.
func (p *PartFile) there() int64 {
	total := int64(0)
	for n := range p.Done {
		total += p.lengthOf(n)
	}
	if p.hasFar() {
		for _, far := range p.Far {
			total += far
		}
	}
	return total
}

// lengthOf is how long a range is: the last is what is left.
func (p *PartFile) lengthOf(n int) int64 { return min(p.Chunk, p.Size-int64(n)*p.Chunk) }

// hasFar says whether what was written is still there: the system has it since, on the disk or not.
func (p *PartFile) hasFar() bool { return len(p.Far) > 0 && p.Boot != "" && p.Boot == boot() }

// inlineSources of a job stand in its own file; more are in one beside.
const inlineSources = 200

// transferOf is what is kept of a Spec. What listings said goes: it is looked at again.
func transferOf(s Spec) Transfer {
	t := Transfer{Spec: s, Parts: map[string]*PartFile{}}
	t.Spec.Sources = slices.Clone(s.Sources)
	for i := range t.Spec.Sources {
		t.Spec.Sources[i].Entry = store.Entry{}
	}
	t.Spec.Again = true
	return t
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
