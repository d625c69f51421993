package storage

import (
	"hash"
	"io"
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// DefaultInline is the largest body, in bytes, that lives in the metadata
// store unless Options says otherwise.
const DefaultInline = 64 << 10

// MinPart is the smallest size of a part that is not the last (S3, "Amazon S3
// multipart upload limits").
const MinPart = 5 << 20

// Options are what an engine is opened with; the zero value is good.
type Options struct {
	FS  vfs.FS           // nil: the operating system's
	Now func() time.Time // nil: time.Now
	// Ran is a clock that cannot be set, from any beginning; nil: the monotonic
	// readings of Now or, where it has none, Now itself.
	Ran    func() time.Duration
	Inline int          // bodies up to this many bytes live in Pebble; 0: DefaultInline
	Logger *slog.Logger // nil: discarded
	Rand   io.Reader    // nil: crypto/rand; for upload ids and salts
	// Reserve is the free space, in bytes, below which the disk counts as
	// full: it is what deletes and compactions live on. 0: an eighth of the
	// file system, at least 1 MiB and at most 256 MiB.
	Reserve int64
	// Memory is what metadata and small bodies may take of it, in bytes:
	// the cache, and the writes that are not in tables yet. 0: DefaultMemory.
	Memory int64

	block   int   // bytes under one CRC32C; 0: defaultBlock
	minPart int64 // 0: MinPart
	worth   int   // folders of a page that is remembered; 0: worthKeeping

	unverified bool // blocks of blobs have no checksums: to measure what those cost
	memory     int  // bytes of a memtable; 0: a quarter of Memory

	events *pebble.EventListener // of who waits for Pebble; nil: nobody
}

// ACL is the name of a canned ACL of S3.
type ACL string

// The canned ACLs that the engine's users set.
const (
	Private    ACL = "private"
	PublicRead ACL = "public-read"
)

// Versioning is what becomes of the versions of keys that are overwritten.
type Versioning string

// The states of a Space. Once it left Unversioned it never goes back (S3 user
// guide, "How S3 Versioning works").
const (
	Unversioned Versioning = ""
	Enabled     Versioning = "Enabled"
	Suspended   Versioning = "Suspended" // writes replace the null version, all others stay
)

// Space is a bucket. Objects and Bytes are kept by the engine: what a caller
// puts there is ignored. Objects counts the keys that have a current object,
// Bytes all that is kept: the bytes of older versions as well.
type Space struct {
	Name, Region, Owner string
	Created             time.Time
	ACL                 ACL
	Versioning          Versioning `json:",omitempty"`
	Config              map[string][]byte
	Objects, Bytes      int64

	// Records and Gone are the engine's, and ignored where a caller puts something there.
	Records string `json:",omitempty"` // what the records of the Space are under; "": its name
	Gone    *Gone  `json:",omitempty"` // not nil: it is destroyed
}

// Attrs is what a writer sets. Once stored it is immutable and shared freely:
// never change a map of an Attrs that the engine returned.
type Attrs struct {
	Headers map[string]string // canonical names
	Meta    map[string]string // lower case, without x-amz-meta-
	Tags    map[string]string
	ACL     ACL
	Class   string // "" is STANDARD
	Lock    Lock
	// Encryption is read, and set of uploads. That of an object is the one its
	// body was staged with: what a writer puts here is ignored.
	Encryption Encryption
}

// Lock keeps a version from being removed (S3 user guide, "Locking objects").
// The zero value keeps nothing.
type Lock struct {
	Mode  string    // Governance or Compliance; "": no retention
	Until time.Time // the end of the retention
	Hold  bool      // a legal hold: no end, no bypass

	Released bool // there was a hold, which S3 tells
}

// The modes of a retention. The first can be bypassed.
const (
	Governance = "GOVERNANCE"
	Compliance = "COMPLIANCE"
)

// Checksum is an additional checksum of S3: Value is base64, and ends in -N
// when Type is COMPOSITE.
type Checksum struct{ Algorithm, Type, Value string }

// Object is one version of a key.
type Object struct {
	Key      string
	Seq      uint64 // grows with every write of the engine
	Size     int64
	ETag     string // no quotes
	Modified time.Time
	Attrs
	Checksum Checksum
	Parts    []int64    // sizes; nil when it was not uploaded in parts
	PartSums []Checksum // of the parts, when they all had one of the same algorithm
	Marker   bool       // a delete marker: nothing but a key, a time and a version

	body      ref
	tag       tag
	versioned bool // else it is the null version of its key
}

// Check runs under the lock of a key with what is there now, nil when nothing
// is. An error aborts the commit and is returned as it is.
type Check func(cur *Object) error

// StageOptions say what is known of a body before it is read.
type StageOptions struct {
	Size       int64       // declared; -1 when unknown
	Max        int64       // more is ErrTooLarge; 0: no limit
	Hashes     []hash.Hash // fed with the whole body, beside the write
	Key        *Key        // what it is encrypted with; nil: it is not
	Encryption             // of what the body becomes, with a Key

	// Memory has a body of the size declared held in memory, not encrypted: it is
	// to be read back, and never to be committed. Of those NoMD5 spares the MD5.
	Memory, NoMD5 bool
}

// CopyOptions say what changes in a copy. All may be zero.
type CopyOptions struct {
	Version string                          // of the source; "": the current one
	Source  Check                           // with the source, never nil
	Dest    Check                           // with what is at the destination
	Attrs   func(src Object) (Attrs, error) // nil: the source's, without its lock
	Sum     *Checksum                       // nil: the source's
}

// ListQuery asks for a page of a listing. After may be a common prefix, which
// skips all below it. Max is taken as it is given: 0 lists nothing.
type ListQuery struct {
	Prefix, Delimiter, After string
	Max                      int
	Hide                     string // keys that begin with it are passed by; "": none
}

// Listed is one row of a listing: an object, or a common prefix.
type Listed struct {
	Prefix   bool
	Key      string // or the common prefix
	Size     int64
	ETag     string
	Modified time.Time
	Class    string
	Sum      Checksum
}

// Upload is a multipart upload under way.
type Upload struct {
	ID, Space, Key string
	Initiated      time.Time
	Attrs
	SumAlgorithm, SumType string

	seq      uint64
	replaces bool // there was an object at the key when it began
}

// Part is an uploaded part.
type Part struct {
	Number   int
	Size     int64
	ETag     string
	Modified time.Time
	Sum      Checksum

	body ref
	md5  [16]byte
}

// CompletePart names a part that Complete shall take. Sum is "" or the base64
// of the part's checksum, which must match then.
type CompletePart struct {
	Number int
	ETag   string
	Sum    string
}

// UploadsQuery asks for a page of the uploads under way, in the order of key
// and id, strictly after AfterKey and AfterID (AfterID "": after all of AfterKey).
type UploadsQuery struct {
	Prefix, Delimiter, AfterKey, AfterID string
	Max                                  int
	Hide                                 string // as of ListQuery
}
