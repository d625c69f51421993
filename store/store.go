// Package store is the client's view of object storage: Spaces, listings, objects, copies, parts and links, on any
// S3 endpoint. It is the only importer of the AWS SDK and the only place that knows what providers do differently.
// Long work (many objects, transfers) lives in store/job.
//
// Keys are opaque bytes: they are never cleaned here and never printable by promise.
package store

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"strings"
	"time"
)

// Config says how one endpoint is reached.
type Config struct {
	Name     string // shown to people
	Conn     Conn   // "": this machine with Dial, else made of Endpoint and the key
	Endpoint string // "https://nyc3.digitaloceanspaces.com", "http://127.0.0.1:9000"; without a scheme: https
	Region   string // for signatures; "" is taken from the endpoint's name, else us-east-1

	PathStyle bool // REGION.domain/NAME instead of NAME.REGION.domain; implied by IP addresses, localhost and Dial

	AccessKey, SecretKey, SessionToken string // empty: the AWS environment and ~/.aws
	Profile                            string // of ~/.aws; only when no keys are given

	APIToken string // of DigitalOcean's API, which manages access keys and the CDN; sent nowhere else
	APIURL   string // where that API is; "": https://api.digitalocean.com

	// TokenOf fetches the APIToken when it is first needed, from where that may take a while. nil: APIToken.
	TokenOf func() (string, error)

	// Secret fetches the SecretKey of AccessKey when it is first needed, from where that may take a while. nil: SecretKey.
	Secret func() (string, error)

	ReadOnly     string   // why nothing may be changed here, one sentence; "": it may
	AllReadOnly  string   // why nothing may be changed on any connection, likewise; ReadOnly is the same then
	NoDisk       string   // why no files of this machine can be sent there or written here, one sentence; "": they can
	UploadAccess Access   // who may read what is uploaded unless told otherwise; "" is Private
	Trash        bool     // deleting goes to the trash, unless told otherwise
	Spaces       []string // that Spaces returns without asking: of keys that may not list them

	// Dial reaches the embedded server in memory. nil: the network.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	// ShareURL is the base URL of links when it is not Endpoint: the listener of an embedded server, which may move. It
	// is asked for each link.
	ShareURL func() string

	// Due is Store.Due of the server of this machine. nil: the endpoint is asked, where it is this program's server.
	Due func(ctx context.Context, space string, show func([]Due) error) error

	CABundle *x509.CertPool // trusted instead of the system's roots; nil: those. With no keys given the AWS environment is asked

	Wrap func(http.RoundTripper) http.RoundTripper // request log, faults in tests
	Now  func() time.Time                          // nil: time.Now

	limits *limiters // of the Conns that opens it; nil: one of its own
	calls  *Calls    // of the Conns that opens it; nil: none are remembered

	Bandwidth     int64 // bytes a second of transfers, of all connections to the same host together; 0: without bound
	MultipartCopy int64 // copies of more bytes go by UploadPartCopy; 0: 5 GiB where CopyObject has that limit
}

// Ref names an object, or with Key "" a Space.
type Ref struct{ Space, Key string }

func (r Ref) String() string {
	if r.Key == "" {
		return r.Space
	}
	return r.Space + "/" + r.Key
}

// Space is a bucket. Objects and Bytes mean something only when Counted.
type Space struct {
	Name, Region   string
	Created        time.Time
	Objects, Bytes int64
	Counted        bool
}

// CreateOptions of a new Space.
type CreateOptions struct {
	Region        string // "" is the endpoint's own
	PublicListing bool   // anonymous visitors may list (never: read)
}

// Entry is one row of a listing: an object, or with Folder a common prefix (its Key ends in the delimiter).
type Entry struct {
	Key      string
	Size     int64
	Modified time.Time
	ETag     string // without quotes
	Folder   bool
}

// Clone is the row in memory of its own: those of a page share theirs.
func (e Entry) Clone() Entry {
	e.Key, e.ETag = strings.Clone(e.Key), strings.Clone(e.ETag)
	return e
}

// ListRequest asks for one page. After is the Next of the page before; on the embedded server it may be any key.
type ListRequest struct {
	Space, Prefix, Delimiter, After string
	Max                             int // 0: as many as the endpoint gives (1000); it may be some more
	Pages                           int // so many may be read at once, as one page; 0: 1. Where that takes long they are fewer
}

// Page is part of a listing, folders and objects in one byte order. More says whether Next leads on. Unordered says that
// the endpoint gave the objects in another order, or some from before the key that was asked for: what it gives for one part
// of the keys is not all of that part.
type Page struct {
	Entries   []Entry
	Next      string
	More      bool
	Unordered bool

	token string // leads on as Next does, where the endpoint gave it; "": it gave none
}

// Access is who may read: Private, PublicRead, or Custom for grants that are neither.
type Access string

const (
	Private    Access = "private"
	PublicRead Access = "public-read"
	Custom     Access = "custom"
)

// Props is what a writer sets beside the body.
type Props struct {
	ContentType, CacheControl, ContentEncoding, ContentDisposition, ContentLanguage string

	Expires string            // an HTTP date
	Meta    map[string]string // names lower case, without x-amz-meta-
	Tags    map[string]string
	Access  Access // "" leaves it to the endpoint (private)
}

// Checksum of a body as the endpoint reports it.
type Checksum struct {
	Algorithm string // "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"
	Type      string // "FULL_OBJECT" or "COMPOSITE"
	Value     string // base64
}

// Info is what HEAD tells. Tags and Access are not part of that answer: see Tags and Access.
type Info struct {
	Ref
	Size     int64
	ETag     string
	Modified time.Time
	Props
	Checksum Checksum
	Class    string // "" is STANDARD
	TagCount int    // how many tags there are to be read with Tags
	Sealed   bool   // encrypted under a key of its own (SSE-KMS, SSE-C): the ETag is not an MD5 of the content
}

// GetOptions choose the bytes of a Get. Length 0 reads to the end.
type GetOptions struct {
	Offset, Length int64
	IfMatch        string // an ETag: Precondition when the object is another one now
	Version        string // the ID of an older version; "": the current one
}

// PutOptions of a Put.
type PutOptions struct {
	IfNoneMatch bool   // only when there is no such key: else Precondition
	IfMatch     string // only in the place of the object with this ETag: else Precondition, or NotFound

	// Tags that an upload in parts was begun with, for CompleteUpload: they are set where the endpoint forgot them.
	Tags map[string]string

	Class string // of storage; "": the endpoint's own
}

// CopyOptions of a Copy. Props nil carries everything of the source: headers, metadata, tags and access. With Props,
// a nil Tags map and an empty Access still carry those of the source.
type CopyOptions struct {
	Props       *Props
	Version     string // of the source; "": the current one
	IfMatch     string // the ETag that the source must have
	IfNoneMatch bool   // only when there is no such key at the destination
	Size        int64  // of the source, where it is known: saves a request; 0: not known
	Access      Access // of the copy; "": as of the source
}

// RenameOptions are conditions of a RenameIf.
type RenameOptions struct {
	IfMatch     string // an ETag that the source must have
	IfNoneMatch bool   // only when there is no such key at the destination
}

// Link is a Quick Share.
type Link struct {
	URL     string
	Expires time.Time // zero: never
	Unix    int64     // Expires as the number in the link; 0: never
}

// Upload is a multipart upload under way.
type Upload struct {
	Ref
	ID string
}

// Part of a multipart upload.
type Part struct {
	Number int // 1…10000
	Size   int64
	ETag   string

	sum Checksum // of a part that was copied into an upload with checksums
}
