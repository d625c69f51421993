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
	takes    []string // subresources that may be there
	action   string   // the permission needed, as policies name it
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
	early    func(*call) error // nil, or refuses bad parameters before what is missing is told
	run      func(*call) error

	need, allow uint64 // masks of query, and of query and takes
}

// operations is the whole API. Its order does not matter.
var operations = prepare(
	serviceOperations(), spaceOperations(), listOperations(), unconfiguredOperations(), documentOperations(),
	objectOperations(), lockOperations(), multipartOperations(), formOperations(), preflightOperations(),
)

func serviceOperations() []operation {
	return []operation{
		{name: "ListBuckets", method: "GET", scope: service, action: "s3:ListAllMyBuckets", load: loadNone, run: (*call).listSpaces},
	}
}

func spaceOperations() []operation {
	return []operation{
		{name: "CreateBucket", method: "PUT", scope: space, action: "s3:CreateBucket", body: document, load: loadNone, run: (*call).createSpace},
		{name: "HeadBucket", method: "HEAD", scope: space, action: "s3:ListBucket", run: (*call).headSpace},
		{name: "DeleteBucket", method: "DELETE", scope: space, action: "s3:DeleteBucket", run: (*call).deleteSpace},
		{name: "GetBucketLocation", method: "GET", scope: space, query: []string{"location"}, action: "s3:GetBucketLocation", run: (*call).spaceLocation},
		{name: "GetBucketAcl", method: "GET", scope: space, query: []string{"acl"}, action: "s3:GetBucketAcl", run: (*call).getSpaceACL},
		{name: "PutBucketAcl", method: "PUT", scope: space, query: []string{"acl"}, action: "s3:PutBucketAcl", body: document, run: (*call).putSpaceACL},
		{name: "PutBucketVersioning", method: "PUT", scope: space, query: []string{"versioning"}, action: "s3:PutBucketVersioning", body: document, run: (*call).putVersioning},
		{name: "DeleteObjects", method: "POST", scope: space, query: []string{"delete"}, action: "s3:DeleteObject", body: items, limit: deleteLimit, root: "Delete", item: (*call).readDoomed, run: (*call).deleteObjects},
	}
}

func listOperations() []operation {
	return []operation{
		{name: "ListObjects", method: "GET", scope: space, action: "s3:ListBucket", run: (*call).listObjects},
		{name: "ListObjectsV2", method: "GET", scope: space, query: []string{"list-type"}, action: "s3:ListBucket", run: (*call).listObjectsV2},
		{name: "ListObjectVersions", method: "GET", scope: space, query: []string{"versions"}, action: "s3:ListBucketVersions", run: (*call).listVersions},
		{name: "ListMultipartUploads", method: "GET", scope: space, query: []string{"uploads"}, action: "s3:ListBucketMultipartUploads", run: (*call).listUploads},
	}
}

func objectOperations() []operation {
	return []operation{
		{name: "GetObject", method: "GET", scope: object, takes: []string{"partNumber", "versionId"}, action: "s3:GetObject", load: loadBody, early: (*call).checkPartNumber, run: (*call).getObject},
		{name: "HeadObject", method: "HEAD", scope: object, takes: []string{"partNumber", "versionId"}, action: "s3:GetObject", load: loadObject, early: (*call).checkPartNumber, run: (*call).headObject},
		{name: "PutObject", method: "PUT", scope: object, action: "s3:PutObject", body: stream, locks: true, encrypts: true, run: (*call).putObject},
		{name: "CopyObject", method: "PUT", scope: object, header: hCopySource, source: hCopySource, action: "s3:PutObject", locks: true, encrypts: true, early: (*call).checkCopy, run: (*call).copyObject},
		{name: "RenameObject", method: "PUT", scope: object, query: []string{"renameObject"}, source: hRenameSource, action: "s3:PutObject", run: (*call).renameObject},
		{name: "DeleteObject", method: "DELETE", scope: object, takes: []string{"versionId"}, action: "s3:DeleteObject", run: (*call).deleteObject},
		{name: "GetObjectAcl", method: "GET", scope: object, query: []string{"acl"}, takes: []string{"versionId"}, action: "s3:GetObjectAcl", load: loadObject, run: (*call).getObjectACL},
		{name: "PutObjectAcl", method: "PUT", scope: object, query: []string{"acl"}, takes: []string{"versionId"}, action: "s3:PutObjectAcl", body: document, run: (*call).putObjectACL},
		{name: "GetObjectAttributes", method: "GET", scope: object, query: []string{"attributes"}, takes: []string{"versionId"}, action: "s3:GetObjectAttributes", load: loadObject, early: (*call).checkAttributes, run: (*call).getObjectAttributes},
		{name: "GetObjectTagging", method: "GET", scope: object, query: []string{"tagging"}, takes: []string{"versionId"}, action: "s3:GetObjectTagging", load: loadObject, run: (*call).getTagging},
		{name: "PutObjectTagging", method: "PUT", scope: object, query: []string{"tagging"}, takes: []string{"versionId"}, action: "s3:PutObjectTagging", body: document, run: (*call).putTagging},
		{name: "DeleteObjectTagging", method: "DELETE", scope: object, query: []string{"tagging"}, takes: []string{"versionId"}, action: "s3:DeleteObjectTagging", run: (*call).deleteTagging},
	}
}

