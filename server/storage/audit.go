package storage

import (
	"context"
	"fmt"
	"slices"
)

// Fault is a kind of thing that can be wrong with a data directory.
type Fault string

// What Fsck and Scrub find. Only the first three mean that data are lost.
const (
	FaultDamaged    Fault = "damaged"    // bytes or a record are not what was written
	FaultMissing    Fault = "missing"    // something refers to what is not there
	FaultLost       Fault = "lost"       // a blob file younger than all records of blobs: records are missing
	FaultCounters   Fault = "counters"   // objects or bytes of a Space are miscounted
	FaultReferences Fault = "references" // how many share a body is miscounted
	FaultUnused     Fault = "unused"     // a body that nothing refers to is kept
	FaultOrphan     Fault = "orphan"     // a blob file that has no record
	FaultLog        Fault = "log"        // the log of the metadata is damaged: a DamageError, and no finding
)

// Finding is one thing that is wrong, and whose data it hits where that is known.
type Finding struct {
	Fault      Fault
	Space, Key string // of the object or upload that is hit; "": none that is known
	Version    uint64 // the sequence number of the object; 0: none
	Upload     string // the id of the upload
	Part       int    // its part
	Offset     int64  // in the object or part, in bytes; -1: not about a place
	Text       string // what is wrong, in one line

	body ref // what is hit, to find out whose it is
}

// FsckReport is what Fsck saw.
type FsckReport struct {
	Spaces, Objects, Versions, Uploads, Parts, Blobs int64 // those of destroyed Spaces as well
	Destroyed                                        int64 // Spaces that can be had back, or are being removed
	Bytes                                            int64 // of all objects and older versions
	Garbage                                          int64 // bodies that wait for the collector
	Leftovers                                        int64 // files of uploads that never ended: the next start removes them
	Findings                                         []Finding
	Repaired                                         []string // what was done about which
}

// auditor goes through all records of an engine that stands still.
type auditor struct {
	e    *Engine
	ctx  context.Context
	rep  *FsckReport
	fix  map[Fault]bool
	torn bool // not all records could be read: what refers to what is not known

	spaces  map[string]bool // by their ids
	living  map[string]bool // names of Spaces
	totals  map[string]counters
	kept    map[string]counters // as the counters say
	uploads map[uint64]bool
	want    map[ref]int64 // who refers to a body
	shared  map[ref]int64 // as the reference records say
	garbage map[ref]bool
	sizes   map[ref]int64 // of manifests' objects

	newest uint64 // the number after that of the youngest blob with a record
}

// auditors read the records of each letter. A letter that is not here is a
// finding: whoever makes records of a new kind says here what they refer to.
var auditors = map[byte]func(a *auditor, key, value []byte) error{
	recMeta:            func(*auditor, []byte, []byte) error { return nil },
	recSpace:           (*auditor).space,
	recCounters:        (*auditor).counters,
	recObject:          (*auditor).object,
	recVersion:         (*auditor).object,
	recNull:            (*auditor).null,
	recNote:            func(*auditor, []byte, []byte) error { return nil },
	recUpload:          (*auditor).upload,
	recPart:            (*auditor).part,
	recDone:            func(*auditor, []byte, []byte) error { return nil },
	recRefs:            (*auditor).shares,
	recGarbage:         (*auditor).trash,
	byte(kindInline):   func(*auditor, []byte, []byte) error { return nil }, // these three are
	byte(kindBlob):     func(*auditor, []byte, []byte) error { return nil }, // asked when all that
	byte(kindManifest): func(*auditor, []byte, []byte) error { return nil }, // refers to them is known
}

// records reads every record but those of bodies.
func (a *auditor) records() error {
	for letter := 1; letter < 256; letter++ { // one scan each, so that damage in one kind leaves the others
		visit := auditors[byte(letter)]
		var last []byte
		err := a.e.scan([]byte{byte(letter)}, after([]byte{byte(letter)}), func(key, value []byte) (bool, error) {
			last = append(last[:0], key...)
			if err := a.ctx.Err(); err != nil {
				return false, err
			}
			if visit == nil {
				a.find(Finding{Fault: FaultDamaged, Text: fmt.Sprintf("a record of an unknown kind %q", key[:1])})
				return false, nil
			}
			if err := visit(a, key, value); err != nil {
				a.badRecord(key, err)
			}
			return true, nil
		})
		if a.ctx.Err() != nil {
			return a.ctx.Err()
		}
		if err != nil {
			a.torn = true
			a.find(unreadable(last, err))
		}
	}
	return nil
}

func (a *auditor) find(f Finding) {
	if f.Offset == 0 {
		f.Offset = -1
	}
	a.rep.Findings = addFinding(a.rep.Findings, f)
}

// addFinding adds what was not said before: one block that cannot be read may
// hold the records of several kinds.
func addFinding(all []Finding, f Finding) []Finding {
	if f.body.kind == kindNone && slices.Contains(all[max(0, len(all)-256):], f) {
		return all
	}
	return append(all, f)
}

// badRecord reports a record that cannot be read; what it refers to is not known.
func (a *auditor) badRecord(key []byte, err error) {
	a.torn = true
	f := Finding{Fault: FaultDamaged, Text: fmt.Sprintf("%s: %v", recordName(key), err)}
	f.Space, f.Key = recordOwner(key)
	a.find(f)
}
