package storage

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2"
)

// DamageError is ErrCorrupt of a log or a manifest of the metadata: writes that
// were acknowledged cannot be read any more. Nothing was changed.
type DamageError struct {
	File   string // in the directory meta
	Offset int64  // where it is not whole any more
	Whole  int    // records before that
	After  int    // whole records after that, which cannot be used without it
	Lost   []Name // what the records from there on are about, as far as it can be read
	Why    string
}

// Name is an object in a Space.
type Name struct{ Space, Key string }

func (n Name) String() string { return fmt.Sprintf("%q in %s", n.Key, n.Space) }

func (d *DamageError) Error() string {
	return fmt.Sprintf("%v: %s; nothing was changed", ErrCorrupt, d.what())
}

// what is what is known of the damage.
func (d *DamageError) what() string {
	var b strings.Builder
	fmt.Fprintf(&b, "meta/%s at %d: %s", d.File, d.Offset, d.Why)
	if d.Salvageable() {
		fmt.Fprintf(&b, "; %d writes before that are whole, and %d after it", d.Whole, d.After)
	}
	for i, n := range d.Lost[:min(len(d.Lost), maxNames)] {
		b.WriteString([]string{", ", "; lost are changes of "}[1-min(i, 1)])
		b.WriteString(n.String())
	}
	if more := len(d.Lost) - maxNames; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

// maxNames is how many objects an error names.
const maxNames = 10

func (d *DamageError) Unwrap() error { return ErrCorrupt }

// Salvageable is whether FaultLog can be repaired: not where the manifest is
// damaged, for the tables that it forgot may be gone.
func (d *DamageError) Salvageable() bool {
	n, ok := markNameOf(d.File)
	return ok && n.kind == markLog
}

// damage says what is lost of a log.
func (l logText) damage(n markName, r logRead) *DamageError {
	d := &DamageError{File: n.file(), Offset: r.end, Whole: len(r.records), After: len(r.after), Why: "what was acknowledged is not whole"}
	seen := map[Name]bool{}
	name := func(_ pebble.InternalKeyKind, key []byte) {
		if len(key) == 0 || key[0] != recObject && key[0] != recVersion {
			return
		}
		if space, k, ok := splitName(key); ok && !seen[Name{space, k}] {
			seen[Name{space, k}] = true
			d.Lost = append(d.Lost, Name{space, k})
		}
	}
	eachEntry(l.torn(r.chunks), name)
	for _, rec := range r.after {
		eachEntry(rec.payload, name)
	}
	return d
}

// torn is what is left of a record that is not whole: names in it are as
// likely right as not.
func (l logText) torn(at int64) []byte {
	h := l.data[min(at, int64(len(l.data))):min((at/logBlock+1)*logBlock, int64(len(l.data)))]
	if len(h) < chunkLegacy {
		return nil
	}
	head, kind, _ := chunkHead(h)
	n := head + int(binary.LittleEndian.Uint16(h[4:]))
	if head == 0 || head > len(h) || kind > 1 { // the beginning of a record only
		return nil
	}
	return h[head:min(n, len(h))]
}