func multipartOperations() []operation {
	part := []string{"partNumber", "uploadId"}
	upload := []string{"uploadId"}
	return []operation{
		{name: "CreateMultipartUpload", method: "POST", scope: object, query: []string{"uploads"}, action: "s3:PutObject", locks: true, encrypts: true, run: (*call).createUpload},
		{name: "UploadPart", method: "PUT", scope: object, query: part, action: "s3:PutObject", body: stream, encrypts: true, early: (*call).checkPartNumber, run: (*call).uploadPart},
		{name: "UploadPartCopy", method: "PUT", scope: object, query: part, header: hCopySource, source: hCopySource, action: "s3:PutObject", encrypts: true, early: (*call).checkPartNumber, run: (*call).uploadPartCopy},
		{name: "CompleteMultipartUpload", method: "POST", scope: object, query: upload, action: "s3:PutObject", body: items, limit: completeLimit, root: "CompleteMultipartUpload", item: (*call).readPart, whole: true, encrypts: true, run: (*call).completeUpload},
		{name: "AbortMultipartUpload", method: "DELETE", scope: object, query: upload, action: "s3:AbortMultipartUpload", run: (*call).abortUpload},
		{name: "ListParts", method: "GET", scope: object, query: upload, action: "s3:ListMultipartUploadParts", run: (*call).listParts},
	}
}

// unconfiguredOperations answer for what cannot be configured here what S3
// answers where nothing is: clients ask for it before they do anything else.
func unconfiguredOperations() []operation {
	get := func(name, subresource, action string, run func(*call) error) operation {
		return operation{name: name, method: "GET", scope: space, query: []string{subresource}, action: action, run: run}
	}
	return []operation{
		get("GetBucketVersioning", "versioning", "s3:GetBucketVersioning", (*call).getVersioning),
		get("GetBucketNotificationConfiguration", "notification", "s3:GetBucketNotification", answerEmpty("NotificationConfiguration")),
		get("GetBucketAccelerateConfiguration", "accelerate", "s3:GetAccelerateConfiguration", answerEmpty("AccelerateConfiguration")),
		get("GetBucketRequestPayment", "requestPayment", "s3:GetBucketRequestPayment", (*call).requestPayment),
		get("GetBucketReplication", "replication", "s3:GetReplicationConfiguration", answerMissing("ReplicationConfigurationNotFoundError")),
	}
}

// actionPreflight is not one of S3's: everybody may ask what browsers ask.
const actionPreflight = "cors:Preflight"

func preflightOperations() []operation {
	return []operation{
		{name: "PreflightBucket", method: "OPTIONS", scope: space, action: actionPreflight, run: (*call).preflight},
		{name: "PreflightObject", method: "OPTIONS", scope: object, action: actionPreflight, run: (*call).preflight},
	}
}

// table holds the rows by scope and method.
type table map[tableKey][]*operation

type tableKey struct {
	scope  scope
	method string
}

func prepare(groups ...[]operation) table {
	t := table{}
	for _, group := range groups {
		for i := range group {
			op := &group[i]
			op.need = maskOf(op.query)
			op.allow = op.need | maskOf(op.takes)
			if op.limit == 0 {
				op.limit = documentLimit
			}
			k := tableKey{op.scope, op.method}
			t[k] = append(t[k], op)
		}
	}
	return t
}

// route finds the row of a request, or says why there is none.
func (t table) route(sc scope, method string, mask uint64, h http.Header) (*operation, error) {
	var best *operation
	for _, op := range t[tableKey{sc, method}] {
		if mask&op.need != op.need || mask&^op.allow != 0 || op.header != "" && h[op.header] == nil {
			continue
		}
		if best == nil || op.conditions() > best.conditions() {
			best = op
		}
	}
	if best == nil {
		return nil, t.misrouted(sc, method, mask)
	}
	return best, nil
}

func (op *operation) conditions() int {
	if op.header != "" {
		return len(op.query) + 1
	}
	return len(op.query)
}

var knownMethods = map[string]bool{"GET": true, "HEAD": true, "PUT": true, "POST": true, "DELETE": true, "OPTIONS": true}
