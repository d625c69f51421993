package server

import (
	"net/http"

	"spaces/server/s3xml"
)

// scope is what an operation is about.
type scope uint8

const (
	service scope = iota
	space
	object
)

// bodyKind is what the pipeline does with the body of a request before the
// handler runs.
type bodyKind uint8

const (
	noBody   bodyKind = iota // checked, and thrown away
	document                 // read whole up to the limit of the row
	items                    // XML with a long list in its root, which item gets
	stream                   // left to the handler as call.stream; needs a length
)

// load is what the pipeline fetches from the engine before it authorises.
type load uint8

const (
	loadSpace  load = iota // the Space must exist
	loadNone               // nothing has to exist
	loadObject             // the Space and the object
	loadBody               // the Space, the object and its body, in one look-up
)

// Limits of documents, in bytes: of those that say how a Space is (a website of
// 50 rules is the longest), of a lifecycle of 1000 rules, of 1000 keys of 1024
// bytes that all need escaping, of 10,000 parts with the longest checksum, each
// on lines of its own.
const (
	documentLimit  = 256 << 10
	lifecycleLimit = 1 << 20
	deleteLimit    = 6 << 20
	renameLimit    = 2 * deleteLimit
	completeLimit  = 4 << 20
)

// operation is a row of the table: a kind of request, and all that the
// pipeline has to know of it. The row that a request belongs to is the one
// with the most conditions among those that it meets; a request with a
// subresource that the row does not take belongs to none.
type operation struct {
	name     string // in the API reference
	method   string
	scope    scope
	query    []string // subresources that must be there
	header   string   // a header that must be there
	value    string   // that it must have; "": any
	takes    []string // subresources that may be there
	action   string   // the permission needed, as policies name it
	also     string   // another that is needed as well; "": none
	unsigned string   // what one without a signature is told, whatever policies and ACLs allow; "": those decide
	byKey    bool     // where there is a policy, the handler asks for each key
	body     bodyKind
	limit    int64                            // of a document; 0: documentLimit
	root     string                           // of a list
	item     func(*call, *s3xml.Element) bool // takes an item of a list; false: it is not one
	load     load
	source   string            // the header that names a source object, which needs s3:GetObject
	form     bool              // the body is a form, whose fields are read before anything is decided
	whole    bool              // a checksum in the headers is that of the object, and not of the body
	locks    bool              // the headers may lock the version that is made
	encrypts bool              // the headers may say how the body is kept
	decrypts bool              // it reads what may be encrypted with a key in the headers
	setsTags bool              // the document is the tags of the object, which policies ask for
	creates  bool              // it makes a Space
	loses    bool              // without a version it changes another than with one: an empty id is refused
	asObject bool              // a delete marker is the absence of the object, and not of what it has
	site     bool              // it is of websites
	recorded bool              // the access log loses no line of it that succeeded
	early    func(*call) error // nil, or refuses bad parameters before what is missing is told
	run      func(*call) error

	need, allow uint64 // masks of query, and of query and takes
	logged      string // its name in the logs of Spaces
}

// conditions counts them, for the order in which rows are taken. A request with a
// source is a copy whatever its metadata say.
func (op *operation) conditions() int {
	n := len(op.query)
	if op.header != "" {
		n++
	}
	if op.source != "" {
		n++
	}
	return n
}

// headed says whether the header that the row needs is there.
func (op *operation) headed(h http.Header) bool {
	return op.header == "" || h[op.header] != nil && (op.value == "" || h.Get(op.header) == op.value)
}
