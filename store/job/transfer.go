package job

import (
	"cmp"
	"time"

	"spaces/store"
)

// Transfer is what a ledger keeps of a job: its Spec as plain data, and what it has outside that a job that ends cleanly
// takes away again. There are no secrets in it.
type Transfer struct {
	ID       string
	Title    string
	Begun    time.Time
	Kind     Kind
	From, To string `json:",omitempty"` // as noteOf has them
	Sources  []TransferSource
	More     bool `json:",omitempty"` // there were more sources than are kept: it cannot be done again
	Dest     store.Ref
	Base     string       `json:",omitempty"`
	Name     string       `json:",omitempty"`
	LocalDir string       `json:",omitempty"`
	Access   store.Access `json:",omitempty"`
	Props    *store.Props `json:",omitempty"`
	Policy   Policy

	Uploads []store.Upload       // begun, and neither completed nor aborted
	Parts   map[string]*PartFile // files that are not whole yet, by path
}

// TransferSource is a Source without what a listing said of it.
type TransferSource struct {
	Ref    store.Ref
	Folder bool   `json:",omitempty"`
	Local  string `json:",omitempty"`
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

// noteOf names a store in notes: "" is a side that is on the disk.
func noteOf(s *store.Store) string { return cmp.Or(string(s.Conn()), "this machine") }

// keptSources of a Transfer.
const keptSources = 10_000

// transferOf is the part of a Spec that can be kept; ok is false for work that leaves nothing outside.
func transferOf(s Spec) (t Transfer, ok bool) {
	switch s.Kind {
	case Upload, Download, Copy, Move:
	default:
		return t, false
	}
	t = Transfer{Kind: s.Kind, Dest: s.Dest, Base: s.Base, Name: s.Name, LocalDir: s.LocalDir, Access: s.Access,
		Props: s.Props, Policy: s.Policy, Parts: map[string]*PartFile{}}
	if s.From != nil && s.Kind != Upload {
		t.From = noteOf(s.From)
	}
	if s.Kind != Download {
		t.To = noteOf(s.to())
	}
	for _, c := range s.Sources[:min(len(s.Sources), keptSources)] {
		t.Sources = append(t.Sources, TransferSource{c.Ref, c.Folder, c.Local})
	}
	t.More = len(s.Sources) > keptSources
	return t, true
}

// spec is what does a transfer again on a store, which must be its own.
func (t Transfer) spec(s *store.Store) Spec {
	spec := Spec{Kind: t.Kind, From: s, To: s, Dest: t.Dest, Base: t.Base, Name: t.Name, LocalDir: t.LocalDir, Access: t.Access,
		Props: t.Props, Policy: t.Policy, Again: true}
	for _, c := range t.Sources {
		spec.Sources = append(spec.Sources, Source{Ref: c.Ref, Folder: c.Folder, Local: c.Local})
	}
	return spec
}

// isOf says whether a transfer was on this store alone.
func (t Transfer) isOf(s *store.Store) bool {
	return s != nil && (t.From == "" || t.From == noteOf(s)) && (t.To == "" || t.To == noteOf(s))
}

// elsewhere names the endpoint of a transfer that is not s.
func (t Transfer) elsewhere(s *store.Store) string {
	if t.From != "" && t.From != noteOf(s) {
		return t.From
	}
	return t.To
}
